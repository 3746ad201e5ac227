"""People and what they are, households and who cares there. What was ended in the portal stays ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import inspect

from vsportal import clock
from vsportal.dated import since
from vsportal.filters import listed
from vsportal.imports import snapshot
from vsportal.imports.findings import Edit, Event, Findings, New, change, told
from vsportal.imports.kinds import Parsed
from vsportal.models import Authority, Household, HouseholdMember, Membership, Role, School, Team, User
from vsportal.models.people import SCHOOL_ROLES
from vsportal.wording import role_words

IN_A_TEAM = (Role.SOCIAL_WORKER, Role.TEAM_MANAGER)
NO_SUCH_SETTING = "No setting has this number. Bring it in with a settings file first."


class People:
    """Checks a file of people: a row a role."""

    def __init__(self, parsed: Sequence[Parsed], authority: Authority, found: Findings) -> None:
        self.authority = authority
        self.found = found
        self.schools = snapshot.schools(authority.id)
        self.teams = snapshot.teams(authority.id)
        self.users = snapshot.users(row.values["email"] for row in parsed)
        self.memberships = snapshot.memberships(user.id for user in self.users.values())
        self.names: dict[str, Parsed] = {}
        self.begun: set[tuple[str, str, int | None]] = set()
        """Roles that this file gives: two of its numbers may lead to one setting."""

    def plan(self, row: Parsed) -> None:
        """One row."""
        school = self._place(row)
        first = self.names.setdefault(row.values["email"], row)
        if first.values["name"] != row.values["name"]:
            self.found.refuse(
                row.line,
                "name",
                row.values["name"],
                f"Line {first.line} has another name for this e-mail address. Keep one of them.",
            )
        elif school is not False:
            self._plan(row, school, is_first=first is row)

    def _place(self, row: Parsed) -> School | bool | None:
        """The setting of a role at one, None for others; False when the row was refused."""
        role, ref, team = row.values["role"], row.values["setting_ref"], row.values["team"]
        words = role_words(role)
        column, value, sentence = "", None, ""
        if role in SCHOOL_ROLES and ref is None:
            column, sentence = "setting_ref", f"A {words} works at a setting. Enter its number."
        elif role in SCHOOL_ROLES and ref not in self.schools:
            column, value, sentence = "setting_ref", ref, NO_SUCH_SETTING
        elif role not in SCHOOL_ROLES and ref is not None:
            column, value, sentence = (
                "setting_ref",
                ref,
                f"A {words} belongs to no setting. Leave this empty.",
            )
        elif role not in IN_A_TEAM and team is not None:
            column, value = "team", team
            sentence = "Only social workers and their managers belong to a team. Leave this empty."
        if sentence:
            self.found.refuse(row.line, column, value, sentence)
            return False
        return self.schools[ref] if ref else None

    def _plan(self, row: Parsed, school: Any, *, is_first: bool) -> None:
        """A row that makes sense: the person, their team, what they are."""
        email, name, role = row.values["email"], row.values["name"], row.values["role"]
        user = self.users.get(email)
        if user is None:
            user = self.users[email] = User(email=email, name=name)
            self.found.steps.append(New(user, Event("account:user:created"), first=True))
        elif is_first and inspect(user).persistent:
            self._rename(row, user)
        held = [m for m in self.memberships.get(user.id, ()) if self._is_this(m, role, school)]
        team = self._team(row.values["team"])
        where = f" at {school.name}" if school else ""
        what = f"{role_words(role)}{where}"
        if not held:
            self._begin(row, user, school, team, what)
        elif now := next((m for m in held if _goes_on(m)), None):
            self._move(row, now, team)
        else:
            last = max(held, key=lambda m: m.starts_on)
            self.found.remark(
                row.line, f"{user.name} was {what} {since(last)}: what ended in the portal stays ended."
            )

    def _rename(self, row: Parsed, user: User) -> None:
        """A name that differs; one that others have brought in as well stays."""
        if user.name == row.values["name"]:
            return
        if not self._is_ours_alone(user):
            if self._is_known_here(user):
                self.found.remark(
                    row.line,
                    f"The portal has this person as {user.name}; others know them by it, so it stays.",
                )
            return
        changes = [change("name", "Name", old=user.name, new=row.values["name"])]
        self.found.steps.append(
            Edit(user, {"name": row.values["name"]}, Event("account:user:changed", changes=changes))
        )
        self.found.say(row.line, "changed", user.name, told(changes))

    def _is_ours_alone(self, user: User) -> bool:
        """Whether everything this person is, or was, is for this authority."""
        held = self.memberships.get(user.id, ())
        return bool(held) and all(m.authority_id == self.authority.id for m in held)

    def _is_known_here(self, user: User) -> bool:
        """Whether this authority knows of them already: only then is anything said of them (rule 6)."""
        ours = {school.id for school in self.schools.values()}
        held = self.memberships.get(user.id, ())
        return any(m.authority_id == self.authority.id or m.school_id in ours for m in held)

    def _is_this(self, held: Membership, role: str, school: Any) -> bool:
        """Whether a membership is this role at this place."""
        if held.role != role:
            return False
        if role in SCHOOL_ROLES:
            return bool(held.school_id == school.id)
        return held.authority_id == self.authority.id or (role == Role.CARER and held.authority_id is None)

    def _team(self, name: str | None) -> Team | None:
        """The team of this name, made when it is new."""
        if name is None:
            return None
        if name not in self.teams:
            self.teams[name] = Team(authority_id=self.authority.id, name=name)
            self.found.steps.append(New(self.teams[name], Event("admin:team:created"), first=True))
        return self.teams[name]

    def _begin(self, row: Parsed, user: User, school: Any, team: Team | None, what: str) -> None:
        """A role from today on."""
        key = (row.values["email"], row.values["role"], school.id if school else None)
        if key in self.begun:
            return
        self.begun.add(key)
        held = Membership(
            role=row.values["role"],
            authority_id=None if school else self.authority.id,
            school_id=school.id if school else None,
            starts_on=clock.today(),
        )
        needs = {"user_id": user, **({"team_id": team} if team else {})}
        changes = [change("role", "Role", new=role_words(row.values["role"]))]
        self.found.steps.append(New(held, Event("account:membership:started", changes=changes), needs))
        in_team = f", team {team.name}" if team else ""
        self.found.say(row.line, "added", f"{row.values['name']} ({row.values['email']})", f"{what}{in_team}")

    def _move(self, row: Parsed, held: Membership, team: Team | None) -> None:
        """Another team than on record; an empty cell leaves the team as it is."""
        if team is None or (team.id is not None and held.team_id == team.id):
            return
        by_id = {t.id: t.name for t in self.teams.values() if t.id is not None}
        changes = [change("team_id", "Team", old=by_id.get(held.team_id or 0, ""), new=team.name)]
        event = Event("account:membership:changed", changes=changes)
        self.found.steps.append(Edit(held, {}, event, {"team_id": team}))
        self.found.say(row.line, "changed", f"{row.values['name']} ({row.values['email']})", told(changes))


def _goes_on(row: Any) -> bool:  # any dated row
    """Whether it has no end yet, or one that is still to come."""
    return row.ends_on is None or row.ends_on > clock.today()


def plan_people(parsed: Sequence[Parsed], authority: Authority, found: Findings) -> None:
    """Check a file of people."""
    people = People(parsed, authority, found)
    for row in parsed:
        people.plan(row)


# Households -------------------------------------------------------------------------------------------------


class Households:
    """Checks a file of households: a row a person."""

    def __init__(self, parsed: Sequence[Parsed], authority: Authority, found: Findings) -> None:
        self.authority = authority
        self.found = found
        self.by_ref = {h.external_ref: h for h in snapshot.households(authority.id) if h.external_ref}
        self.members = snapshot.members(authority.id)
        self.users = snapshot.users(_emails(parsed))
        self.held = snapshot.memberships(user.id for user in self.users.values())
        self.carers: set[int] = set()
        """People made carers by this file."""

    def plan(self, rows: Sequence[Parsed]) -> None:
        """All rows of one household."""
        first, rest = rows[0], rows[1:]
        for row in rest:
            if row.values["kind"] != first.values["kind"]:
                sentence = f"Line {first.line} has another kind for this household. Keep one of them."
                self.found.refuse(row.line, "kind", row.values["kind"], sentence)
                return
        household = self._household(first, rows)
        for row in rows:
            if row.values["carer_email"] is not None:
                self._join(row, household)

    def _household(self, row: Parsed, rows: Sequence[Parsed]) -> Household:
        """The household on record, or a new one called by the people in it."""
        ref, kind = row.values["household_ref"], row.values["kind"]
        household = self.by_ref.get(ref)
        if household is None:
            people = [self.users[email].name for email in _emails(rows) if email in self.users]
            by_people = bool(people) and kind not in ("residential", "supported")
            name = listed(people[:3]) if by_people else f"Home {ref}"
            household = Household(authority_id=self.authority.id, kind=kind, name=name, external_ref=ref)
            self.found.steps.append(New(household, Event("home:household:created"), first=True))
            self.found.say(row.line, "added", name, f"household {ref}, {kind}")
        elif household.kind != kind:
            changes = [change("kind", "Kind of home", old=household.kind, new=kind)]
            event = Event("home:household:changed", changes=changes)
            self.found.steps.append(Edit(household, {"kind": kind}, event))
            self.found.say(row.line, "changed", household.name, told(changes))
        return household

    def _join(self, row: Parsed, household: Household) -> None:
        """Somebody who cares there, from today on when that is new."""
        user = self.users.get(row.values["carer_email"])
        if user is None:
            self.found.refuse(
                row.line,
                "carer_email",
                row.values["carer_email"],
                "Nobody has an account with this e-mail address. Bring them in with a people file first.",
            )
            return
        if not self._is_a_carer(row, user):
            return
        there = self.members.get((household.id, user.id), ()) if household.id is not None else ()
        if any(_goes_on(member) for member in there):
            return
        if there:
            last = max(there, key=lambda member: member.starts_on)
            self.found.remark(
                row.line,
                f"{user.name} cared at {household.name} {since(last)}: what ended in the portal stays ended.",
            )
            return
        member = HouseholdMember(user_id=user.id, starts_on=clock.today())
        self.found.steps.append(New(member, Event("home:member:joined"), {"household_id": household}))
        self.found.say(row.line, "added", user.name, f"cares at {household.name}")

    def _is_a_carer(self, row: Parsed, user: User) -> bool:
        """Whether they are one, or are made one now; False when they were one and that was ended."""
        held = [m for m in self.held.get(user.id, ()) if m.role == Role.CARER]
        if user.id in self.carers or any(_goes_on(m) for m in held):
            return True
        if held:
            self.found.remark(
                row.line, f"{user.name} is no carer any more: what ended in the portal stays ended."
            )
            return False
        self.carers.add(user.id)
        role = Membership(
            user_id=user.id,
            role=str(Role.CARER),
            authority_id=self.authority.id,
            starts_on=clock.today(),
        )
        changes = [change("role", "Role", new=role_words(Role.CARER))]
        self.found.steps.append(New(role, Event("account:membership:started", changes=changes)))
        self.found.say(row.line, "added", user.name, "carer")
        return True


def _emails(rows: Iterable[Parsed]) -> list[str]:
    """The e-mail addresses that are given."""
    return [row.values["carer_email"] for row in rows if row.values["carer_email"] is not None]


def plan_households(parsed: Sequence[Parsed], authority: Authority, found: Findings) -> None:
    """Check a file of households."""
    households = Households(parsed, authority, found)
    by_ref: dict[str, list[Parsed]] = {}
    for row in parsed:
        by_ref.setdefault(row.values["household_ref"], []).append(row)
    for rows in by_ref.values():
        households.plan(rows)
