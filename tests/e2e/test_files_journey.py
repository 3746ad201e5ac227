"""Files beside a question, in a browser: added, refused, fetched, removed; with JavaScript and without."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import FilePayload, expect

from tests.e2e.neighbourhood import ADVISER, TEACHER, Neighbourhood
from tests.e2e.person import Arrive, Visitor
from tests.filed import PDF, photo

LETTER: FilePayload = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": PDF}
PRINT: FilePayload = {"name": "print.png", "mimeType": "image/png", "buffer": photo("PNG")}
PROGRAM: FilePayload = {"name": "work.docx", "mimeType": "application/msword", "buffer": b"MZ" + bytes(2000)}


@pytest.fixture(autouse=True)
def folder(seeded: Flask, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The bytes lie in a folder that only these journeys use."""
    kept = seeded.config["VSPORTAL"]
    if not kept.files_dir:
        place = tmp_path_factory.mktemp("files")
        seeded.config["VSPORTAL"] = kept.model_copy(update={"files_dir": str(place)})


def send(visitor: Visitor, *files: FilePayload) -> None:
    """Choose files and send them, as the form at the question does."""
    form = visitor.page.locator(".vs-files__add")
    form.get_by_label("Add files").set_input_files(list(files))
    form.get_by_role("button", name="Add", exact=True).click()


def fetched(visitor: Visitor, name: str) -> bytes:
    """A file as the browser saves it: an attachment, which opens no page."""
    at = visitor.page.url
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name=name).click()
    assert download.value.suggested_filename == name
    assert visitor.page.url == at
    return download.value.path().read_bytes()


@pytest.mark.parametrize("width", [1280, 320])
def test_a_teacher_adds_evidence_is_told_what_cannot_be_kept_and_removes_a_file(
    arrive: Arrive, neighbourhood: Neighbourhood, width: int
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER], width=width).open(amira.section("progress"))
    place = teacher.page.locator("#files-evidence")
    expect(place).to_contain_text("No files yet")

    send(teacher, LETTER, PRINT)
    expect(place.get_by_role("status")).to_have_text("2 files added.")
    teacher.look().fits()
    assert fetched(teacher, "letter.pdf") == PDF

    send(teacher, PROGRAM)
    expect(place.get_by_role("alert")).to_contain_text("“work.docx” is not what its name says")
    expect(place.get_by_label("Add files")).to_have_attribute("aria-invalid", "true")
    teacher.look().fits()

    line = place.get_by_role("listitem").filter(has_text="print.png")
    line.locator("summary").click()
    line.get_by_role("button", name="Remove this file").click()
    expect(place.get_by_role("status")).to_have_text("“print.png” removed.")
    expect(place.get_by_role("link")).to_have_text(["letter.pdf"])
    teacher.look().fits()


def test_without_javascript_documents_of_the_meeting_are_added_refused_and_removed(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    adviser = arrive(neighbourhood.people[ADVISER], width=320, script=False)
    place = adviser.open(amira.section("meeting")).page.locator("#files-documents")

    place.get_by_label("Which document is it?").select_option("work")
    send(adviser, LETTER)
    expect(adviser.page.get_by_text("1 file added.")).to_be_visible()
    expect(place.get_by_role("heading", name="Examples of work")).to_be_visible()
    adviser.fits()
    assert fetched(adviser, "letter.pdf") == PDF

    place.get_by_label("Which document is it?").select_option("work")
    send(adviser, PROGRAM)
    expect(adviser.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(place.get_by_label("Which document is it?")).to_have_value("work")
    adviser.fits()
    adviser.follow("Go back to “The meeting”")

    place.locator("summary").click()
    place.get_by_role("button", name="Remove this file").click()
    expect(place).to_contain_text("No files yet")


def test_who_only_reads_the_question_reads_its_files_and_is_offered_no_form(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER]).open(amira.section("progress"))
    send(teacher, LETTER)
    expect(teacher.page.locator("#files-evidence").get_by_role("status")).to_have_text("1 file added.")

    adviser = arrive(neighbourhood.people[ADVISER]).open(amira.section("progress"))

    assert fetched(adviser, "letter.pdf") == PDF
    expect(adviser.page.locator(".vs-files__add")).to_have_count(0)
    expect(adviser.page.locator("#files").get_by_text("Remove")).to_have_count(0)
