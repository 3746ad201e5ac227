"""What the form asks of primary schools alone: subjects by level, growing up, the way to Year 7."""

from __future__ import annotations

from vsportal.demo.scribe import Typed
from vsportal.demo.voices import Teller

KS1 = ("reading", "writing", "maths")
KS2 = (*KS1, "science")
LEVELS = ("below", "towards", "at", "greater")
SEASONS = ("autumn", "spring", "summer")
DEAR_SUBJECT = {"spelling": "writing"}
"""Where a story's subject goes when the grid does not have it."""


def primary_subjects(t: Teller, year: int, season: str) -> dict[str, Typed]:
    """The grid of the child's key stage and the checks of the year."""
    grid, listed = ("subjects_ks1", KS1) if year <= 2 else ("subjects_ks2", KS2)
    best, hardest = (DEAR_SUBJECT.get(x.lower(), x.lower()) for x in (t.story.best, t.story.hardest))
    said: dict[str, Typed] = {}
    for n, subject in enumerate(listed):
        level = 2 if subject == best else 1 if subject == hardest else 1 + (t.number + n) % 2
        row = f"{grid}.{subject}"
        said[f"{row}.target"] = LEVELS[min(level + (subject == best), 3)]
        for n_term, name in enumerate(SEASONS[: SEASONS.index(season) + 1]):
            said[f"{row}.{name}_level"] = LEVELS[max(level - (n_term == 0 and subject == hardest), 0)]
        said[f"{row}.progress"] = (
            "aep" if subject == best else "bep" if subject == hardest and t.number % 2 else "ep"
        )
        said[f"{row}.effort"] = "e" if subject == best else ("g", "e", "g")[(t.number + n) % 3]
    if year == 1:
        said["phonics"] = "not_yet"
    if year == 2:
        said |= {"phonics": "year_1", "phonics_score": str(30 + t.number % 9), "phonics_met": "no"}
        if t.number % 9 >= 2:
            said["phonics_met"] = "yes"
    if year == 4:
        said["tables_check"] = "not_yet"
    if year == 6:
        for n, test in enumerate(("reading", "grammar", "maths")):
            said[f"scaled_scores.{test}.practice"] = str(94 + (t.number * 3 + n * 5) % 14)
    return said


def growing_up(t: Teller) -> dict[str, Typed]:
    """What a child dreams of, has met, and what feeds it."""
    return {
        "ideas": t.tell("said", "ideas", "designated_teacher"),
        "met_work": ["visitors", "lessons", "visit"][: 1 + t.number % 3],
        "feed_interests": t.tell("primary", "careers", "feed_interests"),
        "growing_up.this_year.hope": t.tell("primary", "careers", "this_year"),
        "growing_up.this_year.who": t.people["teacher"],
        "growing_up.this_year.step": t.tell("primary", "careers", "step"),
        "growing_up.dream.hope": t.fill("To {dream}"),
        "growing_up.money.hope": t.tell("primary", "careers", "money"),
        "growing_up.money.who": t.people["carer"],
    }


def to_secondary(t: Teller, year: int) -> dict[str, Typed]:
    """How far the way to a secondary school has got."""
    said: dict[str, Typed] = {"secondary_ready": t.tell("primary", "education", "secondary_ready")}
    if year == 5:
        return said | {"secondary_place": ("not_yet", "visiting")[t.number % 2]}
    return said | {
        "secondary_place": "applied",
        "change": "new_phase",
        "change_plan": t.tell("primary", "education", "change_plan"),
        "next_school": ("Lodewater Academy", "Saltmere High School", "Not known yet")[t.number % 3],
        "next_school_matched": "yes",
    }
