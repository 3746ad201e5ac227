"""The parts of a policy as they are edited: which rows there are, one row put in, moved, taken out. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from vsportal.funding import describing, policy_forms
from vsportal.funding.checking import decides_everything
from vsportal.funding.policy_forms import PartForm
from vsportal.funding.shape import Policy

__all__ = [
    "NEW",
    "PARTS",
    "Part",
    "PartForm",
    "found",
    "ids",
    "key_of",
    "mark",
    "moved",
    "put",
    "rows",
    "told",
]

NEW = "new"


@dataclass(frozen=True)
class Part:
    """One part of a policy: its form, its words, and whether it is a list of rows."""

    key: str
    form: type[PartForm]
    title: str
    one: str
    """A single row: “fund”."""
    lead: str = ""

    @property
    def is_list(self) -> bool:
        """Whether it has rows."""
        return bool(self.one)


PARTS = {
    part.key: part
    for part in (
        Part("policy", policy_forms.WholeForm, "The whole policy", ""),
        Part("funds", policy_forms.FundForm, "Funds", "fund"),
        Part(
            "automatic",
            policy_forms.AutomaticForm,
            "Paid by itself",
            "amount paid by itself",
            "What a request must meet so that it is approved without a person.",
        ),
        Part(
            "bands",
            policy_forms.BandForm,
            "Who decides",
            "rule",
            "Read from the top: the first rule whose conditions all hold, counts.",
        ),
        Part(
            "categories",
            policy_forms.CategoryForm,
            "What money is asked for",
            "kind",
            "What people read when they choose it.",
        ),
        Part("sentences", policy_forms.SentencesForm, "Texts", "", "What people read where it matters."),
    )
}
"""In the order in which a policy is read."""


def rows(policy: Policy, part: Part) -> Sequence[Any]:
    """The rows of a list."""
    return getattr(policy, part.key)  # type: ignore[no-any-return]


def ids(policy: Policy, part: Part) -> list[str]:
    """The ids that its rows have; rules have none."""
    return [row.id for row in rows(policy, part) if hasattr(row, "id")]


def key_of(row: Any, n: int) -> str:
    """What a row is called in an address: its id, or its place where it has none."""
    return str(getattr(row, "id", n))


def found(policy: Policy, part: Part, key: str) -> Any:
    """The value of a part, or one row of it; None when there is none of that key."""
    if part.key == "policy":
        return policy
    if not part.is_list:
        return getattr(policy, part.key)
    return next((row for n, row in enumerate(rows(policy, part), 1) if key_of(row, n) == key), None)


def put(policy: Policy, part: Part, key: str, value: Any) -> Policy:
    """The policy with a part or one row of it replaced; a new row goes to the end, a rule before the rest."""
    if part.key == "policy":
        return value  # type: ignore[no-any-return]
    if not part.is_list:
        return policy.model_copy(update={part.key: value})
    there = list(rows(policy, part))
    at = next((n for n, row in enumerate(there, 1) if key_of(row, n) == key), 0)
    if at:
        there[at - 1] = value
    elif part.key == "bands" and there and decides_everything(there[-1]):
        there.insert(len(there) - 1, value)
    else:
        there.append(value)
    return policy.model_copy(update={part.key: tuple(there)})


def moved(policy: Policy, part: Part, place: int, act: str) -> Policy:
    """The policy with the row at a place (from 1) moved up, down, or taken out; else as it was."""
    there = list(rows(policy, part))
    n = place - 1
    to = {"up": n - 1, "down": n + 1}.get(act, n)
    if not (0 <= n < len(there) and 0 <= to < len(there)):
        return policy
    row = there.pop(n)
    if act != "remove":
        there.insert(to, row)
    return policy.model_copy(update={part.key: tuple(there)})


def mark(value: Any) -> str:
    """What tells one state of a part, a row or a list from another."""
    plain = [
        each.model_dump(mode="json") for each in ([value] if isinstance(value, BaseModel) else value or ())
    ]
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]


def told(policy: Policy, part: Part, value: Any) -> Sequence[str]:
    """What a part or a row says now, in words, for whoever was about to change it too."""
    if value is None:
        return ("It was taken out.",)
    if part.is_list:
        made = describing.ROWS[part.key](policy, value)
        return (made.title, made.note, made.lead, *made.said)
    if part.key == "sentences":
        return tuple(getattr(value, name) for name in type(value).model_fields)
    return describing.whole(policy)
