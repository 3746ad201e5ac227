"""An edition that would trip somebody later is refused when it is loaded, with the place and what to do."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.editions.forms import FOLDER, small
from vsportal import editions as form
from vsportal.editions import Choice, EditionError, asked_of, load
from vsportal.editions.cli import editions
from vsportal.editions.loading import read
from vsportal.editions.schema import Phase, Rows, Stage


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The small edition, to be spoilt."""
    return Path(shutil.copytree(FOLDER / "small", tmp_path / "small"))


def spoil(copy: Path, old: str, new: str, file: str = "sections/school.toml") -> None:
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(folder: Path) -> list[str]:
    return [str(fault) for fault in read(folder)[1]]


def test_the_small_edition_is_whole() -> None:
    assert faults(FOLDER / "small") == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('id       = "spent"', 'id       = "hours"',
         "The id hours is used twice. Give each question its own."),
        ('id       = "upn"', 'id       = "seen"', "seen: the page itself uses this id. Choose another."),
        (
            'label    = "Money spent"\naudience = "professionals"',
            'label    = "Money spent"',
            "spent: it has no audience. Say who reads it.",
        ),
        ('label    = "Money spent"', "", "spent: it has no label. Write the question."),
        ('statute  = ["A8"]', 'statute  = ["A12"]',
         "moving: statute names A12, which is none of A1 to A11 and B1 to B20. Correct it."),
        ('missing  = "Select where to"', 'missing  = "Where to?"',
         "move_to: missing says “Where to?”. Begin it with one of Enter, Select, Say, Record"),
        ("{child's} school", "{child}'s school",
         "heading: “{child}'s school” has a straight quote. Use curly ones: ’ “ ”."),
        ('  label   = "How much?"\n', "",
         "targets, column amount: it has no label. Write what stands over it."),
        ('when    = { funding = ["pp_plus"] }', 'when    = { mooving = ["yes"] }',
         "targets, column amount: when names mooving, which is no question of this section."),
        ('when     = { moving = ["yes"] }', 'codes = "moons"\nwhen     = { moving = ["yes"] }',
         "move_to: it needs either options or the name of a code list, and not both."),
        ('missing  = "Select where to"', 'missing  = "Select where to."',
         "move_to: missing ends in a full stop. Take it out."),
        ('missing  = "Select where to"', 'missing  = "Select where to please"',
         "move_to: “Select where to please” says “please”. Say what to do without it."),
        ("Last term’s targets", "Last term's targets",
         "previous: “Last term's targets” has a straight quote. Use curly ones: ’ “ ”."),
        ('label    = "Money spent"', 'label    = "Money  spent"',
         "spent: “Money  spent” has a space too many."),
        ("when     = { moving = ", "when     = { going = ",
         "move_to: when names going, which is no question of this section."),
        ("when     = { moving = ", "when     = { barriers = ",
         "move_to: when names barriers, which does not come before it. Put it after barriers."),
        ("when     = { moving = ", "when     = { words = ",
         "move_to: when names words, which is a note and has no answer of its own."),
        ('when     = { moving = ["yes"] }', 'when     = { moving = ["maybe"] }',
         "move_to: when names the value maybe of moving, which takes yes, no, unsure."),
        ('when     = { moving = ["yes"] }', "when     = { moving = [] }",
         "move_to: when names no value of moving."),
        ('when     = { below_95 = ["yes"] }', 'when     = { below_95 = ["perhaps"] }',
         "barriers: when names the value perhaps of below_95, which takes yes, no."),
        ('when    = { funding = ["pp_plus"] }', 'when    = { funding = ["gold"] }',
         "targets, column amount: when names the value gold of funding, which takes none, pp_plus."),
        ('when    = { funding = ["pp_plus"] }', 'when    = { amount = ["1"] }',
         "targets, column amount: when names amount, which does not come before it. Put it after amount."),
        ('warns    = ["upn"]', 'warns    = ["nup"]',
         "upn: there is no check nup. Use one of agrees_with_record, email, grade, names_another_child"),
        ('warns    = ["upn"]', 'warns    = ["not_in_future"]',
         "upn: the check not_in_future is for date, not for text. Take it out."),
        ('row_checks = ["start_before_end"]', 'row_checks = ["upn"]',
         "targets: the check upn is for text, not for row. Take it out."),
        ('derive   = "attendance_below_95"', 'derive   = "magic"',
         "below_95: derive names magic, which is not known. Use one of attendance_below_95"),
        ('options  = [["school", "Another school"], ["college", "College"]]', "",
         "move_to: it needs either options or the name of a code list, and not both."),
        ('options  = [["school", "Another school"], ["college", "College"]]', 'codes = "moons"',
         "move_to: there is no code list moons. Use one of"),
        ('["reader", "Reader"]', '["time", "Reader"]', "help: “time” is offered twice. Offer it once."),
        ('["reader", "Reader"]', '["rea der", "Reader"]',
         "help: “rea der” cannot be a code. Use letters, figures and underscores."),
        ("maximum  = 60", "maximum  = 0", "hours: its minimum 0 is not below its maximum 0."),
        ('rows_from = "previous_targets"', "",
         "previous: it needs rows, or repeat = true, or rows_from, and only one of them."),
        ('row_title = "subject"', 'row_title = "title"',
         "subjects: row_title names title, which is not a column."),
        ('row_name  = "subject"', "",
         "subjects: people add rows to it. Say in row_name what one is called, like “subject”."),
        ("max_rows  = 3", "max_rows  = 0", "subjects: min_rows 1 is more than max_rows 0."),
        ('missing   = "Add a subject"', "",
         "subjects: min_rows asks for rows. Say in missing what to do when there are none."),
        ('["spring", "Spring"]', '["autumn", "Spring"]',
         "attendance: autumn is there twice. Give each row and column its own id."),
        ('id    = "outcome"', 'id    = "aim"',
         "targets: the SMART helper reads a column outcome, and there is none."),
        ('default = "designated_teacher", ', "", "owner names roles by phase. Give it a default as well."),
        ('derive   = "attendance_below_95"', 'derive   = "attendance_below_95"\nmissing = "Say so"',
         "below_95: nobody types it. Take out missing."),
    ],
)  # fmt: skip
def test_a_slip_in_a_section_is_refused_with_what_to_do(
    copy: Path, old: str, new: str, sentence: str
) -> None:
    spoil(copy, old, new)

    found = faults(copy)

    assert any(fault.startswith("small/sections/school.toml") and sentence in fault for fault in found), found


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('kind     = "money"', 'kind     = "cash"', "spent"),
        ("maximum  = 60", "maximium = 60", "hours → maximium: this key is not known here."),
        ('audience = "professionals"', 'audience = "friends"', "upn → audience: "),
        ('id       = "spent"', 'id       = "Spent money"', "(it says “Spent money”)"),
        ('label    = "Money spent"', 'label    = "Money {name} spent"',
         "{name} is not a placeholder; use one of child,"),
        ('  id    = "possible"\n', '  id    = "possible"\n  maximum = "x"\n',
         "attendance → possible → maximum: "),
        ('title    = "School"\n', "", "title: this key is missing."),
        ('when     = { moving = ["yes"] }',
         'when     = { moving = ["yes"] }\nvariants = { primary = { options = [["moon", "The moon"]] } }',
         "the variant primary has moon, which is none of its options"),
        ('when     = { moving = ["yes"] }',
         'when     = { moving = ["yes"] }\nvariants = { simple = { label = "Where is {name}?" } }',
         "{name} is not a placeholder; use one of child,"),
        ('title    = "School"', "title    = School", "This is not TOML: "),
    ],
)  # fmt: skip
def test_a_wrong_shape_is_refused_with_the_way_to_the_place(
    copy: Path, old: str, new: str, sentence: str
) -> None:
    spoil(copy, old, new)

    with pytest.raises(EditionError) as refused:
        load(copy)

    assert refused.value.file == "small/sections/school.toml"
    assert sentence in str(refused.value)


