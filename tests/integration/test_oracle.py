"""No oracle: what somebody may not see and what nobody has ever heard of give the same answer, byte for byte.

Every address with a reference is asked, whatever is added later; so is every answer that compares names.
"""

from __future__ import annotations

from itertools import product

import pytest
from flask import Flask

from tests.children import search
from tests.client import Page, PageClient
from tests.factories import ChildFactory, EnrolmentFactory
from tests.plans import draft, fill, path_of, sign_in
from tests.world import World
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import Role
from vsportal.policy import Tie

INVENTED = "Zz0-Zz0_Zz0-Zz0_"
NOBODY = ("Quillan", "Zephyrine")
"""A name that no child here has."""
ARGUMENTS = {
    "section_id": ("progress", "my_views", "no_such"),
    "field_id": ("who_helps", "no_such"),
    "key": ("hard", "no_such"),
    "part": ("school", "no_such"),
    "file_ref": ("no_such",),
}
STRANGERS = [
    Tie.YOUNG_PERSON,
    Tie.CARER,
    Tie.DESIGNATED_TEACHER,
    Tie.DELEGATE,
    Tie.SOCIAL_WORKER,
    Tie.ALLOCATED_ADVISER,
    Tie.HEAD,
    Tie.BUSINESS_SUPPORT,
    Role.FINANCE,
    Role.GOVERNOR,
    Role.ADMINISTRATOR,
]


def addresses(app: Flask, method: str) -> list[str]:
    """Every address with a reference to a child or a plan, as “/peps/{}/…”, for a method."""
    found = []
    for rule in app.url_map.iter_rules():
        is_public = getattr(app.view_functions[rule.endpoint], "permission", "") == "public"
        if "ref" not in rule.arguments or method not in (rule.methods or ()) or is_public:
            continue
        names = sorted(rule.arguments - {"ref"})
        unknown = set(names) - ARGUMENTS.keys()
        assert not unknown, f"Say what {unknown} of {rule.rule} can be."
        for values in product(*(ARGUMENTS[name] for name in names)):
            path = rule.rule.replace("<ref>", "{}")
            for name, value in zip(names, values, strict=True):
                path = path.replace(f"<{name}>", value)
            found.append(path)
    return found


def plainly(page: Page, *typed: str) -> tuple[object, ...]:
    """An answer without what is new in each: the nonce, the token, and what was asked for."""
    body = page.body
    for tag in page.soup.select("script[nonce], [name=csrf_token]"):
        body = body.replace(str(tag.get("nonce") or tag["value"]), "…")
    for word in typed:
        body = body.replace(word, "…")
    headers = {k for k, _ in page.headers.items()} - {"Set-Cookie", "Content-Length"}
    return page.status, body, headers, page.location


# References ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", STRANGERS)
def test_a_strangers_reference_and_an_invented_one_get_the_same_page(
    client: PageClient, world: World, who: str
) -> None:
    sign_in(client, world.strangers[who])

    for path in addresses(client.app, "GET"):
        absent = plainly(client.get(path.format(INVENTED)))
        assert absent[0] == 404, path
        for ref in (world.child.ref, world.pep.ref):
            assert plainly(client.get(path.format(ref)), ref) == absent, path


@pytest.mark.parametrize("who", [Tie.CARER, Tie.DESIGNATED_TEACHER, Tie.DELEGATE, Tie.ALLOCATED_ADVISER])
def test_nothing_sent_to_a_strangers_reference_tells_it_from_an_invented_one(
    client: PageClient, world: World, who: str
) -> None:
    fill(world, "progress")
    before = dict(world.section("progress").answers)
    sign_in(client, world.strangers[who])
    typed = {
        "hard": "x",
        "add": "subjects",
        "act": "complete",
        "complete": "yes",
        "meeting_on": "",
        "page": "p",
    }

    for path in addresses(client.app, "POST"):
        for browser in (client, client.htmx):
            absent = plainly(browser.post(path.format(INVENTED), typed))
            assert absent[0] == 404, path
            for ref in (world.child.ref, world.pep.ref):
                assert plainly(browser.post(path.format(ref), typed), ref) == absent, path
    assert world.section("progress").answers == before


@pytest.mark.parametrize("who", [Tie.DESIGNATED_TEACHER, Tie.SOCIAL_WORKER, Tie.ALLOCATED_ADVISER])
def test_looking_for_a_strangers_reference_costs_the_same_statements_as_for_an_invented_one(
    client: PageClient, world: World, who: str
) -> None:
    sign_in(client, world.strangers[who])
    for path in (
        "/children/{}",
        "/peps/{}",
        "/peps/{}/sections/progress",
        "/peps/{}/sections/progress/check",
    ):
        ref = world.child.ref if "children" in path else world.pep.ref
        client.get(path.format(INVENTED))
        seen = []
        for asked in (ref, INVENTED):
            with statements(db.engine) as ran:
                client.get(path.format(asked))
            seen.append(list(ran))
        assert seen[0] == seen[1], path


