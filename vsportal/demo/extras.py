"""What else has happened in the demo: things lent, wishes answered, sight that was ended, an emergency.

By the operations of the pages, as everything here; each on a past day of this term.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from vsportal import clock
from vsportal.access import glass
from vsportal.access.card import card_of, confirm_card
from vsportal.access.keeping import Cut, keep_words
from vsportal.access.operations import end_access
from vsportal.access.people import people_who_see, sections_lent
from vsportal.children.cover import Colleague, arrange_cover
from vsportal.demo.calendar import at
from vsportal.demo.money import fund
from vsportal.demo.scribe import DemoError, Scribe
from vsportal.demo.stories import stories
from vsportal.demo.world import World
from vsportal.extensions import db
from vsportal.models import Pep, Wish
from vsportal.peps.loading import Plan, Sheet, load_plan, load_sheet
from vsportal.peps.wishes import answer_wish
from vsportal.policy import Tie
from vsportal.sharing.lines import lines_in
from vsportal.sharing.links import make_link
from vsportal.sharing.operations import delegate

ANSWERS = (
    "We have begun with it. I will ask you in two weeks whether it helps.",
    "Yes. It is in your plan now, with a name beside it, so that somebody can be asked.",
    "Half of it can be done at once. For the other half I have asked, and I will tell you what they say.",
    "Not this term, and I am sorry. We will look at it first thing in the next meeting.",
    "Done last week. Tell me if it is not as you meant it.",
)
"""What grown-ups answer to what a child asked for."""
OF_THE_MEETING = (
    "You choose who sits beside you. I have told the others, and we begin with what went well.",
    "I have asked everybody you named, and nobody else comes.",
    "I will ring you the day before, so that you know who comes and what we talk about.",
)
"""What they answer when it was about the meeting."""


def happen(world: World) -> None:
    """Everything that is not written in a plan."""
    fund(world)
    _lend(world)
    _give_a_link(world)
    _answer_wishes(world)
    _read_cards(world)
    _change_a_card(world)
    _cover(world)
    _break_glass(world)
    _end_access(world)


def _ago(world: World, days: int, time: str) -> datetime:
    """A moment so many days ago, in this term and not before now."""
    return min(at(max(world.today - timedelta(days=days), world.this_term.starts_on), time), clock.now())


def _pep(world: World, child: str) -> Pep:
    """A child's plan of this term."""
    query = select(Pep).where(Pep.child_id == world.children[child].id, Pep.term_key == world.this_term.key)
    return db.session.scalars(query).one()


def _plan(world: World, who: str, pep: Pep) -> Plan:
    """A plan as somebody has it open now; DemoError when they do not see it."""
    plan = load_plan(world.actor(who, clock.today()), pep.ref)
    if plan is None:
        raise DemoError(f"{who} does not see the plan of {pep.term_key} on {clock.today():%d %B %Y}.")
    return plan


def _sheet(world: World, who: str, pep: Pep, section_id: str) -> Sheet:
    """A section as somebody has it open now; DemoError when they do not see it."""
    sheet = load_sheet(world.actor(who, clock.today()), pep.ref, section_id)
    if sheet is None:
        raise DemoError(f"{who} does not see {section_id} on {clock.today():%d %B %Y}.")
    return sheet


def _lend(world: World) -> None:
    """Amira's teacher lends *My future* to her head of year until the end of term."""
    starts = min(world.this_term.starts_on + timedelta(days=12), world.today)
    with clock.at(min(at(starts, "08:10"), clock.now())):
        delegate(
            world.by("teacher", "designated_teacher"),
            world.children["amira"],
            world.schools["lodewater"],
            world.users["dena.frost"],
            sections=["careers"],
            starts_on=starts,
            ends_on=max(world.this_term.ends_on, world.today + timedelta(days=14)),
        )


def _give_a_link(world: World) -> None:
    """Amira's teacher has sent a link for one subject to the teacher of it; nobody has opened it yet."""
    with clock.at(_ago(world, 1, "12:40")):
        sheet = _sheet(world, "teacher", _pep(world, "amira"), "progress")
        line = next(iter(lines_in(sheet)))
        make_link(sheet, line.key, "Mr Yusuf Kaya", Tie.DESIGNATED_TEACHER)


