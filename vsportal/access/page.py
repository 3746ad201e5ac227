"""What “who can see this plan today” shows: people and why, open links, what was ended, what was kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from vsportal import clock, editions, policy, wording
from vsportal.access.operations import may_be_ended
from vsportal.access.people import BY_ROLE, Person, people_who_see, sections_lent
from vsportal.extensions import db
from vsportal.filters import capital, day, listed, plural
from vsportal.models import AccessCut, BrokenGlass, Child, KeptWords, Pep, PepSection, RowLink, User
from vsportal.policy import Can, Seen, Tie, decide

KINDS = (
    ("everyone", "what is written for everyone"),
    ("adults_around", "notes for the adults around {child}"),
    ("professionals", "notes for school and social care"),
    ("school_named", "notes on wellbeing that are for a few at school"),
    ("care", "notes for social care and the Virtual School only"),
    ("child_chosen", "{childs} private answers"),
)
"""Audiences in the order in which they are told, and what is in them."""
CHILDS_WORDS = {
    Tie.CARER: "your carer",
    Tie.PARENT: "your parent",
    Tie.DESIGNATED_TEACHER: "the teacher who helps with your plan",
    Tie.SAFEGUARDING_LEAD: "keeps people safe at your school",
    Tie.DELEGATE: "helps your teacher with some pages",
    Tie.SOCIAL_WORKER: "your social worker",
    Tie.TEAM_MANAGER: "your social worker’s manager",
    Tie.INDEPENDENT_REVIEWER: "checks that your care plan works",
    Tie.DUTY_WORKER: "a social worker on duty, for a few hours",
    Tie.ALLOCATED_ADVISER: "your Virtual School adviser",
    Tie.ADVISER: "works for the Virtual School",
    Tie.HEAD: "head of the Virtual School",
    Tie.BUSINESS_SUPPORT: "works in the Virtual School’s office",
}


@dataclass(frozen=True)
class Seer:
    """Somebody on the page: why they see the child, what they read, whether it can be ended here."""

    person: Person
    name: str
    sees: str
    may_end: bool


@dataclass(frozen=True)
class Ended:
    """Somebody whose access was ended by hand."""

    ref: str
    name: str
    by: str
    at: datetime
    reason: str
    restored_at: datetime | None
    restored_by: str
    mine: bool


@dataclass(frozen=True)
class AccessPage:
    """The page for one reader. Parts are read when first asked for, one statement each."""

    child: Child
    seen: Seen

    @cached_property
    def names(self) -> wording.Spoken:
        """How sentences speak of the child."""
        return wording.spoken(self.child.called, self.child.pronouns)

    @cached_property
    def may_end(self) -> bool:
        """Whether this reader ends access."""
        return bool(decide(self.seen, Can.END_ACCESS))

    @cached_property
    def people(self) -> Sequence[Person]:
        """Everybody with a tie today."""
        return people_who_see(self.child, self.seen.actor.today)

    @cached_property
    def lent(self) -> dict[int, list[str]]:
        """Sections lent, by delegation."""
        return sections_lent(self.people)

    def person(self, ref: str) -> Person | None:
        """The person with this reference, of those who can see the child today."""
        return next((p for p in self.people if p.ref == ref), None)

    def same_home(self, person: Person) -> list[Person]:
        """Everybody else of that person's home whose access may be ended together with theirs."""
        home = person.household_id
        if home is None:
            return []
        others = (p for p in self.people if p.household_id == home and p != person)
        return [p for p in others if may_be_ended(self.seen, p)]

    @property
    def close(self) -> list[Seer]:
        """Those who are there because of this child."""
        return [self._seer(p) for p in self.people if not p.is_by_role_only]

    @property
    def by_role(self) -> list[Seer]:
        """The Virtual School's people by name: for a head only."""
        if Tie.HEAD not in self.seen.ties:
            return []
        return [self._seer(p) for p in self.people if p.is_by_role_only]

    @property
    def counted(self) -> str:
        """The Virtual School's people as roles: “2 advisers, the head and 1 in business support”."""
        ties = Counter(min(p.ties, key=list(Tie).index) for p in self.people if p.is_by_role_only)
        words = {Tie.ADVISER: "adviser", Tie.HEAD: "head", Tie.BUSINESS_SUPPORT: "person"}
        said = [
            plural(ties[tie], words[tie], "people" if words[tie] == "person" else "")
            for tie in words
            if ties[tie]
        ]
        if ties[Tie.BUSINESS_SUPPORT]:
            said[-1] += " in business support"
        return listed(said)

    @property
    def told_child(self) -> list[tuple[str, str]]:
        """For the child: first names, and what each is to them."""
        return [(p.first_name, self._childs_words(p)) for p in self.people if not self._left_out(p)]

    def _left_out(self, person: Person) -> bool:
        return person.is_by_role_only or Tie.YOUNG_PERSON in person.ties

    def _childs_words(self, person: Person) -> str:
        ways = [w for w in person.ways if w.tie not in BY_ROLE] or person.ways
        words = (
            "helps while your social worker is away" if w.tie == Tie.SOCIAL_WORKER and w.place
            else CHILDS_WORDS[w.tie]
            for w in ways
        )  # fmt: skip
        return capital(listed(dict.fromkeys(words)))

    def _seer(self, person: Person) -> Seer:
        """The child's own name is as the screen may show it (rule 14)."""
        name = self.child.full_name if Tie.YOUNG_PERSON in person.ties else person.name
        return Seer(person, name, self._sees(person), self.may_end and may_be_ended(self.seen, person))

    def _sees(self, person: Person) -> str:
        """What kinds of things somebody reads."""
        if Tie.YOUNG_PERSON in person.ties:
            return "everything but notes that adults write for one another"
        if person.ties <= {Tie.BUSINESS_SUPPORT}:
            return "names, dates and who is waiting; no answers"
        if person.ties <= {Tie.DELEGATE}:
            return f"only {listed(self._titles(person))}, and {self.names.childs} first name"
        reads = [a for a, _ in KINDS if person.ties & policy.AUDIENCES[a]]
        kept_from = [self._fill(words) for audience, words in KINDS if audience not in reads]
        if len(kept_from) < len(reads):
            return f"everything but {listed(kept_from)}" if kept_from else "everything"
        return listed(self._fill(words) for audience, words in KINDS if audience in reads)

    def _fill(self, words: str) -> str:
        return words.format(child=self.names.child, childs=self.names.childs)

    def _titles(self, person: Person) -> list[str]:
        lent = [s for w in person.ways if w.tie == Tie.DELEGATE for s in self.lent.get(w.by or 0, ())]
        edition = editions.get(editions.current(self.seen.actor.today))
        found = {s: edition.section(s) for s in dict.fromkeys(lent)}
        return [f"“{section.title if section else capital(s)}”" for s, section in found.items()]

    @cached_property
    def links(self) -> list[str]:
        """One-use links that are open, each in words."""
        rows = db.session.execute(
            select(RowLink.teacher, RowLink.expires_at, RowLink.opened_at, User.name)
            .join(Pep, Pep.id == RowLink.pep_id)
            .join(User, User.id == RowLink.made_by_id)
            .where(
                Pep.child_id == self.child.id,
                RowLink.used_at.is_(None),
                RowLink.revoked_at.is_(None),
                RowLink.expires_at > clock.now(),
            )
            .order_by(RowLink.expires_at)
        )
        return [
            f"{row.teacher}: one line of the plan, asked by {row.name}, until {day(row.expires_at)}"
            + (" (opened)" if row.opened_at else "")
            for row in rows
        ]

    @cached_property
    def cuts(self) -> list[Ended]:
        """Whose access was ended by hand, the newest first, those given back too."""
        whose, by, back = aliased(User), aliased(User), aliased(User)
        rows = db.session.execute(
            select(AccessCut, whose.ref, whose.name, by.name, back.name)
            .join(whose, whose.id == AccessCut.user_id)
            .join(by, by.id == AccessCut.cut_by_id)
            .outerjoin(back, back.id == AccessCut.lifted_by_id)
            .where(AccessCut.child_id == self.child.id)
            .order_by(AccessCut.created_at.desc(), AccessCut.id.desc())
        )
        me = self.seen.actor.user_id
        return [
            Ended(ref, name, by_name, c.created_at, c.reason, c.lifted_at, back_name or "", c.user_id == me)
            for c, ref, name, by_name, back_name in rows
        ]

    @cached_property
    def emergencies(self) -> list[Any]:
        """Who opened the record in an emergency, the newest first: name, reason, from, until."""
        return list(
            db.session.execute(
                select(User.name, BrokenGlass.reason, BrokenGlass.starts_at, BrokenGlass.ends_at)
                .join(User, User.id == BrokenGlass.user_id)
                .where(BrokenGlass.child_id == self.child.id)
                .order_by(BrokenGlass.starts_at.desc())
                .limit(20)
            )
        )

    @cached_property
    def kept(self) -> list[Any]:
        """Whose words wait to be read: name, when they were last sent, how many; for those who read them."""
        return kept_for(self.child.id) if decide(self.seen, Can.READ_KEPT_WORDS) else []


def kept_for(child_id: int) -> list[Any]:
    """Words kept about a child that nobody has read yet: `name`, `at`, `count`, by writer. One statement."""
    return list(
        db.session.execute(
            select(
                User.name.label("name"),
                func.max(KeptWords.changed_at).label("at"),
                func.count().label("number"),
            )
            .join(User, User.id == KeptWords.user_id)
            .join(PepSection, PepSection.id == KeptWords.pep_section_id)
            .join(Pep, Pep.id == PepSection.pep_id)
            .where(Pep.child_id == child_id, KeptWords.read_at.is_(None))
            .group_by(User.id, User.name)
            .order_by(User.name)
        )
    )
