"""What of the meeting somebody can open from the plan's page. Asks policy alone: no statement."""

from flask import url_for

from vsportal.meetings import blueprint
from vsportal.meetings.letter import SUMMARY, age_of
from vsportal.meetings.told import told
from vsportal.models import PepState
from vsportal.peps.loading import Plan, Sheet
from vsportal.policy import Can, Tie

HELD = (PepState.MEETING_HELD, PepState.SIGNED_OFF, PepState.NOT_COMPLETED)


@blueprint.app_template_global()
def meeting_links(plan: Plan) -> list[tuple[str, str]]:
    """Address and words of each page that is for this person."""
    ref = plan.pep.ref
    links = []
    if plan.pep.meeting_on and plan.may(Can.SEE_LETTER):
        links.append((url_for("meetings.meeting", ref=ref), "Put it in my calendar"))
    if plan.may(Can.SEE_DOCUMENT):
        links.append((url_for("meetings.pack", ref=ref), "Print a pack for the meeting"))
    if plan.may(Can.RELEASE_COPY):
        links.append((url_for("meetings.copies", ref=ref), "Copies for parents"))
    if plan.pep.state in HELD and plan.may(Can.SEE_LETTER):
        links.append((url_for("meetings.letter", ref=ref), "What we agreed"))
    return links


@blueprint.app_template_global()
def letter_age(sheet: Sheet) -> float | None:
    """The reading age of the letter as it stands, beside its boxes, for adults who write it."""
    if sheet.row.section_id != SUMMARY or Tie.YOUNG_PERSON in sheet.seen.ties or not sheet.sight.writable:
        return None
    return age_of(text for field in sheet.asked.fields if (text := told(sheet).text(field.id)))
