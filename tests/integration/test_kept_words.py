"""What somebody was typing when their access was ended: kept for the worker, not lost, not shown to them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.client import PageClient
from tests.integration.test_end_access import cuts, end_access, other_browser
from tests.plans import draft, fill, path_of, sign_in
from tests.world import World
from vsportal import clock
from vsportal.extensions import db
from vsportal.models import AuditEvent, KeptWords, SignInSession
from vsportal.policy import Tie

# The open page --------------------------------------------------------------------------------------------


def typing(client: PageClient, world: World) -> PageClient:
    """A carer with the section of her home open, and something typed that is saved."""
    browser = other_browser(client)
    browser.sign_in(world.people[Tie.CARER])
    browser.get(path_of(world, "at_home"))
    return browser


def kept(world: World) -> dict[str, str]:
    rows = db.session.scalars(select(KeptWords).where(KeptWords.user_id == world.people[Tie.CARER].id))
    return {row.field_key: row.text for row in rows}


LAST = "He said he would come to the school gate."


def test_the_open_page_is_taken_away_and_the_words_are_kept(client: PageClient, world: World) -> None:
    carer = typing(client, world)
    end_access(client, world, world.people[Tie.CARER])

    answer = draft(carer, world, {"for_professionals": LAST}, section="at_home")

    assert answer.headers["HX-Redirect"] == "/access-ended"
    assert LAST not in answer.body
    assert kept(world) == {"for_professionals": LAST}
    assert "for_professionals" not in world.section("at_home").answers
    said = carer.get("/access-ended")
    assert said.h1 == "Your access has ended"
    assert "has been kept for the social worker" in said.text
    assert "Amira" not in said.body


def test_a_plain_form_gets_a_page_of_the_same_words(client: PageClient, world: World) -> None:
    carer = typing(client, world)
    end_access(client, world, world.people[Tie.CARER])

    answer = carer.post(
        path_of(world, "at_home"), {"for_professionals": LAST, "page": "p", "act": "save"}, follow=True
    )

    assert answer.h1 == "Your access has ended"
    assert kept(world) == {"for_professionals": LAST}


def test_typing_on_keeps_the_last_of_it_once(client: PageClient, world: World) -> None:
    carer = typing(client, world)
    end_access(client, world, world.people[Tie.CARER])

    for text in ("He said", "He said he would", LAST):
        draft(carer, world, {"for_professionals": text}, section="at_home")

    assert kept(world) == {"for_professionals": LAST}


def test_after_signing_in_again_in_another_tab_the_words_are_kept_too(
    client: PageClient, world: World
) -> None:
    carer = typing(client, world)
    end_access(client, world, world.people[Tie.CARER])
    sign_in(carer, world.people[Tie.CARER])

    answer = draft(carer, world, {"for_professionals": LAST}, section="at_home")

    assert answer.headers["HX-Redirect"] == "/access-ended"
    assert kept(world) == {"for_professionals": LAST}


def test_only_what_was_theirs_to_write_is_kept(client: PageClient, world: World) -> None:
    carer = typing(client, world)
    fill(world, "progress")
    before = dict(world.section("progress").answers)
    end_access(client, world, world.people[Tie.CARER])

    draft(carer, world, {"hard": "Fractions"}, section="progress")
    draft(carer, world, {"life_story": "All of it"}, section="my_details")

    assert kept(world) == {}
    assert world.section("progress").answers == before


def test_a_delegates_words_are_kept_of_what_was_lent(client: PageClient, world: World) -> None:
    colleague = other_browser(client)
    colleague.sign_in(world.people[Tie.DELEGATE])
    colleague.get(path_of(world, "progress"))
    end_access(client, world, world.people[Tie.DELEGATE])

    draft(colleague, world, {"hard": "Fractions"}, section="progress")
    draft(colleague, world, {"conduct": "Late twice"}, section="attendance")

    assert db.session.scalars(select(KeptWords.text)).all() == ["Fractions"]


def test_without_its_token_nothing_is_kept(client: PageClient, world: World) -> None:
    carer = typing(client, world)
    end_access(client, world, world.people[Tie.CARER])

    carer.token = "another"
    draft(carer, world, {"for_professionals": LAST}, section="at_home")

    assert kept(world) == {}


@pytest.mark.parametrize("how", ["a day later", "given back", "signed out before", "a stranger"])
def test_nothing_is_kept(client: PageClient, world: World, how: str) -> None:
    carer = typing(client, world)
    if how == "signed out before":
        for session in db.session.scalars(select(SignInSession)):
            session.revoked_at = clock.now() - timedelta(minutes=5)
    end_access(client, world, world.people[Tie.CARER])
    cut = cuts(world)[0]
    if how == "a day later":
        cut.created_at -= timedelta(hours=25)
    if how == "given back":
        cut.lifted_at, cut.lifted_by_id = clock.now(), cut.cut_by_id
    if how == "a stranger":
        sign_in(carer, world.other.people[Tie.CARER])

    answer = draft(carer, world, {"for_professionals": LAST}, section="at_home")

    assert answer.status in (401, 404)
    assert kept(world) == {}


def test_no_more_is_kept_than_a_person_types(client: PageClient, world: World) -> None:
    carer = typing(client, world)
    end_access(client, world, world.people[Tie.CARER])
    many = {f"contacts_seen.k{n}.who": f"Somebody {n}" for n in range(200)}

    draft(carer, world, {**many, "for_professionals": "x" * 50_000}, section="at_home")

    assert len(kept(world)) <= 50
    assert len(kept(world)["for_professionals"]) == 20_000


# The worker reads them ------------------------------------------------------------------------------------


def words_kept(client: PageClient, world: World) -> None:
    carer = typing(client, world)
    end_access(client, world, world.people[Tie.CARER])
    draft(carer, world, {"for_professionals": LAST}, section="at_home")


def test_the_worker_is_told_on_the_childs_page_and_reads_them(client: PageClient, world: World) -> None:
    words_kept(client, world)

    links = client.get(f"/children/{world.child.ref}").links()
    page = client.get(links["Read the words that were kept"])

    assert LAST in page.text
    assert world.people[Tie.CARER].name in page.text
    client.post(f"/children/{world.child.ref}/kept-words")
    assert "Words kept for you to read" not in client.get(f"/children/{world.child.ref}").text
    assert LAST in client.get(f"/children/{world.child.ref}/kept-words").text
    event = select(AuditEvent).where(AuditEvent.tag == "child:words:marked_read")
    assert db.session.scalars(event).one().actor_id == world.people[Tie.SOCIAL_WORKER].id


@pytest.mark.parametrize(
    "tie", sorted(set(Tie) - {Tie.SOCIAL_WORKER, Tie.TEAM_MANAGER, Tie.CARER, Tie.PARENT})
)
def test_nobody_but_worker_and_manager_reads_them(client: PageClient, world: World, tie: str) -> None:
    words_kept(client, world)
    sign_in(client, world.people[tie])

    assert client.get(f"/children/{world.child.ref}/kept-words").status == 403
    assert LAST not in client.get(f"/children/{world.child.ref}").body


def test_my_work_says_so_first(client: PageClient, world: World) -> None:
    words_kept(client, world)

    links = client.get("/").links()
    address = next(to for words, to in links.items() if "1 answer kept" in words)
    sign_in(client, world.other.people[Tie.SOCIAL_WORKER])

    assert address == f"/children/{world.child.ref}/kept-words"
    assert "kept when somebody" not in client.get("/").text