def test_a_fault_names_the_line_of_the_question(copy: Path) -> None:
    spoil(copy, 'warns    = ["upn"]', 'warns    = ["nup"]')
    lines = (copy / "sections/school.toml").read_text(encoding="utf-8").splitlines()

    (fault,) = read(copy)[1]

    assert fault.line is not None
    assert lines[fault.line - 1] == 'id       = "upn"'


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'order  = ["about_me", "school"]',
            'order  = ["about_me", "school", "school"]',
            "order lists school twice.",
        ),
        ('order  = ["about_me", "school"]', 'order  = ["about_me"]', "order does not list school."),
        (
            'order  = ["about_me", "school"]',
            'order  = ["about_me", "school", "home"]',
            "order lists home. There is no",
        ),
        (
            'name   = "small"',
            'name   = "large"',
            "The name is “large” and the folder “small”. Make them the same.",
        ),
        ('phases = ["primary", "secondary"]', "phases = []", "phases is empty."),
        ('phases = ["primary", "secondary"]', 'phases = ["primary", "college"]', "phases → number 2: "),
    ],
)
def test_a_slip_in_the_edition_itself_is_refused(copy: Path, old: str, new: str, sentence: str) -> None:
    spoil(copy, old, new, "edition.toml")

    assert any(fault.startswith("small/edition.toml") and sentence in fault for fault in faults(copy)), (
        faults(copy)
    )


