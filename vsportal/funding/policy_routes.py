"""The head's pages of the policy for PP+: its versions, the draft and its parts, a rehearsal, publishing."""

from __future__ import annotations

import re
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from vsportal.admin.desk import Answer, Asking, Desk, ask, desk, only_for, page_number
from vsportal.admin.fields import Choice, Day, Radios
from vsportal.editions.reading import day_words
from vsportal.filters import plural
from vsportal.funding import blueprint, policies, policy_parts, publishing, replaying
from vsportal.funding.checking import SENTENCES, Finding, findings
from vsportal.funding.describing import describe
from vsportal.funding.policy_parts import NEW, PARTS, Part
from vsportal.funding.shape import Policy
from vsportal.funding.years import financial_year, year_bounds
from vsportal.guards import actor, requires, signed_in
from vsportal.models import FundingPolicy
from vsportal.offices import Office

POLICY = Office.KEEP_FUNDING_POLICY
A_PAGE = 50
CURRENT = "in-force"
CHANGED = "The list was changed by somebody else meanwhile. It is shown as it is now: try again."


class StartForm(FlaskForm):
    """What a draft begins from, and for which year."""

    origin = Radios("Start from", missing="Select what to start from")
    year = Choice("Financial year", missing="Select the financial year")


class PublishForm(FlaskForm):
    """From when a policy holds."""

    starts_on = Day("In force from", missing="Enter the day from which it holds", ahead=None)


# Versions -----------------------------------------------------------------------------------------------


@blueprint.get("/office/funding/policies")
@requires(POLICY)
def policy_list() -> Answer:
    """All versions, with their dates of effect and state."""
    here = desk(POLICY)
    found = policies.versions(here.authority.id)
    return render_template("funding/policy_list.html", here=here, versions=found)


@blueprint.route("/office/funding/policies/new", methods=["GET", "POST"])
@requires(POLICY)
def start_policy() -> Answer:
    """Begin a draft from a worked policy or from the one in force."""
    here, form = desk(POLICY), StartForm()
    today = here.actor.today
    current = policies.in_force(here.authority.id, today)
    worked = policies.starting_policies()
    mine = [(CURRENT, f"The policy in force: {current.policy.name}")] if current else []
    form.origin.choices = [*mine, *((key, policy.name) for key, policy in worked.items())]
    this, following = financial_year(today), financial_year(date(today.year + 1, today.month, 1))
    form.year.choices = [
        (year, f"April {year[:4]} to March {int(year[:4]) + 1}") for year in (this, following)
    ]

    def act() -> tuple[str, str]:
        chosen = form.origin.data
        policy = current.policy if current and chosen == CURRENT else worked[chosen]
        first = year_bounds(form.year.data)[0]
        row = publishing.start(here.by, here.authority.id, form.year.data, policy, max(first, today))
        said = "The draft is there. Change what differs here, then publish it."
        return said, url_for("funding.policy_version", ref=row.ref)

    page = Asking(
        "Start a draft",
        "Start a draft of the PP+ policy",
        "Start the draft",
        _trail(here),
        lead="Nothing holds until it is published. The amounts in our worked policies are examples.",
        blames="year",
    )
    return ask(page, form, act)


@blueprint.get("/office/funding/policies/<ref>")
@requires(POLICY)
def policy_version(ref: str) -> Answer:
    """One version: a draft with what is to be put right and what can be changed, or as it was published."""
    here, row = _version(ref)
    policy = policies.policy_of(row)
    wrong = _wrong(row) if row.state == "draft" else []
    lists = [part for part in PARTS.values() if part.is_list]
    return render_template(
        "funding/policy_version.html",
        here=here,
        row=row,
        told=describe(policy),
        parts=PARTS,
        wrong=wrong,
        texts=SENTENCES,
        keys={
            p.key: [policy_parts.key_of(r, n) for n, r in enumerate(policy_parts.rows(policy, p), 1)]
            for p in lists
        },
        marks={p.key: policy_parts.mark(policy_parts.rows(policy, p)) for p in lists},
        trail=_trail(here),
    )


