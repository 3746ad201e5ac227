"""Payments, for finance: what is ready, batches, their files, and that they were paid. No child is named."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import Response, abort, flash, redirect, render_template, request, url_for

from vsportal.admin.desk import Answer, Desk, desk, only_for
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.filters import plural
from vsportal.funding import batches, blueprint, paying
from vsportal.funding.money_forms import PaidForm
from vsportal.guards import requires
from vsportal.models import PaymentBatch
from vsportal.offices import Office

PAY = Office.PAY


@dataclass(frozen=True)
class Sheet:
    """Everything the page of payments shows."""

    year: str
    years: dict[str, int]
    ready: list[paying.Ready]
    held: list[paying.Ready]
    batches: list[paying.BatchLine]
    key: str
    ticked: frozenset[str]

    @property
    def pence(self) -> int:
        """What is ready, in all."""
        return sum(one.pence for one in self.ready)


@blueprint.get("/office/funding/payments")
@requires(PAY)
def payments() -> Answer:
    """What is ready for payment, what is held and why, and the batches there are."""
    here = desk(PAY)
    return _payments(here, _year(here))


def _payments(here: Desk, year: str, refused: str = "", ticked: frozenset[str] | None = None) -> Answer:
    """The page; after a refusal with its sentence and the ticks as they were."""
    found = paying.ready(here.authority.id, year)
    ready = [one for one in found if not one.held]
    sheet = Sheet(
        year=year,
        years=paying.years_with_money(here.authority.id),
        ready=ready,
        held=[one for one in found if one.held],
        batches=paying.batches(here.authority.id),
        key=secrets.token_urlsafe(12),
        ticked=frozenset(one.request.number for one in ready) if ticked is None else ticked,
    )
    problems = [("pay-1" if ready else "main", refused)] if refused else []
    page = render_template("funding/payments.html", here=here, sheet=sheet, problems=problems)
    return (page, 422) if refused else page


@blueprint.post("/office/funding/payments")
@requires(PAY)
def make_batch() -> Answer:
    """Make a batch of what is ticked; the same press sent twice leads to the same batch."""
    here = desk(PAY)
    year, wanted = _year(here), frozenset(request.form.getlist("pay"))
    key = request.form.get("key", "")[:40] or secrets.token_urlsafe(12)
    try:
        made = batches.make_batch(here.by, here.authority.id, year, key, wanted)
    except OperationError as refused:
        return _payments(here, year, str(refused), wanted)
    if made.left_out:
        flash(
            f"{plural(made.left_out, 'request is', 'requests are')} not in it: paid or held by now.", "soon"
        )
    elif not made.again:
        flash(f"Batch {made.batch.number} is made: {plural(made.batch.payments, 'payment')}.", "success")
    return redirect(_to(made.batch), 303)


@blueprint.route("/office/funding/payments/<ref>", methods=["GET", "POST"])
@requires(PAY)
def batch(ref: str) -> Answer:
    """A batch: its payments, its file, and whether it was paid; a post notes that it was."""
    found, here = _batch(ref)
    form = PaidForm()
    if form.is_submitted() and form.validate():
        try:
            with db.session.begin_nested():
                new = batches.book(here.by, found, form.paid_on.on)
        except OperationError as refused:
            form.paid_on.errors = [*form.paid_on.errors, str(refused)]
        else:
            twice = f"Batch {found.number} had been marked as paid already. Nothing was booked twice."
            flash(f"Batch {found.number} is marked as paid." if new else twice, "success" if new else "soon")
            return redirect(_to(found), 303)
    policy = paying.policy_for(found.authority_id, found.financial_year)
    page = render_template(
        "funding/batch.html",
        batch=found,
        form=form,
        receipt=paying.receipt_of(found),
        payments=[
            (number, setting, paying.fund_name(policy, fund), pence)
            for number, setting, fund, pence in paying.payments_of(found)
        ],
    )
    return (page, 422) if form.errors else page


@blueprint.get("/office/funding/payments/<ref>/file")
@requires(PAY)
def batch_file(ref: str) -> Response:
    """The batch's file, byte for byte as it was written."""
    found, _ = _batch(ref)
    answer = Response(found.content.encode(), mimetype="text/csv")
    name = f"ppplus-{found.financial_year}-batch-{found.number}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _batch(ref: str) -> tuple[PaymentBatch, Desk]:
    """A batch of an authority whose payments this person makes; else the page is not there."""
    found = paying.batch_called(ref) or abort(404)
    return found, only_for(PAY, found.authority_id)


def _year(here: Desk) -> str:
    """Which financial year is asked for; the one that runs when it is none of those there are."""
    years = paying.years_with_money(here.authority.id)
    asked = request.args.get("year", "")
    return asked if asked in years else paying.running_year()


def _to(found: PaymentBatch) -> str:
    return url_for("funding.batch", ref=found.ref)
