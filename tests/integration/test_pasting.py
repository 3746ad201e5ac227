"""A grid pasted from a spreadsheet: what fits is filled in as one save, what does not is said at its cell."""

import pytest
from sqlalchemy import select

from tests.client import Page, PageClient
from tests.plans import draft, path_of, sign_in
from tests.world import World
from vsportal.editions.answers import rows_of
from vsportal.extensions import db
from vsportal.models import AuditEvent, PepSection
from vsportal.peps.loading import load_sheet
from vsportal.peps.pasting import read_pasted, read_table
from vsportal.policy import Tie

TABLE = "Subject\tCourse\tTarget\r\nMaths\tGCSE\t6\r\nArt\tgcse\t7\r\n"


@pytest.fixture
def teacher(client: PageClient, world: World) -> PageClient:
    """The designated teacher of the world's child, who is in Year 10."""
    return sign_in(client, world.people[Tie.DESIGNATED_TEACHER])


def where(world: World, grid: str = "subjects", section: str = "progress") -> str:
    return path_of(world, section, f"paste/{grid}")


def look(client: PageClient, world: World, text: str, **more: str) -> Page:
    """Paste it and look."""
    return client.post(where(world, **more), {"table": text, "act": "look"})


def fill_in(client: PageClient, world: World, page: Page, **more: str) -> Page:
    """Press the button under what goes where."""
    button = page.one("button[value=fill]").get_text(strip=True)
    return client.submit(page, action=where(world, **more), button=button)


def words(page: Page) -> str:
    return " ".join(page.soup.get_text(" ").split())


def row_of(world: World, section: str = "progress") -> PepSection:
    db.session.expire_all()
    return world.section(section)


def subjects(world: World) -> list[dict[str, object]]:
    """The subjects as they are kept, by column."""
    kept = row_of(world).answers
    sheet = load_sheet(world.actor(Tie.DESIGNATED_TEACHER), world.pep.ref, "progress")
    assert sheet
    grid = sheet.asked.by_id["subjects"]
    start = {row: f"subjects.{row}." for row in rows_of(grid, kept)}  # type: ignore[arg-type]
    return [{k[len(at) :]: v for k, v in kept.items() if k.startswith(at)} for at in start.values()]


# The way there ------------------------------------------------------------------------------------------


def test_the_grid_offers_it_and_the_way_leads_there(teacher: PageClient, world: World) -> None:
    link = teacher.get(path_of(world)).one("#subjects .vs-paste")

    assert link["href"] == "progress/paste/subjects"
    assert "Subject, " in words(teacher.get(where(world)))


def test_nothing_is_kept_by_looking(teacher: PageClient, world: World) -> None:
    page = look(teacher, world, TABLE)

    assert page.status == 200
    assert "Fill in these 2 rows" in words(page)
    assert subjects(world) == []


def test_what_was_looked_at_is_filled_in_as_one_save(teacher: PageClient, world: World) -> None:
    sent = fill_in(teacher, world, look(teacher, world, TABLE))

    assert sent.location == f"{path_of(world)}#subjects"
    found = [(s["subject"], s["course"], s["target"]) for s in subjects(world)]
    assert found == [("Maths", "gcse", "6"), ("Art", "gcse", "7")]
    saves = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "pep:section:saved")).all()
    assert len(saves) == 1


def test_pasting_again_changes_the_rows_that_are_there_and_adds_none(
    teacher: PageClient, world: World
) -> None:
    fill_in(teacher, world, look(teacher, world, TABLE))

    fill_in(teacher, world, look(teacher, world, "subject\ttarget\nMATHS\t8"))

    assert [(s["subject"], s["target"]) for s in subjects(world)] == [("MATHS", "8"), ("Art", "7")]


def test_what_somebody_else_changed_since_the_look_stays_theirs(teacher: PageClient, world: World) -> None:
    fill_in(teacher, world, look(teacher, world, TABLE))
    page = look(teacher, world, "Subject\tTarget\nMaths\t9")
    maths = next(k for k, v in row_of(world).answers.items() if v == "Maths").rpartition(".")[0]
    draft(teacher, world, {f"{maths}.target": "5"}, page="p2", seen={f"{maths}.target": "6"})

    sent = fill_in(teacher, world, page)

    assert row_of(world).answers[f"{maths}.target"] == "5"
    assert "Somebody else changed Maths meanwhile. What they wrote stays." in words(teacher.follow(sent))


@pytest.mark.parametrize("tie", [Tie.CARER, Tie.SOCIAL_WORKER, Tie.HEAD])
def test_whoever_does_not_write_it_is_led_back(client: PageClient, world: World, tie: str) -> None:
    found = sign_in(client, world.people[tie]).get(where(world))

    assert found.status == 303
    assert subjects(world) == []