def _wrong(row: FundingPolicy) -> list[Finding]:
    """What stands against publishing a draft, each with its place."""
    dates = [Finding("policy", words) for words in publishing.misplaced(row)]
    return [*dates, *findings(policies.policy_of(row))]


def _version(ref: str, *, lock: bool = False) -> tuple[Desk, FundingPolicy]:
    """A version at the desk of its authority, or 404."""
    row = policies.version(ref, lock=lock) or abort(404)
    return only_for(POLICY, row.authority_id), row


def _draft(ref: str) -> tuple[Desk, FundingPolicy]:
    """A draft, held while it is written to. What is published has no such pages: it never changes."""
    here, row = _version(ref, lock=request.method == "POST")
    if row.state != "draft" and request.method == "POST":
        flash(publishing.MEANWHILE, "late")
        abort(redirect(url_for("funding.policy_version", ref=ref), 303))
    if row.state != "draft":
        abort(404)
    return here, row


def _trail(here: Desk, row: FundingPolicy | None = None) -> list[tuple[str, str]]:
    trail = [
        (url_for("admin.office"), "Office"),
        (url_for("funding.policy_list", authority=here.authority.ref), "PP+ policy"),
    ]
    if row is not None:
        trail.append((url_for("funding.policy_version", ref=row.ref), f"Version {row.version}"))
    return trail


# The draft, part by part ----------------------------------------------------------------------------------


@blueprint.route("/office/funding/policies/<ref>/parts/<part>", methods=["GET", "POST"], defaults={"key": ""})
@blueprint.route("/office/funding/policies/<ref>/parts/<part>/<key>", methods=["GET", "POST"])
@requires(POLICY)
def policy_part(ref: str, part: str, key: str) -> Answer:
    """A part of a draft or one row of it: a form."""
    here, draft = _draft(ref)
    which = PARTS.get(part) or abort(404)
    if which.is_list != bool(key):
        abort(404)
    policy = policies.policy_of(draft)
    there = None if key == NEW else policy_parts.found(policy, which, key)
    if there is None and key != NEW and request.method == "GET":
        abort(404)
    form = which.form.of(policy, there)
    seen = request.form.get("seen", "")
    meanwhile = form.is_submitted() and seen != policy_parts.mark(there)
    if form.is_submitted() and form.validate() and not meanwhile:
        return _keep(here, draft, which, key, form)
    status = 409 if meanwhile else 422 if form.is_submitted() else 200
    page = render_template(
        "funding/policy_part.html",
        here=here,
        form=form,
        part=which,
        is_new=there is None,
        action=url_for("funding.policy_part", ref=ref, part=part, key=key or None),
        seen=policy_parts.mark(there),
        meanwhile=meanwhile,
        now=policy_parts.told(policy, which, there) if meanwhile else None,
        trail=_trail(here, draft),
    )
    return page, status


def _keep(here: Desk, draft: FundingPolicy, part: Part, key: str, form: policy_parts.PartForm) -> Answer:
    """Keep what was entered and go back to the draft, at that part."""
    policy = policies.policy_of(draft)
    taken = policy_parts.ids(policy, part) if part.is_list else ()
    changed = publishing.keep(here.by, draft, policy_parts.put(policy, part, key, form.value(taken)))
    flash("Saved." if changed else "Nothing was changed.", "done")
    return redirect(url_for("funding.policy_version", ref=draft.ref, _anchor=part.key), 303)


@blueprint.post("/office/funding/policies/<ref>/rows")
@requires(POLICY)
def move_policy_row(ref: str) -> Answer:
    """Move a row of a list up or down, or take it out: `do` says which, “bands:2:up”."""
    here, draft = _draft(ref)
    asked = re.fullmatch(
        r"(funds|categories|bands|automatic):(\d{1,3}):(up|down|remove)", request.form.get("do", "")
    )
    if asked is None:
        abort(404)
    part, policy = PARTS[asked[1]], policies.policy_of(draft)
    if request.form.get("seen", "") != policy_parts.mark(policy_parts.rows(policy, part)):
        flash(CHANGED, "late")
    elif publishing.keep(here.by, draft, policy_parts.moved(policy, part, int(asked[2]), asked[3])):
        flash("Taken out." if asked[3] == "remove" else "Moved.", "done")
    return redirect(url_for("funding.policy_version", ref=ref, _anchor=part.key), 303)