def test_every_phase_has_a_section(copy: Path) -> None:
    for section in ("about_me", "school"):
        spoil(copy, "owner ", 'phases = ["secondary"]\nowner ', f"sections/{section}.toml")

    assert any("There is no section for the phase primary." in fault for fault in faults(copy))


def test_a_section_is_called_as_its_file(copy: Path) -> None:
    (copy / "sections/school.toml").rename(copy / "sections/schools.toml")

    assert any("Call the file school.toml, or its id schools." in fault for fault in faults(copy))


def test_an_edition_without_its_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match="There is no such file"):
        load(tmp_path)


def test_the_same_question_is_asked_once_in_an_edition(copy: Path) -> None:
    spoil(copy, 'label    = "Is a move planned?"', 'label    = "What do you ENJOY"')

    assert any(
        "moving: “What do you ENJOY” is asked in about_me, enjoys as well. Ask it once." in f
        for f in faults(copy)
    )


@pytest.mark.parametrize(
    "limit", ['terms = ["spring"]', "years = [3]", 'occasions = ["exit"]', 'phases = ["primary"]']
)
def test_the_same_words_may_stand_where_no_plan_asks_both(copy: Path, limit: str) -> None:
    other = {"terms": '["autumn"]', "years": "[10]", "occasions": '["initial"]', "phases": '["secondary"]'}
    name = limit.split(" ", maxsplit=1)[0]
    spoil(copy, 'label    = "Is a move planned?"', f'label    = "What do you enjoy?"\n{limit}')
    spoil(copy, 'label    = "What do you enjoy?"', f'label    = "What do you enjoy?"\n{name} = {other[name]}',
          "sections/about_me.toml")  # fmt: skip

    assert not any("Ask it once" in fault for fault in faults(copy))


def test_rows_without_columns_are_refused(copy: Path) -> None:
    (copy / "sections/school.toml").write_text(
        'id = "school"\ntitle = "School"\nheading = "School"\nowner = "adviser"\n\n[[field]]\nid = "table"\n'
        'kind = "grid"\nlabel = "Table"\naudience = "care"\nrows = [["one", "One"]]\ncolumns = []\n',
        encoding="utf-8",
    )

    assert faults(copy) == ["small/sections/school.toml, line 7: table: it has no columns. Add one."]


def test_a_file_that_is_not_text_is_refused(copy: Path) -> None:
    (copy / "sections/school.toml").write_bytes(b"\xff\xfe")

    assert any(fault.startswith("small/sections/school.toml: This is not TOML: ") for fault in faults(copy))


