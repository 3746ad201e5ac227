"""The demo's plans: two past terms’, nearly all signed off, and this term's, as far as each has got."""

from __future__ import annotations

from sqlalchemy import select

from vsportal import clock
from vsportal.demo.calendar import TermDates, at
from vsportal.demo.states import (
    BEFORE,
    BOTH,
    LAST_TERM_UNFINISHED,
    SCHOOL,
    STATES,
    WHOLE,
    State,
    state_of,
)
from vsportal.demo.stories import ORDER, stories
from vsportal.demo.stories.story import Story
from vsportal.demo.world import World, joined_on
from vsportal.demo.writing import Writing, phase_of
from vsportal.extensions import db
from vsportal.models import Child, Pep
from vsportal.peps import terms

FINISHED = State(0, done=WHOLE, held=True, sent=BOTH, reviewed=BOTH, signed=True)
UNFINISHED = State(
    0, done=(*BEFORE, *SCHOOL), begun=("summary",), held=True, sent=("school",), reviewed=("school",)
)
LONG_KNOWN = ("amira", "ruby", "nadia", "toby", "grace", "kezia")
"""Children with a file of their own who have a plan of the term before last as well."""


def write_plans(world: World) -> int:
    """Write every child's plans; says how many."""
    count = 0
    for number, story in enumerate(stories()):
        for term, ago in ((world.earlier_term, 2), (world.last_term, 1)):
            if _had_a_plan(world, story, number, term, ago):
                state = UNFINISHED if (story.key, ago) == (LAST_TERM_UNFINISHED, 1) else FINISHED
                year = _year_then(world, story, term)
                Writing(world, story, number, term, year, state, ago).write()
                count += 1
    opened = _open_term(world)
    for number, story in enumerate(stories()):
        pep = opened.get(world.children[story.key].id)
        state = state_of(story.key, number)
        Writing(world, story, number, world.this_term, story.year, state, pep=pep).write()
        count += 1
    return count


def _had_a_plan(world: World, story: Story, number: int, term: TermDates, ago: int) -> bool:
    """Whether a child has a plan of a term past: those told of at length, and some of the others."""
    year = _year_then(world, story, term)
    if joined_on(story, world) >= term.starts_on or phase_of(year) != phase_of(story.year):
        return False
    if ago == 2:
        return story.in_care > 1 and (story.key in LONG_KNOWN or (number >= len(ORDER) and number % 8 == 1))
    return number < len(ORDER) or (number % 2 == 1 and not story.moved_from)


def _year_then(world: World, story: Story, term: TermDates) -> int:
    """The year group a child was in."""
    return story.year - (world.this_term.school_year - term.school_year)


def _open_term(world: World) -> dict[int, Pep]:
    """Business support opens this term for both authorities on its first day; the plans by child.

    Children who came to their school later get theirs from the adviser.
    """
    term, later = world.this_term, {k for k, s in STATES.items() if s.occasion != "termly"}
    left_out = {world.children[key].id for key in later}
    with clock.at(min(at(term.starts_on, "08:40"), clock.now())):
        for key in world.authorities:
            of_authority = world.terms[key, term.key]
            scope = terms.scope_of(of_authority, term.starts_on)
            waiting = [each for each in scope.to_open if each.child_id not in left_out]
            by = world.by("support", "business_support", key)
            terms.open_plans(by, of_authority, waiting, on=term.starts_on)
    found = db.session.scalars(
        select(Pep).join(Child, Child.id == Pep.child_id).where(Pep.term_key == term.key)
    )
    return {pep.child_id: pep for pep in found}
