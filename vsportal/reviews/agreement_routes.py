"""How far first and second raters agree, term by term and section by section; nobody is named."""

from __future__ import annotations

from flask import render_template

from vsportal.admin.desk import Answer, desk
from vsportal.guards import requires
from vsportal.offices import Office
from vsportal.reviews import blueprint
from vsportal.reviews.agreement import FEW_PAIRS, LEAST_PAIRS, by_section, figure
from vsportal.reviews.scheme_keeping import titles

SEASONS = ("autumn", "spring", "summer")


@blueprint.get("/office/reviews/agreement")
@requires(Office.SEE_AGREEMENT)
def agreement() -> Answer:
    """Pairs, how many agree, kappa with its interval, and what that means."""
    here = desk(Office.SEE_AGREEMENT)
    called = titles()
    order = list(called)
    found = by_section(here.authority.id)
    terms = [
        (key, [(called.get(s, s), found[key][s]) for s in sorted(found[key], key=lambda s: _place(order, s))])
        for key in sorted(found, key=_when, reverse=True)
    ]
    return render_template(
        "reviews/agreement.html", here=here, terms=terms, least=LEAST_PAIRS, few=FEW_PAIRS, figure=figure
    )


def _when(term_key: str) -> tuple[str, int]:
    """Terms in the order of time: “2026-27-autumn” is before “2026-27-spring”."""
    year, _, season = term_key.rpartition("-")
    return year, SEASONS.index(season) if season in SEASONS else 0


def _place(order: list[str], section_id: str) -> tuple[int, str]:
    """Where a section stands in the form; unknown ones last."""
    return (order.index(section_id) if section_id in order else len(order)), section_id
