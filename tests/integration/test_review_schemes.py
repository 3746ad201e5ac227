"""The head keeps the rating scheme: a draft, its forms, what it would have meant, a version that stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from tests.client import Page, PageClient
from tests.office import changes, tags, words
from tests.plans import sign_in
from tests.rated import finished, other_plans
from tests.world import World
from vsportal import clock
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import ReviewScheme
from vsportal.policy import Tie
from vsportal.reviews.schemes import ensure, in_force, scheme_of, starting

SCHEME = "/office/reviews/scheme"
DRAFT = f"{SCHEME}/draft"
SCHOOL = ("my_views", "my_education", "wellbeing", "progress", "attendance", "careers", "targets")


@pytest.fixture
def head(client: PageClient, world: World) -> PageClient:
    """The head of the child's Virtual School is signed in."""
    return sign_in(client, world.people[Tie.HEAD])


@pytest.fixture
def drafting(head: PageClient) -> PageClient:
    """The head, who has begun a draft."""
    head.post(f"{DRAFT}/new")
    return head


def change(client: PageClient, what: str, /, **typed: Any) -> Page:
    """Send one of the draft's forms with something typed into it."""
    page = client.get(f"{DRAFT}/{what}", follow=True)
    assert page.status == 200
    button = {"rules": "Save these rules"}.get(what, "")
    return client.submit(page, {k: words(v) for k, v in typed.items()}, button=button, follow=True)


def published(world: World) -> list[ReviewScheme]:
    rows = select(ReviewScheme).where(
        ReviewScheme.authority_id == world.authority.id, ReviewScheme.state == "published"
    )
    return list(db.session.scalars(rows.order_by(ReviewScheme.version)))


def draft(world: World) -> ReviewScheme | None:
    db.session.expire_all()
    return db.session.scalars(
        select(ReviewScheme).where(
            ReviewScheme.authority_id == world.authority.id, ReviewScheme.state == "draft"
        )
    ).first()


# Who, and what holds ------------------------------------------------------------------------------------


@pytest.mark.parametrize("tie", [Tie.ADVISER, Tie.DESIGNATED_TEACHER, Tie.BUSINESS_SUPPORT])
def test_only_the_head_finds_the_scheme(client: PageClient, world: World, tie: str) -> None:
    sign_in(client, world.people[tie])

    assert {client.get(path).status for path in (SCHEME, DRAFT, "/office/reviews/agreement")} == {404}


def test_the_starting_scheme_holds_and_looking_at_it_keeps_nothing(head: PageClient, world: World) -> None:
    page = head.get(SCHEME)

    assert "The portal’s starting scheme holds." in page.text
    assert "Green (good)" in page.text
    assert starting().sections[0].criteria.gold in page.text
    assert published(world) == []


def test_the_head_finds_it_from_the_office(head: PageClient) -> None:
    assert SCHEME in head.get("/office").links().values()


def test_one_who_needs_a_version_twice_gets_the_same(world: World) -> None:
    first, again = (ensure(world.authority.id, clock.today()) for _ in range(2))

    assert first.row is not None
    assert again.row is not None
    assert (first.row.id, first.row.version) == (again.row.id, 1)
    assert first.scheme == scheme_of(first.row) == starting()


def test_one_who_comes_second_in_a_race_gets_what_the_first_kept(world: World) -> None:
    kept = {
        "authority_id": world.authority.id,
        "version": 1,
        "state": "published",
        "starts_on": clock.today() + timedelta(days=1),
        "body": starting().model_dump(mode="json"),
        "published_at": clock.now(),
    }
    db.session.execute(insert(ReviewScheme).values(**kept))

    found = ensure(world.authority.id, clock.today())

    assert found.row is not None
    assert db.session.scalar(select(func.count()).select_from(ReviewScheme)) == 1


# The draft ----------------------------------------------------------------------------------------------


def test_a_draft_begins_as_what_holds_and_binds_nobody(drafting: PageClient, world: World) -> None:
    change(drafting, "words", gold="Shining")

    row = draft(world)
    assert row is not None
    assert (row.version, scheme_of(row).word("gold")) == (2, "Shining")
    assert in_force(world.authority.id, clock.today()).scheme.word("gold") == "Gold (outstanding)"
    assert {"admin:scheme:drafted", "admin:scheme:changed"} <= tags()
    assert [(line["label"], line["new"]) for line in changes("admin:scheme:changed")] == [
        ("Word for gold", "Shining")
    ]


