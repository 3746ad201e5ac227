"""What four adults and a young person type into the summer plan of a Year 11 pupil: all invented.

Each function gives what one person enters in one section, by the key of the answer.
"""

from __future__ import annotations

from datetime import date, timedelta

from tests.e2e.neighbourhood import day

Typed = dict[str, str | tuple[str, ...]]

SUBJECTS = (
    # subject, course, prior, target, revised, three terms of progress and effort, mock
    ("English language", "gcse", "102", "5", "6", "ep", "g", "ep", "g", "aep", "e", "5"),
    ("English literature", "gcse", "102", "5", "", "ep", "g", "ep", "g", "ep", "g", "5"),
    ("Mathematics", "gcse", "96", "5", "4", "bep", "ri", "bep", "g", "ep", "g", "3"),
    ("Combined science", "gcse_double", "98", "4-4", "5-4", "ep", "g", "aep", "e", "aep", "e", "5-4"),
    ("History", "gcse", "101", "6", "", "aep", "e", "aep", "e", "ep", "e", "6"),
    ("Spanish", "gcse", "", "4", "", "bep", "g", "ep", "g", "ep", "g", "4"),
    ("Art and design", "gcse", "", "7", "8", "aep", "e", "aep", "e", "aep", "e", "8"),
    ("Food preparation", "gcse", "", "5", "", "ep", "g", "not_assessed", "g", "ep", "e", "5"),
)
SUBJECT_COLUMNS = (
    "subject",
    "course",
    "prior",
    "target",
    "revised",
    "autumn_progress",
    "autumn_effort",
    "spring_progress",
    "spring_effort",
    "summer_progress",
    "summer_effort",
    "mock",
)
MATTERS = ("day_trip", "residential", "abroad", "photographs", "medical", "food_money", "hair_piercing")
MORE_MATTERS = ("sex_education", "sports", "social_media")


def slashed(when: date) -> str:
    """A date as most people type it: 04/09/2019."""
    return f"{when:%d/%m/%Y}"


def written(when: date) -> str:
    """A date as some people write it: 4 Sept 2019."""
    month = "Sept" if when.month == 9 else f"{when:%b}"
    return f"{when.day} {month} {when.year}"


def school_day(offset: int) -> date:
    """A Monday to Friday about so many days from today."""
    found = day(offset)
    return found + timedelta(days=max(0, 7 - found.weekday())) if found.weekday() > 4 else found


def details() -> Typed:
    """The social worker, before the meeting."""
    who_decides: Typed = {f"delegated.{m}.decides": "carer" for m in MATTERS}
    who_decides |= {f"delegated.{m}.decides": "social_worker" for m in MORE_MATTERS}
    return {
        "religion": "",
        "culture": "Ramadan: no food tasting in those weeks, a quiet room at lunch.",
        "interpreter": "no",
        "educating_authority": "925",
        "care_plan": "stay",
        "unaccompanied": "no",
        "emergency_contact": "Tina Marlowe",
        "emergency_phone": "07700 900 982",
        **who_decides,
        "family_time": "Amira meets her sister on the first Saturday of the month, at the museum café.",
        "restrictions": "yes",
        "told_simply": "You know who is not to fetch you, and what you can do if they write.",
        "photographs": "inside",
        "secret_address": "no",
        "health": "Hay fever: tablets in the morning, at home. None at school.",
        "sdq": "yes",
        "sdq_date": slashed(day(-40)),
        "sdq_score": "14",
    }


def parents() -> list[Typed]:
    """Who has parental responsibility."""
    return [
        {"name": "Salma Belhadj", "relation": "Mother", "school_may_contact": "yes", "invited": "yes"},
        {"name": "Fenland", "relation": "Authority", "school_may_contact": "yes", "invited": "yes"},
    ]


def contacts() -> list[Typed]:
    """How to reach people."""
    return [
        {"name": "Tina Marlowe", "role": "carer", "phone": "07700 900 982"},
        {"name": "Marcus Adair", "role": "social_worker", "email": "marcus.adair@example.org"},
    ]


def must_not() -> Typed:
    """Somebody who is to keep away."""
    return {
        "name": "Rashid Belhadj",
        "what": ("collect", "write_or_ring"),
        "under": "Order of the family court",
        "starts_on": written(day(-400)),
        "if_they_come": "The office rings the social worker; Amira stays in the library with Ms Castell.",
    }


