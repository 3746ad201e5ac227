"""The office: what somebody keeps for their authority, what is missing, and where each is kept."""

from flask import abort, render_template, url_for

from vsportal.admin import blueprint, queries
from vsportal.admin.desk import desk
from vsportal.filters import term
from vsportal.guards import actor, signed_in
from vsportal.offices import Office, offices

CARDS = (
    # office              endpoint              words                   what is done there
    (Office.KEEP_CHILDREN, "admin.children", "Children", "Records, homes, schools, workers"),
    (Office.KEEP_PEOPLE, "admin.people", "People", "Accounts and what each person is"),
    (
        Office.KEEP_CHILDREN,
        "admin.households",
        "Households",
        "Foster homes, children’s homes and who belongs to them",
    ),
    (Office.KEEP_PEOPLE, "admin.schools", "Schools", "Particulars, inspections, who works there"),
    (Office.KEEP_PEOPLE, "admin.teams", "Teams", "Social work teams and their managers"),
    (Office.KEEP_DATES, "admin.terms", "Terms", "Term dates and deadlines"),
    (Office.KEEP_DATES, "admin.settings", "Settings", "Days, ages and words your authority has settled"),
    (Office.IMPORT, "imports.runs", "Files brought in", "CSV files from other systems"),
    (Office.KEEP_CHILDREN, "peps.differences", "Differences", "What people say is wrong in the record"),
    (Office.KEEP_FUNDING_POLICY, "funding.policy_list", "PP+ policy", "What PP+ pays for and who decides"),
    (Office.SEE_OUTBOX, "messages.outbox_page", "Outbox", "Mail that was sent or waits"),
    (Office.KEEP_SCHEME, "reviews.scheme", "Rating scheme", "Criteria of each section, what ratings come to"),
    (Office.SEE_AGREEMENT, "reviews.agreement", "How far raters agree", "Plans that were rated twice"),
)
"""What there is to keep. A page is offered to whoever holds its office."""


@blueprint.get("/office")
@signed_in
def office() -> str:
    """What there is to keep, for whoever holds an office."""
    held = frozenset(o for o in Office if offices(actor(), o))
    if not held:
        abort(404)
    cards = [(url_for(endpoint), words, what) for needed, endpoint, words, what in CARDS if needed in held]
    opens = queries.terms_to_open(offices(actor(), Office.OPEN_TERM), actor().today)
    cards += [
        (url_for("peps.open_term", term_key=key), f"Open {term(key)}", "A plan for every child in scope")
        for key in opens
    ]
    keeps = Office.KEEP_PEOPLE in held
    here = desk(Office.KEEP_PEOPLE) if keeps else None
    missing = queries.missing(here.authority.id, here.actor.today) if here else None
    return render_template("admin/office.html", here=here, cards=cards, missing=missing)
