"""What was otherwise is marked word by word, and nothing is lost; what was carried counts where it stands."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from tests.drawn import ASKED, ENV, edited, live
from vsportal.editions.schema import Grid
from vsportal.peps import drawing
from vsportal.peps.drawing import Fold, Last
from vsportal.peps.drawing.holes import to_check
from vsportal.peps.folding import _days, _terms
from vsportal.peps.history import difference

TEXT = st.text(alphabet="ab <>&\n'é", max_size=40)


def without(markup: str, gone: str, kept: str) -> list[str]:
    """The words of a difference without what is `gone`."""
    soup = BeautifulSoup(markup, "html.parser")
    for tag in soup.select(f"{gone}, .govuk-visually-hidden"):
        tag.decompose()
    return soup.get_text(" " if kept else "").split()


@given(TEXT, TEXT)
def test_a_difference_holds_both_texts_whole(old: str, new: str) -> None:
    marked = difference(old, new)

    assert "".join(without(marked, "ins", "del")) == "".join(old.split())
    assert "".join(without(marked, "del", "ins")) == "".join(new.split())
    assert {t.name for t in BeautifulSoup(marked, "html.parser").find_all(True)} <= {"ins", "del", "span"}


@given(TEXT)
def test_where_nothing_differs_nothing_is_marked(text: str) -> None:
    assert not BeautifulSoup(difference(text, text), "html.parser").select("ins, del")


def test_an_answer_that_is_one_thing_is_not_taken_apart() -> None:
    marked = BeautifulSoup(difference("3 May 2026", "4 May 2026", whole=True), "html.parser")

    assert marked.ins is not None and marked.ins.get_text() == "added: 4 May 2026"  # noqa: PT018  # for mypy


@pytest.mark.parametrize(
    ("days", "said"), [(365, "a year"), (730, "2 years"), (90, "3 months"), (45, "45 days")]
)
def test_an_age_is_said_in_the_largest_word_that_fits(days: int, said: str) -> None:
    assert _days(days) == said


@pytest.mark.parametrize(
    ("one", "other", "between"),
    [
        ("2025-26-autumn", "2026-27-autumn", 3),
        ("2026-27-autumn", "2026-27-spring", 1),
        ("2025-26-summer", "2026-27-autumn", 1),
    ],
)
def test_terms_lie_one_after_another(one: str, other: str, between: int) -> None:
    assert _terms(other) - _terms(one) == between


def test_what_is_to_be_checked_counts_for_its_answer_its_row_and_its_question() -> None:
    found = to_check(
        {"subjects.k1.target": "autumn", "subjects.k2.target": "spring", "line~unknown": "autumn"}
    )

    assert found["subjects"] == ["autumn", "spring"]
    assert found["subjects.k1"] == ["autumn"]
    assert found["line"] == ["autumn"]


def test_a_folded_section_has_every_control_once_and_shows_what_needs_a_look() -> None:
    fold = Fold(
        reasons={"essay": "It is old"},
        carried="2 answers",
        carried_ids=("line", "subjects"),
        others="the rest",
    )

    page = edited(carried={"line": "autumn 2026", "essay": "autumn 2026"}, fold=fold)
    plain = edited()

    names = sorted(str(c["name"]) for c in page.select("[name]:not(button)"))
    assert names == sorted(str(c["name"]) for c in plain.select("[name]:not(button)"))
    assert page.select_one("#essay").find_parent("details", class_="vs-folded") is None
    assert page.select_one("#line").find_parent(id="carried") is not None
    assert page.select_one("#count").find_parent(id="others") is not None
    assert "It is old" in page.select_one("#essay-check").get_text()


@given(TEXT)
def test_what_stood_there_last_time_comes_out_as_text(typed: str) -> None:
    page = edited(
        last={"line": Last("autumn 2026", typed + "<b>x</b>" * 20)}, past={"line"}, carried={"line": typed}
    )

    assert not page.select(".vs-before b")
    assert page.select_one(".vs-before a")["href"].endswith("/history/line")


def test_the_rows_of_another_plan_share_no_id_with_those_of_this_one() -> None:
    field = ASKED.by_id["targets"]
    kept = {"targets.k1": True, "targets.k1.outcome": "Solve equations"}
    assert not isinstance(field, Grid)
    then = drawing.read_rows(ENV, ASKED, field, live(answers=kept))  # type: ignore[arg-type]

    page = edited(answers=kept, last={"targets": Last("autumn 2026", rows=then)})

    ids = [str(t["id"]) for t in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert "Solve equations" in page.select_one(".vs-last-time").get_text()
