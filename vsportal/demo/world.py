"""Makes the demo: authorities, schools, people, children and the ties between them; then the plans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from vsportal import clock
from vsportal.accounts import passwords
from vsportal.admin import operations as admin
from vsportal.audit import SYSTEM, By
from vsportal.children import operations as children
from vsportal.demo import DOMAIN, PASSWORD, calendar
from vsportal.demo.calendar import TermDates, at
from vsportal.demo.people import PEOPLE, PersonOf
from vsportal.demo.places import AUTHORITIES, HOMES, SCHOOLS, TEAMS
from vsportal.demo.stories import stories
from vsportal.demo.stories.story import Story
from vsportal.editions.checks import upn_letter
from vsportal.models import Authority, Child, Household, Membership, School, Team, Term, User
from vsportal.policy import Actor, Held
from vsportal.settled import working_day

REVIEWERS = {"fenland": "reviewer", "holland": "ines.moreau"}
RELIEVED = {"amira": 30, "dylan": 8, "robin": 11}
"""Children whose social worker is new: for how many weeks."""
ALSO_AT = {"aidan.moyle": "highlode"}
"""Children on the roll of a second school as well."""


@dataclass
class World:
    """What has been made, by its key, so that plans can be written by the people it is about."""

    today: date
    this_term: TermDates
    last_term: TermDates
    earlier_term: TermDates
    """The one before last term."""
    authorities: dict[str, Authority] = field(default_factory=dict)
    terms: dict[tuple[str, str], Term] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    schools: dict[str, School] = field(default_factory=dict)
    homes: dict[str, Household] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    memberships: dict[str, list[Membership]] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)
    teachers: dict[str, str] = field(default_factory=dict)
    """School → its designated teacher."""
    carers: dict[str, list[str]] = field(default_factory=dict)
    """Home → who cares there."""

    @property
    def before(self) -> date:
        """A day before anything in the demo's plans."""
        return date(self.this_term.school_year - 3, 9, 1)

    def by(self, key: str, role: str, authority: str = "") -> By:
        """Somebody acting in a role."""
        return By(self.users[key].id, role, self.authorities[authority].id if authority else None)

    def actor(self, key: str, on: date) -> Actor:
        """Somebody as they stand on a day, as signing in would find them."""
        user = self.users[key]
        schools = {s.id: s.name for s in self.schools.values()}
        names = {a.id: a.name for a in self.authorities.values()}
        held = tuple(
            Held(
                role=m.role,
                title=m.title,
                authority_id=m.authority_id,
                authority=names.get(m.authority_id or 0, ""),
                school_id=m.school_id,
                school=schools.get(m.school_id or 0, ""),
                team_id=m.team_id,
                child_id=m.child_id,
            )
            for m in self.memberships.get(key, ())
            if m.starts_on <= on and (m.ends_on is None or m.ends_on > on)
        )
        return Actor(user.id, user.name, on, held)


def make() -> str:
    """Make the whole demo in the session's transaction; says in a few words what there is."""
    from vsportal.demo.extras import happen
    from vsportal.demo.plans import write_plans

    world = settle_people(clock.today())
    plans = write_plans(world)
    if plans:
        happen(world)
    counts = (len(world.children), len(world.schools), len(world.users), plans)
    return "{} children, {} schools, {} people, {} plans".format(*counts)


def settle_people(today: date) -> World:
    """People and places, and who is tied to whom; no plans yet."""
    world = World(today, *calendar.latest(today))
    with clock.at(at(world.before, "09:00")):
        _authorities(world)
        _places(world)
    for number, story in enumerate(stories()):
        _child(world, story, number)
    _people(world)
    for number, story in enumerate(stories()):
        _ties(world, story, number)
    return world


# Authorities and places -----------------------------------------------------------------------------------


