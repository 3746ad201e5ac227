"""What is for few is found by few: texts are hidden in a plan, and everybody walks through all they reach.

The table below is `who sees what` for those texts; whatever page, fragment or search is added is walked too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import select, update
from structlog.testing import capture_logs

from tests.client import PageClient
from tests.factories import HomeFactory, HouseholdFactory, HouseholdMemberFactory, MembershipFactory
from tests.terms import next_plan
from tests.walk import Walk
from tests.world import World
from vsportal import clock
from vsportal.extensions import db
from vsportal.models import Enrolment, Home, Membership, Role, User
from vsportal.peps.operations import saving
from vsportal.policy import Tie

HIDDEN = {
    # what              section       leaf                     who writes it
    "private":         ("my_views",   "who_helps",             Tie.YOUNG_PERSON),
    "private_word":    ("at_home",    "home_views",            Tie.YOUNG_PERSON),
    "narrowed":        ("my_details", "life_story",            Tie.SOCIAL_WORKER),
    "adults":          ("at_home",    "for_professionals",     Tie.CARER),
    "professionals":   ("wellbeing",  "needs",                 Tie.DESIGNATED_TEACHER),
    "column":          ("attendance", "suspensions.k1.notes",  Tie.DESIGNATED_TEACHER),
    "lent":            ("progress",   "hard",                  Tie.DESIGNATED_TEACHER),
    "everyone":        ("summary",    "heard",                 Tie.SOCIAL_WORKER),
    "place":           ("meeting",    "venue",                 Tie.ALLOCATED_ADVISER),
    "agreed":          ("targets",    "targets.k1.outcome",    Tie.DESIGNATED_TEACHER),
}  # fmt: skip

TABLE = """
tie                  private private_word narrowed adults professionals column lent everyone place agreed
young_person         yes     yes          -        -      -             -      yes  yes      yes   yes
carer                -       -            -        yes    -             -      yes  yes      yes   yes
designated_teacher   -       -            -        yes    yes           yes    yes  yes      yes   yes
safeguarding_lead    -       -            -        yes    yes           yes    yes  yes      yes   yes
delegate             -       -            -        -      -             -      yes  -        -     -
social_worker        yes     yes          yes      yes    yes           yes    yes  yes      yes   yes
team_manager         -       -            yes      yes    yes           yes    yes  yes      yes   yes
independent_reviewer -       -            yes      yes    yes           yes    yes  yes      yes   yes
duty_worker          -       -            yes      yes    yes           yes    yes  yes      yes   yes
allocated_adviser    yes     yes          yes      yes    yes           yes    yes  yes      yes   yes
adviser              -       -            yes      yes    yes           yes    yes  yes      yes   yes
head                 -       -            yes      yes    yes           yes    yes  yes      yes   yes
business_support     -       -            -        -      -             -      -    -        -     -
"""


def text_of(what: str) -> str:
    """What is hidden: found by no search for a name, and in no language."""
    return f"Qzx{what.title().replace('_', '')}Xzq"


MARKERS = {what: text_of(what) for what in HIDDEN}
LEAVES = [(section, leaf) for section, leaf, _ in HIDDEN.values()]


def readers() -> dict[str, set[str]]:
    """Who finds what, by the table."""
    heads, *rows = (line.split() for line in TABLE.strip().splitlines())
    return {
        tie: {what for what, told in zip(heads[1:], cells, strict=True) if told == "yes"}
        for tie, *cells in rows
    }


READERS = readers()


@pytest.fixture
def plan(client: PageClient, world: World) -> World:
    """The world, with a text hidden in each place by the person who writes there, as their page sends it."""
    for what, (section, leaf, tie) in HIDDEN.items():
        sign_in(client, world.people[tie])
        typed = {leaf: text_of(what), "page": "planted", "seen": "{}"}
        if leaf.count(".") == 2:
            typed |= {leaf.rpartition(".")[0]: "1"} | ({"suspended": "yes"} if what == "column" else {})
        saved = client.htmx.post(f"/peps/{world.pep.ref}/sections/{section}/draft", typed)
        assert saved.status == 200, what
    client.forget_cookies()
    return world


def as_the_portal_logs() -> list[Any]:
    """All that is done to a line of the log before it is written as text."""
    return list(structlog.get_config()["processors"][:-1])


def sign_in(client: PageClient, user: User) -> None:
    client.forget_cookies()
    client.sign_in(user)


def walk(client: PageClient, world: World, user: User) -> Walk:
    """Everything that this person is given."""
    sign_in(client, user)
    walked = Walk(client, world, LEAVES)
    walked.everywhere()
    return walked


def shared_out(walked: Walk, world: World | None = None) -> Mapping[str, list[str]]:
    """What was found and where, so that a failure says where it leaks; with a world, the child's name too."""
    names = {world.child.first_name, world.child.last_name} if world else set()
    found = {text: walked.where(text)[:5] for text in (*MARKERS.values(), *names)}
    return {text: addresses for text, addresses in found.items() if addresses}


