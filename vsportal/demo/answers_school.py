"""What the designated teacher answers in the demo's plans, section by section."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from vsportal.demo.answers_primary import growing_up, primary_subjects, to_secondary
from vsportal.demo.calendar import TermDates, is_taught
from vsportal.demo.scribe import Posted, Typed, rows
from vsportal.demo.voices import Teller

PRIMARIES = (
    "Willow Bank",
    "St Guthlac’s",
    "Mill Drove",
    "Fen Edge",
    "Sutton Gate",
    "Harbour Road",
    "Long Acre",
)
EARLIER = ("Ousebank Academy", "Wickenfield School", "Denmoor High School")
KS3 = ("English", "Mathematics", "Science", "French", "Geography", "History", "Art", "Music", "Computing")
CORE = ("English language", "English literature", "Mathematics", "Science")
CHOICES = ("History", "Geography", "Art", "Music", "Computing", "Spanish", "Religious studies", "Business")
SUBJECT_OF = {
    "English": "English language",
    "Biology": "Science",
    "Chemistry": "Science",
    "Physics": "Science",
    "Drama": "Music",
}
"""Where a story's subject goes when the grid does not have it."""
GRADE = {"nadia": 7, "grace": 7, "amira": 5, "kezia": 5, "samir": 5, "connor": 2, "dylan": 2}
"""About which grade a young person is working towards; 4 for the others."""
SEASONS = ("autumn", "spring", "summer")
TECHNICAL = frozenset({"Food preparation", "Construction", "Motor vehicle studies", "Health and social care"})


@dataclass(frozen=True)
class Times:
    """The term a section is about, in its school year, and the moment of writing."""

    year: int
    term: TermDates
    terms: Sequence[TermDates]
    joined_on: date
    moment: datetime

    @property
    def today(self) -> date:
        """The day of writing."""
        return self.moment.date()


def my_education(t: Teller, times: Times) -> Posted:
    """Where the child learns and has learned, needs and support."""
    s = t.story
    said: dict[str, Typed] = {
        "year_group": str(times.year),
        "hours": "18" if s.key == "tyler" else "25",
        "had_gaps": "yes" if s.homes > 5 else "no",
        "sen_status": s.sen,
        "provision": t.tell("school", "my_education", "provision"),
        "behind": "yes" if s.sen != "N" or t.chance("behind", 45) else "no",
        "out_of_hours": t.tell("school", "my_education", "out_of_hours"),
        "change": "leaving" if times.year == 11 else "none",
        "looking_forward": t.tell("said", "looking_forward", "designated_teacher"),
        **_history(t, times),
        **(to_secondary(t, times.year) if times.year in (5, 6) else {}),
    }
    if said["had_gaps"] == "yes":
        gap = {
            "starts_on": f"{times.term.school_year - 3}-02-11",
            "ends_on": f"{times.term.school_year - 3}-04-08",
            "why": "A change of home with no place at the new school yet",
            "instead": "Ten hours of tuition a week",
        }
        said |= rows("gaps", times.moment, [gap])
    if said["behind"] == "yes":
        said["catch_up"] = t.tell("school", "my_education", "catch_up")
    if s.sen != "N":
        said |= {"sen_need": s.need, "high_needs": "0"}
        said["access_arrangements"] = {
            "SPLD": ["reader", "extra_time"],
            "HI": ["smaller_room", "extra_time"],
        }.get(s.need, ["extra_time", "rest_breaks"])
    if s.sen == "E":
        last = times.today - timedelta(days=150)
        said |= {
            "ehcp_authority": "925",
            "ehcp_last_review": last.isoformat(),
            "ehcp_next_review": (last + timedelta(days=340)).isoformat(),
            "review_together": "yes",
            "ehcp_fit": t.fill(
                "It turns the plan’s long-term outcomes into this term’s steps in {hardest} and {best}."
            ),
            "high_needs": "2150",
        }
    if times.year == 11:
        said |= {"change_plan": t.tell("school", "my_education", "change_plan"), "bursary": "told"}
    if times.year == 9:
        said["options_help"] = t.tell("school", "my_education", "options_help")
    return said