def _authorities(world: World) -> None:
    for it in AUTHORITIES:
        authority = admin.create_authority(
            SYSTEM,
            name=it.name,
            short_name=it.short_name,
            la_code=it.code,
            duty_phone=it.duty_phone,
            colour=it.colour,
        )
        world.authorities[it.key] = authority
        for term in calendar.terms(world.today):
            world.terms[it.key, term.key] = admin.create_term(
                SYSTEM,
                authority,
                term.key,
                starts_on=term.starts_on,
                ends_on=term.ends_on,
                half_term=term.half_term,
                deadline_on=working_day(term.ends_on, -it.deadline_before_end),
            )
    coast = world.authorities["holland"]
    admin.settle(SYSTEM, coast, "cohort", "cared_for", starts_on=world.before)
    admin.settle(SYSTEM, coast, "due.review", 8, starts_on=world.before)


def _places(world: World) -> None:
    for key, authority, name in TEAMS:
        world.teams[key] = admin.create_team(SYSTEM, world.authorities[authority], name)
    for it in SCHOOLS:
        world.schools[it.key] = admin.create_school(
            SYSTEM, name=it.name, kind=it.kind, urn=it.urn, la_code=it.near, town=it.town, phone=it.phone
        )
    for home in HOMES:
        world.homes[home.key] = children.create_household(
            SYSTEM, world.authorities[home.authority], kind=home.kind, name=home.name
        )


def account_of(story: Story) -> str:
    """The key of a child's own account: published for two, by name for the others."""
    published = {it.child: it.key for it in PEOPLE if it.child}
    return published.get(story.key) or f"{story.first}.{story.last}".lower().replace("ń", "n")


def _everybody() -> Iterable[PersonOf]:
    """The adults, and the children who have plans."""
    yield from PEOPLE
    named = {it.child for it in PEOPLE}
    for s in stories():
        if s.key not in named:
            yield PersonOf(account_of(s), f"{s.first} {s.last}", "young_person", s.authority, child=s.key)


def _people(world: World) -> None:
    """Everybody with an account; one password hash for all, because the password is printed anyway."""
    password_hash = passwords.hashed(PASSWORD)
    for it in _everybody():
        with clock.at(at(world.before, "10:00")):
            if it.key not in world.users:
                world.users[it.key] = admin.create_user(
                    SYSTEM, name=it.name, email=f"{it.key}@{DOMAIN}", password_hash=password_hash
                )
            membership = admin.add_membership(
                SYSTEM,
                world.users[it.key],
                it.role,
                starts_on=world.before,
                authority=world.authorities.get(it.authority),
                school=world.schools.get(it.school),
                team=world.teams.get(it.team),
                child=world.children.get(it.child),
                title=it.title,
            )
            world.memberships.setdefault(it.key, []).append(membership)
            if it.home:
                children.join_household(
                    SYSTEM, world.homes[it.home], world.users[it.key], starts_on=world.before
                )
                world.carers.setdefault(it.home, []).append(it.key)
        if it.role == "designated_teacher":
            world.teachers[it.school] = it.key


# Children -----------------------------------------------------------------------------------------------


def born_on(story: Story, term: TermDates) -> date:
    """The date of birth that puts the child into their year group in this term."""
    day, month = story.born
    earlier = 4 if (month, day) <= (8, 31) else 5
    return date(term.school_year - story.year - earlier, month, day)


def care_began(story: Story, world: World, number: int) -> date:
    """When the child came into care: years before, and some weeks."""
    return world.last_term.starts_on - timedelta(days=365 * story.in_care - 180 + number * 5 % 60)


def _child(world: World, story: Story, number: int) -> None:
    """The child's record and care, from the day it began."""
    began = care_began(story, world, number)
    figures = f"{AUTHORITIES[0].near}90{number + 11:02d}{number * 7919 % 90000 + 10000:05d}"
    with clock.at(at(working_day(max(began, world.before), 1), "11:20")):
        child = children.create_child(
            SYSTEM,
            world.authorities[story.authority],
            first_name=story.first,
            last_name=story.last,
            date_of_birth=born_on(story, world.this_term),
            social_care_id=f"{2 if story.authority == 'holland' else 1}{number * 613 + 20417:06d}",
            upn=None if story.uasc and story.joined < 3 else upn_letter(figures) + figures,
            sex=story.sex,
            pronouns=story.pronouns,
            ethnicity=story.ethnicity,
            first_language=story.language,
            uasc=story.uasc,
        )
        children.start_care(SYSTEM, child, starts_on=began, legal_status=story.legal)
    world.children[story.key] = child


