"""What the page “Shared out” shows for one child, put together from rows; each part is read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from vsportal import editions
from vsportal.children.identity import Identity, identity_of, name_for
from vsportal.children.queries import Around, people_around, places_of
from vsportal.editions.reading import day_words
from vsportal.filters import capital, listed, possessive, term
from vsportal.models import Child, Pep, RowLink, School
from vsportal.peps.loading import Plan, Sheet, sheets_of
from vsportal.policy import Can, Seen, Tie
from vsportal.sharing import queries
from vsportal.sharing.forms import last_day_of_school_year
from vsportal.sharing.lines import Line, asks_by_link, lines_in, row_title, state_of, waits
from vsportal.sharing.operations import DEPUTY, SCHOOLS_OWN
from vsportal.sharing.queries import Colleague, Lent
from vsportal.wording import AuthorityWords


@dataclass(frozen=True)
class Held:
    """What one colleague has or had, in words."""

    ref: str
    name: str
    sections: str
    until: date
    """The last day on which it holds."""
    by: str
    works_there: bool
    coming: bool


@dataclass(frozen=True)
class Asked:
    """A link to a line, in words."""

    ref: str
    pep_ref: str
    teacher: str
    line: str
    state: tuple[str, str]
    link: RowLink
    can_end: bool


@dataclass(frozen=True)
class SharingPage:
    """What is shared out of one child’s plan by one designated teacher."""

    child: Child
    seen: Seen
    authority: AuthorityWords

    @property
    def today(self) -> date:
        """The day the page is for."""
        return self.seen.actor.today

    @cached_property
    def around(self) -> Sequence[Around]:
        """The people around the child today."""
        return people_around([self.child.id], self.today).get(self.child.id, [])

    @cached_property
    def identity(self) -> Identity:
        """The bar at the top."""
        places = places_of([self.child.id], self.today).get(self.child.id)
        return identity_of(self.child, self.seen, self.around, places)

    @property
    def name(self) -> str:
        """What this reader calls the child in the way here."""
        return name_for(self.child, self.seen)

    @property
    def called(self) -> str:
        """The child’s first name."""
        return self.child.called

    @property
    def childs(self) -> str:
        """Whose plan it is."""
        return possessive(self.child.called)

    # The school and who works there

    @cached_property
    def schools(self) -> Sequence[School]:
        """The reader’s schools on whose roll the child is."""
        mine = self.seen.actor.ids(Tie.DESIGNATED_TEACHER, "school_id")
        return queries.schools_of(self.child.id, mine, self.today)

    @property
    def own_schools(self) -> Sequence[School]:
        """Those of them where the reader names deputies: not a deputy themselves."""
        held = self.seen.actor.held
        mine = {h.school_id for h in held if h.role == Tie.DESIGNATED_TEACHER and h.title != DEPUTY}
        return [s for s in self.schools if s.id in mine]

    @cached_property
    def colleagues(self) -> Sequence[Colleague]:
        """To whom something can be lent: not the reader."""
        found = queries.colleagues_at([s.id for s in self.schools], self.today, child_id=self.child.id)
        return [c for c in found if c.user_id != self.seen.actor.user_id]

    def colleague(self, ref: str) -> Colleague | None:
        """One of them."""
        return next((c for c in self.colleagues if c.ref == ref), None)

    @property
    def offered(self) -> Sequence[tuple[str, str]]:
        """Colleagues as choices; whoever has something already stays among them, to change it."""
        return [(c.ref, f"{c.name}, {c.words}") for c in self.colleagues]

    # What is lent

    @cached_property
    def lent(self) -> Sequence[Lent]:
        """All that was ever lent at the reader’s schools."""
        return queries.lent_at(self.child.id, [s.id for s in self.schools], self.today)

    def running(self, ref: str) -> Lent | None:
        """What a colleague has now."""
        return next((one for one in self.lent if one.ref == ref and one.row.ends_on > self.today), None)

    @property
    def now(self) -> Sequence[Held]:
        """Who has what today, the first to end at the top."""
        return [self._held(one) for one in reversed(self.lent) if one.row.ends_on > self.today]

    @property
    def before(self) -> Sequence[Held]:
        """What has ended, the latest first."""
        return [self._held(one) for one in self.lent if one.row.ends_on <= self.today]

    def _held(self, one: Lent) -> Held:
        row = one.row
        until = max(row.ends_on - timedelta(days=1), row.starts_on)
        names = listed(f"“{self.titles.get(s, s)}”" for s in row.sections)
        return Held(one.ref, one.name, names, until, one.by, one.works_there, row.starts_on > self.today)

    # The plans

    @cached_property
    def _open(self) -> tuple[Sequence[Pep], Sequence[RowLink]]:
        return queries.open_plans(self.child.id)

    @property
    def peps(self) -> Sequence[Pep]:
        """The plans that are being written, newest first."""
        return self._open[0]

    @cached_property
    def plans(self) -> Sequence[Plan]:
        """The same as this reader sees them."""
        return [Plan(pep, self.child, self.seen, self.authority) for pep in self.peps]

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """What sections are called, of whatever plan."""
        newest = self.peps[0].edition if self.peps else editions.current(self.today)
        return {s.id: s.title for s in editions.get(newest).sections}

    @cached_property
    def sections(self) -> Sequence[tuple[str, str]]:
        """What can be lent: the school’s own sections of the plans, or of the form while none is open."""
        if self.plans:
            asked = [a for plan in self.plans for a in plan.sections if a.owner == SCHOOLS_OWN]
            return list({a.id: (a.id, a.title) for a in asked}.values())
        form = editions.get(editions.current(self.today))
        own = [s for s in form.sections if SCHOOLS_OWN in _owners(s.owner)]
        return [(s.id, s.title) for s in own]

    @property
    def default_last_day(self) -> str:
        """Until when something is lent unless one says otherwise: the plan’s due date, or two weeks."""
        due = next((pep.due_on for pep in self.peps if pep.due_on >= self.today), None)
        last = due or self.today + timedelta(days=14)
        return day_words(min(last, last_day_of_school_year(self.today)))

    @staticmethod
    def words_of(on: date) -> str:
        """A date as it stands in a box to be typed over."""
        return day_words(on)

    # Lines for subject teachers

    @cached_property
    def _sheets(self) -> Sequence[Sheet]:
        """The sections in which a line can be given away: one statement a plan that has such."""
        found: list[Sheet] = []
        for plan in self.plans:
            season = plan.choice.season
            asking = [a.id for a in plan.sections if asks_by_link(a, season)]
            found += sheets_of(plan, asking) if asking else []
        return found

    @property
    def asks_lines(self) -> bool:
        """Whether the plan has lines that a subject teacher can fill in at all."""
        return bool(self._sheets)

    @property
    def section_with_lines(self) -> Sheet | None:
        """A section whose lines are still to be written down."""
        return next((s for s in self._sheets if s.sight.writable), None)

    @cached_property
    def lines(self) -> Sequence[tuple[Sheet, Line]]:
        """The lines that can be given away now, those with a link left out."""
        taken = {(x.pep_id, f"{x.section_id}:{x.field_id}.{x.row}") for x in self._open[1] if waits(x)}
        return [
            (sheet, line)
            for sheet in self._sheets
            if sheet.may(Can.LINK_ROW, sheet.subject)
            for line in lines_in(sheet)
            if (sheet.pep.id, line.key) not in taken
        ]

    def lines_of(self, pep: Pep) -> Sequence[tuple[str, str]]:
        """Those of one plan as choices."""
        return [(line.key, line.title) for sheet, line in self.lines if sheet.pep.id == pep.id]

    @property
    def plans_with_lines(self) -> Sequence[tuple[Pep, str]]:
        """Plans of which a line can be given away, with what each is called."""
        ids = {sheet.pep.id for sheet, _ in self.lines}
        return [(pep, capital(term(pep.term_key))) for pep in self.peps if pep.id in ids]

    @cached_property
    def links(self) -> Sequence[Asked]:
        """Every link of the open plans, the latest first."""
        sheets = {(s.pep.id, s.row.section_id): s for s in self._sheets}
        return [self._asked(link, sheets.get((link.pep_id, link.section_id))) for link in self._open[1]]

    def _asked(self, link: RowLink, sheet: Sheet | None) -> Asked:
        question = sheet.asked.by_id.get(link.field_id) if sheet else None
        title = row_title(question, sheet.row.answers, link.row) if sheet and question else ""  # type: ignore[arg-type]
        writable = sheet is not None and link.field_id in sheet.sight.writable
        pep_ref = next(pep.ref for pep in self.peps if pep.id == link.pep_id)
        return Asked(
            link.ref,
            pep_ref,
            link.teacher,
            title or "A line that is gone",
            state_of(link, writable=writable),
            link,
            waits(link),
        )


def _owners(owner: object) -> Sequence[str]:
    """The roles that a section of the form names as its owner."""
    return list(owner.values()) if isinstance(owner, dict) else [str(owner)]