def _history(t: Teller, times: Times) -> dict[str, Typed]:
    """Schools so far, oldest first; of a child from abroad without dates nobody knows."""
    s, first = t.story, times.term.school_year - times.year
    if times.year <= 6:
        only = {"setting": t.people["school"], "type": "primary", "starts_on": times.joined_on.isoformat()}
        return rows("history", times.moment, [only])
    kept = [
        {"setting": "School in the country of birth", "type": "abroad"}
        if s.uasc
        else {
            "setting": f"{PRIMARIES[t.number % len(PRIMARIES)]} Primary School",
            "type": "primary",
            "starts_on": f"{first}-09-04",
            "ends_on": f"{first + 7}-07-20",
            "reason_left": "End of primary school",
        }
    ]
    if s.joined and not s.uasc:
        kept.append(
            {
                "setting": EARLIER[t.number % len(EARLIER)],
                "type": "secondary",
                "starts_on": f"{first + 7}-09-04",
                "ends_on": (times.joined_on - timedelta(days=3)).isoformat(),
                "reason_left": "Change of home",
            }
        )
    kept.append(
        {
            "setting": t.people["school"],
            "type": "special" if s.school in ("marram", "lantern") else "secondary",
            "starts_on": times.joined_on.isoformat(),
        }
    )
    return rows("history", times.moment, kept)


def wellbeing(t: Teller, times: Times) -> Posted:
    """Strengths, what works, and what professionals measure."""
    s = t.story
    concern = s.need == "SEMH" or s.attendance[0 if t.is_past else 1] < 92
    said: dict[str, Typed] = {
        **{q: t.tell("said", q, "designated_teacher") for q in ("strengths", "relationships", "support")},
        "what_works": t.tell("school", "wellbeing", "what_works"),
        "needs": t.tell("school", "wellbeing", "needs"),
        "adjustments": "frequently"
        if s.need == "SEMH"
        else ("rarely", "occasionally", "rarely")[t.number % 3],
        "rating": ("concern" if s.attendance[1] < 80 else "could_improve") if concern else "good",
        "screened": "yes" if t.number % 3 == 0 else "no",
        "needs_in_targets": "yes",
    }
    if concern or t.chance("referred", 40):
        said["referrals"] = t.tell("school", "wellbeing", "referrals")
    if said["screened"] == "yes":
        said |= {
            "screening_tool": "Belonging and safety questionnaire",
            "screened_on": (times.today - timedelta(days=40)).isoformat(),
            "screening_outcome": t.tell("school", "wellbeing", "screening_outcome"),
        }
    if t.chance("teacher score", 40):
        said["education_sdq"] = str(8 + t.number * 7 % 15)
    return said


def progress(t: Teller, times: Times) -> Posted:
    """The judgement of the whole, subject by subject, and achievements."""
    behind = t.story.sen != "N" or t.story.attendance[0 if t.is_past else 1] < 92
    said: dict[str, Typed] = {
        "on_track": "no" if behind and t.number % 3 else ("yes", "yes", "not_yet_known")[t.number % 3],
        "approach": "no" if t.story.key == "dylan" and t.is_past else "yes",
        "progress_views": t.tell("said", "progress_views", "designated_teacher"),
        **{
            q: t.tell("school", "progress", q)
            for q in ("hard", "achievements", "extra_curricular", "evidence")
        },
        **_subjects(t, times),
    }
    if said["on_track"] == "no":
        said["on_track_why"] = t.tell("school", "progress", "on_track_why")
    return said


def _subjects(t: Teller, times: Times) -> dict[str, Typed]:
    """What the grid of the child’s year asks, subject by subject."""
    if times.year <= 6:
        return primary_subjects(t, times.year, times.term.season)
    return _ks4(t, times) if times.year >= 10 else _ks3(t, times)


def _judged(t: Teller, subject: str, season: str) -> tuple[str, str]:
    """Progress and effort in a subject: the best one ahead, the hardest behind, the others as they fall."""
    best, hardest = (SUBJECT_OF.get(x, x) for x in (t.story.best, t.story.hardest))
    if subject in (best, t.story.best):
        return "aep", "e"
    if subject in (hardest, t.story.hardest):
        return "bep", "g" if t.number % 2 else "ri"
    dealt = t.deal(f"{subject}{season}")
    return ("ep", "ep", "aep", "ep", "bep", "ep")[dealt % 6], ("g", "e", "g", "g", "ri")[dealt % 5]