def test_a_second_begin_goes_on_with_the_same_draft(drafting: PageClient, world: World) -> None:
    drafting.post(f"{DRAFT}/new")

    row = draft(world)
    assert row is not None
    assert row.version == 2


def test_criteria_of_a_section_are_changed_and_a_section_can_be_left_out(
    drafting: PageClient, world: World
) -> None:
    change(drafting, "sections/targets", gold="Each target is a joy to read.", counts="")
    page = drafting.get(f"{DRAFT}/sections/careers", follow=True)
    without = page.form().fields()
    without.poplist("rated")
    drafting.post(page.form().action, without)

    row = draft(world)
    assert row is not None
    kept = scheme_of(row)
    targets = kept.sect("targets")
    assert targets is not None
    assert (targets.criteria.gold, targets.criteria.red) == (
        "Each target is a joy to read.",
        starting().sect("targets").criteria.red,  # type: ignore[union-attr]
    )
    assert kept.sect("careers") is None
    assert "careers" in kept.not_rated


def test_a_section_nobody_rated_can_be_taken_in(drafting: PageClient, world: World) -> None:
    typed = dict.fromkeys(("gold", "green", "amber", "red"), "What a reviewer sees.")
    change(drafting, "sections/meeting", rated="yes", rated_with="school", **typed)

    row = draft(world)
    assert row is not None
    assert scheme_of(row).sect("meeting") is not None
    assert "meeting" not in scheme_of(row).not_rated


def test_what_ratings_do_is_set(drafting: PageClient, world: World) -> None:
    typed = {
        "blocks_sign_off_amber": "yes",
        "blocks_funding_red": "yes",
        "late_care_at_best_amber": "yes",
        "second_percent": "25",
    }
    change(drafting, "effects", **typed)

    row = draft(world)
    assert row is not None
    kept = scheme_of(row)
    assert (kept.blocks_sign_off, kept.blocks_funding) == (("amber", "red"), ("red",))
    assert (kept.late_care_at_best_amber, kept.second_percent) == (True, 25)


def test_the_rule_is_typed_line_by_line_or_begun_from_one_of_ours(drafting: PageClient, world: World) -> None:
    page = change(drafting, "rules", gives_4="amber", at_least_4="60", unit_4="percent", of_4="green")
    assert (
        "Amber (requires improvement) when at least 60% of sections are Green (good) or better" in page.text
    )

    page = drafting.get(f"{DRAFT}/rules", follow=True)
    drafting.submit(page, button="More than one red section makes the part red", follow=True)

    row = draft(world)
    assert row is not None
    assert scheme_of(row).roll_up.rules[0].at_least == 2


@pytest.mark.parametrize(
    ("what", "typed", "field", "said"),
    [
        ("words", {"red": ""}, "red", "Enter the word for the last rating"),
        ("words", {"gold": "x" * 61}, "gold", "Shorten this to 60 characters"),
        ("effects", {"second_percent": "101"}, "second_percent", "a whole number from 0 to 100"),
        ("effects", {"second_percent": "½"}, "second_percent", "a whole number from 0 to 100"),
        ("sections/targets", {"gold": "x" * 1001}, "gold", "Shorten this to 1000 characters"),
        ("rules", {"gives_4": "red", "at_least_4": "0"}, "at_least_4", "Rule 4: enter a whole number"),
        ("rules", {"gives_4": "purple"}, "gives_4", "Select one from the list"),
    ],
)
def test_what_will_not_do_is_said_at_its_question_and_nothing_is_kept(
    drafting: PageClient, what: str, typed: dict[str, str], field: str, said: str
) -> None:
    page = change(drafting, what, **typed)

    assert page.status == 422
    assert said in page.one(f"#{field}-error").get_text()
    assert page.errors()
    kept = db.session.scalars(select(ReviewScheme).where(ReviewScheme.state == "draft")).one()
    assert scheme_of(kept) == starting()


