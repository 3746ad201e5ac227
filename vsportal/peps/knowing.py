"""What a check may know besides the answer: the child's dates, the term, names the writer already sees."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from vsportal import clock, names, policy, settled
from vsportal.children.facts import facts_of
from vsportal.children.queries import Around
from vsportal.editions import answers
from vsportal.editions.checks import About, TermDates
from vsportal.editions.reading import Value
from vsportal.extensions import db
from vsportal.filters import day
from vsportal.models import Child, Pep, PepSection, Term
from vsportal.peps.loading import Plan, Sheet
from vsportal.policy import Actor

MOST_NAMES = 40
"""Pairs of words looked up at once, those written like names first."""
SDQ = "plan.sdq"
"""The score in *My details*, shown elsewhere: asked once."""
_NAME_PAIR = re.compile(r"(?=\b([^\W\d_][\w’'-]+)\s+([^\W\d_][\w’'-]+))")


def about(plan: Plan, *, texts: Iterable[str] = (), facts: Mapping[str, Value] | None = None) -> About:
    """What the checks of a plan's sections, or of one section, may know.

    A statement when any of the checks looks at the term, and another when texts hold names.
    `texts`: what was just written; other children's names are looked up in it, and only among those
    the writer may already see: for anybody else the answer is the same as for an invented name.
    `facts`: of the record, for sections that show any (`facts_for`).
    """
    pep = plan.pep
    sections = [plan.asked] if isinstance(plan, Sheet) else plan.sections
    return About(
        today=clock.today(),
        date_of_birth=plan.child.date_of_birth,
        year=pep.nc_year,
        term=term_dates(pep) if any(map(answers.needs_term, sections)) else None,
        meeting_on=pep.meeting_on,
        other_children=children_named(plan.seen.actor, plan.child, texts),
        facts=facts or {},
    )


def facts_for(sheet: Sheet, around: Sequence[Around] | None = None) -> Mapping[str, Value]:
    """Facts of the record, when the section shows any; `around` when those people are loaded already."""
    sources = {f.source for f in sheet.asked.fields if f.source}
    found = dict(facts_of(sheet.child, clock.today(), around)) if sources - {SDQ} else {}
    if SDQ in sources:
        found[SDQ] = _sdq(sheet.pep.id)
    return found


def _sdq(pep_id: int) -> Value:
    """The score social care entered in this plan, with its date: “14, on 3 September 2026”. One statement."""
    kept = db.session.scalar(
        select(PepSection.answers).where(PepSection.pep_id == pep_id, PepSection.section_id == "my_details")
    )
    return sdq_words(kept or {})


def sdq_words(details: Mapping[str, Any]) -> Value:
    """The same from the answers of *My details*."""
    score, on = details.get("sdq_score"), details.get("sdq_date")
    if not isinstance(score, int | float):
        return None
    return f"{score:g}, on {day(date.fromisoformat(on))}" if isinstance(on, str) else f"{score:g}"


def term_dates(pep: Pep) -> TermDates | None:
    """The plan's term and the one after it: one statement. None when the authority has not entered it."""
    found = db.session.execute(
        select(
            Term.key,
            Term.starts_on,
            Term.ends_on,
            Term.deadline_on,
            Term.half_term_starts_on,
            Term.half_term_ends_on,
        )
        .where(Term.authority_id == pep.authority_id)
        .order_by(Term.starts_on)
    ).all()
    at = next((i for i, t in enumerate(found) if t.key == pep.term_key), None)
    if at is None:
        return None
    now, *after = found[at : at + 2]
    following = after[0] if after else None
    return TermDates(
        starts=now.starts_on,
        ends=now.ends_on,
        next_starts=following.starts_on if following else None,
        next_ends=following.ends_on if following else None,
        deadline=following.deadline_on if following else None,
        half_terms=tuple((t.half_term_starts_on, t.half_term_ends_on) for t in found[at : at + 2]),
        bank_holidays=settled.bank_holidays(),
    )


def children_named(actor: Actor, child: Child, texts: Iterable[str]) -> frozenset[str]:
    """Full names, found in the texts, of other children whom this person may already see."""
    pairs = {pair for text in texts for pair in _NAME_PAIR.findall(text)}
    if not pairs:
        return frozenset()
    likeliest = sorted(pairs, key=lambda pair: (sum(word[0].islower() for word in pair), pair))
    wanted = [names.sort_key(last, first) for first, last in likeliest[:MOST_NAMES]]
    found = db.session.execute(
        select(Child.known_as, Child.first_name, Child.last_name).where(
            Child.id.in_(select(policy.ties(actor).c.child_id)),
            Child.id != child.id,
            or_(
                Child.sort_key.in_(wanted),
                *(Child.sort_key.startswith(f"{w} ", autoescape=True) for w in wanted),
            ),
        )
    )
    return frozenset(f"{known or first} {last}" for known, first, last in found)
