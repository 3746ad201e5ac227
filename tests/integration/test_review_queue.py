"""The review queue: what waits for whom, by when, what went back; and rating a finished part again, blind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.client import Page, PageClient
from tests.factories import ChildFactory, PepFactory, PepPartFactory
from tests.plans import events, part_of, sign_in
from tests.reviewing import SCHOOL, by, part_at, ratings_of, reviewed, sent
from tests.world import World
from vsportal import clock
from vsportal.database import statements
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.filters import weekday
from vsportal.models import PartState, Rating, Review, ReviewScheme
from vsportal.policy import Tie
from vsportal.reviews import operations
from vsportal.reviews.operations import Said
from vsportal.settled import working_day

MOST_STATEMENTS = 9


def queue(client: PageClient, world: World, tie: str = Tie.ADVISER, number: int = 1) -> Page:
    """The queue as a person of the world sees it."""
    sign_in(client, world.people[tie])
    return client.get(f"/reviews?page={number}")


def groups(page: Page) -> dict[str, list[str]]:
    """Heading → the rows under it, in words."""
    return {
        section.h2.get_text(strip=True): [
            " ".join(row.get_text(" ").split()) for row in section.select("tbody tr")
        ]
        for section in page.soup.select("section.vs-part")
        if section.h2
    }


def more_parts(world: World, how_many: int, *, state: str = PartState.SUBMITTED) -> None:
    """Parts of other children of the authority that were sent."""
    for n in range(how_many):
        child = ChildFactory(authority=world.authority)
        pep = PepFactory(child=child)
        PepPartFactory(pep=pep, state=state, submitted_at=clock.now() - timedelta(days=n % 30))
    db.session.commit()


# The queue --------------------------------------------------------------------------------------------------


def test_an_empty_queue_says_so(client: PageClient, world: World) -> None:
    assert "No part waits for a review." in queue(client, world).text


def test_ones_own_children_come_first_and_everybody_sees_the_rest(client: PageClient, world: World) -> None:
    sent(world)
    more_parts(world, 1)
    mine = groups(queue(client, world, Tie.ALLOCATED_ADVISER))
    theirs = groups(queue(client, world, Tie.ADVISER))

    assert list(mine) == ["Waiting for you", "Waiting for any of you"]
    assert mine["Waiting for you"][0].startswith("Amira Belhadj")
    assert list(theirs) == ["Waiting for any of you"]
    assert len(theirs["Waiting for any of you"]) == 2


def test_a_part_is_due_working_days_after_it_was_sent_and_late_after_that(
    client: PageClient, world: World
) -> None:
    sent(world)
    due = working_day(clock.today(), 10)
    row = groups(queue(client, world))["Waiting for any of you"][0]
    assert weekday(due) in row
    part_of(world, "school").submitted_at = clock.now() - timedelta(days=30)
    page = queue(client, world)

    late = working_day(clock.today() - timedelta(days=30), 10)
    assert f"{(clock.today() - late).days} days late" in page.text
    assert page.soup.select("tr.vs-list__late")


def test_the_longest_waiting_comes_first(client: PageClient, world: World) -> None:
    more_parts(world, 5)
    shown = groups(queue(client, world))["Waiting for any of you"]
    oldest = clock.local(clock.now() - timedelta(days=4))

    assert f" {oldest.day} " in shown[0]


def test_who_reviews_what_is_under_way_and_ones_own_is_gone_on_with(client: PageClient, world: World) -> None:
    sent(world)
    at = part_at(world, Tie.ADVISER)
    operations.begin_review(at, by(at))
    db.session.commit()
    mine, theirs = queue(client, world), queue(client, world, Tie.HEAD)

    assert list(groups(mine)) == ["You are reviewing"]
    assert any(words.startswith("Go on") for words in mine.links())
    assert world.people[Tie.ADVISER].name in groups(theirs)["Somebody else is reviewing"][0]


def test_what_one_wrote_is_for_somebody_else(client: PageClient, world: World) -> None:
    sent(world)
    world.section("targets").completed_by_id = world.people[Tie.ADVISER].id
    page = queue(client, world)

    assert list(groups(page)) == ["For somebody else: you wrote in it"]
    assert page.soup.select("form[action*='/review/begin']") == []
    assert list(groups(queue(client, world, Tie.HEAD))) == ["Waiting for any of you"]


def test_what_went_back_says_for_whom_it_waits(client: PageClient, world: World) -> None:
    sent(world)
    reviewed(world, back={"targets": "No measure."})
    row = groups(queue(client, world))["Sent back"][0]

    assert f"Waiting for {world.people[Tie.DESIGNATED_TEACHER].name}: “My targets”" in row


def test_a_press_in_the_queue_begins_the_review(client: PageClient, world: World) -> None:
    sent(world)
    page = queue(client, world)
    button = page.one("form[action*='/review/begin'] button").get_text()
    landed = client.submit(page, button=" ".join(button.split()), follow=True)

    assert landed.one("#review-rating")
    assert part_at(world, Tie.ADVISER).is_mine


def test_the_queue_shows_no_other_authoritys_children_and_none_whose_sight_ended(
    client: PageClient, world: World
) -> None:
    sent(world)
    page = queue(client, world.other)  # type: ignore[arg-type]

    assert "Amira" not in page.text
    assert client.get("/reviews?page=0").status == 404
    assert client.get("/reviews?page=x").status == 404


def test_the_queue_costs_the_same_for_1_and_60_parts_and_has_pages_of_50(
    client: PageClient, world: World
) -> None:
    sent(world)
    reviewed(world, back={"targets": "No measure."})
    more_parts(world, 1)
    costs = []
    for more in (0, 59):
        more_parts(world, more)
        queue(client, world)
        with statements(db.engine) as seen:
            page = client.get("/reviews", bare=True)
        costs.append(len(seen))

    assert costs[1] <= costs[0] <= MOST_STATEMENTS
    assert len(page.soup.select("tbody tr")) == 50
    assert "Page 1 of 2" in page.text
    assert len(queue(client, world, number=2).soup.select("tbody tr")) == 11


# A second, blind rating -------------------------------------------------------------------------------------

FIRST_WORDS = "Feedback on targets."


def draw_all(world: World) -> None:
    """Every finished review is drawn for a second rating."""
    row = db.session.scalars(
        select(ReviewScheme).where(ReviewScheme.authority_id == world.authority.id)
    ).one()
    row.body = {**row.body, "second_percent": 100}
    db.session.commit()


def test_a_second_rater_sees_nothing_of_the_first_and_moves_nothing(client: PageClient, world: World) -> None:
    sent(world)
    first = reviewed(world, Tie.ADVISER, ratings=dict.fromkeys(SCHOOL, "red"))
    draw_all(world)
    page = queue(client, world, Tie.HEAD)
    button = " ".join(page.one("form[action*='/second-rating/begin'] button").get_text().split())
    page = client.submit(page, button=button, follow=True)
    walked = [page]
    for section in SCHOOL:
        walked.append(client.get(f"/peps/{world.pep.ref}/second-rating?part=school&section={section}"))
        name = {"review-rating": "green"}
        walked.append(
            client.submit(walked[-1], name, action=f"/peps/{world.pep.ref}/second-rating", follow=True)
        )
    walked.append(client.get(f"/peps/{world.pep.ref}/review?part=school", follow=True))
    walked += [client.get(f"/peps/{world.pep.ref}"), client.get(f"/peps/{world.pep.ref}/sections/targets")]
    for one in walked:
        assert "Feedback on" not in one.text
        assert "Note on" not in one.text
        assert one.soup.select(".vs-rail .vs-rated--red, .vs-panel--quiet .vs-rated--red") == []
    page = client.get(f"/peps/{world.pep.ref}/second-rating/finish?part=school")
    page = client.submit(page, button="Finish the second rating", follow=True)

    assert page.notices() == ["Your second rating is kept. Nobody who was rated sees it."]
    second = db.session.scalars(select(Review).where(Review.kind == "second")).one()
    assert (second.state, second.overall, second.reviewer_id) == (
        "finished",
        "green",
        world.people[Tie.HEAD].id,
    )
    assert {r[0] for r in ratings_of(second).values()} == {"green"}
    assert (first.overall, part_of(world, "school").state) == ("red", PartState.REVIEWED)
    assert len(events(world, "pep:part:reviewed")) == 1


def test_nobody_who_wrote_or_rated_the_part_rates_it_again(client: PageClient, world: World) -> None:
    sent(world)
    world.section("targets").completed_by_id = world.people[Tie.ALLOCATED_ADVISER].id
    reviewed(world, Tie.ADVISER)
    draw_all(world)
    for tie in (Tie.ADVISER, Tie.ALLOCATED_ADVISER):
        assert "second time, blind" not in queue(client, world, tie).text
        assert client.post(f"/peps/{world.pep.ref}/second-rating/begin?part=school").status == 403
        assert client.get(f"/peps/{world.pep.ref}/second-rating?part=school").status == 403
    assert "second time, blind" in queue(client, world, Tie.HEAD).text


def test_a_second_rating_begins_when_the_first_is_finished_and_sends_nothing_back(world: World) -> None:
    sent(world)
    at = part_at(world, Tie.HEAD, kind="second")
    with pytest.raises(OperationError, match="once its review is finished"):
        operations.begin_second(at, by(at))
    reviewed(world, Tie.ADVISER)
    at = part_at(world, Tie.HEAD, kind="second")
    operations.begin_second(at, by(at))
    at = part_at(world, Tie.HEAD, kind="second")

    with pytest.raises(OperationError, match="sends nothing back"):
        operations.rate(at, by(at), "targets", Said(Rating.RED, returned=True, reason="No."))


def test_a_second_rating_is_on_no_page_of_those_who_were_rated(client: PageClient, world: World) -> None:
    sent(world)
    reviewed(world, Tie.ADVISER)
    reviewed(world, Tie.HEAD, ratings=dict.fromkeys(SCHOOL, "red"), kind="second")
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    for path in ("", "/sections/targets"):
        assert client.get(f"/peps/{world.pep.ref}{path}").soup.select(".vs-rated--red") == []