def education() -> Typed:
    """The designated teacher: where Amira learns."""
    return {
        "year_group": "11",
        "hours": "25",
        "had_gaps": "yes",
        "sen_status": "K",
        "sen_need": "SEMH",
        "provision": "Mentoring every Tuesday with Mrs Dale; a pass to leave lessons for five minutes.",
        "behind": "yes",
        "catch_up": "Mathematics in a group of three, Mondays and Thursdays. From a 2 to a 3 in the mock.",
        "change": "leaving",
        "change_plan": "Two visits to the college in June, and a name to ring in August.",
        "bursary": "told",
    }


def settings() -> list[Typed]:
    """Four settings; before the third and the fourth there is a gap."""
    return [
        {
            "setting": "Reed Lane Nursery and Infants",
            "type": "primary",
            "starts_on": slashed(day(-4300)),
            "ends_on": slashed(day(-2900)),
            "reason_left": "Moved away",
        },
        {
            "setting": "Holm Fen Juniors",
            "type": "primary",
            "starts_on": slashed(day(-2898)),
            "ends_on": written(day(-1500)),
        },
        {
            "setting": "Saltmere High School",
            "type": "secondary",
            "starts_on": slashed(day(-1280)),
            "ends_on": slashed(day(-400)),
            "reason_left": "Came into care",
        },
        {"setting": "Lodewater Academy", "type": "secondary", "starts_on": slashed(day(-150))},
    ]


def gaps() -> list[Typed]:
    """The two times without a school."""
    return [
        {
            "starts_on": slashed(day(-1499)),
            "ends_on": slashed(day(-1281)),
            "why": "The family moved twice",
            "instead": "Nothing that we know of",
        },
        {
            "starts_on": slashed(day(-399)),
            "ends_on": slashed(day(-151)),
            "why": "No place near the new home",
            "instead": "Online lessons, ten hours a week",
        },
    ]


def subjects() -> list[Typed]:
    """Eight subjects with targets and three terms each."""
    return [dict(zip(SUBJECT_COLUMNS, row, strict=True)) for row in SUBJECTS]


def progress() -> Typed:
    """The designated teacher: how learning goes."""
    return {
        "on_track": "no",
        "on_track_why": "Mathematics lags by a grade. A group of three since February, with her own teacher.",
        "approach": "yes",
        "hard": "Algebra. It helps to see one worked example and do the next alone.",
        "achievements": "Her print of the marsh hangs in the town library since 3 March.",
        "extra_curricular": "Print club; the lighting crew of the school play.",
    }


def wellbeing() -> Typed:
    """The designated teacher: how Amira is doing."""
    return {
        "what_works": "Say what comes next before it comes. Never ask her to read out unprepared.",
        "needs": "Endings are hard: adults tell her a week before they are away.",
        "adjustments": "occasionally",
        "rating": "good",
        "education_sdq": "12",
        "screened": "no",
        "needs_in_targets": "yes",
    }


def attendance() -> Typed:
    """The designated teacher: sessions by term."""
    terms = {"autumn": (140, 128, 8, 4), "spring": (120, 111, 9, 0), "summer": (60, 52, 5, 3)}
    names = ("possible", "present", "authorised", "unauthorised")
    sessions: Typed = {
        f"sessions.{term}.{name}": str(figure)
        for term, figures in terms.items()
        for name, figure in zip(names, figures, strict=True)
    }
    return {
        "recorded_as": "sessions",
        **sessions,
        "target_agreed": "agreed",
        "barriers": "Monday mornings after family time. Mrs Dale meets her at the gate.",
        "reduced_timetable": "no",
        "alternative_provision": "no",
        "conduct": "Eleven merits; one detention, for a phone.",
        "suspended": "no",
        "likelihood.internal.likely": "unlikely",
        "likelihood.fixed_term.likely": "very_unlikely",
        "likelihood.permanent.likely": "very_unlikely",
        "risk_of_neet": "no",
    }


def interviews() -> list[Typed]:
    """Three careers interviews."""
    return [
        {
            "held_on": slashed(day(-before)),
            "adviser": "Owen Birch",
            "adapted": "yes",
            "ambition": ambition,
            "target_set": "yes",
        }
        for before, ambition in ((300, "Something with art"), (160, "Printmaking"), (30, "Book design"))
    ]


