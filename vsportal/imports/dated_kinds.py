"""How each kind of dated row is kept, said in words and written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from vsportal import codes
from vsportal.imports.findings import change
from vsportal.models import Allocation, CarePeriod, Enrolment, Home
from vsportal.wording import role_words, year_words


class Fact(NamedTuple):
    """A column beside the dates: its words, and how a value is said."""

    name: str
    label: str
    words: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class Stays:
    """How one kind of dated row is kept, said and written down."""

    table: type[Any]
    tags: tuple[str, str, str]
    """The events of a beginning, an end and another change."""
    what: Callable[[Any, str], str]
    """What begins, changes or ends, in words, of a row's columns and its target's name."""
    noted: Callable[[Any, str, bool], dict[str, Any] | None]
    """The first line of an event, of a beginning or an end, as the portal's own pages write it."""
    overlap: str
    """What is wrong when two hold at once; `since` and `where` are put into it."""
    facts: tuple[Fact, ...] = ()
    target: str = ""
    """The column that ties."""
    group: str = ""
    """The column that sets rows apart, each of which may hold at the same time: a role, a school."""
    by_target: bool = False
    moves: bool = True
    """Whether a later beginning ends what is open."""
    ahead: bool = True
    """Whether it may be brought in before its day."""


def _code(name: str) -> Callable[[Any], str]:
    return lambda value: codes.label(name, value)


def _home_words(values: Mapping[str, Any], household: str) -> str:
    """A home in words."""
    kind = codes.label("placement", values["placement_code"])
    return f"home with {household}: {kind}" if household else f"home: {kind}"


def _iso(value: Any) -> Any:  # a date or nothing
    return value.isoformat() if value else value


STAYS: Mapping[str, Stays] = {
    "care_periods": Stays(
        CarePeriod,
        ("child:care:started", "child:care:ended", "child:care:changed"),
        overlap="The child is looked after {since} already ({where}). Give one of the two its end.",
        facts=(
            Fact("legal_status", "Legal status", _code("legal_status")),
            Fact("legal_status_from", "Legal status from", _iso),
            Fact("end_reason", "Why it ended"),
        ),
        what=lambda v, _: f"in care: {codes.label('legal_status', v['legal_status'])}",
        noted=lambda v, _, ends: (
            change("end_reason", "Why it ended", new=v["end_reason"])
            if ends
            else change("legal_status", "Legal status", new=codes.label("legal_status", v["legal_status"]))
        ),
    ),
    "homes": Stays(
        Home,
        ("child:home:started", "child:home:ended", "child:home:changed"),
        overlap="The child lives in another home {since} ({where}). Give one of the two its end.",
        facts=(
            Fact("placement_code", "Kind of home", _code("placement")),
            Fact("in_area", "In the authority’s area", lambda value: "yes" if value else "no"),
        ),
        target="household_id",
        ahead=False,
        what=_home_words,
        noted=lambda v, _, ends: (
            None
            if ends
            else change("placement_code", "Kind of home", new=codes.label("placement", v["placement_code"]))
        ),
    ),
    "allocations": Stays(
        Allocation,
        ("child:worker:allocated", "child:worker:ended", "child:worker:ended"),
        overlap="The child has another in this role {since} ({where}). Give one of the two its end.",
        target="user_id",
        group="role",
        by_target=True,
        what=lambda v, worker: f"{role_words(v['role'])}: {worker}",
        noted=lambda v, worker, ends: change(
            "role", role_words(v["role"]), **({"old": worker} if ends else {"new": worker})
        ),
    ),
    "enrolments": Stays(
        Enrolment,
        ("child:school:enrolled", "child:school:left", "child:school:changed"),
        overlap="The child is on roll at this setting {since} ({where}). Give one of the two its end.",
        facts=(Fact("nc_year", "Year group", year_words), Fact("reason_left", "Reason for leaving")),
        target="school_id",
        group="school_id",
        moves=False,
        what=lambda v, school: f"on roll at {school}, {year_words(v['nc_year'])}",
        noted=lambda v, school, ends: (
            change("reason_left", "Reason for leaving", new=v["reason_left"])
            if ends
            else change("school_id", "School", new=school)
        ),
    ),
}