def test_show_says_what_a_section_and_its_questions_are_about(copy: Path) -> None:
    spoil(copy, "part     = {", 'lede     = "What school does."\npart     = {')
    spoil(
        copy,
        'label    = "UPN"',
        'label    = "UPN"\nhint     = "A letter and 12 figures."\nowner    = "adviser"',
    )

    done = CliRunner().invoke(
        editions, ["show", "small", "--phase", "secondary", "--folder", str(copy.parent)]
    )

    assert "What school does." in done.output
    assert "    A letter and 12 figures." in done.output
    assert "    [upn; text; professionals; optional; answered by adviser]" in done.output


def test_a_section_can_be_found_as_it_was_written() -> None:
    section = small().section("school")

    assert section is not None
    assert section.owner == {"default": "designated_teacher", "primary": "adviser"}
    assert small().section("moon") is None


# Choosing


def test_a_plan_is_asked_what_its_phase_term_occasion_and_year_call_for() -> None:
    autumn = {s.id: s for s in asked_of(small(), Choice("secondary", "autumn", year=10))}
    spring = {s.id: s for s in asked_of(small(), Choice("secondary", "spring", year=10))}

    assert "hopes" in autumn["about_me"].by_id
    assert "hopes" not in spring["about_me"].by_id


def test_a_column_is_asked_in_its_term_and_the_question_keeps_the_others() -> None:
    summer, autumn = (
        next(s for s in asked_of(small(), Choice("secondary", season)) if s.id == "school").by_id["subjects"]
        for season in ("summer", "autumn")
    )

    assert isinstance(summer, Rows)
    assert isinstance(autumn, Rows)
    assert list(summer.by_column) == ["subject", "grade", "score"]
    assert list(autumn.by_column) == ["subject", "grade"]


def test_a_question_may_stay_open_in_a_term_in_which_it_is_not_required(copy: Path) -> None:
    spoil(
        copy, 'missing = "Enter the subject"', 'missing = "Enter the subject"\n  missing_terms = ["summer"]'
    )
    edition = load(copy)

    for season, sentence in (("summer", "Enter the subject"), ("autumn", "")):
        school = next(s for s in asked_of(edition, Choice("secondary", season)) if s.id == "school")
        subjects = school.by_id["subjects"]
        assert isinstance(subjects, Rows)
        assert subjects.by_column["subject"].missing == sentence


def test_rows_of_which_no_column_is_asked_are_not_asked(copy: Path) -> None:
    spoil(copy, '  label   = "How it went"', '  label   = "How it went"\n  terms = ["summer"]')

    school = next(s for s in asked_of(load(copy), Choice("secondary", "autumn")) if s.id == "school")

    assert "previous" not in school.by_id


def test_owner_and_part_are_those_of_the_phase() -> None:
    secondary, primary = (
        next(s for s in asked_of(small(), Choice(phase, "autumn")) if s.id == "school")
        for phase in ("secondary", "primary")
    )

    assert (secondary.owner, secondary.part) == ("designated_teacher", "school")
    assert (primary.owner, primary.part) == ("adviser", "care")
    assert secondary.owner_of(secondary.by_id["upn"]) == "designated_teacher"


def test_the_same_choice_gives_the_same_sections() -> None:
    name = form.names()[0]
    choice = Choice("secondary", "autumn", year=10)

    first = form.all_asked(name, choice)

    assert form.all_asked(name, Choice("secondary", "autumn", year=10)) is first
    assert form.asked(name, first[0].id, choice) is first[0]
    assert form.asked(name, "nothing", choice) is None


def test_the_first_edition_is_in_force_before_it_starts() -> None:
    first = form.get(form.names()[0])

    assert form.current(date(2020, 1, 1)) == first.name
    assert form.current(first.starts) == first.name


def test_without_any_edition_none_is_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form, "names", tuple)
    form.current.cache_clear()

    with pytest.raises(LookupError, match="There is no edition of the form"):
        form.current(date(2026, 9, 1))


