"""A file’s bytes become rows or one clear problem; dated rows merge with those on record."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example as tried
from hypothesis import given, settings
from hypothesis import strategies as st

from vsportal.editions.reading import Unreadable
from vsportal.imports import cells
from vsportal.imports.findings import Findings
from vsportal.imports.kinds import KINDS, Kind, example
from vsportal.imports.places import kind_of
from vsportal.imports.reading import Read, read
from vsportal.imports.sheets import safe, sheet
from vsportal.imports.spans import Kept, Merged, Said, Span, merge

COLUMNS = ("child_ref", "start", "end")
GOOD = "child_ref,start,end\nSC1,2026-09-01,\nSC2,2026-09-02,2026-10-01\n"


def said(file: Read) -> str:
    """The one problem of a file."""
    (problem,) = file.problems
    return problem.sentence


def refs(file: Read) -> list[str]:
    """What stands in the first column, of a file without problems."""
    assert file.problems == []
    return [row.cells["child_ref"] for row in file.rows]


# Bytes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        GOOD.replace("SC1", '"SC1"').encode(),
        ("\n\n" + GOOD + "\n,,\n\n").encode(),
        GOOD.replace("child_ref", " Child Ref ").encode(),
        GOOD.replace("\n", ",,\n").encode(),
    ],
    ids=["utf-8", "bom", "crlf", "cr", "quotes", "blank lines", "spaced header", "commas at the end"],
)
def test_what_spreadsheets_write_is_read_without_a_word(content: bytes) -> None:
    file = read(content, COLUMNS)

    assert refs(file) == ["SC1", "SC2"]
    assert file.remarks == []


@pytest.mark.parametrize("separator", [";", "\t"])
def test_semicolons_and_tabs_are_read_and_said(separator: str) -> None:
    file = read(GOOD.replace(",", separator).encode(), COLUMNS)

    assert refs(file) == ["SC1", "SC2"]
    assert [remark.sentence for remark in file.remarks if "between its columns" in remark.sentence]


def test_windows_1252_is_read_and_said() -> None:
    file = read("child_ref,start,end\nÉlodie’s,2026-09-01,\n".encode("cp1252"), COLUMNS)

    assert refs(file) == ["Élodie’s"]
    assert "Windows-1252" in file.remarks[0].sentence


def test_utf_16_is_read_and_said() -> None:
    file = read(GOOD.encode("utf-16"), COLUMNS)

    assert refs(file) == ["SC1", "SC2"]
    assert "UTF-16" in file.remarks[0].sentence


def test_two_encodings_in_one_file_are_refused_where_the_second_begins() -> None:
    content = "child_ref,start,end\nÉlodie,2026-09-01,\n".encode() + "Zoë,2026-09-01,\n".encode("cp1252")

    file = read(content, COLUMNS)

    assert "two encodings" in said(file)
    assert file.problems[0].line == 3


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\xff\xfe", "empty"),
        (b"x" * 200_000, "quotation mark"),
        (b"\xef\xbb\xbf\r\n \n", "empty"),
        (b"PK\x03\x04 and more", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0 and more", "spreadsheet"),
        (GOOD.replace("SC1", "S\0C1").encode(), "NUL"),
        (b"\xff\xfec\x00h\x00", "Not known"),
        (b"\xff\xfec\x00h", "breaks off"),
        (b"child_ref,start,end\nSC1,\x81\x8d,\n", "cannot be read"),
        (GOOD.replace("SC1", '"SC1').encode(), "quotation mark"),
        (GOOD.replace("SC1", '"SC"1').encode(), "quotation mark"),
        (GOOD.replace("SC1", "x" * 200_000).encode(), "quotation mark"),
        (b"child_ref,start\nSC1,2026-09-01\n", "“end” is missing"),
        (b"child_ref\nSC1\n", "“start”, “end” are missing"),
        (b"child_ref,start,end,shoe size\nSC1,2026-09-01,,4\n", "Not known: “shoe_size”"),
        (b"child_ref,start,ende\nSC1,2026-09-01,\n", "Missing: “end”"),
        (b"child_ref,start,end,start\nSC1,2026-09-01,,\n", "“start” is there twice"),
        (b"SC1,2026-09-01,\n", "Not known"),
    ],
)
def test_a_file_that_will_not_do_is_one_problem_that_says_what_to_do(content: bytes, sentence: str) -> None:
    file = read(content, COLUMNS)

    assert sentence in said(file)
    assert file.rows == ()


def test_a_row_with_a_cell_too_many_or_too_few_is_a_problem_of_its_line() -> None:
    file = read(b"child_ref,start,end\nSC1,2026-09-01\nSC2,2026-09-01,,x\nSC3,2026-09-01,\n", COLUMNS)

    assert [(problem.line, "cells" in problem.sentence) for problem in file.problems] == [
        (2, True),
        (3, True),
    ]
    assert [row.cells["child_ref"] for row in file.rows] == ["SC3"]


def test_a_very_long_cell_is_a_problem_and_a_quoted_line_break_is_none() -> None:
    file = read(f'child_ref,start,end\n"SC\n1",a,\n{"y" * 20_000},b,\nSC3,c,\n'.encode(), COLUMNS)

    assert [(problem.line, problem.column) for problem in file.problems] == [(4, "child_ref")]
    assert [(row.line, row.cells["child_ref"]) for row in file.rows] == [(2, "SC 1"), (5, "SC3")]


def test_a_header_without_rows_is_said_and_is_no_problem() -> None:
    file = read(b"child_ref,start,end\n", COLUMNS)

    assert file.problems == []
    assert "no rows" in file.remarks[0].sentence


@given(st.binary(max_size=300))
def test_no_bytes_break_it(content: bytes) -> None:
    file = read(content, COLUMNS)

    assert file.problems or file.rows or file.remarks


@given(st.text(max_size=200))
def test_no_text_below_a_header_breaks_it(text: str) -> None:
    read(("child_ref,start,end\n" + text).encode("utf-8", errors="surrogatepass"), COLUMNS)


# Cells ------------------------------------------------------------------------------------------------------


def test_only_iso_dates_are_dates_and_others_are_told_how_to_be_written() -> None:
    assert cells.day("2026-11-03") == date(2026, 11, 3)
    with pytest.raises(Unreadable, match=r"If 03/11/2026 is 3 November 2026, write 2026-11-03\."):
        cells.day("03/11/2026")


@pytest.mark.parametrize("cell", ["2026-02-30", "2026-13-01", "1066-01-01", "soon", "20261103", "3.11.26"])
def test_what_is_no_date_is_refused(cell: str) -> None:
    with pytest.raises(Unreadable):
        cells.day(cell)


@pytest.mark.parametrize(
    ("reader", "good", "value", "bad"),
    [
        (cells.yes_no, "y", True, "yes"),
        (cells.email, "Jo@Example.org", "jo@example.org", "jo at example"),
        (cells.nc_year, "r", 0, "15"),
        (cells.nc_year, "N1", -2, "X"),
        (cells.nc_year, "10", 10, "ten"),
        (cells.code("placement"), "u6", "U6", "Z9"),
        (cells.code("language"), "ENG", "ENG", "English"),
        (cells.figures(range(5, 7), "URN"), "123456", "123456", "12E456"),
        (cells.one_of({"m": "M"}), "M", "M", "x"),
        (cells.text(3), "abc", "abc", "abcd"),
        (cells.upn, "M821200100001", "M821200100001", "B821200100001"),
        (cells.past_day(lambda: date(2026, 11, 3)), "2026-11-03", date(2026, 11, 3), "2026-11-04"),
    ],
)
def test_a_cell_is_read_or_refused_with_a_sentence(reader, good, value, bad) -> None:
    assert reader(good) == value
    with pytest.raises(Unreadable) as reason:
        reader(bad)
    assert reason.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("phase", "kind", "ours"),
    [
        ("Secondary", "Academy converter", "secondary"),
        ("Primary", "Community special school", "special"),
        ("Not applicable", "Pupil referral unit", "provider"),
        ("All-through", None, "all_through"),
        ("16 plus", None, "college"),
        ("Tertiary", None, None),
    ],
)
def test_a_settings_kind_comes_from_its_phase_and_type(
    phase: str, kind: str | None, ours: str | None
) -> None:
    assert kind_of(phase, kind) == ours


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_example_of_a_kind_can_be_read(kind: Kind) -> None:
    found = Findings(kind.id)

    rows = kind.parse(read(sheet(example(kind)), kind.names).rows, found)

    assert found.problems == []
    assert len(rows) == 1


def test_an_empty_cell_is_refused_where_one_is_needed() -> None:
    found = Findings("homes")
    kind = KINDS["homes"]

    kind.parse(
        read(b"child_ref,start,end,placement_code,in_area,household_ref\n,,,,,\nSC1,,,,,\n", kind.names).rows,
        found,
    )

    assert [problem.column for problem in found.problems] == ["start", "placement_code", "in_area"]


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-1", "@x", "\tx", "\rx"])
def test_no_cell_that_leaves_is_a_formula(cell: str) -> None:
    assert safe(cell) == f"'{cell}"
    assert safe("Jo-Ann") == "Jo-Ann"


# Dated rows -------------------------------------------------------------------------------------------------

DAY = date(2026, 1, 1)


def on(number: int | None) -> date | None:
    """The day of this number; none for none."""
    return None if number is None else DAY + timedelta(days=number)


def kept(start: int, end: int | None, target: object = "A", number: int = 1) -> Kept:
    return Kept(number, DAY + timedelta(days=start), on(end), target, {})  # type: ignore[arg-type]


def row(start: int, end: int | None, target: object = "A", line: int = 2) -> Said:
    return Said(line, DAY + timedelta(days=start), on(end), target, {})  # type: ignore[arg-type]


def spans(merged: Merged) -> list[tuple[int, int | None, object]]:
    """Start, end and target of each row as it would be, in days."""
    assert merged.refusals == []
    return [((s.start - DAY).days, (s.end - DAY).days if s.end else None, s.target) for s in merged.spans]


def why(merged: Merged) -> list[str]:
    return [refusal.why for refusal in merged.refusals]


def test_a_move_ends_what_was_open_and_says_so() -> None:
    merged = merge([kept(0, None)], [row(0, None), row(10, None, "B", 3)])

    assert spans(merged) == [(0, 10, "A"), (10, None, "B")]
    assert [remark.line for remark in merged.remarks] == [3]


def test_an_end_is_taken_from_the_file() -> None:
    assert spans(merge([kept(0, None)], [row(0, 10)])) == [(0, 10, "A")]


def test_an_earlier_end_is_taken_and_a_later_or_missing_one_is_not() -> None:
    assert spans(merge([kept(0, 10)], [row(0, 5)])) == [(0, 5, "A")]
    for end in (20, None):
        merged = merge([kept(0, 10)], [row(0, end)])
        assert spans(merged) == [(0, 10, "A")]
        assert merged.changed == []
        assert "earlier end" in merged.remarks[0].sentence


def test_what_contradicts_is_refused() -> None:
    assert why(merge([], [row(10, 5)])) == ["order"]
    assert why(merge([kept(0, 10)], [row(5, None)])) == ["overlap"]
    assert why(merge([kept(5, None)], [row(0, None)])) == ["overlap"]
    assert why(merge([], [row(0, 10), row(5, 15, line=3)])) == ["overlap"]
    assert why(merge([], [row(0, None), row(0, None, "B", 3)])) == ["overlap"]
    assert why(merge([kept(0, None)], [row(5, None)], moves=False)) == ["overlap"]


def test_what_ended_by_hand_does_not_go_on_from_that_day_unless_the_file_knows() -> None:
    assert why(merge([kept(0, 10)], [row(10, None)])) == ["continued"]
    assert why(merge([kept(0, 10)], [row(0, None), row(10, None, line=3)])) == ["continued"]
    assert spans(merge([kept(0, 10)], [row(0, 10), row(10, None, line=3)])) == [(0, 10, "A"), (10, None, "A")]


def test_another_target_under_the_same_start_does_not_bring_back_who_was_ended() -> None:
    there = [kept(0, 10, "A", 1), kept(10, None, "B", 2)]

    assert why(merge(there, [row(10, None, "A")])) == ["continued"]


days = st.integers(0, 12)
ends = st.one_of(st.none(), st.integers(0, 14))
targets = st.sampled_from(["A", "B"])


@st.composite
def on_record(draw: st.DrawFn) -> list[Kept]:
    """Rows that may stand on record: none overlap, the last may be open."""
    marks = sorted(draw(st.lists(st.integers(0, 14), unique=True, max_size=6)))
    pairs = [(marks[i], marks[i + 1]) for i in range(0, len(marks) - 1, 2)]
    found = [kept(a, b, draw(targets), n) for n, (a, b) in enumerate(pairs, 1)]
    if len(marks) % 2:
        found.append(kept(marks[-1], None, draw(targets), 99))
    return found


files = st.lists(st.tuples(days, ends, targets), max_size=4)


def rows_of(file: list[tuple[int, int | None, str]]) -> list[Said]:
    return [row(start, end, target, line) for line, (start, end, target) in enumerate(file, 2)]


def again(merged: Merged) -> list[Kept]:
    """The record after what was merged has been written."""
    return [Kept(n, s.start, s.end, s.target, s.facts) for n, s in enumerate(merged.spans, 1)]


@given(on_record(), files, st.booleans(), st.booleans())
def test_an_end_on_record_is_never_removed_and_never_put_off(
    there: list[Kept], file: list[tuple[int, int | None, str]], by_target: bool, moves: bool
) -> None:
    merged = merge(there, rows_of(file), by_target=by_target, moves=moves)

    for span in merged.spans:
        if span.kept and span.kept.end:
            assert span.end is not None
            assert span.end <= span.kept.end
    assert {span.kept.id for span in merged.spans if span.kept} == {k.id for k in there}


@given(on_record(), files, st.booleans(), st.booleans())
def test_what_is_accepted_holds_one_at_a_time(
    there: list[Kept], file: list[tuple[int, int | None, str]], by_target: bool, moves: bool
) -> None:
    merged = merge(there, rows_of(file), by_target=by_target, moves=moves)
    if merged.refusals:
        return

    held = [s for s in sorted(merged.spans, key=lambda s: (s.start, s.end or date.max)) if s.end != s.start]
    for before, after in pairwise(held):
        assert before.end is not None
        assert before.end <= after.start


@given(on_record(), files, st.booleans(), st.booleans())
def test_the_same_file_twice_changes_nothing(
    there: list[Kept], file: list[tuple[int, int | None, str]], by_target: bool, moves: bool
) -> None:
    first = merge(there, rows_of(file), by_target=by_target, moves=moves)
    if first.refusals:
        return

    second = merge(again(first), rows_of(file), by_target=by_target, moves=moves)

    assert second.refusals == []
    assert second.changed == []


@tried([kept(0, 10)], [(10, None, "A")], False, True)
@tried([kept(0, 10, "A", 1), kept(10, None, "B", 2)], [(10, None, "A")], False, True)
@settings(max_examples=600)
@given(on_record(), files, st.booleans(), st.booleans())
def test_sight_that_was_ended_is_not_reopened_by_a_row_that_does_not_know_of_the_end(
    there: list[Kept], file: list[tuple[int, int | None, str]], by_target: bool, moves: bool
) -> None:
    merged = merge(there, rows_of(file), by_target=by_target, moves=moves)
    if merged.refusals:
        return

    known = {(s.start, s.end, s.target) for s in rows_of(file)}
    for ended in (k for k in there if k.end):
        for span in merged.spans:
            if span.target != ended.target or not _reaches(span, ended):
                continue
            as_before = span.kept and (span.kept.target == span.target)
            told = (ended.start, ended.end, ended.target) in known and span.start == ended.end
            assert as_before or span.start > ended.end or told  # type: ignore[operator]


def _reaches(span: Span, ended: Kept) -> bool:
    """Whether a row holds on the day on which another ended, or later."""
    assert ended.end is not None
    return span.end != span.start and (span.end is None or span.end > ended.end)


def test_the_columns_that_are_promised_are_those_that_are_read() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "imports.md").read_text(encoding="utf-8")

    assert [kind.id for kind in KINDS.values() if f"```\n{','.join(kind.names)}\n" not in page] == []
