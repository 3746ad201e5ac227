"""Questions that are not typed into one control: what people say, facts, worked-out answers, notes.

`views` keep the child's words first and each adult's under their own name; only the own box is a control.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from vsportal.editions.kinds import answered, kind_of
from vsportal.editions.reading import Value
from vsportal.editions.schema import Asked, Field, Views
from vsportal.peps.drawing.holes import Hole, Page, Part, Row, Sheet, fill
from vsportal.peps.drawing.live import Said
from vsportal.peps.drawing.places import Place


class Told(Place):
    """A question as `views`, `derived`, `note` and facts of the record need it."""

    def __init__(self, sheet: Sheet, asked: Asked, field: Field, own: Sequence[Part] = ()) -> None:
        super().__init__(sheet, asked, field)
        self._own = own

    @property
    def heading(self) -> str:
        """The heading's element: under a group's heading when there is one."""
        return "h3" if self.field.group else "h2"

    # What people say ---------------------------------------------------------------------------

    @property
    def said(self) -> Markup:
        """A hole for the child's words and each adult's; one's own are left to one's own box."""
        question = self.field.id

        def draw(page: Page, _row: Row) -> str:
            said = page.live.said.get(question, ())
            commenting = question in page.live.commentable
            adults = [one for one in said if not one.child and not (commenting and one.mine)]
            return page.template(
                "_said.html",
                voice=_voice(said, commenting=commenting),
                adults=adults,
                child=page.live.names.get("child", "The child"),
                they=page.live.names.get("they", "they"),
            )

        return self.sheet.hole(draw)

    @property
    def own(self) -> Markup:
        """A hole for one's own box, where one may comment."""
        question, parts = self.field.id, self._own
        return self.sheet.hole(
            lambda page, _row: fill(parts, page) if question in page.live.commentable else ""
        )

    @property
    def own_words(self) -> Markup:
        """A hole for what one said before, or has just typed."""
        question = self.field.id

        def draw(page: Page, _row: Row) -> str:
            posted: Value = page.answers.get(question)
            if posted is None:
                posted = next((one.text for one in page.live.said.get(question, ()) if one.mine), None)
            return escape(kind_of(self.spec).text(self.spec, posted))

        return self.sheet.hole(draw)

    @property
    def own_label(self) -> Markup:
        """A hole: “Your comment”, or for the child “Your words”."""
        return self._live(lambda page, _row: escape(page.live.own_label))

    @property
    def signed(self) -> Markup:
        """A hole for how the comment is shown to others."""
        return self._live(lambda page, _row: escape(page.live.signed))

    def _live(self, draw: Hole) -> Markup:
        return self.sheet.hole(draw)

    @property
    def described(self) -> Markup:
        """What describes it; a comment is described by how it is signed."""
        if not isinstance(self.field, Views):
            return super().described
        names = ("signed", "error", "warning", "readers")
        return Markup(" ").join(self.id + f"-{name}" for name in names)

    # Facts, answers that are worked out, words of the form ---------------------------------------

    @property
    def fact(self) -> Markup:
        """A hole for a fact of the record with its source."""
        question = self.field.id

        def draw(page: Page, _row: Row) -> str:
            found = page.live.facts.get(question)
            if found is None or not found.text:
                return '<span class="vs-soft">Not on the record</span>'
            return Markup('{} <small class="vs-source">{}</small>').format(found.text, found.source)

        return self.sheet.hole(draw)

    @property
    def wrong(self) -> Markup:
        """A hole for the way to say that a fact is wrong, for those who may answer the question about it."""
        asking = [f for f in self.asked.fields if f.reports and not f.agrees_with]
        near = [f for f in asking if f.group == self.field.group] or asking[-1:]
        if not near:
            return Markup("")
        question, label = near[0].id, self.spec.label

        def draw(page: Page, _row: Row) -> str:
            if question not in page.live.writable:
                return ""
            said = f'<span class="govuk-visually-hidden">: {page.sentence(label)}</span>'
            return f' <a class="vs-wrong vs-noprint" href="#{question}">This is wrong{said}</a>'

        return self.sheet.hole(draw)

    @property
    def worked_out(self) -> Markup:
        """A hole for a derived answer, which `app.js` reads for the questions that lean on it."""
        key, spec, show = self.field.id, self.spec, kind_of(self.spec).show
        before = f'<span id="{self.id}" data-leaf="{key}"'

        def draw(page: Page, _row: Row) -> str:
            found = page.answers.get(key)
            if not answered(found):
                return f'{before}><span class="vs-soft">Not known yet</span></span>'
            return f'{before} data-value="{escape(found)}">{escape(show(spec, found))}</span>'

        return self.sheet.hole(draw)

    @property
    def paragraphs(self) -> list[Markup]:
        """A note's paragraphs."""
        return [self.words(text) for text in self.spec.text.split("\n\n") if text.strip()]


def _voice(said: Sequence[Said], *, commenting: bool) -> list[Said] | None:
    """The child's words; none yet: an empty list; None where the child is the one who writes."""
    child = [one for one in said if one.child]
    mine = any(one.mine for one in child)
    return None if commenting and mine else child
