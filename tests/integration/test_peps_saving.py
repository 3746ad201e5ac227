"""Saving a section: nothing typed is lost, nobody's work is overwritten, nothing is written that may not be.

What merges with what is proved without a database in `tests/unit/test_answers.py`.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import PageClient
from tests.plans import answers_of, draft, events, new_marks, path_of, sign_in
from tests.world import World
from vsportal.extensions import db
from vsportal.models import SectionState
from vsportal.policy import Tie


@pytest.fixture
def teacher(client: PageClient, world: World) -> PageClient:
    """The designated teacher, signed in."""
    return sign_in(client, world.people[Tie.DESIGNATED_TEACHER])


@pytest.fixture
def colleague(app: Any, world: World) -> PageClient:
    """The colleague to whom the section is lent, in a browser of their own."""
    return sign_in(PageClient(app), world.people[Tie.DELEGATE])


# A draft ------------------------------------------------------------------------------------------------


def test_a_draft_keeps_what_changed_and_says_so(teacher: PageClient, world: World) -> None:
    world.section("progress").answers = {"evidence": "English book"}

    page = draft(teacher, world, {"hard": "Fractions", "on_track": "yes"})

    assert page.status == 200
    assert "Saved at" in page.text
    assert new_marks(page) == {"hard", "on_track"}
    assert answers_of(world) == {"evidence": "English book", "hard": "Fractions", "on_track": "yes"}


def test_the_first_draft_begins_the_section_and_counts_what_is_answered(
    teacher: PageClient, world: World
) -> None:
    before = world.section("progress")
    assert (before.status, before.answered, before.version) == (SectionState.NOT_STARTED, 0, 0)

    draft(teacher, world, {"on_track": "yes", "approach": "yes", "hard": "Fractions"})

    row = world.section("progress")
    assert (row.status, row.answered, row.version) == (SectionState.IN_PROGRESS, 2, 1)


def test_a_draft_that_changes_nothing_is_no_event(teacher: PageClient, world: World) -> None:
    draft(teacher, world, {"hard": "Fractions"})
    draft(teacher, world, {"hard": "Fractions"})
    draft(teacher, world, {"hard": "  Fractions "}, page="p2")

    assert len(events(world, "pep:section:saved")) == 1


def test_what_cannot_be_read_is_kept_as_typed_and_shown_again_with_what_to_do(
    teacher: PageClient, world: World
) -> None:
    typed = {"targets.k1": "1", "targets.k1.by_when": "31/02/2027", "targets.k1.outcome": "Reads a book"}
    assert draft(teacher, world, typed, section="targets").status == 200

    page = teacher.get(path_of(world, "targets"))

    assert answers_of(world, "targets")["targets.k1.by_when"] == {"typed": "31/02/2027"}
    assert page.one("[name='targets.k1.by_when']")["value"] == "31/02/2027"
    assert page.one("#targets-k1-by_when-error").get_text(strip=True)
    assert page.one("[name='targets.k1.by_when']")["aria-invalid"] == "true"


def test_what_is_typed_is_text_and_nothing_else(teacher: PageClient, world: World) -> None:
    nasty = "<script>alert(1)</script> {{ 7*7 }} {child} \u202e\x00& “”"
    draft(teacher, world, {"hard": nasty})

    page = teacher.get(path_of(world))

    kept = answers_of(world)["hard"]
    assert kept.startswith("<script>alert(1)</script> {{ 7*7 }} {child}")
    assert "\x00" not in kept
    assert page.one("[name=hard]").get_text().removeprefix("\n") == kept


def test_an_answer_can_be_taken_back(teacher: PageClient, world: World) -> None:
    draft(teacher, world, {"hard": "Fractions"})
    draft(teacher, world, {"hard": ""})

    assert answers_of(world) == {}


def test_the_words_of_one_draft_can_be_long(teacher: PageClient, world: World) -> None:
    long = " ".join(["word"] * 2_000)

    draft(teacher, world, {"hard": long})

    assert answers_of(world)["hard"] == long
    assert "over the 250" in teacher.get(path_of(world)).one("#hard-error").get_text()


@pytest.mark.parametrize("seen", ["", "{", "[]", "null", '{"hard": 7}', '"hard"'])
def test_a_page_that_sends_broken_marks_is_taken_to_have_seen_nothing(
    teacher: PageClient, world: World, seen: str
) -> None:
    page = teacher.htmx.post(
        path_of(world, "progress", "draft"), {"hard": "Ratio", "page": "p", "seen": seen}
    )

    assert page.status == 200
    assert answers_of(world) == {"hard": "Ratio"}


# Two pages ----------------------------------------------------------------------------------------------


def test_two_people_in_different_answers_both_keep_theirs(
    teacher: PageClient, colleague: PageClient, world: World
) -> None:
    draft(teacher, world, {"hard": "Fractions"}, page="a")
    page = draft(colleague, world, {"evidence": "English book"}, page="b")

    assert page.status == 200
    assert answers_of(world) == {"hard": "Fractions", "evidence": "English book"}


def test_two_people_in_different_cells_of_a_row_both_keep_theirs(
    teacher: PageClient, colleague: PageClient, world: World
) -> None:
    draft(teacher, world, {"subjects.k1": "1", "subjects.k1.subject": "Maths"}, page="a")
    draft(colleague, world, {"subjects.k1.target": "5"}, page="b")
    draft(teacher, world, {"subjects.k1.autumn_effort": "g"}, page="a")

    assert answers_of(world) == {
        "subjects.k1": True,
        "subjects.k1.subject": "Maths",
        "subjects.k1.target": "5",
        "subjects.k1.autumn_effort": "g",
    }


def test_the_same_answer_changed_by_two_is_given_to_the_second_with_both_texts_and_a_name(
    teacher: PageClient, colleague: PageClient, world: World
) -> None:
    draft(colleague, world, {"hard": "Fractions"}, page="b")

    page = draft(teacher, world, {"hard": "Ratio", "evidence": "English book"}, page="a")

    assert page.status == 409
    said = page.one(".vs-conflict").get_text(" ", strip=True)
    assert world.people[Tie.DELEGATE].name in said
    assert "Fractions" in said
    assert "Ratio" in said
    assert new_marks(page) == {"evidence"}
    assert answers_of(world) == {"hard": "Fractions", "evidence": "English book"}


def test_a_page_that_has_seen_the_other_answer_may_change_it(
    teacher: PageClient, colleague: PageClient, world: World
) -> None:
    draft(colleague, world, {"hard": "Fractions"}, page="b")

    page = draft(teacher, world, {"hard": "Ratio"}, page="a", seen={"hard": "Fractions"})

    assert page.status == 200
    assert answers_of(world) == {"hard": "Ratio"}


def test_a_page_never_collides_with_itself(teacher: PageClient, world: World) -> None:
    for text in ("F", "Fra", "Fractions"):
        assert draft(teacher, world, {"hard": text}, page="a", seen={}).status == 200

    assert answers_of(world) == {"hard": "Fractions"}


def test_the_same_words_from_two_pages_are_no_conflict(
    teacher: PageClient, colleague: PageClient, world: World
) -> None:
    draft(colleague, world, {"hard": "Fractions"}, page="b")

    assert draft(teacher, world, {"hard": "Fractions"}, page="a").status == 200


@pytest.mark.parametrize(("button", "kept"), [("Keep Ratio", "Ratio"), ("Use Fractions", "Fractions")])
def test_without_a_script_one_of_two_answers_is_chosen_on_the_page(
    teacher: PageClient, colleague: PageClient, world: World, button: str, kept: str
) -> None:
    opened = teacher.get(path_of(world))
    draft(colleague, world, {"hard": "Fractions"}, page="b")

    both = teacher.submit(opened, {"hard": "Ratio", "evidence": "Book"}, action=path_of(world), button="Save")
    assert both.status == 409
    assert "Two of you changed the same answer" in both.text
    assert both.one("[name=hard]").get_text(strip=True) == "Ratio"
    assert answers_of(world) == {"hard": "Fractions", "evidence": "Book"}

    chosen = teacher.submit(both, action=path_of(world), button=button)

    assert chosen.status == 303
    assert answers_of(world) == {"hard": kept, "evidence": "Book"}
    assert teacher.follow(chosen).one("[name=hard]").get_text(strip=True) == kept


def test_an_answer_in_conflict_stays_so_until_it_is_chosen(
    teacher: PageClient, colleague: PageClient, world: World
) -> None:
    opened = teacher.get(path_of(world))
    draft(colleague, world, {"hard": "Fractions"}, page="b")
    both = teacher.submit(opened, {"hard": "Ratio"}, action=path_of(world), button="Save")

    again = teacher.submit(both, {"hard": "Ratio and proportion"}, action=path_of(world), button="Save")

    assert again.status == 409
    assert answers_of(world) == {"hard": "Fractions"}


# Rows ---------------------------------------------------------------------------------------------------


def rows(world: World, question: str = "subjects", section: str = "progress") -> dict[str, bool]:
    """The row markers there are."""
    return {
        k: v for k, v in answers_of(world, section).items() if k.count(".") == 1 and k.startswith(question)
    }


def test_a_row_is_added_and_removed_without_a_script_and_nothing_typed_is_lost(
    teacher: PageClient, world: World
) -> None:
    page = teacher.get(path_of(world))
    added = teacher.submit(page, {"hard": "Fractions"}, action=path_of(world), button="Add a subject")
    assert added.status == 303
    (row,) = rows(world)
    assert added.location.endswith(f"#{row.replace('.', '-')}")
    assert answers_of(world)["hard"] == "Fractions"

    page = teacher.follow(added)
    assert page.one(f"[name='{row}.subject']")
    button = next(b for b in page.soup.select("button[name=remove]") if b["value"] == row)
    sent = page.form(path_of(world)).fields()
    sent.setlist(f"{row}.subject", ["Maths"])
    sent.add("remove", str(button["value"]))
    assert teacher.post(path_of(world), sent).status == 303

    assert rows(world) == {row: False}
    assert answers_of(world)[f"{row}.subject"] == "Maths"
    assert not teacher.get(path_of(world)).soup.select(f"[name='{row}.subject']")


def test_a_row_comes_as_a_fragment_for_a_page_with_a_script(teacher: PageClient, world: World) -> None:
    page = teacher.htmx.post(path_of(world, "progress", "rows"), {"add": "subjects", "page": "a"})

    assert page.status == 200
    (row,) = rows(world)
    assert page.one(f"[name='{row}.subject']")
    assert new_marks(page) == {row}


def test_writing_in_a_row_that_another_page_removed_brings_it_back(
    teacher: PageClient, colleague: PageClient, world: World
) -> None:
    draft(teacher, world, {"subjects.k1": "1", "subjects.k1.subject": "Maths"}, page="a")
    draft(colleague, world, {"subjects.k1": "0"}, page="b", seen={"subjects.k1": True})
    assert rows(world) == {"subjects.k1": False}

    draft(teacher, world, {"subjects.k1.target": "5"}, page="a")

    assert rows(world) == {"subjects.k1": True}
    assert answers_of(world)["subjects.k1.subject"] == "Maths"


def test_a_full_question_takes_no_more_rows(teacher: PageClient, world: World) -> None:
    world.section("targets").answers = {f"targets.k{n}": True for n in range(8)}
    db.session.commit()

    page = teacher.htmx.post(path_of(world, "targets", "rows"), {"add": "targets", "page": "a"})
    plain = teacher.post(path_of(world, "targets"), {"add": "targets", "page": "a"}, follow=True)

    assert page.status == 409
    assert plain.notices() == ["There is no room for another one here."]
    assert len(rows(world, "targets", "targets")) == 8


@pytest.mark.parametrize("question", ["hard", "no_such_question", "", "subjects.k1"])
def test_only_a_question_with_rows_takes_one(teacher: PageClient, world: World, question: str) -> None:
    page = teacher.htmx.post(path_of(world, "progress", "rows"), {"add": question, "page": "a"})

    assert page.status == 409
    assert answers_of(world) == {}
