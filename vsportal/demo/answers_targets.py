"""The targets in the demo's plans: last term's reviewed, this term's new, one for low attendance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from vsportal.demo.answers_school import Times
from vsportal.demo.scribe import Posted, Typed, rows
from vsportal.demo.voices import Teller, phrases

TARGET = (
    "outcome",
    "area",
    "why",
    "how",
    "strand",
    "who",
    "frequency",
    "baseline",
    "measure",
    "in_own_words",
    "funding",
)


def targets(t: Teller, times: Times, by_when: date, previous: Sequence[str]) -> Posted:
    """Last term's targets reviewed, then new ones; low attendance has one of its own."""
    said: dict[str, Typed] = {
        "pp_unspent": "0" if t.number % 4 else "85.50",
    }
    for n, ref in enumerate(previous):
        result = ("achieved", "partly", "achieved", "not", "partly")[(t.number + n) % 5]
        said |= {
            f"previous.{ref}.result": result,
            f"previous.{ref}.evidence": t.tell("targets", "review", result, n),
            f"previous.{ref}.pp_effect": ("not_used", "some", "significant")[(t.number + n) % 3],
            **{f"previous.{ref}.{q}": t.tell("targets", "review", q, n) for q in ("helped", "child_says")},
        }
    bank = phrases("targets")
    others = bank["young"]["list"] if t.story.is_primary else bank["others"]["list"]
    own: Sequence[object] = bank["own"].get(t.story.key) or others[t.number % len(others)]
    more, before = bank["more"]["list"], bank["before"]["list"]
    listed: list[Sequence[object]] = [before[t.number % len(before)], before[(t.number + 3) % len(before)]]
    if not t.is_past:
        listed = [own, more[t.number % len(more)]] + (
            [more[(t.number + 3) % len(more)]] if t.number % 3 == 0 else []
        )
    cards = [_card(t, kept, times, by_when) for kept in listed]
    said |= rows("targets", times.moment, cards)
    if t.story.attendance[0 if t.is_past else 1] < 95:
        said |= {f"targets.attendance.{k}": v for k, v in _attendance_card(t, times, by_when).items()}
        said["targets.attendance"] = "1"
    return said


def _card(t: Teller, kept: Sequence[object], times: Times, by_when: date) -> dict[str, str]:
    card = {name: t.fill(str(value)) for name, value in zip(TARGET, kept, strict=False)}
    if len(card["in_own_words"]) < 12:
        card["in_own_words"] = t.fill(
            f"{card['in_own_words']} For {{hardest}}, I mean." if t.number % 2 else card["in_own_words"]
        )
    pence = kept[len(TARGET)]
    if card["funding"] == "pp_plus" and isinstance(pence, int):
        card["pp_amount"] = f"{pence / 100:.2f}"
    if card["area"] == "subject":
        card["linked_section"] = "progress"
    return card | {"starts_on": times.today.isoformat(), "by_when": by_when.isoformat()}


def _attendance_card(t: Teller, times: Times, by_when: date) -> dict[str, str]:
    """The rest of the card that low attendance drafts."""
    rate = t.story.attendance[0 if t.is_past else 1]
    goal = 95 if rate > 85 else round(rate) + 10
    return {
        "outcome": t.fill(f"{{child}} is in school for {goal} of every 100 sessions until the next plan."),
        "area": "attendance",
        "why": t.tell("school", "attendance", "barriers").partition(".")[0] + ".",
        "how": t.fill(
            "A soft start with {goes_to}, a plan for the first lesson, and a call to {carer} before 9:15am."
        ),
        "strand": "mentoring",
        "who": t.people["teacher"],
        "frequency": "Every morning; looked at together on Fridays",
        "baseline": f"{rate:g} of 100 this term",
        "measure": "The register, counted every Friday",
        "in_own_words": t.fill("I’ll come in if I know what’s first. And not straight into {hardest}."),
        "funding": "none",
        "starts_on": times.today.isoformat(),
        "by_when": by_when.isoformat(),
    }