def careers() -> Typed:
    """The designated teacher: what comes after Year 11."""
    return {
        "interviewed": "yes",
        "offered": ("fair", "work_experience", "one_to_one"),
        "gatsby": ("benchmark_3", "benchmark_8"),
        "higher_education": "unsure",
        "has_job": "yes",
        "job": "Saturdays at the print workshop",
        "destination": "Fen Valley College",
        "courses": "Level 3 diploma in art and design; mathematics again if needed.",
        "reserve": "Sixth form at Lodewater: art, history, photography",
        "matched": "yes",
        "further_ahead.one_year.hope": "Finish the first year of the diploma",
        "further_ahead.one_year.who": "Tina Marlowe",
        "further_ahead.one_year.step": "Interview at the college",
        "further_ahead.one_year.by_when": slashed(day(60)),
    }


def attendance_target() -> Typed:
    """What the card that low attendance drafts does not know by itself."""
    return {
        "how": "Mrs Dale meets Amira at the gate on Mondays; Tina rings if the bus is late.",
        "who": "Rhian Castell",
        "frequency": "Every Monday",
        "starts_on": slashed(day(1)),
        "by_when": slashed(day(60)),
        "baseline": "91% this year",
        "in_own_words": "I get to school on Mondays.",
        "funding": "none",
    }


def maths_target() -> Typed:
    """A target that PP+ is asked to pay for."""
    return {
        "outcome": "Amira can solve two-step equations alone, 7 of 10 right",
        "area": "subject",
        "why": "Mathematics lags by a grade",
        "linked_section": "progress",
        "how": "Tuition on her own, from the chapter on fractions on",
        "strand": "one_to_one",
        "who": "Rhian Castell",
        "frequency": "45 minutes every Monday",
        "starts_on": slashed(day(2)),
        "by_when": slashed(day(62)),
        "baseline": "3 of 10",
        "measure": "The same ten questions at the end",
        "in_own_words": "I can do the equations without asking.",
        "funding": "pp_plus",
        "pp_amount": " £ 1,200.50 ",
    }


def at_home() -> Typed:
    """The carer, on a phone in the evening."""
    return {
        "going_well": "She cooks for all of us on Fridays.",
        "hard": "Homework after eight does not work. Before tea it does.",
        "leisure": "Print workshop, swimming with Paul.",
        "my_part": "I sit at the table with my own papers while she revises.",
        "at_hand": ("quiet_place", "computer", "internet"),
        "wishes": "That somebody rings before a letter comes.",
        "for_professionals": "She is afraid of the summer, and does not say so.",
        "last_plan": "useful",
    }


def attendees() -> list[Typed]:
    """Six people, of whom five came."""
    people = (
        ("Amira", "young_person", "yes"),
        ("Tina Marlowe", "carer", "yes"),
        ("Rhian Castell", "designated_teacher", "yes"),
        ("Marcus Adair", "social_worker", "online"),
        ("Priya Raman", "adviser", "yes"),
        ("Salma Belhadj", "parent", "apologies"),
    )
    return [{"name": name, "role": role, "invited": "yes", "attended": came} for name, role, came in people]


def meeting() -> Typed:
    """The adviser, on the day."""
    return {
        "date": slashed(day()),
        "time": "3.30pm",
        "held": "both",
        "venue": "Lodewater Academy, the library",
        "chair": "Priya Raman",
        "participation": "PN1",
        "carers_had_plan": "yes",
        "next_date": written(school_day(100)),
        "next_time": "10am",
        "next_coordinator": "Priya Raman",
    }


def from_the_parents() -> Typed:
    """The social worker: what the mother said."""
    return {"parents_asked": "yes", "parents_said": "Salma: thank whoever put the print up."}


def letter() -> Typed:
    """The social worker's letter to Amira."""
    return {
        "heard": "You said that Mondays are the hardest, and that you want to be told first.",
        "how_you_are": "You are steadier than in September, and you ask for help.",
        "your_friends": "Bea and you share the print table.",
        "your_learning": "Mathematics is a grade behind, and that is not your fault.",
        "did_well": "Your print hangs in the library.",
        "happens_next": "Ms Castell begins the Monday lessons next week. I ring you on Friday.",
    }
