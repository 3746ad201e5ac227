"""What child, carer, social worker and chair answer in the demo's plans, section by section."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from vsportal.demo.places import SCHOOLS
from vsportal.demo.scribe import Posted, Typed, rows
from vsportal.demo.voices import Teller
from vsportal.settled import working_day

VIEWS = (
    *("going_well", "hard", "settling", "better", "looking_back", "next_year", "my_targets", "who_helps"),
    *("friends", "enjoy", "future", "meeting_wish", "anything_else"),
)
CULTURE = {
    "MUSLIM": "Halal food, a quiet place to pray at midday, and the days of Eid at home",
    "CHRISTIAN": "Church on Sundays; no matches before noon then",
}
MATTERS = ("day_trip", "residential", "abroad", "photographs", "medical", "food_money", "hair_piercing")
MATTERS_LATE = ("sex_education", "sports", "social_media")


def my_views(t: Teller) -> Posted:
    """The child's own answers; some skip a question, or would rather talk about it."""
    part = "last" if t.is_past else "now"
    file = "my_views_young" if t.story.is_primary else "my_views"
    said: dict[str, str] = {q: t.tell(file, part, q) for q in VIEWS}
    if t.chance("skips", 35):
        del said["my_targets"]
        said["my_targets~how"] = "skipped"
    if t.chance("talks", 25) and t.story.key != "amira":
        del said["friends"]
        said["friends~how"] = "talk"
    unhappy = t.story.attendance[0 if t.is_past else 1] < 90
    said["happy_at_school"] = "2" if unhappy else str(3 + t.number % 3)
    said["safe_at_school"] = "3" if unhappy else str(4 + t.number % 2)
    said["meeting_how"] = ("in_person", "read_out", "in_person", "online", "in_person")[t.number % 5]
    said["helped"] = ("alone", "talked", "alone", "alone", "read_or_typed")[t.number % 5]
    if said["helped"] != "alone":
        said["helped_by"] = t.story.goes_to
    return said


def at_home(t: Teller) -> Posted:
    """The carer's answers."""
    part = "last" if t.is_past else "now"
    asked = ["going_well", "hard", "leisure", "my_part", "wishes"]
    if t.chance("for professionals", 60):
        asked.append("for_professionals")
    if t.chance("help wanted", 55):
        asked.append("help_wanted")
    said: dict[str, Typed] = {q: t.tell("at_home", part, q) for q in asked}
    said["at_hand"] = ["quiet_place", "computer", "internet", "books"][: 2 + t.number % 3]
    said["last_plan"] = (
        "first" if t.is_past and t.story.in_care == 1 else ("useful", "useful", "not_useful")[t.number % 3]
    )
    return said


