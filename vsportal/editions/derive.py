"""Answers worked out from other answers, by name: an edition says which, nobody types them.

Each takes all answers of the section, by leaf, and gives None while it cannot be known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vsportal.editions.reading import Value

Answers = Mapping[str, Value]

_TERMS = ("autumn", "spring", "summer")


def attendance_below_95(answers: Answers) -> Value:
    """Whether attendance is below 95 % in the newest term that has figures: “yes” or “no”."""
    terms = _attendance_by_term(answers)
    if not terms:
        return None
    present, possible = terms[-1]
    return "yes" if present < 0.95 * possible else "no"


def attendance_percent(answers: Answers) -> Value:
    """Attendance over all terms that have figures, as a percentage with one figure after the point."""
    terms = _attendance_by_term(answers)
    possible = sum(each for _, each in terms)
    if not possible:
        return None
    percent = round(100 * sum(present for present, _ in terms) / possible, 1)
    return int(percent) if percent == int(percent) else percent


def _attendance_by_term(answers: Answers) -> list[tuple[float, float]]:
    """(present, possible) of each term with figures, oldest first; a percentage is of 100.

    A section can ask for sessions and for percentages; `recorded_as` then says which rows count.
    """
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for key, present in answers.items():
        grid, _, rest = key.partition(".")
        term, _, column = rest.partition(".")
        if column != "present" or term not in _TERMS or not _is_figure(present):
            continue
        possible = answers.get(f"{grid}.{term}.possible")
        if _is_figure(possible) and float(possible) > 0:  # type: ignore[arg-type]  # a figure, as was just asked
            found.setdefault(grid, {})[term] = (float(present), float(possible))  # type: ignore[arg-type]
        elif f"{grid}.{term}.possible" not in answers and not _counts_sessions(grid, answers):
            found.setdefault(grid, {})[term] = (float(present), 100.0)  # type: ignore[arg-type]
    chosen = found.get(str(answers.get("recorded_as")))
    if chosen is None:
        if answers.get("recorded_as") in ("sessions", "percentages") or not found:
            return []
        chosen = next(iter(found.values()))
    return [chosen[term] for term in _TERMS if term in chosen]


def _counts_sessions(grid: str, answers: Answers) -> bool:
    """Whether any row of the grid counts possible sessions: its figures are then no percentages."""
    return any(key.startswith(f"{grid}.") and key.endswith(".possible") for key in answers)


def _is_figure(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def sdq_band(answers: Answers) -> Value:
    """The band of the SDQ score: “close”, “raised” or “high”."""
    score = answers.get("sdq_score")
    if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 40:
        return None
    return "close" if score <= 13 else "raised" if score <= 16 else "high"


DERIVED: dict[str, Callable[[Answers], Value]] = {
    "attendance_below_95": attendance_below_95,
    "attendance_percent": attendance_percent,
    "sdq_band": sdq_band,
}
WORDS: dict[str, dict[str, str]] = {
    "attendance_below_95": {"yes": "Yes", "no": "No"},
    "sdq_band": {
        "close": "Close to average (0 to 13)",
        "raised": "Raised (14 to 16)",
        "high": "High (17 to 40)",
    },
}
"""The words for what a derived answer can be, where there are few: also what a `when` may name."""
