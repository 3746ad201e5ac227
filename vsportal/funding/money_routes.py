"""Where the money went, for the head and finance; budgets and the end of the year, for the head.

Finance sees sums, settings and the numbers of requests, and no child.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, g, render_template, request, url_for

from vsportal import clock
from vsportal.admin.desk import Answer, Asking, Desk, ask, desk, page_number
from vsportal.filters import capital, listed, pence
from vsportal.funding import blueprint, budgets, ledger, money, paying, year_end
from vsportal.funding.money_forms import BudgetForm, CloseForm, OverrideForm, ReuseForm
from vsportal.funding.shape import Policy
from vsportal.guards import requires
from vsportal.offices import Office, offices
from vsportal.peps.terms import names_for

SEE, KEEP = Office.SEE_MONEY, Office.KEEP_BUDGET
OURS = frozenset(
    f"funding.{name}"
    for name in (
        "payments", "make_batch", "money", "money_list", "without_money", "budget", "override", "reuse",
        "year_end_page", "close_year",
    )
)  # fmt: skip
"""Pages of the office that say in their address for which authority one sits there."""
A_PAGE = 50


@blueprint.url_defaults
def _carry_authority(endpoint: str, values: dict[str, Any]) -> None:
    """Links lead on to the same authority, for whoever keeps several."""
    if endpoint in OURS and (chosen := g.get("office_authority")):
        values.setdefault("authority", chosen)


@dataclass(frozen=True)
class Place:
    """Whose money of which year a page is about, and what the one who looks may do and see."""

    here: Desk
    year: str
    policy: Policy | None

    @property
    def authority_id(self) -> int:
        """The authority's number."""
        return self.here.authority.id

    @property
    def keeps_budget(self) -> bool:
        """The head sets budgets and sees children; finance does neither."""
        return self.authority_id in offices(self.here.actor, KEEP)

    @property
    def pays(self) -> bool:
        """Whether they make payments."""
        return self.authority_id in offices(self.here.actor, Office.PAY)


def _place(office: Office) -> Place:
    """The authority and the financial year that are asked for; the one that runs, when none is."""
    here = desk(office)
    asked = request.args.get("year", "")
    year = asked if asked in paying.years_with_money(here.authority.id) else paying.running_year()
    return Place(here, year, paying.policy_for(here.authority.id, year))


# Where it went --------------------------------------------------------------------------------------------


@blueprint.get("/office/funding/money", endpoint="money")
@requires(SEE)
def money_page() -> Answer:
    """The year's money by fund, and cut by setting, phase, what it is for, target, in and out of area."""
    at = _place(SEE)
    found = money.lines(at.authority_id, at.year)
    sums = ledger.sums(at.authority_id, at.year)
    cuts = [
        (cut, money.grouped(found, cut.value, money.words_for(cut.key, found, at.policy)))
        for cut in money.CUTS
    ]
    on_targets = money.in_all([line for line in found if line.area])
    return render_template(
        "funding/money.html",
        at=at,
        here=at.here,
        years=paying.years_with_money(at.authority_id),
        funds=money.funds(at.policy, sums),
        total=money.in_all(found),
        cuts=cuts,
        on_targets=on_targets,
        on_wellbeing=money.in_all([line for line in found if line.area == money.WELLBEING]),
        wellbeing=money.WELLBEING,
        without=money.without(at.authority_id, at.year, clock.today()),
        near_the_end=year_end.is_near_the_end(at.year, clock.today()),
        left=sum(fund.left for fund in sums.values()),
    )


