"""Dated rows of a file beside those on record: what begins, what changes, what cannot be. Pure.

An end that is on record is never removed and never put off: whoever ended something by hand is not
overruled by a file that has not heard of it. What a file does not mention stays as it is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from vsportal.editions.reading import day_words
from vsportal.imports.findings import Remark


@dataclass(frozen=True)
class Kept:
    """A row on record; `target`: whom or what sight goes to by it (a home, a worker, a school)."""

    id: int
    start: date
    end: date | None
    target: Hashable = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """A row of the file; a fact or a target of None is not said, and changes nothing."""

    line: int
    start: date
    end: date | None
    target: Hashable = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Span:
    """A row as it would be, from where it comes: the record, the file, or both."""

    start: date
    end: date | None
    target: Hashable
    facts: dict[str, Any]
    kept: Kept | None = None
    said: Said | None = None
    closed_by: Said | None = None
    """The row of the file whose beginning ends this one."""

    @property
    def line(self) -> int:
        """The line of the file it is by."""
        by = self.said or self.closed_by
        return by.line if by else 0

    @property
    def is_changed(self) -> bool:
        """Whether anything is to be written."""
        k = self.kept
        return k is None or (k.end, k.target, dict(k.facts)) != (self.end, self.target, self.facts)

    @property
    def sees_anew(self) -> bool:
        """Whether somebody gets sight by it who has none by this row on record."""
        return self.kept is None or self.kept.target != self.target


class Refusal(NamedTuple):
    """A row of the file that contradicts another, or the record; the sentence comes from its kind."""

    line: int
    column: str
    why: str
    """order, overlap or continued."""
    other: Span | None = None


@dataclass
class Merged:
    """What a file's rows about one child make of those on record."""

    spans: list[Span] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def changed(self) -> list[Span]:
        """What is to be written."""
        return [span for span in self.spans if span.is_changed]


def merge(
    kept: Sequence[Kept], said: Sequence[Said], *, by_target: bool = False, moves: bool = True
) -> Merged:
    """Bring a file's rows to those on record, of one child and one kind, of which one holds at a time.

    `by_target`: the target is part of what names a row, beside its start. `moves`: a later beginning ends
    what is open without the file saying when; otherwise that is two at once, and refused.
    """
    merged = Merged()
    merged.refusals = [Refusal(s.line, "end", "order") for s in said if s.end and s.end < s.start]
    wrong = {refusal.line for refusal in merged.refusals}
    heard: dict[Hashable, Said] = {}
    for s in said:
        first = heard.setdefault(_key(s.start, s.target, by_target), s) if s.line not in wrong else s
        if first is not s:
            there = Span(first.start, first.end, first.target, {}, said=first)
            merged.refusals.append(Refusal(s.line, "start", "overlap", there))
    for k in kept:
        row = heard.pop(_key(k.start, k.target, by_target), None)
        merged.spans.append(_both(k, row, merged.remarks))
    merged.spans += [Span(s.start, s.end, s.target, _given(s), said=s) for s in heard.values()]
    merged.spans.sort(key=lambda span: span.start)
    if moves:
        _close_what_was_left(merged.spans, merged.remarks)
    merged.refusals += [*_overlaps(merged.spans), *_continued(merged.spans)]
    return merged


def _key(start: date, target: Hashable, by_target: bool) -> Hashable:
    """What names a row among those of one child and one kind."""
    return (start, target) if by_target else start


def _given(said: Said) -> dict[str, Any]:
    """The facts that a row gives."""
    return {name: value for name, value in said.facts.items() if value is not None}


def _both(kept: Kept, said: Said | None, remarks: list[Remark]) -> Span:
    """A row on record with what the file says of it."""
    if said is None:
        return Span(kept.start, kept.end, kept.target, dict(kept.facts), kept)
    end = kept.end
    if kept.end is None or (said.end is not None and said.end < kept.end):
        end = said.end
    elif said.end != kept.end:
        later = day_words(said.end) if said.end else "no end"
        remarks.append(
            Remark(
                said.line,
                f"The portal has an earlier end, {day_words(kept.end)}, than the file, {later}: it stays.",
            )
        )
    target = kept.target if said.target is None else said.target
    return Span(kept.start, end, target, dict(kept.facts) | _given(said), kept, said)


def _close_what_was_left(spans: Sequence[Span], remarks: list[Remark]) -> None:
    """A move: what is open ends on the day on which something later begins that is open and new."""
    left: list[Span] = []
    for span in spans:
        if span.kept is None and span.end is None and span.said is not None:
            for earlier in (one for one in left if one.start < span.start):
                earlier.end, earlier.closed_by = span.start, span.said
                where = f"line {earlier.said.line}" if earlier.said else "the portal"
                remarks.append(
                    Remark(
                        span.said.line,
                        f"What {where} has open since {day_words(earlier.start)} ends on "
                        f"{day_words(span.start)}, because this begins then.",
                    )
                )
            left = [one for one in left if one.end is None]
        if span.end is None:
            left.append(span)


def _overlaps(spans: Sequence[Span]) -> Iterable[Refusal]:
    """Two that hold on the same day, one of them by the file."""
    widest: Span | None = None
    for span in spans:
        if span.end == span.start:
            continue  # it holds on no day
        if widest is not None and (widest.end is None or span.start < widest.end):
            if span.is_changed or widest.is_changed:
                first, other = (span, widest) if span.said else (widest, span)
                yield Refusal(first.line or other.line, "start", "overlap", other)
            if widest.end is None or (span.end is not None and span.end <= widest.end):
                continue
        widest = span


def _continued(spans: Sequence[Span]) -> Iterable[Refusal]:
    """What was ended on record and would go on from that very day, without the file knowing of the end."""
    ended: dict[Hashable, Span] = {}
    for span in spans:
        kept = span.kept
        if kept is None or kept.end is None or kept.target is None:
            continue
        if span.said is None or span.said.end != kept.end:
            ended[kept.target, kept.end] = span
    for span in spans:
        before = ended.get((span.target, span.start)) if span.sees_anew else None
        if before is not None and before is not span and span.end != span.start:
            yield Refusal(span.line, "start", "continued", before)
