"""What an authority can settle, in words: each rule's value today, what is to come, what held before.

The rules themselves, their bounds and our defaults are `settled.Settled`; here is only how they are said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args, get_origin

from annotated_types import Ge, Le
from flask_wtf import FlaskForm
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from vsportal import wording
from vsportal.admin.forms import ChosenForm, NumberedForm, TickedForm
from vsportal.errors import OperationError
from vsportal.models import AuthoritySetting
from vsportal.settled import Settled

WORDS: Mapping[str, tuple[str, str, str]] = {
    # key                         what it is called                     unit            what it does
    "cohort": (
        "The word for the children you look after",
        "",
        "It stands wherever all of them are spoken of.",
    ),
    "start_age": ("Age from which children have a plan", "years", ""),
    "due.initial_started": ("First plan begun", "working days", "After a child enters care."),
    "due.initial_complete": ("First plan complete", "working days", "After a child enters care."),
    "due.meeting_arranged_days": (
        "Meeting arranged",
        "days",
        "After a child enters care, weekends included.",
    ),
    "due.before_meeting": (
        "Social worker’s details, before the meeting",
        "working days",
        "What must be there for the meeting.",
    ),
    "due.after_meeting": ("Sections complete, after the meeting", "working days", ""),
    "due.review": ("Part reviewed by the Virtual School", "working days", "After it was sent."),
    "due.transition": ("Plan after a change of school", "working days", ""),
    "due.emergency": ("Plan after an emergency", "working days", ""),
    "due.agreed_list": (
        "The agreed list goes out by itself",
        "working days",
        "After the meeting, if nobody has written what was agreed.",
    ),
    "due.reviewer_copy_days": (
        "Copy with the reviewer",
        "days",
        "Before the care review, weekends included.",
    ),
}
YES_NO = {True: "yes", False: "no"}


@dataclass(frozen=True)
class Rule:
    """One thing an authority can settle."""

    key: str
    kind: Any
    """Its type: int, bool or a choice of words."""
    least: int
    most: int
    now: Any
    since: date | None
    """None while our default holds."""
    ahead: AuthoritySetting | None
    past: Sequence[AuthoritySetting]

    @property
    def words(self) -> str:
        """What it is called."""
        named = WORDS.get(self.key)
        return named[0] if named else self.key.replace("_", " ").replace(".", ": ")

    @property
    def hint(self) -> str:
        """What it does, in a sentence, where the name does not say."""
        return WORDS.get(self.key, ("", "", ""))[2]

    @property
    def is_changed_here(self) -> bool:
        """Whether a form can ask for it."""
        return self.kind in (int, bool) or bool(self.options)

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """What can be chosen, when it is one of a few words."""
        found = get_args(self.kind) if get_origin(self.kind) is not None else ()
        return tuple((v, wording.COHORT.get(v, v.replace("_", " "))) for v in found if isinstance(v, str))

    def words_of(self, value: Any) -> str:
        """A value as it is read: “10 working days”, “cared-for children”."""
        if isinstance(value, bool):
            return YES_NO[value]
        if isinstance(value, int):
            unit = WORDS.get(self.key, ("", "", ""))[1]
            return f"{value} {unit[:-1] if value == 1 else unit}".strip()
        return dict(self.options).get(value, str(value))


def rules(rows: Mapping[str, Sequence[AuthoritySetting]], today: date) -> list[Rule]:
    """Everything there is to settle, with what an authority has settled (latest first) and our defaults."""
    found = []
    for key, info in _fields(Settled):
        mine = list(rows.get(key, ()))
        now = next(
            (r for r in mine if r.starts_on <= today and (r.ends_on is None or r.ends_on > today)), None
        )
        least = next((int(m.ge) for m in info.metadata if isinstance(m, Ge)), 0)  # type: ignore[call-overload]
        most = next((int(m.le) for m in info.metadata if isinstance(m, Le)), 999)  # type: ignore[call-overload]
        found.append(
            Rule(
                key,
                info.annotation,
                least,
                most,
                now.value if now else info.default,
                now.starts_on if now else None,
                next((r for r in mine if r.starts_on > today), None),
                [r for r in mine if r.starts_on <= today and r is not now],
            )
        )
    return found


def _fields(model: type[BaseModel], before: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Each thing to settle by its key: `cohort`, `due.review`."""
    for name, info in model.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            yield from _fields(info.annotation, f"{before}{name}.")
        else:
            yield f"{before}{name}", info


def form_for(rule: Rule) -> FlaskForm:
    """The form that asks for a rule's value, with the one of today in it."""
    if rule.options:
        form: FlaskForm = ChosenForm(value=rule.now)
        form["value"].choices = rule.options
    elif rule.kind is bool:
        form = TickedForm(value=rule.now)
    else:
        form = NumberedForm(value=str(rule.now))
        form["value"].description = f"A whole number from {rule.least} to {rule.most}."
    form["value"].label.text = rule.words
    return form


def value_of(rule: Rule, form: Any) -> Any:  # one of the three forms, and JSON
    """The value that was typed; OperationError when the rule cannot have it."""
    typed = form.value.data
    if rule.options or rule.kind is bool:
        return typed
    if not (typed.isascii() and typed.isdecimal() and rule.least <= int(typed) <= rule.most):
        raise OperationError(f"Enter a whole number from {rule.least} to {rule.most}.")
    return int(typed)