@blueprint.get("/office/funding/money/requests")
@requires(SEE)
def money_list() -> Answer:
    """The requests behind a figure, by what its address asks for."""
    at = _place(SEE)
    found = money.lines(at.authority_id, at.year)
    asked = {k: v for k, v in request.args.items() if k in money.FILTERS or k == "part"}
    kept = money.chosen(found, asked)
    number = page_number()
    pages = max(1, -(-len(kept) // A_PAGE))
    if number > pages:
        abort(404)
    return render_template(
        "funding/money_list.html",
        at=at,
        said=_said(asked, found, at.policy),
        asked=asked,
        lines=kept[(number - 1) * A_PAGE : number * A_PAGE],
        total=money.in_all(kept),
        all=len(found),
        number=number,
        pages=pages,
        category=lambda c: paying.category_name(at.policy, c),
        fund=lambda f: paying.fund_name(at.policy, f),
    )


def _said(asked: dict[str, str], found: list[money.Line], policy: Policy | None) -> str:
    """Which list it is, in words: no name stands in the address, and none is read from it."""
    words = [
        money.words_for(key, found, policy).get(value, "") or "not known"
        for key, value in asked.items()
        if key != "part"
    ]
    return capital(", ".join([*words, *filter(None, [money.PARTS.get(asked.get("part", ""))])]))


@blueprint.get("/office/funding/money/nothing")
@requires(SEE)
def without_money() -> Answer:
    """Settings, and for the head children, who have had nothing this year."""
    at = _place(SEE)
    found = money.without(at.authority_id, at.year, clock.today())
    names = names_for(at.here.actor, found.children) if at.keeps_budget else {}
    return render_template(
        "funding/without_money.html",
        at=at,
        without=found,
        children=[(found.refs[child], name, found.places.get(child, "")) for child, name in names.items()],
    )


# Budgets --------------------------------------------------------------------------------------------------


def _fund(at: Place) -> money.FundLine:
    """The fund an address names; else the page is not there."""
    wanted = request.args.get("fund", "")
    found = money.funds(at.policy, ledger.sums(at.authority_id, at.year))
    return next((fund for fund in found if fund.id == wanted), None) or abort(404)


def _asking(at: Place, title: str, fund: money.FundLine, button: str, lead: str) -> Asking:
    return Asking(
        title=title,
        heading=f"{title}: {fund.name}, {at.year}",
        button=button,
        trail=[(url_for("funding.money", year=at.year), "PP+ money")],
        lead=lead,
        blames="amount",
    )


@blueprint.route("/office/funding/budget", methods=["GET", "POST"])
@requires(KEEP)
def budget() -> Answer:
    """Set what a fund may spend in a year."""
    at = _place(KEEP)
    fund = _fund(at)
    form = BudgetForm(amount=fund.sums.budget or fund.planned)

    def act() -> tuple[str, str]:
        changed = budgets.set_budget(
            at.here.by, at.authority_id, at.year, fund.id, pence=form.amount.pence, why=form.why.data or ""
        )
        said = f"The budget of {fund.name} is {pence(form.amount.pence)} now."
        return said if changed else "Nothing was changed.", url_for("funding.money", year=at.year)

    lead = f"It is {pence(fund.sums.budget)} today, and {pence(fund.sums.left)} of it is left."
    if fund.planned and fund.planned != fund.sums.budget:
        lead += f" The policy says {pence(fund.planned)}."
    return ask(_asking(at, "Budget", fund, "Set the budget", lead), form, act)


@blueprint.route("/office/funding/budget/override", methods=["GET", "POST"])
@requires(KEEP)
def override() -> Answer:
    """Let a budget be overspent by an amount, with a reason."""
    at = _place(KEEP)
    fund = _fund(at)
    lowest = budgets.lowest_of(at.authority_id, at.year, fund.id)
    form = OverrideForm(amount=-lowest)

    def act() -> tuple[str, str]:
        ledger.override(
            at.here.by,
            at.authority_id,
            at.year,
            fund.id,
            lowest=-form.amount.pence,
            why=form.why.data or "",
        )
        said = f"{fund.name} may be overspent by {pence(form.amount.pence)} now."
        return said, url_for("funding.money", year=at.year)

    lead = "Requests can then be approved although the budget does not reach. The reason stays on record."
    return ask(_asking(at, "Overspending", fund, "Allow this", lead), form, act)


@blueprint.route("/office/funding/budget/reuse", methods=["GET", "POST"])
@requires(KEEP)
def reuse() -> Answer:
    """Put money that came back into the budget again."""
    at = _place(KEEP)
    fund = _fund(at)
    back = budgets.came_back(at.authority_id, at.year, fund.id)
    form = ReuseForm(amount=back)

    def act() -> tuple[str, str]:
        amount, why = form.amount.pence, form.why.data or ""
        # The same amount for the same reason on one day is one press sent twice.
        key = f"{at.authority_id} {at.year} {fund.id} {amount} {clock.today()} {why}"
        ledger.reuse(at.here.by, at.authority_id, at.year, fund.id, pence=amount, why=why, key=key)
        said = f"{pence(form.amount.pence)} is in the budget of {fund.name} again."
        return said, url_for("funding.money", year=at.year)

    lead = f"{pence(back)} came back unspent and can be used for another child this year."
    return ask(_asking(at, "Money that came back", fund, "Put it back into the budget", lead), form, act)


# The end of the year --------------------------------------------------------------------------------------


@blueprint.get("/office/funding/year-end")
@requires(SEE)
def year_end_page() -> Answer:
    """What is not committed, what is still open, and closing the year."""
    return _year_end(_place(SEE), CloseForm())


@blueprint.post("/office/funding/year-end")
@requires(KEEP)
def close_year() -> Answer:
    """Close the year: what is left goes back to the grant."""
    at, form = _place(KEEP), CloseForm()
    page = Asking(
        title="End of the year",
        heading=f"Close {at.year}",
        button="Close the year",
        trail=[
            (url_for("funding.money", year=at.year), "PP+ money"),
            (url_for("funding.year_end_page", year=at.year), "End of the year"),
        ],
        blames="what",
    )

    def act() -> tuple[str, str]:
        back = year_end.close_year(at.here.by, at.authority_id, at.year, carry_on=form.what.data == "on")
        return year_end.closed_words(back, at.year), url_for("funding.year_end_page", year=at.year)

    return ask(page, form, act)


def _year_end(at: Place, form: CloseForm) -> Answer:
    """The page about the end of a year."""
    sums = ledger.sums(at.authority_id, at.year)
    found = money.funds(at.policy, sums)
    academic = [f.name for f in at.policy.funds if f.period == "academic"] if at.policy else []
    first = year_end.closes_from(at.policy, at.year)
    return render_template(
        "funding/year_end.html",
        at=at,
        here=at.here,
        form=form,
        years=paying.years_with_money(at.authority_id),
        funds=found,
        requests=year_end.open_requests(at.authority_id, at.year),
        academic=listed(academic),
        closes_on=at.policy.closes_on if at.policy else None,
        first=first,
        can_close=clock.today() >= first,
        fund=lambda f: paying.fund_name(at.policy, f),
    )