# The walk -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tie", READERS)
def test_everybody_around_the_child_finds_what_the_table_says_and_no_more(
    client: PageClient, plan: World, tie: str
) -> None:
    walked = walk(client, plan, plan.people[tie])

    assert walked.finds(MARKERS) == READERS[tie], shared_out(walked)
    assert len(walked.given) > 50


@pytest.mark.parametrize(
    "who",
    [*READERS, Role.FINANCE, Role.GOVERNOR, Role.ADMINISTRATOR],
)
def test_nobody_without_a_tie_to_the_child_finds_anything(client: PageClient, plan: World, who: str) -> None:
    walked = walk(client, plan, plan.strangers[who])

    assert not shared_out(walked, plan)


def test_nobody_finds_anything_signed_out(client: PageClient, plan: World) -> None:
    client.forget_cookies()
    client.get("/sign-in")
    walked = Walk(client, plan, LEAVES)
    walked.everywhere()

    assert not shared_out(walked, plan)


@pytest.mark.parametrize("tie", READERS)
def test_the_next_plan_tells_nobody_more_of_the_last_one(client: PageClient, plan: World, tie: str) -> None:
    """Carried forward, shown as last time, or told as history."""
    later = next_plan(plan)

    walked = walk(client, later, later.people[tie])

    assert walked.finds(MARKERS) == READERS[tie], shared_out(walked)
    assert any("/history/" in address for address in walked.given)


def test_the_table_has_a_row_for_everybody_and_all_that_is_hidden_is_found_by_somebody() -> None:
    assert set(READERS) == {str(tie) for tie in Tie} - {Tie.PARENT}
    assert set().union(*READERS.values()) == set(HIDDEN)


# A parent -----------------------------------------------------------------------------------------------


@pytest.fixture
def parent(plan: World) -> User:
    """The child has gone back to a parent today, from the foster home that wrote in the plan."""
    db.session.execute(update(Home).where(Home.child_id == plan.child.id).values(ends_on=clock.today()))
    household = HouseholdFactory(authority=plan.authority, kind="parent", name="Samira Belhadj")
    HomeFactory(child=plan.child, household=household, placement_code="P1", starts_on=clock.today())
    user = MembershipFactory(role=Role.CARER).user
    HouseholdMemberFactory(household=household, user=user)
    db.session.commit()
    return user  # type: ignore[no-any-return]


def test_a_parent_with_whom_the_child_lives_never_finds_what_the_foster_home_wrote(
    client: PageClient, plan: World, parent: User
) -> None:
    walked = walk(client, plan, parent)

    assert walked.finds(MARKERS) == {"lent", "everyone", "place", "agreed"}, shared_out(walked)


def test_the_foster_home_the_child_has_left_finds_nothing_any_more(
    client: PageClient, plan: World, parent: User
) -> None:
    walked = walk(client, plan, plan.people[Tie.CARER])

    assert not shared_out(walked, plan)


# What the child and the social worker widen -------------------------------------------------------------


def choose(client: PageClient, world: World, *people: User) -> None:
    """The child lets these people read the private answer, on its own page."""
    sign_in(client, world.people[Tie.YOUNG_PERSON])
    page = client.get(f"/peps/{world.pep.ref}/my-views/who_helps")
    sent = client.submit(page, {"sees~who_helps": ["some", *(u.id for u in people)]}, button="Next")
    assert sent.status == 303


@pytest.mark.parametrize("tie", [Tie.DESIGNATED_TEACHER, Tie.CARER])
def test_whom_the_child_chooses_finds_the_private_answer_and_only_that_one(
    client: PageClient, plan: World, tie: str
) -> None:
    choose(client, plan, plan.people[tie])

    walked = walk(client, plan, plan.people[tie])

    assert walked.finds(MARKERS) == READERS[tie] | {"private"}, shared_out(walked)


@pytest.mark.parametrize("tie", [Tie.SAFEGUARDING_LEAD, Tie.HEAD, Tie.CARER, Tie.TEAM_MANAGER])
def test_colleagues_of_whom_the_child_chooses_find_no_more_than_before(
    client: PageClient, plan: World, tie: str
) -> None:
    choose(client, plan, plan.people[Tie.DESIGNATED_TEACHER])

    walked = walk(client, plan, plan.people[tie])

    assert walked.finds(MARKERS) == READERS[tie], shared_out(walked)