def _ks3(t: Teller, times: Times) -> dict[str, Typed]:
    words = ("Emerging", "Developing", "Secure", "Secure +", "Excelling")
    listed = list(dict.fromkeys((*KS3, SUBJECT_OF.get(t.story.best, t.story.best))))
    kept = []
    for n, subject in enumerate(listed):
        made, effort = _judged(t, subject, times.term.season)
        at = (t.deal(subject) + n) % 2 + 1 + (made == "aep") - (made == "bep")
        kept.append(
            {
                "subject": subject,
                "target": words[min(at + 1, 4)],
                "current": words[max(at, 0)],
                "progress": made,
                "effort": effort,
            }
        )
    return rows("subjects_ks3", times.moment, kept)


def _ks4(t: Teller, times: Times) -> dict[str, Typed]:
    best = SUBJECT_OF.get(t.story.best, t.story.best)
    picked = [CHOICES[(t.number + n) % len(CHOICES)] for n in range(4)]
    kept = []
    for n, subject in enumerate(dict.fromkeys((*CORE, best, *picked))):
        technical = subject in TECHNICAL
        double = subject == "Science"
        level = GRADE.get(t.story.key, 4) + (t.deal(subject) + n) % 3 - 1
        level = min(max(level + (subject == best), 1), 9)
        row = {
            "subject": subject,
            "course": "technical_award" if technical else "gcse_double" if double else "gcse",
            "prior": f"{91 + 3 * level + n % 3} scaled" if n < 4 else "",
            "target": "Merit" if technical else f"{level}-{level}" if double else str(level),
        }
        for season in SEASONS[: SEASONS.index(times.term.season) + 1]:
            row[f"{season}_progress"], row[f"{season}_effort"] = _judged(t, subject, season)
        if times.year == 11 and n < 5:
            mock = max(level - 1 - n % 2, 1)
            row["mock"] = "Pass" if technical else f"{mock}-{mock}" if double else str(mock)
        kept.append(row)
    return rows("subjects", times.moment, kept)


def attendance(t: Teller, times: Times) -> Posted:
    """Sessions or percentages by term, what gets in the way, and conduct."""
    s = t.story
    below = s.attendance[0 if t.is_past else 1] < 95
    said: dict[str, Typed] = {
        **_figures(t, times),
        "reduced_timetable": "yes" if s.key == "tyler" else "no",
        "alternative_provision": "yes" if s.key == "connor" else "no",
        "conduct": t.tell("school", "attendance", "conduct"),
        "suspended": "no",
        "attendance_views": t.tell("said", "attendance_views", "designated_teacher"),
    }
    if below:
        said |= {"target_agreed": "agreed", "barriers": t.tell("school", "attendance", "barriers")}
        if s.key == "robin":
            why = t.tell("school", "attendance", "target_declined_why")
            said |= {"target_agreed": "declined", "target_declined_why": why}
    for kind in ("reduced_timetable", "alternative_provision"):
        if said[kind] == "yes":
            said[f"{kind}_plan"] = t.tell("school", "attendance", f"{kind}_plan")
    if s.key in ("malachi", "connor") and not t.is_past:
        said |= _suspension(t, times)
    at_risk = s.need == "SEMH"
    for n, kind in enumerate(("internal", "fixed_term", "permanent")):
        likely = (
            ("possible", "unlikely", "very_unlikely") if at_risk else ("unlikely", *["very_unlikely"] * 2)
        )
        said[f"likelihood.{kind}.likely"] = likely[n]
    if times.year >= 9:
        said["risk_of_neet"] = "yes" if s.key in ("dylan", "tyler") else "unsure" if at_risk else "no"
    return said


