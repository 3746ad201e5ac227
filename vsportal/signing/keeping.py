"""Signing a plan off: it is locked, and kept exactly as it was, with a checksum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from vsportal import audit, clock
from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.filters import capital, listed
from vsportal.models import PartState, Pep, PepPart, SignedPlan
from vsportal.peps.loading import Plan
from vsportal.reviews.standing import Standing, may_be_signed_off, standing
from vsportal.signing.document import canonical, checksum, document_of
from vsportal.wording import PARTS
from vsportal.workflow import Act, apply

MOST_WORDS = 1000
"""How many characters the reason for a missing part may have."""


def part_states(pep_id: int) -> Mapping[str, str]:
    """Where each part of a plan is now, the school’s first: one statement."""
    rows = db.session.execute(
        select(PepPart.part, PepPart.state).where(PepPart.pep_id == pep_id).order_by(PepPart.part.desc())
    )
    return {row.part: row.state for row in rows}


def is_missing(part: str, states: Mapping[str, str], stands: Mapping[str, Standing]) -> bool:
    """Whether a plan can be signed off without this part: it is not reviewed, or its rating blocks."""
    rated = stands.get(part)
    return states[part] != PartState.REVIEWED or (rated is not None and rated.blocks_sign_off)


def in_the_way(pep_id: int, states: Mapping[str, str], without: str = "", reason: str = "") -> list[str]:
    """What keeps a plan from being signed off, a sentence each. `without`: the part named as missing."""
    missing = [part for part, state in states.items() if state != PartState.REVIEWED]
    if len(missing) > 1:
        words = listed(PARTS[part] for part in missing)
        return [f"Neither {words.replace(' and ', ' nor ')} has been reviewed. Review one of them first."]
    found = [
        f"{capital(PARTS[part])} has not been reviewed. Name it as missing, and say why."
        for part in missing
        if part != without
    ]
    if without and without not in states:
        found.append("Select which part is missing.")
    elif without and not reason.strip():
        found.append(f"Enter why the plan is signed off without {PARTS[without]}.")
    if len(reason) > MOST_WORDS:
        found.append(f"Shorten the reason to {MOST_WORDS:,} characters or fewer.")
    return found + may_be_signed_off(pep_id, without)


def sign_off(plan: Plan, tie: str, *, without: str = "", reason: str = "") -> SignedPlan:
    """Lock the plan for good and keep it as it is; OperationError with what stands in the way.

    `without`: the part that is missing, or whose rating would keep the plan from being signed off; then
    with the head’s `reason`. The plan’s row is held by whoever calls.
    """
    states = part_states(plan.pep.id)
    if problems := in_the_way(plan.pep.id, states, without, reason):
        raise OperationError(" ".join(problems))
    if without and not is_missing(without, states, standing(plan.pep.id)):
        without = ""  # reviewed meanwhile: the plan is not signed off without it
    user_id = plan.seen.actor.user_id
    apply(
        db.session,
        plan.pep,
        Act.SIGN_OFF,
        signed_off_at=clock.now(),
        signed_off_by_id=user_id,
        signed_off_without=without,
        signed_off_reason=reason.strip() if without else "",
    )
    content = canonical(document_of(plan))
    kept = SignedPlan(pep_id=plan.pep.id, content=content, sha256=checksum(content))
    db.session.add(kept)
    db.session.flush()
    audit.record(
        db.session,
        By(user_id, tie, plan.pep.authority_id),
        "pep:plan:signed_off",
        plan.pep,
        child_id=plan.child.id,
        authority_id=plan.pep.authority_id,
        changes=_changes(kept, without, plan.pep.signed_off_reason),
    )
    return kept


def _changes(kept: SignedPlan, without: str, reason: str) -> Sequence[dict[str, object]]:
    """What the event says beside who and when."""
    found = [("sha256", "Checksum", kept.sha256)]
    if without:
        found += [("without", "Missing part", PARTS[without]), ("reason", "Why", reason)]
    return [{"field": f, "label": label, "kind": "text", "old": None, "new": new} for f, label, new in found]


def kept_of(pep_id: int) -> SignedPlan | None:
    """The plan as it was signed off; None for one that is open, or was closed before copies were kept."""
    return db.session.scalar(select(SignedPlan).where(SignedPlan.pep_id == pep_id))


def checksum_of(pep_id: int) -> str:
    """The beginning of a kept copy’s checksum, as its PDF and the plan’s page show it; empty for none."""
    digest = db.session.scalar(select(SignedPlan.sha256).where(SignedPlan.pep_id == pep_id))
    return short(digest or "")


def short(digest: str) -> str:
    """The beginning of a checksum, as it is read out: “3e274f36 a55d9e4e”."""
    return f"{digest[:8]} {digest[8:16]}".strip()


def broken() -> Iterator[str]:
    """The references of plans whose kept copy is not what its checksum says."""
    query = select(Pep.ref, SignedPlan.content, SignedPlan.sha256).join(Pep, Pep.id == SignedPlan.pep_id)
    for ref, content, digest in db.session.execute(query.order_by(Pep.id).execution_options(yield_per=100)):
        if checksum(content) != digest:
            yield ref


def counted() -> int:
    """How many plans are kept."""
    return db.session.query(SignedPlan).count()