def my_details(t: Teller, moment: datetime) -> Posted:
    """The social worker's details before the meeting."""
    s, today = t.story, moment.date()
    said: dict[str, Typed] = {
        "religion": s.religion,
        "interpreter": "yes" if s.uasc else "no",
        "educating_authority": next(school.near for school in SCHOOLS if school.key == s.school),
        "care_plan": _care_plan(t),
        "readers.care_plan": ["home", "school"] if t.number % 2 else ["home"],
        "unaccompanied": "yes" if s.uasc else "no",
        "emergency_contact": t.people["carer"],
        "emergency_phone": f"01632 960{420 + t.number}",
        "family_time": t.tell("care", "my_details", "family_time"),
        "life_story": t.tell("care", "my_details", "life_story"),
        "other_reviews": t.tell("care", "my_details", "other_reviews"),
        "restrictions": "no",
        "photographs": ("inside", "ask", "without_name", "inside")[t.number % 4],
        "secret_address": "no",
        "health": t.tell("care", "my_details", "health"),
        "sdq": "yes" if t.number % 5 else "no",
        "matters": t.tell("said", "matters", "social_worker"),
        **_parents(t, moment),
        **_contacts(t, moment),
    }
    if s.religion in CULTURE:
        said["culture"] = CULTURE[s.religion]
    if s.uasc:
        said |= {
            "interpreter_language": s.language,
            "arrived_on": (today - timedelta(days=330 if s.in_care == 1 else 700)).isoformat(),
            "age_assessment": "agreed",
            "immigration_status": "waiting" if s.key == "bilal" else "refugee",
        }
    if said["sdq"] == "yes":
        score = 9 + t.number * 5 % 13 + (6 if s.need == "SEMH" else 0)
        said |= {"sdq_date": (today - timedelta(days=120)).isoformat(), "sdq_score": str(score)}
    else:
        said["sdq_reason"] = "SDQ2"
    if s.key in ("malachi", "leila", "zofia"):
        said |= _restrictions(t, moment)
    for matter in (*MATTERS, *MATTERS_LATE):
        worker = matter in ("abroad", "medical") or (matter == "residential" and t.number % 2)
        said[f"delegated.{matter}.decides"] = "social_worker" if worker else "carer"
        said[f"delegated.{matter}.told"] = "carer" if worker else ("nobody", "social_worker")[t.number % 2]
    if s.legal in ("V2", "C1"):
        said["delegated.abroad.decides"] = "together"
    if t.number % 2:
        said["sensitive.family_days.what"] = t.tell("care", "my_details", "sensitive_family_days")
    else:
        said["sensitive.pictures.what"] = t.tell("care", "my_details", "sensitive_pictures")
    return said


def _care_plan(t: Teller) -> str:
    s = t.story
    if s.placement == "P1":
        return "return"
    if s.legal == "C1":
        return "not_decided"
    return "family" if s.placement == "U1" else "stay"


def _parents(t: Teller, moment: datetime) -> dict[str, Typed]:
    """Who has parental responsibility: the authority under an order, and parents."""
    s, kept = t.story, []
    if s.legal in ("C1", "C2", "E1"):
        name = "Fenland" if s.authority == "fenland" else "Holland Coast"
        kept.append({"name": f"{name} council", "relation": "Local authority", "school_may_contact": "yes"})
    mother = ("Marie", "Samira", "Dawn", "Joanne", "Kelly", "Adwoa", "Ewa", "Rachel", "Tanya")[t.number % 9]
    kept.append(
        {
            "name": "Leanne Proudlock" if s.key == "callum" else f"{mother} {s.last}",
            "relation": "Mother",
            "school_may_contact": "yes" if s.placement == "P1" or s.legal == "V2" else "no",
            "invited": "yes" if s.legal in ("V2", "C1") else "no",
            "gave_views": "no",
            "has_plan": "no",
        }
    )
    return rows("parental_responsibility", moment, kept)


def _contacts(t: Teller, moment: datetime) -> dict[str, Typed]:
    """Telephone numbers that may stand on paper; all of them are reserved for stories."""
    carer, worker = t.people["carer"], t.people["worker"]
    kept = [
        {"name": carer, "role": "carer", "phone": f"07700 900{200 + t.number}"},
        {
            "name": worker,
            "role": "social_worker",
            "phone": f"01632 9605{len(worker):02d}",
            "email": f"{worker.split()[0].lower()}.{worker.split()[-1].lower()}@council.example.org",
        },
        {"name": t.people["adviser"], "role": "virtual_school", "phone": "01632 960142"},
    ]
    return rows("contacts", moment, kept)


def _restrictions(t: Teller, moment: datetime) -> dict[str, Typed]:
    """Somebody who must not come."""
    who = {"malachi": "Devon Marsh", "leila": "Karim Haidari", "zofia": "Marek Nowak"}[t.story.key]
    card: dict[str, Typed] = {
        "name": who,
        "what": ["collect", "visit", "online"],
        "under": "Decision of the court, spring; copy with the designated teacher",
        "starts_on": (moment.date() - timedelta(days=210)).isoformat(),
        "review_on": (moment.date() + timedelta(days=120)).isoformat(),
        "if_they_come": t.tell("care", "my_details", "if_they_come"),
    }
    return {
        "restrictions": "yes",
        "told_simply": t.tell("care", "my_details", "told_simply"),
        "online_contact": t.tell("care", "my_details", "online_contact"),
        **rows("must_not", moment, [card]),
    }


