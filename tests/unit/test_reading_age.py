"""How hard the child’s questions read: syllables, the age they come to, and what `editions check` says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from vsportal import editions
from vsportal.editions import reading_age
from vsportal.editions.cli import editions as command

SYLLABLES = """
school 1   help 1      helped 1    wanted 2   places 2    place 1    table 2    little 2   make 1
somebody 3 anything 3  meeting 2   teacher 2  friends 1   years 1    worker 2   social 2   decision 3
education 4 family 3   unhappy 3   middle 2   voice 1     picture 2  online 2   question 2 safe 1
watches 2  changes 2   finished 2  closed 1   skipped 1   trying 2   quiet 2    science 2  being 2
idea 3     share 1     there 1     believe 2  because 2   area 3     birthday 2 everyone 3 adviser 3
people’s 2 wrote 1     typed 1     needed 2   radio 3     usually 4  period 3   grown-up 2 I’d 1
"""
EASY = "We sat on the mat. The cat ran to us. It is a good cat."
HARD = (
    "The authority’s independent reviewing officer subsequently reconsidered the educational arrangements "
    "previously recommended by the multidisciplinary professionals."
)


@pytest.mark.parametrize(
    ("word", "count"), list(zip(SYLLABLES.split()[::2], map(int, SYLLABLES.split()[1::2]), strict=True))
)
def test_the_syllables_of_common_words_are_counted(word: str, count: int) -> None:
    assert reading_age.syllables(word) == count


def test_a_word_without_a_vowel_or_a_figure_is_one_syllable() -> None:
    assert reading_age.syllables("Mr") == reading_age.syllables("1111") == 1


def test_short_words_in_short_sentences_read_early_and_long_ones_late() -> None:
    assert reading_age.reading_age(EASY) < 5
    assert reading_age.reading_age(HARD) > 20
    assert reading_age.reading_age("") == 0


def test_the_age_is_the_grade_of_flesch_and_kincaid_and_five_years() -> None:
    # 6 words, 1 sentence, 7 syllables.
    assert reading_age.reading_age("What is hard at your lesson?") == pytest.approx(
        0.39 * 6 + 11.8 * 7 / 6 - 15.59 + 5
    )


def test_a_longer_sentence_of_the_same_words_is_harder() -> None:
    one, two = (
        "Tell us what you like and what you would like to try.",
        "Tell us what you like. What would you try?",
    )

    assert reading_age.reading_age(one) > reading_age.reading_age(two)


def test_what_a_child_reads_is_for_their_age_in_each_stage() -> None:
    assert list(reading_age.too_hard(editions.get("2026-27"))) == []


def test_simple_words_are_simpler_than_full_ones() -> None:
    ages = {}
    for stage in ("simple", "full"):
        asked = editions.asked("2026-27", "my_views", editions.Choice("primary", "autumn", stage=stage))
        assert asked is not None
        ages[stage] = reading_age.whole(reading_age.texts_of(asked))

    assert ages["simple"] < ages["full"] < 12
    assert ages["simple"] <= 8


def test_check_fails_on_a_question_that_an_eight_year_old_cannot_read(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(editions.FOLDER / "2026-27", tmp_path / "2026-27"))
    file = copy / "sections" / "my_views.toml"
    text = file.read_text(encoding="utf-8")
    easy = "What would make school better for you?"
    assert easy in text
    hard = "Which adjustments would considerably improve your educational experience?"
    file.write_text(text.replace(easy, hard), encoding="utf-8")

    done = CliRunner().invoke(command, ["check", "--folder", str(tmp_path)])

    assert done.exit_code == 1
    assert hard in done.stderr
    assert "Shorten it to 8 for simple" in done.stderr
    assert "1 fault found." in done.stderr


def test_show_prints_the_simple_form_with_its_reading_age() -> None:
    asked = ["show", "2026-27", "--phase", "primary", "--stage", "simple", "--section", "my_views"]

    done = CliRunner().invoke(command, asked)

    assert done.exit_code == 0, done.output
    assert "What is good at school?" in done.output
    assert "Reading age: " in done.output
