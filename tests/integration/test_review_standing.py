"""How a plan's parts stand, what that blocks, how far raters agree, and what facts suggest to a reviewer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.client import PageClient
from tests.factories import MembershipFactory
from tests.plans import part_of, sign_in
from tests.rated import finished, other_plans
from tests.world import World
from tests.young import keep
from vsportal import clock
from vsportal.audit import SYSTEM
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import Rating, Role
from vsportal.peps.loading import Plan, load_plan
from vsportal.policy import Tie
from vsportal.reviews import scheme_keeping
from vsportal.reviews.findings import Finding, findings_for
from vsportal.reviews.schemes import starting
from vsportal.reviews.standing import may_be_signed_off, standing

AGREEMENT = "/office/reviews/agreement"


# How parts stand ----------------------------------------------------------------------------------------


def test_a_part_nobody_has_reviewed_stands_nowhere(world: World) -> None:
    assert standing(world.pep.id) == {}
    assert may_be_signed_off(world.pep.id) == []


def test_the_latest_finished_review_of_each_part_counts_and_a_second_rating_never(world: World) -> None:
    finished(world, {}, overall="red")
    finished(world, {}, overall="gold", times=2)
    finished(world, {}, overall="red", times=2, kind="second", by=world.people[Tie.HEAD])
    finished(world, {}, overall="amber", part="care")

    with statements(db.engine) as seen:
        found = standing(world.pep.id)

    assert {part: each.word for part, each in found.items()} == {
        "school": "Gold (outstanding)",
        "care": "Amber (requires improvement)",
    }
    assert len(seen) == 1


def test_a_red_part_keeps_the_plan_from_being_signed_off_unless_it_is_named_as_missing(world: World) -> None:
    finished(world, {}, overall="red", part="care")

    assert may_be_signed_off(world.pep.id) == [
        "Social care’s part is rated “Red (inadequate)”. Send sections back to be put right first."
    ]
    assert may_be_signed_off(world.pep.id, without="care") == []


def test_a_rating_blocks_by_the_scheme_it_was_given_under(world: World) -> None:
    finished(world, {}, overall="amber")
    stricter = starting().model_copy(update={"blocks_sign_off": (Rating.AMBER, Rating.RED)})
    scheme_keeping.publish(SYSTEM, world.authority.id, stricter, clock.today())

    assert may_be_signed_off(world.pep.id) == []
    finished(world, {}, overall="amber", times=2)
    assert len(may_be_signed_off(world.pep.id)) == 1


def test_only_the_schools_rating_makes_money_wait(world: World) -> None:
    waits = starting().model_copy(update={"blocks_funding": (Rating.RED,)})
    scheme_keeping.publish(SYSTEM, world.authority.id, waits, clock.today())
    finished(world, {}, overall="red")
    finished(world, {}, overall="red", part="care")

    assert {part: each.blocks_funding for part, each in standing(world.pep.id).items()} == {
        "school": True,
        "care": False,
    }


# How far raters agree -----------------------------------------------------------------------------------


def rated_twice(world: World, pairs: list[tuple[str, str]], section: str = "targets") -> None:
    """A plan for each pair, with a review and a blind second rating of the section."""
    for pep, (first, second) in zip(other_plans(world, len(pairs)), pairs, strict=True):
        finished(world, {section: first}, pep=pep)
        finished(world, {section: second}, pep=pep, kind="second", by=world.people[Tie.HEAD])


def lines(client: PageClient, world: World) -> list[list[str]]:
    """The table of the page, as the head reads it."""
    sign_in(client, world.people[Tie.HEAD])
    page = client.get(AGREEMENT)
    assert page.status == 200
    assert world.child.first_name not in page.text
    rows = page.soup.select("main tbody tr")
    return [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in rows]


def test_nothing_rated_twice_is_said_and_not_an_empty_table(client: PageClient, world: World) -> None:
    finished(world, {"targets": "green"})

    assert lines(client, world) == []
    assert "No plan has been rated twice yet." in client.get(AGREEMENT).text


def test_agreement_is_shown_by_section_with_its_interval_and_in_words(
    client: PageClient, world: World
) -> None:
    rated_twice(world, [("gold", "gold")] * 4 + [("red", "red")] * 4 + [("gold", "red"), ("red", "gold")])
    rated_twice(world, [("green", "green")] * 6, "my_views")
    rated_twice(world, [("green", "red")], "summary")

    assert lines(client, world) == [
        [
            "My views",
            "6",
            "6",
            "–",
            "–",
            "Both gave the same rating every time, so chance cannot be told apart.",
        ],
        [
            "My targets",
            "10",
            "8",
            "0.60",
            "0.10 and 1.00",
            "They agree well. So few plans say little.",
        ],
        ["What we agreed", "1", "0", "–", "–", "Too few plans were rated twice."],
    ]


def test_a_second_rating_is_held_against_its_own_round_and_only_once_it_is_finished(
    client: PageClient, world: World
) -> None:
    finished(world, {"targets": "red"})
    finished(world, {"targets": "green"}, times=2)
    finished(world, {"targets": "green"}, times=2, kind="second", by=world.people[Tie.HEAD])
    still = finished(world, {"targets": "red"}, times=1, kind="second", by=world.people[Tie.HEAD])
    still.state, still.ended_at, still.overall, still.derived = "under_way", None, "", ""
    db.session.commit()

    assert [row[:3] for row in lines(client, world)] == [["My targets", "1", "1"]]


def test_another_authoritys_ratings_are_not_in_it(client: PageClient, world: World) -> None:
    rated_twice(world, [("gold", "gold")])
    elsewhere = MembershipFactory(role=Role.HEAD, authority=world.other.authority).user
    db.session.commit()

    sign_in(client, elsewhere)

    assert "No plan has been rated twice yet." in client.get(AGREEMENT).text


def test_the_page_costs_the_same_for_one_pair_and_for_thirty(client: PageClient, world: World) -> None:
    rated_twice(world, [("gold", "gold")])
    lines(client, world)
    with statements(db.engine) as one:
        client.get(AGREEMENT)
    rated_twice(world, [("gold", "red")] * 30)
    with statements(db.engine) as many:
        client.get(AGREEMENT)

    assert len(many) == len(one) <= 8


# What facts suggest -------------------------------------------------------------------------------------


def plan_as(world: World, tie: str) -> Plan:
    found = load_plan(world.actor(tie), world.pep.ref)
    assert found is not None
    return found


def said(world: World, section: str, part: str = "school", tie: str = Tie.ADVISER) -> list[Finding]:
    return list(findings_for(plan_as(world, tie), part).get(section, ()))


def test_words_that_the_child_keeps_from_the_reviewer_are_no_finding(world: World) -> None:
    keep(world, {"who_helps": "Qzx my aunt Xzq"}, {"who_helps": [world.people[Tie.SOCIAL_WORKER].id]})

    adviser, worker = said(world, "my_views"), said(world, "my_views", tie=Tie.SOCIAL_WORKER)

    assert [f.sentence for f in adviser] == ["There are no words of the child here that you may read."]
    assert [f.ok for f in worker] == [True]


@pytest.mark.parametrize(("days", "ok"), [(-1, True), (0, True), (1, False)])
def test_details_completed_by_the_day_of_the_meeting_are_in_time(world: World, days: int, ok: bool) -> None:
    meeting = clock.today() - timedelta(days=5)
    world.pep.meeting_on = meeting
    details, part = world.section("my_details"), part_of(world, "care")
    details.status, details.completed_at = "complete", clock.now() + timedelta(days=days - 5)
    details.due_on = world.section("summary").due_on = clock.today()
    part.submitted_at = clock.now()
    db.session.commit()

    assert all(f.ok for f in said(world, "", "care")) is ok


def test_findings_cost_the_same_for_a_full_plan_as_for_an_empty_one(world: World) -> None:
    def cost() -> int:
        plan = plan_as(world, Tie.ADVISER)
        with statements(db.engine) as seen:
            findings_for(plan, "school")
        return len(seen)

    empty = cost()
    row = world.section("targets")
    row.answers = {f"targets.r{n}.outcome": f"Target {n}" for n in range(8)}
    keep(world, {"going_well": "Art", "hard": "Maths"})

    assert cost() == empty <= 5


# While writing ------------------------------------------------------------------------------------------

LOOKS_FOR = "What the Virtual School looks for"


def test_whoever_writes_a_part_sees_what_each_grade_takes(client: PageClient, world: World) -> None:
    words = starting().sect("progress")
    assert words is not None

    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    page = client.get(f"/peps/{world.pep.ref}/sections/progress")

    assert LOOKS_FOR in page.text
    assert words.criteria.gold in page.text


@pytest.mark.parametrize(
    ("tie", "section"),
    [
        (Tie.SOCIAL_WORKER, "progress"),
        (Tie.DELEGATE, "progress"),
        (Tie.CARER, "at_home"),
        (Tie.DESIGNATED_TEACHER, "my_views"),
    ],
)
def test_nobody_else_is_told_on_the_sections_page(
    client: PageClient, world: World, tie: str, section: str
) -> None:
    sign_in(client, world.people[tie])
    page = client.get(f"/peps/{world.pep.ref}/sections/{section}")

    assert page.status == 200
    assert LOOKS_FOR not in page.text
