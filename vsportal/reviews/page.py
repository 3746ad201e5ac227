"""What the page of a review shows: one section as it was written, what was said last time, its rating.

A second rating is blind: nothing of another's rating is in what this gives for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from flask import current_app, url_for
from markupsafe import Markup

from vsportal import clock, filters, settled, wording
from vsportal.children.queries import Around, Places, surroundings_of_one
from vsportal.models import PartState, Rating, SectionRating
from vsportal.peps import drawing
from vsportal.peps.loading import Sheet
from vsportal.peps.overview import Overview, overview_of
from vsportal.peps.page import SectionPage, page_of
from vsportal.reviews.findings import LOOKS_AT, WHOLE, Finding, findings_for
from vsportal.reviews.loading import REVIEWABLE, SECOND, Judged, RatedPart
from vsportal.reviews.operations import Said
from vsportal.reviews.schemes import Sect
from vsportal.reviews.telling import LEADS, writers
from vsportal.wording import Spoken, fill, spoken

WITHOUT_CRITERIA = {
    Rating.NOT_APPLICABLE: "There was nothing to do here this term",
    Rating.NOT_COMPLETED: "There was, and it was not done",
}


@dataclass(frozen=True)
class OnRail:
    """A section in the row of all sections."""

    id: str
    title: str
    url: str
    rating: str
    word: str
    note: str
    """What stands under it while it has no rating: “to rate”, “rating now”, “to confirm”."""
    is_current: bool


@dataclass(frozen=True)
class Remark:
    """What somebody said of a section: in another term, or in an earlier round."""

    rating: str
    word: str
    feedback: str
    reason: str
    when: str
    """“Autumn 2026, Priya Raman, 4 December”."""


@dataclass(frozen=True)
class ReviewPage:
    """One section of a part under review, for one member of the Virtual School."""

    at: RatedPart
    section_id: str

    # Where one is

    @property
    def is_blind(self) -> bool:
        """Whether it is the second rating, which sees nothing of the first."""
        return self.at.kind == SECOND

    @cached_property
    def sect(self) -> Sect:
        """The section that is looked at: the one asked for, else the first to be rated, else the first."""
        named = next((s for s in self.at.sects if s.id == self.section_id), None)
        waiting = self.at.unrated if self.at.is_mine else ()
        return named or next(iter(waiting), self.at.sects[0])

    @cached_property
    def names(self) -> Spoken:
        """How sentences speak of the child."""
        return spoken(self.at.plan.child.called, self.at.plan.child.pronouns)

    @property
    def heading(self) -> str:
        """“Jayden’s targets”."""
        return fill(self.at.asked[self.sect.id].heading, self.names)

    @property
    def title(self) -> str:
        """The section's title, which names nobody."""
        return self.at.asked[self.sect.id].title

    def url(self, section_id: str) -> str:
        """The page of another section; where one is rating, its form is gone to."""
        anchor = "review-rating" if self.at.is_mine else None
        endpoint = "reviews.second" if self.is_blind else "reviews.review"
        return url_for(
            endpoint, ref=self.at.plan.pep.ref, part=self.at.part, section=section_id, _anchor=anchor
        )

    @property
    def after(self) -> str:
        """The section to go on to: the next that is not rated, round to the first; nothing when all are."""
        order = [s.id for s in self.at.sects]
        here = order.index(self.sect.id)
        waiting = {s.id for s in self.at.sects if not self.at.rating_of(s.id)} - {self.sect.id}
        return next((s for s in order[here + 1 :] + order[:here] if s in waiting), "")

    @cached_property
    def due_on(self) -> date | None:
        """By when the part is to be reviewed: working days after it was sent."""
        sent = self.at.row.submitted_at
        if sent is None or self.at.row.state != PartState.SUBMITTED:
            return None
        rules = settled.due_rules(self.at.plan.pep.authority_id, clock.today())
        return settled.working_day(clock.local(sent).date(), rules.review)

    # What may be done

    @property
    def may_begin(self) -> bool:
        """Whether this person may begin a review now."""
        at = self.at
        if at.under_way is not None:
            return False
        if self.is_blind:
            return bool(at.may_rate_again) and at.finished is not None
        return bool(at.may_review) and at.row.state in REVIEWABLE

    @property
    def may_take_over(self) -> bool:
        """Whether this person may go on with a review that another began."""
        return self.at.under_way is not None and not self.at.is_mine and bool(self.at.may_review)

    @property
    def why_not(self) -> str:
        """Why there is no form and nothing to begin, in a sentence."""
        at = self.at
        if at.is_mine or self.may_begin:
            return ""
        decision = at.may_rate_again if self.is_blind else at.may_review
        if decision.reason == "your_own":
            return (
                "You wrote in this part or rated it first. Somebody else rates it again."
                if self.is_blind
                else "You wrote in this part, so somebody else reviews it."
            )
        if not decision:
            return wording.why_not(decision.reason)
        if at.under_way is not None:
            return f"{at.under_way.by} is {'rating' if self.is_blind else 'reviewing'} this part."
        return {
            PartState.IN_PROGRESS: "This part is still being written. It can be reviewed once it is sent.",
            PartState.RETURNED: "This part went back. It can be reviewed again once it is sent again.",
        }.get(PartState(at.row.state), "Its review is not finished yet.")

    # What was written

    @cached_property
    def sheet(self) -> Sheet | None:
        """The section to read, nothing in it to write; None when nothing in it is for this person."""
        sheet = self._sheets.get(self.sect.id)
        if sheet is None:
            return None
        nothing = frozenset[str]()
        return replace(sheet, sight=replace(sheet.sight, writable=nothing, commentable=nothing))

    @cached_property
    def _sheets(self) -> Mapping[str, Sheet]:
        """The section, and what is looked at beside it to say what its facts are."""
        return self.at.sheets({self.sect.id, *LOOKS_AT.get(self.sect.id, ())})

    @cached_property
    def section(self) -> SectionPage | None:
        """The section's own page, as far as it is read."""
        return page_of(self.sheet) if self.sheet else None

    @property
    def drawn(self) -> Markup:
        """What was written, as it reads elsewhere."""
        if self.section is None:
            return Markup()
        return drawing.read(current_app.jinja_env, self.section.sheet.asked, self.section.live())

    @cached_property
    def overview(self) -> Overview:
        """What stands around every page of a plan."""
        given = self.section.surroundings if self.section else self._surroundings
        return overview_of(self.at.plan, given=given)

    @cached_property
    def _surroundings(self) -> tuple[Sequence[Around], Places]:
        return surroundings_of_one(self.at.plan.child.id, clock.today())

    # What was said of it before

    @cached_property
    def last(self) -> Remark | None:
        """What the Virtual School said of the section last term."""
        return None if self.is_blind else self._remark(self.at.before)

    @cached_property
    def round_before(self) -> Remark | None:
        """What it said this term, the last time the part came in."""
        told = [j for j in self.at.judged if j.is_told and j is not self.at.under_way]
        return None if self.is_blind else self._remark(told)

    def _remark(self, judged: Sequence[Judged]) -> Remark | None:
        for one in reversed(judged):
            rating = one.ratings.get(self.sect.id)
            if rating and (rating.rating or rating.feedback or rating.reason):
                return remark_of(rating, self.at.scheme.word(rating.rating), one)
        return None

    @cached_property
    def _findings(self) -> Mapping[str, Sequence[Finding]]:
        return findings_for(
            self.at.plan,
            self.at.part,
            sheets=[*self._sheets.values()],
            scheme=self.at.scheme,
            only=(self.sect.id,),
            sent_at=self.at.row.submitted_at,
        )

    @property
    def findings(self) -> Sequence[Finding]:
        """What the facts say of the section."""
        return self._findings.get(self.sect.id, ())

    @property
    def about_the_part(self) -> Sequence[Finding]:
        """What the facts say of the part as a whole."""
        return self._findings.get(WHOLE, ())

    # The rating

    @property
    def options(self) -> Sequence[tuple[str, str, str]]:
        """The ratings to choose from: code, word, and what the section has to be for it."""
        criteria = self.sect.criteria
        return [
            (str(code), word, criteria.of(code) or WITHOUT_CRITERIA.get(code, ""))
            for code, word in self.at.scheme.ratings.items()
        ]

    @cached_property
    def shown(self) -> Judged | None:
        """The review whose ratings the rail shows: of a blind second rating never another's."""
        if self.is_blind:
            return self.at.under_way if self.at.is_mine else None
        return self.at.latest

    @property
    def rail(self) -> Sequence[OnRail]:
        """All sections of the part, each with its rating."""
        return [self._on_rail(sect) for sect in self.at.sects]

    def _on_rail(self, sect: Sect) -> OnRail:
        found = self.shown.ratings.get(sect.id) if self.shown else None
        current = sect.id == self.sect.id
        note = "goes back" if found and found.returned else ""
        if not found and self.at.is_mine:
            found = self.at.carried.get(sect.id)
            note = "to confirm" if found else "rating now" if current else "to rate"
        rating = found.rating if found else ""
        word = filters.capital(rating.replace("_", " "))
        return OnRail(sect.id, self.at.asked[sect.id].title, self.url(sect.id), rating, word, note, current)

    @property
    def said(self) -> Said:
        """With what the form begins: what was said already, or what the round before gave."""
        here = self.at.ratings.get(self.sect.id) or self.at.carried.get(self.sect.id)
        return Said(here.rating, here.feedback, here.note, here.returned, here.reason) if here else Said()

    @property
    def to_confirm(self) -> int:
        """How many ratings of the round before are to be confirmed."""
        return sum(s.id in self.at.carried and not self.at.rating_of(s.id) for s in self.at.sects)

    @property
    def kept(self) -> SectionRating | None:
        """What the shown review says of the section, for those who read only."""
        return self.shown.ratings.get(self.sect.id) if self.shown else None

    @property
    def is_to_confirm(self) -> bool:
        """Whether the rating drawn in the form is still that of the round before."""
        return self.sect.id in self.at.carried and not self.at.rating_of(self.sect.id)

    def told(self, section_id: str = "") -> str:
        """To whom feedback goes, by name: the section's owner; of the child's and home's, the part's lead."""
        owner = self.at.sections[section_id or self.sect.id].owner
        lead = LEADS[self.at.part]
        role = lead if owner in ("young_person", "carer") else owner
        people = writers(self.overview.around, role)
        return filters.listed(p.name for p in people) or f"the {wording.role_words(role)}"


def remark_of(rating: SectionRating, word: str, judged: Judged, term: str = "") -> Remark:
    """What one review said of a section, with who and when in words."""
    on = filters.day_month(judged.review.ended_at or judged.review.created_at, clock.today())
    when = ", ".join(w for w in (filters.capital(term), judged.by, on) if w)
    return Remark(rating.rating, word, rating.feedback, rating.reason, when)
