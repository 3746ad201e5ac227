"""What of the finished plan stands on the plan’s page and on its sections’ pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from vsportal import wording
from vsportal.extensions import db
from vsportal.models import PepState, User
from vsportal.peps.loading import Plan
from vsportal.policy import Can
from vsportal.signing import blueprint
from vsportal.signing.adding import Shown, addenda_of
from vsportal.signing.keeping import checksum_of

if TYPE_CHECKING:
    from vsportal.peps.page import SectionPage

HELD = (PepState.MEETING_HELD, PepState.SIGNED_OFF, PepState.NOT_COMPLETED)


@dataclass(frozen=True)
class Lock:
    """That a plan is signed off, as its page says it."""

    by: str
    checksum: str
    """The beginning of the kept copy’s, as it stands on its PDF; nothing for the child and carers."""
    without: str
    reason: str


@blueprint.app_template_global()
def paper_links(plan: Plan) -> list[tuple[str, str]]:
    """Address and words of each file that is for this person. Asks policy alone: no statement."""
    ref, links = plan.pep.ref, []
    if plan.may(Can.SEE_DOCUMENT):
        links.append((url_for("signing.plan_pdf", ref=ref), "The whole plan (PDF)"))
    if plan.pep.state in HELD and plan.may(Can.SEE_LETTER):
        links.append((url_for("signing.letter_pdf", ref=ref), "The letter “What we agreed” (PDF)"))
    if plan.pep.state in (PepState.OPEN, PepState.MEETING_HELD) and plan.may(Can.SEE_DOCUMENT):
        links.append((url_for("signing.blank_pdf", ref=ref), "The empty form, to fill in by hand (PDF)"))
    return links


@blueprint.app_template_global()
def lock_on(plan: Plan) -> Lock | None:
    """By whom a plan was signed off, and the checksum of what is kept; None while it is open.

    Two statements for a plan that is signed off, none for any other.
    """
    pep = plan.pep
    if pep.state != PepState.SIGNED_OFF or not plan.may(Can.SEE_DOCUMENT):
        return None
    told = bool(plan.may(Can.SEE_TIMELINE))
    by = db.session.get(User, pep.signed_off_by_id) if pep.signed_off_by_id else None
    return Lock(
        by=by.name if by else "",
        checksum=checksum_of(pep.id) if told else "",
        without=wording.PARTS.get(pep.signed_off_without, "") if told else "",
        reason=pep.signed_off_reason if told else "",
    )


@blueprint.app_template_global()
def added_to(plan: Plan) -> Sequence[Shown]:
    """The addenda of a plan that this person reads: no statement while it is open, else two."""
    return addenda_of(plan) if plan.may(Can.SEE_DOCUMENT) else []


@blueprint.app_template_global()
def added_on(page: SectionPage) -> Sequence[Shown]:
    """The addenda of a section, for its page: no statement while the plan is open, else one."""
    return addenda_of(page.sheet, page.sheet)


@blueprint.app_template_global()
def may_add_to(plan: Plan) -> bool:
    """Whether this person can add a correction."""
    return bool(plan.may(Can.ADD_ADDENDUM))
