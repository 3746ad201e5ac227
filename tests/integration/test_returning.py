"""Sending sections back: they alone open again, for their owners; and what was rated stays as it was."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from tests.client import PageClient
from tests.factories import MembershipFactory
from tests.plans import draft, events, part_of, path_of, sign_in
from tests.reviewing import (
    SCHOOL,
    by,
    page_of,
    part_at,
    rate,
    ratings_of,
    reviewed,
    send_again,
    sent,
    start,
)
from tests.world import World
from vsportal.editions.answers import mark
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.messages.telling import gives_away
from vsportal.models import Mail, PartState, PepSection, Review, Role, SectionRating, SectionState
from vsportal.policy import Tie
from vsportal.reviews import operations
from vsportal.reviews.operations import Said
from vsportal.workflow import Act, apply

WHY = {"targets": "The second target has no measure.", "careers": "No date for the visit."}


# Sending back ---------------------------------------------------------------------------------------------


def test_chosen_sections_go_back_with_reasons_and_the_part_with_them(
    client: PageClient, world: World
) -> None:
    sent(world)
    start(client, world)
    page = page_of(client, world, Tie.ADVISER, section="targets")
    rate(client, page, "amber", returned="y", reason=WHY["targets"])
    page = client.get(f"/peps/{world.pep.ref}/review/finish?part=school")
    assert "1 section marked to go back" in page.text
    page = client.submit(page, button="Send 1 section back", follow=True)

    assert page.notices() == ["“My targets” went back. Whoever wrote it is told."]
    assert part_of(world, "school").state == PartState.RETURNED
    back = db.session.scalars(select(PepSection.section_id).where(PepSection.returned)).all()
    assert back == ["targets"]
    assert world.section("targets").status == SectionState.IN_PROGRESS
    assert [e.tag for e in events(world, "pep:section:returned", "pep:part:returned")] == [
        "pep:section:returned",
        "pep:part:returned",
    ]


def test_a_part_with_sections_marked_to_go_back_is_not_finished(client: PageClient, world: World) -> None:
    sent(world)
    at = part_at(world, Tie.ADVISER)
    operations.begin_review(at, by(at))
    for section in SCHOOL:
        at = part_at(world, Tie.ADVISER)
        back = section == "targets"
        operations.rate(at, by(at), section, Said("green", returned=back, reason="Why." if back else ""))
    db.session.commit()
    sign_in(client, world.people[Tie.ADVISER])
    page = client.post(f"/peps/{world.pep.ref}/review/finish?part=school", follow=True)

    assert page.notices() == ["Sections are marked to go back. Send them back, or take the marks away."]
    assert part_of(world, "school").state == PartState.SUBMITTED


def test_a_section_that_is_open_meanwhile_is_not_sent_back_and_nothing_moves(world: World) -> None:
    sent(world)
    at = part_at(world, Tie.ADVISER)
    operations.begin_review(at, by(at))
    for section, why in WHY.items():
        at = part_at(world, Tie.ADVISER)
        operations.rate(at, by(at), section, Said("amber", returned=True, reason=why))
    apply(db.session, world.section("careers"), Act.REOPEN)
    at = part_at(world, Tie.ADVISER)

    with pytest.raises(OperationError, match="Only a complete section of this part"):
        operations.send_back(at, by(at))
    assert world.section("targets").status == SectionState.COMPLETE
    assert part_of(world, "school").state == PartState.SUBMITTED


def test_returned_sections_alone_open_again_for_their_owner(client: PageClient, world: World) -> None:
    sent(world)
    reviewed(world, back={"targets": WHY["targets"]})
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])

    assert client.get(path_of(world, "targets")).soup.select("form#section")
    assert "not this section" in client.get(path_of(world, "careers")).text
    assert draft(client, world, {"careers_views": "x"}, section="careers").status == 409
    sign_in(client, world.people[Tie.CARER])
    assert client.get(path_of(world, "targets")).soup.select("[name=act][value=complete]") == []


def test_the_owner_reads_the_reason_first_and_others_are_told_nothing_of_it(
    client: PageClient, world: World
) -> None:
    sent(world)
    reviewed(world, back={"targets": WHY["targets"]})
    for tie, told in (
        (Tie.DESIGNATED_TEACHER, True),
        (Tie.HEAD, True),
        (Tie.SOCIAL_WORKER, False),
        (Tie.CARER, False),
        (Tie.YOUNG_PERSON, False),
    ):
        sign_in(client, world.people[tie])
        page = client.get(path_of(world, "targets"))
        plan = client.get(f"/peps/{world.pep.ref}")
        notice = page.soup.select_one(".vs-notice--returned")

        assert bool(notice) == told, tie
        assert (WHY["targets"] in page.text) == told, tie
        assert ("Returned" in plan.text) == told, tie
        assert ("back, with reasons" in plan.text) == told, tie


def test_two_who_mend_a_returned_section_overwrite_nothing_of_each_other(
    client: PageClient, world: World
) -> None:
    sent(world)
    reviewed(world, back={"progress": "Say more."})
    deputy = MembershipFactory(role=Role.DESIGNATED_TEACHER, school=world.school).user
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    first = draft(client, world, {"achievements": "Swam fifty metres."}, page="one")
    sign_in(client, deputy)
    stale = json.dumps({"achievements": mark(None)})
    second = client.htmx.post(
        path_of(world, "progress", "draft"), {"achievements": "Sang a solo.", "page": "two", "seen": stale}
    )

    assert first.status == 200
    assert second.status == 409
    assert world.section("progress").answers["achievements"] == "Swam fifty metres."


def test_each_who_owns_what_went_back_gets_one_mail_that_names_nobody(world: World) -> None:
    sent(world)
    reviewed(world, back=WHY)
    mails = db.session.scalars(select(Mail)).all()

    assert [m.to_user_id for m in mails] == [world.people[Tie.DESIGNATED_TEACHER].id]
    assert mails[0].subject == "Something to write is waiting"
    assert gives_away(mails[0].body, world.child, [world.school.name]) == ""


# Coming again ---------------------------------------------------------------------------------------------


def test_what_came_again_is_another_round_and_only_what_went_back_is_rated_anew(
    client: PageClient, world: World
) -> None:
    sent(world)
    first = reviewed(world, ratings={"targets": "amber", "progress": "gold"}, back=WHY)
    send_again(world)
    page = start(client, world, Tie.HEAD)
    assert "5 ratings of last time still stand to be confirmed" in page.text
    rail = page.one(".vs-rail").get_text(" ", strip=True)
    assert "My progress Gold to confirm" in " ".join(rail.split())
    page = client.submit(page, button="Confirm them all", follow=True)
    assert "2 sections still to rate" in page.text
    at = part_at(world, Tie.HEAD)

    assert at.under_way is not None
    assert (first.round, at.under_way.review.round) == (1, 2)
    assert [s.id for s in at.unrated] == ["careers", "targets"]
    assert at.rating_of("progress") == "gold"
    targets = client.get(f"/peps/{world.pep.ref}/review?part=school&section=targets")
    assert WHY["targets"] in targets.one(".vs-before").get_text()


def test_a_part_is_sent_again_once_what_went_back_is_complete(client: PageClient, world: World) -> None:
    sent(world)
    reviewed(world, back={"targets": WHY["targets"]})
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    refused = client.post(f"/peps/{world.pep.ref}/parts/school/submit", follow=True)
    assert refused.notices() == ["Complete “My targets” first."]
    row = world.section("targets")
    send_again(world)

    assert row.returned is False or row.status == SectionState.COMPLETE
    assert part_of(world, "school").state == PartState.SUBMITTED


def test_what_was_rated_is_the_same_to_the_letter_after_every_later_round(world: World) -> None:
    sent(world)
    first = reviewed(world, ratings={"targets": "red"}, back=WHY)
    before = (ratings_of(first), first.state, first.ended_at, first.overall)
    send_again(world)
    second = reviewed(world, Tie.HEAD, ratings={"targets": "gold"})
    after_second = ratings_of(second), second.overall
    third = reviewed(
        world, Tie.ALLOCATED_ADVISER, ratings={"targets": "amber"}, back={"targets": "Once more."}
    )
    db.session.expire_all()

    assert (ratings_of(first), first.state, first.ended_at, first.overall) == before
    assert (ratings_of(second), second.overall) == after_second
    assert (second.round, third.round) == (2, 3)
    assert part_of(world, "school").state == PartState.RETURNED


@pytest.mark.parametrize("state", ["returned", "finished"])
def test_a_review_that_ended_is_not_rated_sent_back_or_finished_again(world: World, state: str) -> None:
    sent(world)
    reviewed(world, back=WHY if state == "returned" else None)
    kept = {r.section_id: r.rating for r in db.session.scalars(select(SectionRating))}
    at = part_at(world, Tie.ADVISER)
    for refused in (
        lambda: operations.rate(at, by(at), "targets", Said("red")),
        lambda: operations.send_back(at, by(at)),
        lambda: operations.finish(at, by(at)),
        lambda: operations.confirm_carried(at, by(at)),
    ):
        with pytest.raises(OperationError, match="This review has ended"):
            refused()

    assert {r.section_id: r.rating for r in db.session.scalars(select(SectionRating))} == kept
    assert db.session.scalars(select(Review.state)).all() == [state]


def test_a_reviewed_part_can_be_reviewed_again_to_send_a_section_back_after_all(
    client: PageClient, world: World
) -> None:
    sent(world)
    reviewed(world, ratings={"targets": "red"})
    page = page_of(client, world, Tie.HEAD)
    assert "What was rated stays on record." in page.text
    page = client.submit(page, button="Review it again", follow=True)
    assert "7 ratings of last time" in page.text
    page = client.get(f"/peps/{world.pep.ref}/review?part=school&section=targets")
    rate(client, page, "red", returned="y", reason="No measure.")
    client.post(f"/peps/{world.pep.ref}/review/send-back?part=school")

    assert part_of(world, "school").state == PartState.RETURNED
    states = db.session.scalars(select(Review.state).order_by(Review.id)).all()
    assert states == ["finished", "returned"]