def _ties(world: World, story: Story, number: int) -> None:
    """Where the child lives and learns, and who works with them."""
    child, began = world.children[story.key], care_began(story, world, number)
    since = max(began, world.before)
    with clock.at(at(working_day(since, 2), "09:30")):
        _homes(world, story, child, began)
        _workers(world, story, child, since)
        _school(world, story, child)


def _homes(world: World, story: Story, child: Child, began: date) -> None:
    """Earlier homes without accounts, then the present one, from before last term on."""
    present = max(began, world.last_term.starts_on - timedelta(days=200 if story.in_care > 1 else 70))
    earlier = story.homes - 1
    length = max((present - began).days // earlier, 1) if earlier else 0
    for n in range(earlier):
        starts = began + timedelta(days=n * length)
        ends = present if n == earlier - 1 else starts + timedelta(days=length)
        children.place(
            SYSTEM, child, None, placement_code="U6" if n % 2 else "U3", starts_on=starts, ends_on=ends
        )
    since = present if earlier else began
    if story.moved_from:
        moved = moved_on(world)
        before = world.homes[story.moved_from]
        children.place(SYSTEM, child, before, placement_code="U6", starts_on=since, ends_on=moved)
        since = moved
    children.place(
        SYSTEM,
        child,
        world.homes[story.home],
        placement_code=story.placement,
        in_area=story.in_area,
        starts_on=since,
        address_secret=story.secret,
    )


def moved_on(world: World) -> date:
    """When the child who moved home this term moved."""
    return max(world.this_term.starts_on, world.today - timedelta(days=17))


def _workers(world: World, story: Story, child: Child, since: date) -> None:
    """The social worker, perhaps after another one, the adviser and the reviewer."""
    worker = world.users[story.worker]
    from_day = since
    if weeks := RELIEVED.get(story.key):
        from_day = world.last_term.starts_on - timedelta(weeks=weeks)
        before = "helen.stroud" if story.authority == "fenland" else None
        if before and before != story.worker and from_day > since:
            children.allocate(
                SYSTEM, child, world.users[before], "social_worker", starts_on=since, ends_on=from_day
            )
    children.allocate(SYSTEM, child, worker, "social_worker", starts_on=max(from_day, since))
    children.allocate(SYSTEM, child, world.users[story.adviser], "adviser", starts_on=since)
    reviewer = world.users[REVIEWERS[story.authority]]
    children.allocate(SYSTEM, child, reviewer, "independent_reviewer", starts_on=since)


def _school(world: World, story: Story, child: Child) -> None:
    children.enrol(
        SYSTEM,
        child,
        world.schools[story.school],
        nc_year=story.year,
        starts_on=joined_on(story, world),
        hours=25,
    )
    if story.key in ALSO_AT:
        children.enrol(
            SYSTEM,
            child,
            world.schools[ALSO_AT[story.key]],
            nc_year=story.year,
            starts_on=min(world.this_term.starts_on + timedelta(days=5), world.today),
            hours=6,
        )


def joined_on(story: Story, world: World) -> date:
    """Since when the child is on this school's roll: since Year 7, or as many months as the story says."""
    if not story.joined:
        years = max(story.year - 7, 0) if story.year >= 7 else story.year
        return date(world.this_term.school_year - years, 9, 2)
    day = world.today - timedelta(days=30 * story.joined)
    if story.joined < 4:
        return min(max(day, world.this_term.starts_on), world.today)
    return min(day, world.last_term.starts_on - timedelta(days=14))