def test_two_heads_do_not_overwrite_each_other(drafting: PageClient, world: World) -> None:
    mine = drafting.get(f"{DRAFT}/words", follow=True)
    change(drafting, "words", red="Hers")

    page = drafting.submit(mine, {"gold": "Mine"})

    assert page.status == 422
    assert "Somebody else changed the draft meanwhile." in page.errors()[0]
    row = draft(world)
    assert row is not None
    assert (scheme_of(row).word("gold"), scheme_of(row).word("red")) == ("Gold (outstanding)", "Hers")


def test_a_draft_given_up_is_gone_and_what_holds_stays(drafting: PageClient, world: World) -> None:
    change(drafting, "drop")

    assert draft(world) is None
    assert "admin:scheme:dropped" in tags()
    assert drafting.get(DRAFT).status == 404
    assert [row.version for row in published(world)] == [1]


# Publishing ---------------------------------------------------------------------------------------------


def test_a_published_version_holds_from_its_day_and_never_changes(drafting: PageClient, world: World) -> None:
    change(drafting, "words", gold="Shining")
    soon = clock.today() + timedelta(days=7)
    page = change(drafting, "publish", starts_on=soon)
    assert "The scheme holds from" in page.notices()[0]
    assert "To come" in page.text

    kept = dict(published(world)[1].body)
    drafting.post(f"{DRAFT}/new")
    change(drafting, "words", gold="Better still", red="Hm")

    db.session.expire_all()
    assert published(world)[1].body == kept
    assert in_force(world.authority.id, clock.today()).scheme.word("gold") == "Gold (outstanding)"
    assert in_force(world.authority.id, soon).scheme.word("gold") == "Shining"
    version = drafting.get(f"{SCHEME}/versions/{published(world)[1].ref}")
    assert "It does not change any more." in version.text
    assert not version.soup.select("main form")


@pytest.mark.parametrize(
    ("days", "said"), [(-1, "Enter a day from today on"), (3, "Another version starts on")]
)
def test_a_version_does_not_start_in_the_past_or_before_one_to_come(
    drafting: PageClient, world: World, days: int, said: str
) -> None:
    change(drafting, "publish", starts_on=clock.today() + timedelta(days=7))
    drafting.post(f"{DRAFT}/new")

    page = change(drafting, "publish", starts_on=clock.today() + timedelta(days=days))

    assert page.status == 422
    assert said in page.one("#starts_on-error").get_text()
    assert draft(world) is not None


def test_a_draft_at_fault_is_not_published_and_says_why(drafting: PageClient, world: World) -> None:
    change(drafting, "sections/targets", amber="")

    assert "has no criterion for Amber" in drafting.get(DRAFT).one("#faults").parent.get_text()  # type: ignore[union-attr]
    page = change(drafting, "publish")
    assert page.status == 422
    assert "“My targets” has no criterion" in page.errors()[0]
    assert len(published(world)) == 1


def test_what_last_term_would_have_come_to_is_shown_without_a_name(
    drafting: PageClient, world: World
) -> None:
    finished(world, {**dict.fromkeys(SCHOOL, "green"), "targets": "red"}, overall="red")
    finished(world, dict.fromkeys(SCHOOL, "gold"), overall="gold", pep=other_plans(world, 1)[0])
    page = drafting.get(f"{DRAFT}/rules", follow=True)

    page = drafting.submit(page, button="More than one red section makes the part red", follow=True)

    assert "2 reviews of" in page.text
    assert "1 would come to something else. 0 would keep a plan from being signed off; 1 did." in page.text
    rows = [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in trial_rows(page)]
    assert rows == [
        ["Gold (outstanding)", "Gold (outstanding)", "1"],
        ["Red (inadequate)", "Amber (requires improvement) Changes", "1"],
    ]
    assert world.child.first_name not in page.text


def trial_rows(page: Page) -> list[Any]:
    return page.soup.select("table[aria-labelledby=trial] tbody tr")


def test_a_draft_costs_as_many_statements_for_thirty_reviews_as_for_one(
    drafting: PageClient, world: World
) -> None:
    def cost() -> int:
        drafting.get(DRAFT)
        with statements(db.engine) as seen:
            assert drafting.get(DRAFT).status == 200
        return len(seen)

    finished(world, dict.fromkeys(SCHOOL, "green"))
    one = cost()
    for pep in other_plans(world, 29):
        finished(world, {"targets": "gold"}, overall="gold", pep=pep)

    assert cost() == one <= 12
