"""What the pages of this part show, put together from rows: my work, a list of children, a child's page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

from vsportal import wording
from vsportal.children import listing
from vsportal.children.cover import covered_for, stood_in_for
from vsportal.children.identity import Identity, identity_of, name_for
from vsportal.children.listing import A_PAGE, Page
from vsportal.children.queries import (
    Around,
    Places,
    places_of,
    seen_each,
    surroundings_of,
    surroundings_of_one,
)
from vsportal.children.voice import Voice, voice_of
from vsportal.children.work import Entry, Resume, entries_of, in_order_of_need, plan_title, resume_of
from vsportal.models import Child, PepState
from vsportal.peps.wishes import owed_by
from vsportal.policy import Actor, Can, Seen, Tie, decide

# My work ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MyWork:
    """What waits for somebody, and the plans they follow."""

    cards: Sequence[Entry] = ()
    """Children with something that waits for this person."""
    rest: Sequence[Entry] = ()
    """Their other children."""
    resume: Resume | None = None
    """Where they stopped writing."""
    own: Sequence[Entry] = ()
    """Of the plans they follow, those of their own children."""
    late: Sequence[Entry] = ()
    """Of the plans they follow, others with something late."""
    number: int = 1
    pages: int = 1
    children: int = 0
    """Children this person writes for."""
    waiting: int = 0
    """Children with something that waits, on all pages."""
    away: Mapping[int, tuple[str, date]] = field(default_factory=dict)
    """By child, the worker for whom this person stands in, and until which day."""
    wishes: Sequence[tuple[str, Any]] = ()
    """Children to whom this person owes an answer: the name, and the row of `wishes.owed_by`."""

    @property
    def returned(self) -> Sequence[tuple[Entry, Any]]:
        """Sections that have come back to this person: the one thing to be read first."""
        return [(e, t) for e in self.cards for t in e.tasks if t.state[0] == "returned"]

    @property
    def several_authorities(self) -> bool:
        """Whether the children belong to more than one authority."""
        return len({e.row.authority for e in (*self.cards, *self.rest, *self.own, *self.late)}) > 1

    @property
    def is_empty(self) -> bool:
        """Whether there is no child to show."""
        return not (self.cards or self.rest or self.own or self.late)


def work_of(actor: Actor, number: int = 1) -> MyWork:
    """One page of somebody's work: at most seven statements, whatever they have.

    People with sections of their own and people who follow plans may be one and the same.
    """
    writing = listing.children_i_write_for(actor) if _holds_a_tie(actor, listing.WRITES) else []
    following = (
        listing.plans_i_follow(actor, number) if _holds_a_tie(actor, listing.FOLLOWS) else Page((), 0, number)
    )
    rows = [*writing, *following.rows]
    ids = {r.child_id for r in rows}
    steps = listing.steps_of({r.pep_id for r in rows if r.pep_id})
    around, places = surroundings_of(ids, actor.today)
    seen = seen_each(actor, [(r.child_id, r.tie, r.by) for r in writing])
    mine = in_order_of_need(entries_of(writing, seen, steps, around, places))
    followed = _followed(actor, following, steps, around, places)
    here = mine[(number - 1) * A_PAGE : number * A_PAGE]
    return MyWork(
        cards=[e for e in here if e.tasks],
        rest=[e for e in here if not e.tasks],
        resume=resume_of(mine),
        own=[e for e in followed if e.row.own],
        late=[e for e in followed if not e.row.own],
        number=number,
        pages=max(following.pages, -(-len(mine) // A_PAGE)),
        children=len({r.child_id for r in writing}),
        waiting=sum(bool(e.tasks) for e in mine),
        away=stood_in_for(actor),
        wishes=_owed(actor, [*mine, *followed]),
    )


def _owed(actor: Actor, entries: Sequence[Entry]) -> list[tuple[str, Any]]:
    """Wishes this person owes an answer to, with what they may call the child; one statement."""
    called = {e.row.child_id: e.name for e in entries}
    return [(called[w.child_id], w) for w in owed_by(actor) if w.child_id in called]


def _holds_a_tie(actor: Actor, ties: Collection[str]) -> bool:
    """Whether a membership of this person can lead to one of these ties: saves the asking."""
    held = {str(r) for r in actor.roles}
    if "school_staff" in held:
        held.add(Tie.DELEGATE)
    if "adviser" in held:
        held.add(Tie.ALLOCATED_ADVISER)
    return bool(held & set(ties))


def _followed(
    actor: Actor,
    following: Page,
    steps: Sequence[Any],
    around: Mapping[int, Sequence[Around]],
    places: Mapping[int, Places],
) -> list[Entry]:
    """Entries of the plans somebody follows; their ties to these children are one more statement."""
    tied = listing.ties_to(actor, {r.child_id for r in following.rows})
    return entries_of(following.rows, seen_each(actor, [tuple(r) for r in tied]), steps, around, places)


# The list of children -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """A child in the list of children."""

    ref: str
    name: str
    school: str
    authority: str
    plan: Any | None
    """The open plan (`listing.PLAN`), or None."""


def children_list(actor: Actor, asked: str, number: int) -> tuple[list[Listed], Page]:
    """One page of the children somebody may see, searched by name when a name is asked for."""
    found = listing.children_named(actor, asked, number)
    ids = [r.child_id for r in found.rows]
    places, plans = places_of(ids, actor.today), listing.open_plans(ids)
    return [_listed(actor, row, places, plans) for row in found.rows], found


def _listed(actor: Actor, row: Any, places: Mapping[int, Places], plans: Mapping[int, Any]) -> Listed:
    seen = Seen(actor, frozenset({Tie.DELEGATE}) if row.lent else frozenset())
    schools = places.get(row.child_id, Places()).schools
    words = ", ".join(f"{wording.year_words(year)}, {name}" for name, year in schools)
    return Listed(
        row.child_ref,
        name_for(row, seen),
        "" if row.lent else words or "Not on a school’s roll",
        row.authority,
        None if row.lent else plans.get(row.child_id),
    )


# A child's page -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChildPage:
    """A child's page for one person. Parts are read when first asked for, each once."""

    child: Child
    seen: Seen

    @cached_property
    def around(self) -> Sequence[Around]:
        """The people around the child today."""
        return self._surroundings[0]

    @cached_property
    def _surroundings(self) -> tuple[Sequence[Around], Places]:
        return surroundings_of_one(self.child.id, self.seen.actor.today)

    @cached_property
    def places(self) -> Places:
        """Where the child lives and learns."""
        return self._surroundings[1]

    @cached_property
    def identity(self) -> Identity:
        """The bar at the top."""
        return identity_of(self.child, self.seen, self.around, self.places)

    @cached_property
    def plans(self) -> Sequence[Any]:
        """The child's plans, newest first (`listing.CHILD`, `listing.PLAN`)."""
        return listing.plans_of(self.child.id)

    @cached_property
    def entries(self) -> Mapping[int, Entry]:
        """The open plans as somebody's list shows them, by the plan's id."""
        opened = [p for p in self.plans if p.state in (PepState.OPEN, PepState.MEETING_HELD)]
        steps = listing.steps_of([p.pep_id for p in opened])
        return {
            p.pep_id: Entry(
                p,
                self.seen,
                [s for s in steps if s.pep_id == p.pep_id],
                self.around,
                self.places,
            )
            for p in opened
        }

    @cached_property
    def targets(self) -> Sequence[tuple[str, bool, Sequence[Any]]]:
        """Targets by plan, newest first: its term, whether they are still being written, the targets."""
        if not self.targets_are_told:
            return []
        rows = listing.targets_of(self.child.id, agreed=not self.is_told_of_drafts)
        titles = {p.pep_id: plan_title(p) for p in self.plans}
        found = []
        for pep_id, group in groupby(rows, key=lambda r: int(r.pep_id)):
            targets = list(group)
            found.append((titles.get(pep_id, ""), targets[0].pep_state == PepState.OPEN, targets))
        return found

    @property
    def targets_are_told(self) -> bool:
        """Everybody reads targets but those who see names and dates, or lent sections, only."""
        return bool(self.seen.ties - {Tie.BUSINESS_SUPPORT, Tie.DELEGATE})

    @property
    def may_see_who(self) -> bool:
        """Whether the reader is told who can see the child today."""
        return bool(decide(self.seen, Can.SEE_WHO_CAN_SEE))

    @property
    def may_see_looks(self) -> bool:
        """Whether the reader is told who has looked."""
        return bool(decide(self.seen, Can.SEE_LOOKS))

    @cached_property
    def kept(self) -> Sequence[Any]:
        """Words kept when somebody’s access ended, for those who read them (`access.page.kept_for`)."""
        from vsportal.access.page import kept_for  # access imports who is around a child from here

        return kept_for(self.child.id) if decide(self.seen, Can.READ_KEPT_WORDS) else ()

    @cached_property
    def covered(self) -> Mapping[int, tuple[str, date]]:
        """Who stands in for the child’s worker today, and until which day, by the worker."""
        return covered_for(self.child.id, self.seen.actor.today)

    @property
    def has_account(self) -> bool:
        """Whether the child can sign in."""
        return any(p.role == Tie.YOUNG_PERSON for p in self.around)

    @cached_property
    def voice(self) -> Voice | None:
        """What the child says, to open the page with; None when nothing of it is for this reader."""
        return voice_of(self.child.id, self.seen) if self.targets_are_told else None

    @property
    def is_told_of_drafts(self) -> bool:
        """Adults of the plan see targets while they are written; child and home see what was agreed."""
        return bool(self.seen.ties - {Tie.YOUNG_PERSON, Tie.CARER, Tie.PARENT})
