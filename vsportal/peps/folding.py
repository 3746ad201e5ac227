"""A section that was carried forward, folded: what is new, old or contradictory is open, the rest is away.

What makes an answer old or doubtful is said by its question in the edition; here is only how it is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, Select, bindparam, func, literal, select, union_all
from sqlalchemy.types import Date, Integer, String

from vsportal import clock, filters
from vsportal.database import read_columns
from vsportal.editions import answers
from vsportal.editions.kinds import answered
from vsportal.editions.schema import Field
from vsportal.models import Allocation, CarePeriod, Enrolment, Home, Role
from vsportal.peps.drawing import Fold
from vsportal.peps.earlier import was_at
from vsportal.peps.loading import Sheet

if TYPE_CHECKING:
    from vsportal.peps.page import SectionPage
    from vsportal.peps.remembering import Memory

SEASONS = ("autumn", "spring", "summer")
A_YEAR = len(SEASONS)
"""A carried answer that nobody has checked for so many terms is old."""
CHANGED = {
    "home": "{child's} home has changed since, on {on}",
    "school": "{child's} school has changed since, on {on}",
    "worker": "{child's} social worker has changed since, on {on}",
    "status": "{child's} legal status has changed since, on {on}",
}
"""What a fact of the record says of an answer that leans on it."""


# What changed on the record since -----------------------------------------------------------------------


def changed_since(child_id: int, since: date, today: date) -> dict[str, date]:
    """What of home, school, worker and legal status began after a day, and when. One statement."""
    rows = read_columns(_changed_query(), {"child": child_id, "since": since, "today": today})
    return {what: on for what, on in rows if on is not None}


@cache
def _changed_query() -> Executable:
    """The latest beginning of each, built once. A short stay elsewhere is no new home."""
    child, today = bindparam("child", type_=Integer), bindparam("today", type_=Date)
    since = bindparam("since", type_=Date)

    def latest(what: str, model: Any, column: Any, *more: Any) -> Select[*tuple[Any, ...]]:
        return select(literal(what, String), func.max(column)).where(
            model.child_id == child, column > since, column <= today, *more
        )

    return union_all(
        latest("home", Home, Home.starts_on, ~Home.placement_code.startswith("T")),
        latest("school", Enrolment, Enrolment.starts_on),
        latest("worker", Allocation, Allocation.starts_on, Allocation.role == str(Role.SOCIAL_WORKER)),
        latest("status", CarePeriod, CarePeriod.legal_status_from),
    )


# What needs a look ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Folding:
    """What of one section needs a look, and why."""

    memory: Memory

    @property
    def page(self) -> SectionPage:
        """The page of the section."""
        return self.memory.page

    @property
    def sheet(self) -> Sheet:
        """The section of today."""
        return self.memory.sheet

    @property
    def carried(self) -> Mapping[str, int]:
        """Questions with something to be checked, and how much."""
        return self.memory.carried_questions

    @cached_property
    def oldest(self) -> Mapping[str, int]:
        """Question → the earliest term that one of its carried answers is from."""
        found: dict[str, int] = {}
        for key, term in self.sheet.row.carried.items():
            question, at = key.partition("~")[0].partition(".")[0], _terms(term)
            found[question] = min(at, found.get(question, at))
        return found

    @cached_property
    def answered(self) -> frozenset[str]:
        """Questions of which something is answered."""
        return frozenset(key.partition("~")[0].partition(".")[0] for key in self.page.answers)

    def fold(self, missing: Mapping[str, str]) -> Fold:
        """What stands open, and what is put away under which words."""
        reasons: dict[str, str] = {}
        for question, why in self._reasons(missing):
            reasons.setdefault(question, why)
        given = self._given() | {key.partition(".")[0] for key in self.page.conflicts}
        given |= self._leaning(given | reasons.keys())
        away = [q for q in self.carried if q not in reasons and q not in given]
        mostly = filters.term(Counter(self.sheet.row.carried.values()).most_common(1)[0][0])
        rest = [f for f in self._drawn() if f.id not in reasons and f.id not in given and f.id not in away]
        return Fold(
            reasons=reasons,
            given=given,
            carried=f"{filters.plural(len(away), 'answer')} carried from {mostly}",
            carried_ids=frozenset(away),
            others=f"{filters.plural(len(rest), 'more', 'more')}: the record, and what was left empty",
        )

    def _drawn(self) -> list[Field]:
        sight = self.sheet.sight
        return [f for f in self.sheet.asked.fields if f.id in sight.readable or f.id in sight.writable]

    def _given(self) -> set[str]:
        """Questions answered in this plan: they stay in sight, to be gone on with."""
        carried = self.sheet.row.carried
        mine = (k for k, v in self.page.answers.items() if v is not None and k not in carried)
        found = {k.partition("~")[0].partition(".")[0] for k in mine}
        return {
            q
            for q in found & self.sheet.sight.writable
            if not (q in self.carried and self._only_rows_left(q))
        }

    def _only_rows_left(self, question: str) -> bool:
        """Whether all that is not to be checked of a question's rows is that the rows are there."""
        start, carried = f"{question}.", self.sheet.row.carried
        return all(k.count(".") == 1 for k in self.page.answers if k.startswith(start) and k not in carried)

    def _leaning(self, seen: set[str]) -> set[str]:
        """Questions asked only after one of these: they come and go with it."""
        found: set[str] = set()
        for field in self.sheet.asked.fields:
            if not (seen | found).isdisjoint(field.when):
                found.add(field.id)
        return found - seen

    def _reasons(self, missing: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """What needs a look and why: new, contradictory, old; the first reason counts."""
        page, sheet = self.page, self.sheet
        writable = sheet.sight.writable
        open_ = answers.still_open(sheet.asked, page.answers, page.from_record, page.said.keys())
        mine = writable | sheet.sight.commentable
        for key in open_:
            if (question := key.partition("~")[0].partition(".")[0]) in mine:
                partly = "." in key and self.carried.get(question)
                yield question, "Part of it is not answered yet" if partly else "Not answered yet"
        unkept = (k for k in page.verdict.warnings if not answered(page.answers.get(f"{k}~kept")))
        for key in (*page.verdict.errors, *unkept):
            yield key.partition(".")[0], "Something does not fit here"
        changed = self._changed()
        for field in sheet.asked.fields:
            if field.id not in writable:
                continue
            if field.id in self.carried:
                yield from (
                    (field.id, CHANGED[w].replace("{on}", changed[w])) for w in field.leans_on if w in changed
                )
                yield from ((field.id, why) for why in self._old(field))
            elif self._is_new(field):
                yield field.id, "Asked anew each time" if field.carry is False else "New in the form"
        for key in missing:
            if (question := key.partition("~")[0].partition(".")[0]) in mine:
                yield question, "Needed to complete the section"

    def _changed(self) -> Mapping[str, str]:
        """What changed on the record since the section was last right, with the day."""
        leans = any(f.leans_on for f in self.sheet.asked.fields if f.id in self.carried)
        if not leans or self.memory.same is None:
            return {}
        today = clock.today()
        found = changed_since(self.sheet.child.id, self.memory.same.checked_on, today)
        return {what: filters.day_month(on, today) for what, on in found.items()}

    def _old(self, field: Field) -> Iterator[str]:
        """Why a carried answer is old: its date, or nobody has checked it for a year."""
        value, today = self.page.answers.get(field.id), clock.today()
        if field.stale_after_days and isinstance(value, str):
            on = date.fromisoformat(value)
            if on + timedelta(days=field.stale_after_days) < today:
                yield f"This date is older than {_days(field.stale_after_days)}"
        if _terms(self.sheet.pep.term_key) - self.oldest[field.id] >= A_YEAR:
            yield "Nobody has checked it for a year"

    def _is_new(self, field: Field) -> bool:
        """An open question that is worth a look although it may stay empty.

        Asked anew each time and answered last time; or not in the form that the last plan had.
        """
        if self.memory.same is None or field.id in self.answered:
            return False
        leaf = self.sheet.asked.leaf(field.id)
        if leaf is None or not answers.applies(leaf, self.page.answers):
            return False
        section, name = was_at(field, self.sheet.asked.id)
        earlier = self.memory.earlier.get(section)
        if earlier is None or name not in earlier.asked.by_id:
            return not field.reports
        then = any(k.partition(".")[0] == name for k in earlier.row.answers)
        return field.carry is False and then and earlier.may_read(earlier.asked.by_id[name])


@cache
def _terms(key: str) -> int:
    """A term as a number, one more for each term: for how many terms lie between two."""
    year, _, season = key.partition("-")[0], "", key.rpartition("-")[2]
    return int(year) * len(SEASONS) + SEASONS.index(season)


def _days(days: int) -> str:
    """“a year”, “6 months”, “40 days”."""
    if days % 365 == 0:
        return "a year" if days == 365 else filters.plural(days // 365, "year")
    return filters.plural(days // 30, "month") if days % 30 == 0 else filters.plural(days, "day")