def _figures(t: Teller, times: Times) -> dict[str, Typed]:
    """The figures of each term of the school year up to now."""
    as_percent = t.number % 4 == 2
    kept: dict[str, Typed] = {"recorded_as": "percentages" if as_percent else "sessions"}
    this_year = [
        x
        for x in times.terms
        if x.school_year == times.term.school_year and x.starts_on <= times.term.starts_on
    ]
    for term in this_year:
        now = term.key == times.term.key
        rate = t.story.attendance[0 if t.is_past or not now else 1]
        if as_percent:
            authorised = round((100 - rate) * 0.7, 1)
            figures = {
                "present": rate,
                "authorised": authorised,
                "unauthorised": round(100 - rate - authorised, 1),
            }
            kept |= {f"percentages.{term.season}.{k}": f"{v:g}" for k, v in figures.items()}
            continue
        possible = 2 * _school_days(term, min(term.ends_on, times.today)) or 2
        # Rounded so that counting sessions puts the child on the same side of 95% as the rate does.
        absent = (
            math.floor(possible * (100 - rate) / 100)
            if rate >= 95
            else math.ceil(possible * (100 - rate) / 100)
        )
        authorised_sessions = round(absent * 0.7)
        counted = (possible, possible - absent, authorised_sessions, absent - authorised_sessions)
        for name, sessions in zip(
            ("possible", "present", "authorised", "unauthorised"), counted, strict=True
        ):
            kept[f"sessions.{term.season}.{name}"] = str(sessions)
    return kept


def _school_days(term: TermDates, until: date) -> int:
    """School days of a term up to a day."""
    days = (term.starts_on + timedelta(days=n) for n in range((until - term.starts_on).days + 1))
    return sum(is_taught(day, term) for day in days)


def _suspension(t: Teller, times: Times) -> dict[str, Typed]:
    """A suspension of two days, with what changes."""
    starts = max(times.term.starts_on + timedelta(days=1), times.today - timedelta(days=24))
    while starts.weekday() > 3:
        starts -= timedelta(days=1)
    ended = min(starts + timedelta(days=1), times.today)
    back = min(ended + timedelta(days=1), times.today)
    kept = {
        "kind": "SUSP" if t.story.key == "malachi" else "INTERNAL",
        "starts_on": min(starts, ended).isoformat(),
        "ends_on": ended.isoformat(),
        "sessions": "4",
        "reason1": "VA" if t.story.key == "malachi" else "DB",
        "virtual_school_told_on": min(starts, ended).isoformat(),
        "return_meeting_on": back.isoformat(),
        "adjustments": t.fill(
            "{child} leaves lessons two minutes early; one adult at the door; a repair talk the same day."
        ),
        "notes": t.fill(
            "It followed a call from home that went badly. {worker} will tell school beforehand from now on."
        ),
    }
    return {"suspended": "yes", **rows("suspensions", times.moment, [kept])}


def careers(t: Teller, times: Times) -> Posted:
    """Advice, what comes after Year 11, and the plan further ahead."""
    s = t.story
    if times.year <= 6:
        return growing_up(t)
    said: dict[str, Typed] = {
        "ideas": t.tell("said", "ideas", "designated_teacher"),
        "interviewed": "yes" if times.year >= 9 else "no",
        "offered": ["fair", "talks", "pshe", "workplace_visit"][: 1 + t.number % 4],
        "gatsby": ["benchmark_3", "benchmark_8"] if times.year >= 9 else ["none"],
        "higher_education": ("yes", "unsure", "no", "unsure")[t.number % 4],
        "further_ahead.one_year.hope": t.fill("{Their} own steps towards this: to {dream}"),
        "further_ahead.one_year.who": t.people["teacher"],
        "further_ahead.one_year.step": t.tell("school", "careers", "further_work"),
        "further_ahead.five_years.hope": t.fill("To {dream}"),
    }
    if said["interviewed"] == "yes":
        talk = {
            "held_on": (times.today - timedelta(days=35 + t.number)).isoformat(),
            "adviser": "Owen Birch" if s.authority == "fenland" else "Sandra Poole, careers adviser",
            "adapted": "yes",
            "ambition": t.tell("school", "careers", "ambition"),
            "further_work": t.tell("school", "careers", "further_work"),
            "target_set": "yes" if t.number % 2 else "no",
        }
        said |= rows("interviews", times.moment, [talk])
        said["has_job"] = "yes" if s.key in ("robin", "kezia", "dylan") else "no"
        if said["has_job"] == "yes":
            said["job"] = t.tell("school", "careers", "job")
    if times.year == 11:
        said |= {
            "destination": t.fill("Fenwold College, a course that leads to this: to {dream}"),
            "courses": t.fill(
                "Level 3 if the grades in {hardest} allow it, else level 2 first; English and maths alongside"
            ),
            "reserve": "The sixth form at the present school",
            "matched": "yes" if t.number % 3 else "unsure",
        }
    return said