def test_a_chosen_person_finds_nothing_once_their_tie_has_ended(client: PageClient, plan: World) -> None:
    teacher = plan.people[Tie.DESIGNATED_TEACHER]
    choose(client, plan, teacher)
    db.session.execute(
        update(Enrolment).where(Enrolment.child_id == plan.child.id).values(ends_on=clock.today())
    )
    db.session.commit()

    walked = walk(client, plan, teacher)

    assert not shared_out(walked, plan)


def test_a_chosen_person_finds_nothing_once_their_role_has_ended(client: PageClient, plan: World) -> None:
    carer = plan.people[Tie.CARER]
    choose(client, plan, carer)
    db.session.execute(update(Membership).where(Membership.user_id == carer.id).values(ends_on=clock.today()))
    db.session.commit()

    walked = walk(client, plan, carer)

    assert not shared_out(walked, plan)


@pytest.mark.parametrize(
    ("ticked", "tie", "also"),
    [
        ("school", Tie.DESIGNATED_TEACHER, True),
        ("school", Tie.SAFEGUARDING_LEAD, False),
        ("school", Tie.CARER, False),
        ("home", Tie.CARER, True),
        ("home", Tie.DESIGNATED_TEACHER, False),
        ("home", Tie.YOUNG_PERSON, False),
    ],
)
def test_a_narrowed_answer_is_found_by_those_the_social_worker_ticks_alone(
    client: PageClient, plan: World, ticked: str, tie: str, also: bool
) -> None:
    sign_in(client, plan.people[Tie.SOCIAL_WORKER])
    path = f"/peps/{plan.pep.ref}/sections/my_details"
    assert (
        client.submit(
            client.get(path), {"readers.life_story": ["", ticked]}, action=path, button="Save"
        ).status
        == 303
    )

    walked = walk(client, plan, plan.people[tie])

    assert walked.finds(MARKERS) == READERS[tie] | ({"narrowed"} if also else set()), shared_out(walked)


def test_a_narrowed_answer_is_found_by_nobody_more_once_the_tick_is_taken_away(
    client: PageClient, plan: World
) -> None:
    sign_in(client, plan.people[Tie.SOCIAL_WORKER])
    path = f"/peps/{plan.pep.ref}/sections/my_details"
    for ticked in (["", "home", "school"], [""]):
        client.submit(client.get(path), {"readers.life_story": ticked}, action=path, button="Save")

    walked = walk(client, plan, plan.people[Tie.DESIGNATED_TEACHER])

    assert walked.finds(MARKERS) == READERS[Tie.DESIGNATED_TEACHER], shared_out(walked)


# Lent for a time ----------------------------------------------------------------------------------------


def test_a_colleague_finds_nothing_once_the_section_is_no_longer_lent(
    client: PageClient, plan: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)

    walked = walk(client, plan, plan.people[Tie.DELEGATE])

    assert not shared_out(walked, plan)


# Beside the pages ---------------------------------------------------------------------------------------


def test_no_address_and_no_line_of_the_log_holds_what_was_written(
    client: PageClient, world: World, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs(processors=as_the_portal_logs()) as lines:
        plan = request.getfixturevalue("plan")
        walked = walk(client, plan, plan.people[Tie.SOCIAL_WORKER])

    assert walked.finds(MARKERS) == READERS[Tie.SOCIAL_WORKER]
    said = [*map(str, lines), *(record.getMessage() for record in caplog.records), *walked.given]
    assert [line for line in said if any(text in line for text in MARKERS.values())] == []


def test_when_saving_fails_the_log_says_where_but_not_what_was_written(
    client: PageClient,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sign_in(client, world.people[Tie.CARER])
    monkeypatch.setattr(saving, "signed_as", lambda _sheet, _role: None)  # the database will not take it

    with capture_logs(processors=as_the_portal_logs()) as lines:
        sent = client.htmx.post(
            f"/peps/{world.pep.ref}/sections/progress/draft",
            {"progress_views": text_of("everyone"), "page": "p1", "seen": "{}"},
            may_fail=True,
        )

    assert sent.status == 500
    assert [line["event"] for line in lines] == ["request failed"]
    assert "vsportal/peps/operations/saving.py" in str(lines)
    assert text_of("everyone") not in str(lines) + caplog.text + capsys.readouterr().err
    assert db.session.scalars(select(User.id)).first() is not None  # and the portal goes on
