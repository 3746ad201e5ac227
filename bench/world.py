"""The bench's own authority: children, people and plans, all made by the operations people's pages call.

It is a term called summer whatever the day, because the summer form asks the most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from vsportal import clock
from vsportal.accounts.passwords import hashed
from vsportal.admin import operations as admin
from vsportal.audit import SYSTEM
from vsportal.children import operations as children
from vsportal.editions.kinds import options_of
from vsportal.editions.schema import Column, Field, Rows
from vsportal.extensions import db
from vsportal.models import Authority, Child, Household, Membership, Pep, PepSection, Role, School, Term, User
from vsportal.peps import operations as peps
from vsportal.peps.loading import Sheet, load_sheet
from vsportal.policy import Actor, Held
from vsportal.workflow import Act, apply

PASSWORD = "a bench needs no secret"
CHILDREN = 50
"""Children of the authority, all allocated to one adviser: a full page of a list."""
AT_SCHOOL = 12
"""Children of one designated teacher: more than nearly every teacher has."""
SUBJECTS, MANY_SUBJECTS = 8, 12
GRADES = {"target": "7", "revised": "8", "mock": "6", "final": "7"}
TEXT = "Working well in class, and asks for help when the task is new."
FIRST = ("Amira", "Kofi", "Élodie", "Callum", "Nadia", "Tomasz", "Precious", "Zofia", "Idris", "Maeve")
LAST = ("Belhadj", "Okafor", "Fenwick", "Marlowe", "Żak")


@dataclass
class World:
    """What is measured in it, by reference, and who measures."""

    teacher: str = "teacher@bench.example.org"
    adviser: str = "adviser@bench.example.org"
    read: str = ""
    """The plan whose pages are opened."""
    long: str = ""
    """The same with more subjects: over 150 controls in one section."""
    written: str = ""
    """The plan that is saved to: what it gathers must not slow the pages that are read."""
    carried: str = ""
    """A plan of which every answer was carried forward and none has been checked."""
    empty: str = ""
    """A plan with as many rows in which nobody has answered yet: as many controls, all of them empty."""
    reviewed: str = ""
    """A full plan whose parts are with the Virtual School."""
    peps: list[Pep] = field(default_factory=list)


@dataclass
class Setting:
    """Places and people that the children share."""

    authority: Authority
    term: Term
    before: Term
    school: School
    elsewhere: School
    hash: str
    teacher: User
    adviser: User
    worker: User


def make_world() -> World:
    """Make the authority and commit it; takes some seconds."""
    world, here = World(), _setting(World())
    made = [_child(here, n) for n in range(CHILDREN)]
    world.peps = [pep for _, pep in made]
    for (child, pep), subjects in zip(
        made, (SUBJECTS, MANY_SUBJECTS, SUBJECTS, SUBJECTS, 0, SUBJECTS), strict=False
    ):
        if subjects:
            _fill(here, child, pep, subjects)
    refs = [pep.ref for pep in world.peps]
    world.read, world.long, world.written, world.carried, world.empty = refs[:5]
    world.reviewed = refs[5]
    _as_carried(world.peps[3])
    _as_empty(world.peps[0], world.peps[4])
    db.session.commit()
    return world


def _setting(world: World) -> Setting:
    """The authority with its terms, two schools, and the people who have all or many of the children."""
    today, year = clock.today(), clock.academic_year(clock.today())
    authority = admin.create_authority(
        SYSTEM, name="Bench Virtual School", short_name="Bench", la_code="B01", duty_phone="01632 960 199"
    )
    before = _term(authority, f"{year}-spring", today - timedelta(days=140))
    term = _term(authority, f"{year}-summer", today - timedelta(days=40))
    _term(authority, f"{_next(year)}-autumn", today + timedelta(days=80))
    school = admin.create_school(SYSTEM, name="Lodewater Academy", urn="900001")
    elsewhere = admin.create_school(SYSTEM, name="Saltmere High School", urn="900002")
    hash_ = hashed(PASSWORD)
    people = {
        "teacher": _person("Rhian Castell", world.teacher, hash_, Role.DESIGNATED_TEACHER, school=school),
        "adviser": _person("Priya Raman", world.adviser, hash_, Role.ADVISER, authority=authority),
        "worker": _person("Marcus Adair", "worker@bench.example.org", "", Role.SOCIAL_WORKER, authority),
    }
    return Setting(authority, term, before, school, elsewhere, hash_, **people)


def _next(year: str) -> str:
    return clock.academic_year(date(int(year[:4]) + 1, 10, 1))


def _term(authority: Authority, key: str, starts: date) -> Term:
    """Ninety days of term."""
    return admin.create_term(
        SYSTEM,
        authority,
        key,
        starts_on=starts,
        ends_on=starts + timedelta(days=90),
        half_term=(starts + timedelta(days=45), starts + timedelta(days=49)),
        deadline_on=starts + timedelta(days=80),
    )


def _person(
    name: str,
    email: str,
    password_hash: str,
    role: str,
    authority: Authority | None = None,
    *,
    school: School | None = None,
    child: Child | None = None,
) -> User:
    """Somebody with an account and one membership."""
    user = admin.create_user(SYSTEM, name=name, email=email, password_hash=password_hash)
    admin.add_membership(
        SYSTEM, user, role, starts_on=_long_ago(), authority=authority, school=school, child=child
    )
    return user


def _long_ago() -> date:
    return clock.today() - timedelta(days=400)


def _child(here: Setting, n: int) -> tuple[Child, Pep]:
    """A child in Year 11 with a home, a school, workers, last term's plan and this term's."""
    since = _long_ago()
    first, last = FIRST[n % len(FIRST)], LAST[n // len(FIRST) % len(LAST)]
    child = children.create_child(
        SYSTEM,
        here.authority,
        first_name=first,
        last_name=last,
        date_of_birth=clock.today() - timedelta(days=15 * 365 + 200 + n),
        pronouns="they/them",
    )
    children.start_care(SYSTEM, child, starts_on=since, legal_status="C2")
    _home(here, child, n)
    school = here.school if n < AT_SCHOOL else here.elsewhere
    children.enrol(SYSTEM, child, school, nc_year=11, starts_on=since)
    children.allocate(SYSTEM, child, here.worker, Role.SOCIAL_WORKER, starts_on=since)
    children.allocate(SYSTEM, child, here.adviser, Role.ADVISER, starts_on=since)
    _person(
        f"{first} {last}", f"young{n}@bench.example.org", "", Role.YOUNG_PERSON, here.authority, child=child
    )
    last = _plan(child, here.before, meeting_on=here.before.starts_on + timedelta(days=20))
    apply(db.session, last, Act.CLOSE)
    return child, _plan(child, here.term, meeting_on=clock.today() + timedelta(days=7))


def _home(here: Setting, child: Child, n: int) -> Household:
    """A household of two carers."""
    since = _long_ago()
    household = children.create_household(SYSTEM, here.authority, kind="foster", name=f"Household {n}")
    for carer in ("Tina Marlowe", "Paul Marlowe"):
        email = f"{carer.partition(' ')[0].lower()}{n}@bench.example.org"
        user = _person(carer, email, "", Role.CARER, here.authority)
        children.join_household(SYSTEM, household, user, starts_on=since)
    children.place(SYSTEM, child, household, placement_code="U6", starts_on=since)
    return household


def _plan(child: Child, term: Term, *, meeting_on: date) -> Pep:
    return peps.open_pep(
        SYSTEM, child, term=term, on=term.starts_on, phase="secondary", nc_year=11, meeting_on=meeting_on
    )


# Answers ------------------------------------------------------------------------------------------------


def _fill(here: Setting, child: Child, pep: Pep, subjects: int) -> None:
    """Answer every section of a plan as its owner, and say something wherever somebody may."""
    around = _people_of(here, child)
    rows = db.session.scalars(
        select(PepSection).where(PepSection.pep_id == pep.id).order_by(PepSection.position)
    ).all()
    for section in rows:
        for role, user in around.items():
            sheet = load_sheet(_actor(user), pep.ref, section.section_id)
            if sheet is None or not (sheet.sight.writable or sheet.sight.commentable):
                continue
            # Twice: what is asked depends on what was answered.
            for _ in range(2):
                peps.save_draft(sheet, filled(sheet, subjects, role), marks={}, page="bench")
                db.session.flush()


def _as_carried(pep: Pep) -> None:
    """Make a full plan one that begins so: its answers stood in the last one, and each is to be checked."""
    both = [pep.id, pep.previous_id]
    rows = db.session.scalars(select(PepSection).where(PepSection.pep_id.in_(both))).all()
    term = db.session.scalars(select(Pep.term_key).where(Pep.id == pep.previous_id)).one()
    last = {row.section_id: row for row in rows if row.pep_id == pep.previous_id}
    for row in rows:
        if row.pep_id == pep.id and (before := last.get(row.section_id)):
            before.answers, before.authors = row.answers, row.authors
            row.carried = {key: term for key, value in row.answers.items() if value is not True}
            row.authors, row.written_by = {}, {}


def _as_empty(full: Pep, pep: Pep) -> None:
    """Give a plan the rows of a full one, and no answer in them."""
    sections = select(PepSection).where(PepSection.pep_id.in_([full.id, pep.id]))
    rows = {(row.pep_id, row.section_id): row for row in db.session.scalars(sections)}
    for (pep_id, section), row in rows.items():
        if pep_id == pep.id:
            row.answers = {k: v for k, v in rows[full.id, section].answers.items() if v is True}


def filled(sheet: Sheet, subjects: int, who: str = "") -> Mapping[str, list[str]]:
    """Something for every question and cell of a section that may be answered here, as a form posts it."""
    posted: dict[str, list[str]] = {}
    for f in sheet.asked.fields:
        if f.id in sheet.sight.commentable:
            posted[f.id] = [f"{TEXT} This is what a {who.replace('_', ' ')} says."]
        elif f.id in sheet.sight.writable:
            posted |= dict(_cells(f, subjects)) if isinstance(f, Rows) else {f.id: _answer(f)}
    return posted


def _cells(f: Rows, rows: int) -> Iterable[tuple[str, list[str]]]:
    """Every cell of a question with rows; as many rows as `rows` where people add them."""
    ids = [row for row, _ in f.rows] if f.rows else [f"row{n:02d}" for n in range(min(rows, f.max_rows))]
    if f.rows_from:
        return
    for row in ids:
        if not f.rows:
            yield f"{f.id}.{row}", ["1"]
        for column in f.columns:
            value = [GRADES[column.id]] if column.id in GRADES else _answer(column)
            yield f"{f.id}.{row}.{column.id}", value


def _answer(spec: Field | Column) -> list[str]:
    """An answer of a question's or column's kind, as typed."""
    if spec.kind in ("one_of", "many_of"):
        return [options_of(spec)[0][0]]
    today = clock.today()
    return {
        "number": ["3"],
        "percent": ["96"],
        "money": ["120"],
        "scale": ["4"],
        "yes_no": ["yes"],
        "date": [f"{today.day}/{today.month}/{today.year}"],
        "person": ["Rhian Castell"],
        "text": ["Mathematics"],
        "long_text": [TEXT],
    }.get(spec.kind, [""])


def _people_of(here: Setting, child: Child) -> dict[str, User]:
    """Those who write the plan of a child."""
    young = db.session.scalars(
        select(User).join(Membership, Membership.user_id == User.id).where(Membership.child_id == child.id)
    ).one()
    number = young.email.removeprefix("young").partition("@")[0]
    carer = db.session.scalars(select(User).where(User.email == f"tina{number}@bench.example.org")).one()
    return {
        Role.YOUNG_PERSON: young,
        Role.CARER: carer,
        Role.SOCIAL_WORKER: here.worker,
        Role.DESIGNATED_TEACHER: here.teacher,
        Role.ADVISER: here.adviser,
    }


def _actor(user: User) -> Actor:
    """Somebody as policy knows them."""
    held = db.session.scalars(select(Membership).where(Membership.user_id == user.id))
    return Actor(
        user.id,
        user.name,
        clock.today(),
        tuple(
            Held(
                m.role,
                authority_id=m.authority_id,
                school_id=m.school_id,
                team_id=m.team_id,
                child_id=m.child_id,
            )
            for m in held
        ),
    )