def meeting_plan(t: Teller, meeting_on: date) -> Posted:
    """What the chair enters when the meeting is arranged."""
    times = ("9:30am", "1:30pm", "2pm", "3:20pm", "10am")
    said = {"date": meeting_on.isoformat(), "time": times[t.number % 5], "chair": t.people["adviser"]}
    if t.number % 4 == 3:
        return said | {"held": "online"}
    return said | {"held": "in_person", "venue": f"{t.people['school']}, {_room(t)}"}


def _room(t: Teller) -> str:
    return ("Room 12", "the library", "the blue room", "the meeting room by reception")[t.number % 4]


def meeting_record(t: Teller, moment: datetime, next_on: date) -> Posted:
    """The chair's record: who came, what was decided, when the next one is."""
    s, people = t.story, t.people
    away = t.number % 7 == 3
    came = "online" if t.number % 4 == 3 else "yes"
    attendees = [
        {
            "name": f"{s.first} {s.last}",
            "role": "young_person",
            "invited": "yes",
            "attended": "no" if away else came,
        },
        {"name": people["carer"], "role": "carer", "invited": "yes", "attended": came},
        {"name": people["teacher"], "role": "designated_teacher", "invited": "yes", "attended": came},
        {
            "name": people["worker"],
            "role": "social_worker",
            "invited": "yes",
            "attended": "apologies" if t.number % 6 == 5 else came,
        },
        {"name": people["adviser"], "role": "adviser", "invited": "yes", "attended": came},
    ]
    soon = working_day(moment.date(), 10)
    decisions = [
        {
            "what": t.tell("care", "meeting", f"decision_{n}"),
            "who": people["teacher" if n == 1 else "carer"],
            "by_when": (soon + timedelta(days=7 * n)).isoformat(),
        }
        for n in (1, 2)
    ]
    wish = {"said": t.tell("care", "meeting", "wish_said"), "did": t.tell("care", "meeting", "wish_did")}
    said: dict[str, Typed] = {
        "carers_had_plan": "yes" if t.number % 5 else "no",
        "participation": "PN6" if away else ("PN1", "PN1", "PN3", "PN2")[t.number % 4],
        "next_date": next_on.isoformat(),
        "next_time": "1:30pm",
        "next_venue": people["school"],
        "next_coordinator": people["adviser"],
        "documents.last_plan.have": "yes",
        "documents.last_plan.where": "School’s own record",
        "documents.tracking.have": "yes" if t.number % 3 else "asked_for",
        "said_at_meeting": t.tell("said", "said_at_meeting", "adviser"),
        **rows("attendees", moment, attendees),
        **rows("decisions", moment, decisions),
    }
    if not t.is_past or t.story.in_care > 1:
        said |= rows("you_said", moment, [wish])
    if away:
        said |= {
            "not_there_why": t.tell("care", "meeting", "not_there_why"),
            "not_there_tells": people["carer"],
            "not_there_next_time": t.tell("care", "meeting", "not_there_next_time"),
        }
    return said


def parents_views(t: Teller) -> Posted:
    """What a parent said, recorded by the social worker."""
    if t.number % 3 == 2:
        why = t.tell("care", "meeting", "parents_not_asked_why")
        return {"parents_asked": "not_asked", "parents_not_asked_why": why}
    if t.number % 3 == 1:
        return {"parents_asked": "asked"}
    return {"parents_asked": "yes", "parents_said": t.tell("care", "meeting", "parents_said")}


def summary(t: Teller) -> Posted:
    """The letter to the child."""
    asked = ("heard", "how_you_are", "your_friends", "your_learning", "did_well", "happens_next")
    return {q: t.tell("care", "summary", q) for q in asked}