def test_a_section_that_is_not_lent_is_like_one_that_does_not_exist(client: PageClient, world: World) -> None:
    fill(world, "at_home", "my_views", "wellbeing")
    db.session.commit()
    sign_in(client, world.people[Tie.DELEGATE])

    absent = plainly(client.get(path_of(world, "no_such")))
    for section in ("at_home", "my_views", "wellbeing", "my_details"):
        assert plainly(client.get(path_of(world, section))) == absent
        assert draft(client, world, {"hard": "x"}, section=section).status == 404


def test_everybody_signed_out_is_asked_to_sign_in_whatever_they_ask_for(
    client: PageClient, world: World
) -> None:
    for path in addresses(client.app, "GET"):
        answers = []
        for ref in (world.child.ref, world.pep.ref, INVENTED):
            client.forget_cookies()
            answers.append(plainly(client.get(path.format(ref))))
        assert answers[0] == answers[1] == answers[2]
        assert (answers[0][0], answers[0][3]) == (303, "/sign-in")


# Names ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [w for w in STRANGERS if w != Tie.YOUNG_PERSON])
def test_a_search_for_a_strangers_child_is_like_one_for_nobody(
    client: PageClient, world: World, who: str
) -> None:
    sign_in(client, world.strangers[who])
    child = world.child

    def found(asked: str) -> tuple[object, ...]:
        return plainly(search(client, asked), asked)

    for theirs, nobodys in (
        (child.first_name, NOBODY[0]),
        (child.last_name, NOBODY[1]),
        (f"{child.first_name} {child.last_name}", " ".join(NOBODY)),
        (child.ref, INVENTED),
        (child.social_care_id, "SC99999"),
    ):
        ours, absent = found(theirs), found(nobodys)
        assert str(ours).replace(theirs, "…") == str(absent).replace(nobodys, "…")


def names_child(page: Page) -> bool:
    """Whether an answer warns that a text names another child."""
    return "This names another child" in page.text


def test_a_text_that_names_a_strangers_child_is_checked_like_one_that_names_nobody(
    client: PageClient, world: World
) -> None:
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    check = path_of(world, "progress", "fields", "hard")
    stranger = f"{world.other.child.first_name} {world.other.child.last_name}"

    def checked(name: str) -> tuple[tuple[object, ...], list[str]]:
        typed = {"hard": f"She sits beside {name} in maths.", "page": "p", "seen": "{}"}
        with statements(db.engine) as ran:
            page = client.htmx.post(check, typed, roots=True)
        assert not names_child(page)
        return plainly(page, *name.split()), list(ran)

    checked("Warm Up")
    unseen, absent = checked(stranger), checked(" ".join(NOBODY))

    assert unseen[0] == absent[0]
    assert unseen[1] == absent[1]


def test_completing_a_section_that_names_a_strangers_child_is_like_naming_nobody(
    client: PageClient, world: World
) -> None:
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    path = path_of(world)

    def completed(name: str) -> tuple[object, ...]:
        fill(world, "progress")
        row = world.section("progress")
        row.answers = {**row.answers, "hard": f"She sits beside {name} in maths."}
        db.session.commit()
        page = client.submit(client.get(path), action=path, button="Complete this section", follow=True)
        return plainly(page, *name.split())[:2]

    stranger = f"{world.other.child.first_name} {world.other.child.last_name}"

    assert completed(stranger) == completed(" ".join(NOBODY))


def test_a_text_that_names_another_child_of_ones_own_is_found(client: PageClient, world: World) -> None:
    mate = ChildFactory(authority=world.authority, first_name="Zofia", last_name="Żak")
    EnrolmentFactory(child=mate, school=world.school)
    db.session.commit()
    typed = {"hard": "She sits beside Zofia Zak in maths.", "page": "p", "seen": "{}"}
    check = path_of(world, "progress", "fields", "hard")

    teacher = sign_in(client, world.people[Tie.DESIGNATED_TEACHER]).htmx.post(check, typed, roots=True)
    assert names_child(teacher)

    lent = sign_in(client, world.people[Tie.DELEGATE]).htmx.post(check, typed, roots=True)
    assert not names_child(lent)


def test_a_stranger_and_nobody_are_chosen_as_readers_alike(client: PageClient, world: World) -> None:
    sign_in(client, world.people[Tie.YOUNG_PERSON])
    path = f"/peps/{world.pep.ref}/my-views/who_helps"

    def chosen(user: int) -> tuple[object, ...]:
        page = client.submit(client.get(path), {"sees~who_helps": ["some", str(user)]}, button="Next")
        assert world.section("my_views").readers == {}
        kept = page.soup.select_one("[name=page]")
        return plainly(page, *([str(kept["value"])] if kept else []))[:2]

    assert chosen(world.other.people[Tie.CARER].id) == chosen(987654321)