@pytest.mark.parametrize("name", ["1999-00", "../editions", "small", ""])
def test_an_edition_that_is_not_there_is_a_lookup_error(name: str) -> None:
    with pytest.raises(LookupError, match="There is no edition"):
        form.get(name)


def test_a_variant_puts_a_question_in_other_words_and_keeps_what_it_does_not_say(copy: Path) -> None:
    spoil(
        copy,
        'when     = { moving = ["yes"] }',
        'when     = { moving = ["yes"] }\nvariants = { simple = { label = "Which one?" }, primary = '
        '{ label = "Which school?", options = [["school", "A new school"]] } }',
    )
    edition = load(copy)

    def put(phase: Phase, stage: Stage = "full") -> Any:
        asked = asked_of(edition, Choice(phase, "autumn", stage=stage))
        return next(s for s in asked if s.id == "school").by_id["move_to"]

    assert put("primary").label == "Which school?"
    assert put("primary").options == (("school", "A new school"),)
    assert put("primary", "simple").label == "Which one?"
    assert put("secondary").options[1] == ("college", "College")
    assert put("secondary").missing == put("primary", "simple").missing == "Select where to"


# What a question was called before -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('id       = "spent"', 'id       = "spent"\nwas      = "a b"',
         "spent: was is no id. Write old_id or section.old_id."),
        ('id       = "spent"', 'id       = "spent"\nwas      = "upn"',
         "spent: was names upn, whose answers another has. Take one out."),
        ('  id    = "grade"', '  id    = "grade"\n  was   = "subject"',
         "subjects, column grade: was names subject, whose answers another has. Take one out."),
    ],
)  # fmt: skip
def test_an_old_id_that_cannot_be_is_refused(copy: Path, old: str, new: str, sentence: str) -> None:
    spoil(copy, old, new)

    assert any(sentence in fault for fault in faults(copy)), faults(copy)


def next_years(copy: Path) -> Path:
    """The small edition again, a year later."""
    later = Path(shutil.copytree(copy, copy.parent / "later"))
    spoil(later, 'name   = "small"', 'name   = "later"\ncarries_from = "small"', "edition.toml")
    return later


@pytest.mark.parametrize(
    ("was", "sentence"),
    [
        ("spent", ""),
        ("about_me.hopes", ""),
        ("spend", "costs: was names school.spend, which small does not ask. Correct it."),
        ("about_me.wishes", "costs: was names about_me.wishes, which small does not ask. Correct it."),
    ],
)
def test_an_old_id_must_be_one_of_the_edition_before(copy: Path, was: str, sentence: str) -> None:
    later = next_years(copy)
    spoil(later, 'id       = "spent"', f'id       = "costs"\nwas      = "{was}"')
    if was == "about_me.hopes":
        spoil(later, 'id       = "hopes"', 'id       = "dreams"', "sections/about_me.toml")

    found = faults(later)

    assert found == [] if not sentence else any(sentence in fault for fault in found), found


def test_an_old_column_must_be_one_of_the_edition_before(copy: Path) -> None:
    later = next_years(copy)
    spoil(later, '  id    = "grade"', '  id    = "level"\n  was   = "grades"')

    assert any(
        "column level: was names grades, which small does not ask." in fault for fault in faults(later)
    )


def test_the_edition_that_answers_are_carried_from_is_there(copy: Path) -> None:
    spoil(copy, 'name   = "small"', 'name   = "small"\ncarries_from = "nowhere"', "edition.toml")

    assert any("carries_from names nowhere, and there is no such edition." in fault for fault in faults(copy))


def test_a_year_has_the_stage_of_my_views_its_edition_names_else_the_full_one(copy: Path) -> None:
    spoil(copy, 'name   = "small"', 'stage_years = { simple = [4, 5] }\nname   = "small"', "edition.toml")
    edition = load(copy)

    assert [edition.stage_for(year) for year in (4, 5, 6, None)] == ["simple", "simple", "full", "full"]