def test_a_stranger_and_a_question_without_rows_find_nothing(client: PageClient, world: World) -> None:
    stranger = world.other.people[Tie.DESIGNATED_TEACHER]

    assert sign_in(client, stranger).get(where(world)).status == 404
    client.forget_cookies()
    teacher = sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    assert teacher.get(where(world, "hard")).status == 404


# What people paste --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "code"),
    [("AEP", "aep"), ("above expected", "aep"), ("Above", "aep"), (" Below  Expected ", "bep"), ("ep", "ep")],
)
def test_an_answer_is_known_by_its_code_its_words_and_how_they_begin(
    teacher: PageClient, world: World, typed: str, code: str
) -> None:
    column = progress_column(world)

    fill_in(teacher, world, look(teacher, world, f"Subject\t{column}\nMaths\t{typed}"))

    assert code in subjects(world)[0].values()


def progress_column(world: World) -> str:
    """The id of the column for this term's progress."""
    sheet = load_sheet(world.actor(Tie.DESIGNATED_TEACHER), world.pep.ref, "progress")
    assert sheet
    columns = sheet.asked.by_id["subjects"].columns  # type: ignore[union-attr]
    return next(c.id for c in columns if "progress" in c.id)


def test_a_cell_that_cannot_be_read_says_why_and_stays_out(teacher: PageClient, world: World) -> None:
    page = look(teacher, world, "Subject\tCourse\tTarget\nMaths\tskating\t6\nArt\tgcse\t=B2+1")

    said = words(page)
    assert "skating Error: Enter one of: " in said
    assert "=B2+1 Error: Paste the value, not the formula" in said
    fill_in(teacher, world, page)
    assert [sorted(s) for s in subjects(world)] == [["subject", "target"], ["course", "subject"]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Paste at least one row of a table."),
        ("\r\n\t\t\r\n", "Paste at least one row of a table."),
        ("Subject\tTarget\n", "Paste at least one row below the headings."),
        ("Maths\tgcse\n" * 500, "Paste at most 200 rows at a time."),
    ],
)
def test_a_paste_with_nothing_to_go_on_says_what_to_do(
    teacher: PageClient, world: World, text: str, said: str
) -> None:
    page = look(teacher, world, text)

    assert page.status == 422
    assert page.errors() == [said]


def test_an_unknown_heading_is_said_and_the_rest_goes_in(teacher: PageClient, world: World) -> None:
    page = look(teacher, world, "Subject\tTeacher\tTarget\nMaths\tMrs Lowe\t6")

    assert "The form has no column called “Teacher”. It is left out." in words(page)
    fill_in(teacher, world, page)
    assert subjects(world) == [{"subject": "Maths", "target": "6"}]


def test_the_same_subject_twice_is_used_once(teacher: PageClient, world: World) -> None:
    page = look(teacher, world, "Subject\tTarget\nMaths\t6\nmaths\t7")

    assert "maths is here twice: the first one is used" in words(page)
    fill_in(teacher, world, page)
    assert subjects(world) == [{"subject": "Maths", "target": "6"}]


def test_merged_cells_come_as_empty_ones_and_change_nothing(teacher: PageClient, world: World) -> None:
    fill_in(teacher, world, look(teacher, world, TABLE))

    fill_in(teacher, world, look(teacher, world, "Subject\tCourse\tTarget\nMaths\t\t9\n\t\t8"))

    assert [(s["course"], s["target"]) for s in subjects(world)] == [("gcse", "9"), ("gcse", "7")]


def test_more_rows_than_there_is_room_for_are_left_out(teacher: PageClient, world: World) -> None:
    table = "Subject\tTarget\n" + "".join(f"Course {n}\t5\n" for n in range(60))

    page = look(teacher, world, table)

    assert "There is no room for more than " in words(page)
    fill_in(teacher, world, page)
    sheet = load_sheet(world.actor(Tie.DESIGNATED_TEACHER), world.pep.ref, "progress")
    assert sheet
    assert len(subjects(world)) == sheet.asked.by_id["subjects"].max_rows  # type: ignore[union-attr]


def test_without_headings_the_columns_are_in_the_forms_order(world: World) -> None:
    sheet = load_sheet(world.actor(Tie.DESIGNATED_TEACHER), world.pep.ref, "progress")
    assert sheet
    grid = sheet.asked.by_id["subjects"]

    found = read_pasted(sheet, grid, "Maths\tGCSE\n")  # type: ignore[arg-type]

    assert [(c.column, c.value) for c in found.lines[0].cells] == [("subject", "Maths"), ("course", "gcse")]


def test_commas_quotes_and_windows_line_ends_are_read_as_a_spreadsheet_writes_them() -> None:
    assert read_table('Subject,Comment\r\nMaths,"Good, and steady"\r\n,,\r\n') == [
        ["Subject", "Comment"],
        ["Maths", "Good, and steady"],
    ]
