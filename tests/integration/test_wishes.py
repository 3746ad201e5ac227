"""What the child asked for: who owes an answer, who reads it, and what becomes of it."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from tests.client import Page, PageClient
from tests.world import World, actor_of
from tests.young import at, keep
from vsportal import clock
from vsportal.audit import SYSTEM
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import Allocation, AuditEvent, PepState, SectionState, Wish
from vsportal.peps.loading import load_plan
from vsportal.peps.operations import open_pep
from vsportal.peps.wishes import owed_by, wishes_of
from vsportal.policy import Tie

HOPE, PRIVATE = "Qzx more art Xzq", "Qzx my aunt at the meeting Xzq"
ADDRESS = "meeting_wish"


@pytest.fixture
def hope(world: World) -> str:
    """The question of this term in which everybody reads what the child hopes for."""
    plan = load_plan(world.actor(Tie.SOCIAL_WORKER), world.pep.ref)
    assert plan is not None
    views = next(a for a in plan.sections if a.id == "my_views")
    return next(f.id for f in views.fields if f.wish and f.audience == "everyone")


@pytest.fixture
def asked(client: PageClient, world: World, hope: str) -> World:
    """The child has asked for two things, one of them privately, and has finished."""
    keep(world, {hope: HOPE, ADDRESS: PRIVATE})
    finish(client, world)
    return world


def finish(client: PageClient, world: World) -> Page:
    client.forget_cookies()
    client.sign_in(world.people[Tie.YOUNG_PERSON])
    return client.submit(client.get(at(world, "finish")), {"act": "finish"})


def wishes() -> dict[str, Wish]:
    return {w.field_id: w for w in db.session.scalars(select(Wish))}


def page_of(client: PageClient, world: World, tie: str) -> Page:
    client.forget_cookies()
    client.sign_in(world.people[tie])
    return client.get(f"/peps/{world.pep.ref}/wishes")


def reply(
    client: PageClient, world: World, tie: str, wish: Wish, *, saved: bool = True, **fields: str
) -> Page:
    page_of(client, world, tie)
    page = client.post(f"/peps/{world.pep.ref}/wishes/{wish.ref}", fields)
    assert page.status == (303 if saved else 422)
    return page


def refused(client: PageClient, world: World, tie: str, wish: Wish, **fields: str) -> Page:
    return reply(client, world, tie, wish, saved=False, **fields)


# Asking -------------------------------------------------------------------------------------------------


def test_what_everybody_reads_is_owed_by_the_school_and_what_is_private_by_the_social_worker(
    asked: World, hope: str
) -> None:
    owed = {w.field_id: w.owed_by_id for w in wishes().values()}

    assert owed == {
        hope: asked.people[Tie.DESIGNATED_TEACHER].id,
        ADDRESS: asked.people[Tie.SOCIAL_WORKER].id,
    }


def test_nothing_is_owed_before_the_child_has_finished(world: World, hope: str) -> None:
    keep(world, {hope: HOPE})

    assert wishes() == {}


def test_a_wish_taken_back_is_gone_but_one_that_was_answered_stays(
    client: PageClient, asked: World, hope: str
) -> None:
    reply(client, asked, Tie.DESIGNATED_TEACHER, wishes()[hope], answer="Art club is on Thursday.")
    row = asked.section("my_views")
    row.answers = {k: v for k, v in row.answers.items() if k not in (hope, ADDRESS)}
    row.status, row.completed_at = SectionState.IN_PROGRESS, None
    db.session.commit()

    finish(client, asked)

    assert set(wishes()) == {hope}


def test_finishing_twice_asks_once(client: PageClient, asked: World) -> None:
    row = asked.section("my_views")
    row.status, row.completed_at = SectionState.IN_PROGRESS, None
    db.session.commit()

    finish(client, asked)

    assert len(wishes()) == 2


def test_without_anybody_to_owe_it_a_wish_waits_for_whoever_answers(client: PageClient, world: World) -> None:
    db.session.execute(update(Allocation).values(ends_on=clock.today()))
    keep(world, {ADDRESS: PRIVATE})
    finish(client, world)

    assert wishes()[ADDRESS].owed_by_id is None


def test_the_record_of_asking_holds_none_of_the_childs_words(asked: World) -> None:
    kept = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "pep:wish:asked")).all()

    assert len(kept) == 2
    assert not [e for e in kept if "Qzx" in str(e.changes)]


# Who reads it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tie", "reads"),
    [
        (Tie.CARER, {HOPE}),
        (Tie.DESIGNATED_TEACHER, {HOPE}),
        (Tie.SAFEGUARDING_LEAD, {HOPE}),
        (Tie.SOCIAL_WORKER, {HOPE, PRIVATE}),
        (Tie.TEAM_MANAGER, {HOPE}),
        (Tie.DUTY_WORKER, {HOPE}),
        (Tie.ALLOCATED_ADVISER, {HOPE, PRIVATE}),
        (Tie.HEAD, {HOPE}),
    ],
)
def test_a_wish_is_read_by_those_who_read_the_answer(
    client: PageClient, asked: World, tie: str, reads: set[str]
) -> None:
    shown = page_of(client, asked, tie).text

    assert {words for words in (HOPE, PRIVATE) if words in shown} == reads


@pytest.mark.parametrize("tie", [Tie.DELEGATE, Tie.BUSINESS_SUPPORT])
def test_whoever_reads_no_answers_finds_no_page_of_wishes(client: PageClient, asked: World, tie: str) -> None:
    client.forget_cookies()
    client.sign_in(asked.people[tie])

    assert client.get(f"/peps/{asked.pep.ref}/wishes").status == 404


def test_the_plan_shows_each_wish_with_who_owes_the_answer(client: PageClient, asked: World) -> None:
    client.forget_cookies()
    client.sign_in(asked.people[Tie.SOCIAL_WORKER])
    panel = client.get(f"/peps/{asked.pep.ref}").soup.select_one("section[aria-labelledby=wishes]")

    assert panel is not None
    shown = " ".join(panel.get_text().split())
    assert HOPE in shown
    assert "You owe an answer" in shown
    assert f"{asked.people[Tie.DESIGNATED_TEACHER].name} owes an answer" in shown


# Answering ----------------------------------------------------------------------------------------------


def test_an_answer_is_read_by_whoever_reads_the_wish(client: PageClient, asked: World, hope: str) -> None:
    reply(client, asked, Tie.DESIGNATED_TEACHER, wishes()[hope], answer="Art club is on Thursday.")

    assert "Art club is on Thursday." in page_of(client, asked, Tie.CARER).text


def test_an_answer_without_words_is_refused_at_its_box(client: PageClient, asked: World, hope: str) -> None:
    page = refused(client, asked, Tie.DESIGNATED_TEACHER, wishes()[hope], answer="  ")

    assert "Enter what will happen, or why it cannot." in page.text
    assert wishes()[hope].answered_at is None


def test_the_same_wish_is_answered_by_one_person(client: PageClient, asked: World, hope: str) -> None:
    reply(client, asked, Tie.DESIGNATED_TEACHER, wishes()[hope], answer="On Thursday.")
    refused(client, asked, Tie.SOCIAL_WORKER, wishes()[hope], answer="On Friday.")

    assert wishes()[hope].answer == "On Thursday."


def test_a_private_wish_is_answered_by_nobody_who_may_not_read_it(client: PageClient, asked: World) -> None:
    page = refused(client, asked, Tie.DESIGNATED_TEACHER, wishes()[ADDRESS], answer="Yes.")

    assert PRIVATE not in page.text
    assert wishes()[ADDRESS].answered_at is None


def test_a_wish_is_passed_on_only_to_somebody_who_reads_it(
    client: PageClient, asked: World, hope: str
) -> None:
    carer, stranger = asked.people[Tie.CARER], asked.other.people[Tie.CARER]
    reply(client, asked, Tie.DESIGNATED_TEACHER, wishes()[hope], go="pass_on", to=str(carer.id))
    refused(client, asked, Tie.DESIGNATED_TEACHER, wishes()[hope], go="pass_on", to=str(stranger.id))

    assert wishes()[hope].owed_by_id == carer.id


def test_it_is_owed_after_the_plan_is_signed_off_too(client: PageClient, asked: World, hope: str) -> None:
    asked.pep.state = PepState.SIGNED_OFF
    db.session.commit()

    reply(client, asked, Tie.DESIGNATED_TEACHER, wishes()[hope], answer="On Thursday.")

    assert wishes()[hope].answer == "On Thursday."


def test_after_ten_working_days_it_is_late_and_the_next_plan_opens_with_it(
    client: PageClient, asked: World, hope: str
) -> None:
    later = clock.now() + timedelta(days=21)
    with time_machine.travel(later, tick=False):
        following = open_pep(
            SYSTEM,
            asked.child,
            term=asked.term,
            on=clock.today(),
            phase="secondary",
            nc_year=10,
            occasion="emergency",
        )
        db.session.commit()
        plan = load_plan(actor_of(asked.people[Tie.DESIGNATED_TEACHER]), following.ref)
        assert plan is not None
        found = [(w.words, w.is_late, w.days) for w in wishes_of(plan)]

    assert found == [(HOPE, True, 21)]


def test_the_child_reads_what_became_of_it_on_their_own_page(
    client: PageClient, asked: World, hope: str
) -> None:
    reply(client, asked, Tie.DESIGNATED_TEACHER, wishes()[hope], answer="Art club is on Thursday.")
    client.forget_cookies()
    client.sign_in(asked.people[Tie.YOUNG_PERSON])
    own = " ".join(client.get("/").soup.get_text().split())

    assert f"{asked.people[Tie.DESIGNATED_TEACHER].name} says: Art club is on Thursday." in own
    assert f"{asked.people[Tie.SOCIAL_WORKER].name} will answer you." in own


# Lists --------------------------------------------------------------------------------------------------


def test_somebody_is_told_of_what_they_owe_and_not_of_children_they_no_longer_see(asked: World) -> None:
    worker = asked.people[Tie.SOCIAL_WORKER]
    owed = [row.pep_ref for row in owed_by(actor_of(worker))]
    db.session.execute(
        update(Allocation).where(Allocation.user_id == worker.id).values(ends_on=clock.today())
    )

    assert owed == [asked.pep.ref]
    assert list(owed_by(actor_of(worker))) == []


def test_the_page_costs_the_same_for_one_wish_and_for_many(client: PageClient, asked: World) -> None:
    def cost() -> int:
        client.get(f"/peps/{asked.pep.ref}/wishes")
        with statements(db.engine) as seen:
            client.get(f"/peps/{asked.pep.ref}/wishes")
        return len(seen)

    client.forget_cookies()
    client.sign_in(asked.people[Tie.SOCIAL_WORKER])
    few = cost()
    row = asked.section("my_views")
    for name in ("going_well", "hard", "enjoy", "future"):
        row.answers = {**row.answers, name: "More."}
        db.session.add(
            Wish(pep_id=asked.pep.id, child_id=asked.child.id, field_id=name, asked_on=clock.today())
        )

    assert cost() == few
    assert len(wishes()) == 6