@blueprint.route("/office/funding/policies/<ref>/discard", methods=["GET", "POST"])
@requires(POLICY)
def discard_policy(ref: str) -> Answer:
    """Do away with a draft."""
    here, draft = _draft(ref)

    def act() -> tuple[str, str]:
        publishing.discard(here.by, draft)
        return "The draft is gone.", url_for("funding.policy_list", authority=here.authority.ref)

    page = Asking(
        "Discard the draft",
        f"Discard the draft for {draft.financial_year}?",
        "Discard it",
        _trail(here, draft),
        lead="What was written in it is gone. The policy in force stays as it is.",
    )
    return ask(page, FlaskForm(), act)


# Before and when it takes effect --------------------------------------------------------------------------


@blueprint.get("/office/funding/policies/<ref>/rehearsal")
@requires(POLICY)
def rehearse_policy(ref: str) -> Answer:
    """What this policy would have decided over the requests of a term."""
    here, row = _version(ref)
    terms = replaying.terms_to_replay(here.authority.id, here.actor.today)
    asked = request.args.get("term", "")
    term = next((t for t in terms if t.key == asked), None) if asked else next(iter(terms), None)
    if asked and term is None:
        abort(404)
    policy: Policy = policies.policy_of(row)
    found = replaying.replay(policy, here.authority.id, term.starts_on, term.ends_on) if term else None
    number, pages = page_number(), 1
    if found:
        pages = max(1, -(-len(found.requests) // A_PAGE))
        if number > pages:
            abort(404)
    return render_template(
        "funding/policy_rehearsal.html",
        here=here,
        row=row,
        policy=policy,
        terms=terms,
        term=term,
        found=found,
        shown=found.requests[(number - 1) * A_PAGE : number * A_PAGE] if found else (),
        number=number,
        pages=pages,
        who=replaying.WHO,
        trail=_trail(here, row),
    )


@blueprint.route("/office/funding/policies/<ref>/publish", methods=["GET", "POST"])
@requires(POLICY)
def publish_policy(ref: str) -> Answer:
    """Publish a draft from a day on."""
    here, draft = _draft(ref)
    policy = policies.policy_of(draft)
    form = PublishForm(data={"starts_on": max(draft.starts_on, here.actor.today)})

    def act() -> tuple[str, str]:
        publishing.publish_draft(here.by, draft, form.starts_on.on)
        said = f"The policy is published and holds from {day_words(form.starts_on.on)}."
        return said, url_for("funding.policy_version", ref=ref)

    wrong = _wrong(draft)
    page = Asking(
        "Publish the policy",
        f"Publish “{policy.name}”",
        "Publish it",
        _trail(here, draft),
        lead=f"{plural(len(wrong), 'thing')} to put right first: the draft says which." if wrong else "",
        blames="starts_on",
        warns=lambda: (
            "Once it is published it cannot be changed any more: a later version can replace it. "
            f"From {day_words(form.starts_on.on)} requests are read by it, drafts as well. "
            "What was sent before keeps the policy it was sent under."
        ),
    )
    return ask(page, form, act)


# For everybody --------------------------------------------------------------------------------------------


@blueprint.get("/funding/policy/<ref>")
@signed_in
def read_policy(ref: str) -> Answer:
    """What a published policy is, in plain words, for whoever asks or decides by it."""
    row, authority = policies.readable(actor(), ref) or abort(404)
    current = policies.in_force(authority.id, actor().today)
    return render_template(
        "funding/policy_read.html",
        row=row,
        authority=authority,
        told=describe(policies.policy_of(row)),
        current=current.row if current else None,
    )