def _answer_wishes(world: World) -> None:
    """Most of what children asked for has an answer from whoever owes it; some wait, a few too long."""
    keys = {user.id: key for key, user in world.users.items()}
    rows = db.session.execute(
        select(Wish, Pep)
        .join(Pep, Pep.id == Wish.pep_id)
        .where(Wish.owed_by_id.is_not(None))
        .order_by(Wish.id)
    ).all()
    for n, (wish, pep) in enumerate(rows):
        every = {world.this_term.key: 3, world.last_term.key: 11}.get(pep.term_key)
        if (every and n % every == 0) or wish.owed_by_id not in keys:
            continue
        answers = OF_THE_MEETING if wish.field_id == "meeting_wish" else ANSWERS
        with clock.at(min(at(wish.asked_on + timedelta(days=8 + n % 9), "15:50"), clock.now())):
            plan = _plan(world, keys[wish.owed_by_id], pep)
            answer_wish(plan, wish.ref, answers[n % len(answers)], next(iter(plan.seen.in_order)))


def _read_cards(world: World) -> None:
    """Designated teachers have read the card of most of their children."""
    for number, story in enumerate(stories()):
        if number % 3 == 1:
            continue
        who = world.teachers[story.school]
        with clock.at(_ago(world, number % 4, "08:25")):
            plan = _plan(world, who, _pep(world, story.key))
            card = card_of(plan.child.id, plan.seen)
            if card is not None and card.mark:
                by = world.by(who, "designated_teacher")
                confirm_card(plan.child, card, by, mark=card.mark)


def _change_a_card(world: World) -> None:
    """Connor’s card says something else since a moment ago: school is told by mail, and has it to read."""
    with clock.at(clock.now() - timedelta(minutes=25)):
        scribe = Scribe(world, _pep(world, "connor"))
        scribe.save("helen.stroud", "my_details", clock.now(), {"photographs": "ask"})


def _cover(world: World) -> None:
    """Rosa Lindley is on leave; Helen Stroud stands in."""
    with clock.at(_ago(world, 4, "16:30")):
        authority = world.authorities["fenland"]
        people = (world.users[key] for key in ("rosa.lindley", "helen.stroud"))
        worker, other = (Colleague(p.id, p.ref, p.name, "social worker", authority.id) for p in people)
        by = world.by("liz.garside", "team_manager", "fenland")
        arrange_cover(by, worker, other, clock.today(), clock.today() + timedelta(days=18))


def _break_glass(world: World) -> None:
    """Two emergencies out of hours: one that the head has read, one that waits to be read."""
    fenland = world.authorities["fenland"].id
    for child, days, time, reason, read in (
        (
            "connor",
            20,
            "21:35",
            "The police rang: Connor was found at the bus station and would not say where he lives.",
            True,
        ),
        (
            "hana.osei-bird",
            2,
            "19:50",
            "Her carer was taken to hospital and a neighbour rang. I need to know who can collect her.",
            False,
        ),
    ):
        it = world.children[child]
        wanted = glass.Wanted(it.first_name, it.last_name, it.date_of_birth)
        with clock.at(_ago(world, days, time)):
            actor = world.actor("rosa.lindley", clock.today())
            opened, _ = glass.break_glass(actor, "social_worker", [fenland], wanted, reason=reason, hours=4)
            if opened is None:
                raise DemoError(f"{child} was not to be opened: {actor.name} sees them already.")
        if read:
            with clock.at(_ago(world, days - 1, "09:15")):
                remark = "Needed, and in proportion. I have spoken with the team about the telephone list."
                glass.mark_read(world.by("head", "head", "fenland"), opened, remark=remark)


def _end_access(world: World) -> None:
    """A key worker's sight of Ewan ended while he was writing; what he had typed was kept."""
    child, pep, writer = world.children["ewan.brannock"], _pep(world, "ewan.brannock"), "curtis.bell"
    with clock.at(_ago(world, 3, "17:20")):
        plan = _plan(world, "socialworker", pep)
        people = [p for p in people_who_see(child, clock.today()) if p.user_id == world.users[writer].id]
        by = world.by("socialworker", "social_worker", "fenland")
        reason = "The home told us that Curtis no longer works with Ewan. Their own list is a week behind."
        lent = sections_lent(people)
        (cut,) = end_access(by, child, plan.seen, people, reason=reason, sections=lent)
        household = world.homes["beck"].id
        open_page = Cut(cut, pep, child, frozenset({Tie.CARER}), household, frozenset())
    with clock.at(min(_ago(world, 3, "17:21") + timedelta(seconds=20), clock.now())):
        typed = {
            "going_well": ["Ewan has built a go-kart with me in the yard, and it steers."],
            "help_wanted": ["A lift on Thursdays, so that he can stay for the workshop club."],
        }
        if not keep_words(open_page, "at_home", typed):
            raise DemoError("Nothing was kept of what was being written.")
