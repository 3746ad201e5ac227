"""Paper: each PDF holds what its reader may read and no more, whatever people type, and who printed it."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from tests.client import PageClient
from tests.factories import HomeFactory, HouseholdFactory, HouseholdMemberFactory, MembershipFactory
from tests.integration.test_private_answers import may_find, plant, token
from tests.plans import close, hold_the_meeting, review, sign_in
from tests.world import World, actor_of
from vsportal import clock
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import AccessEvent, Home, Role, SectionState, Wish
from vsportal.peps.loading import Plan, load_plan
from vsportal.policy import Tie
from vsportal.signing.document import canonical, document_of
from vsportal.signing.keeping import kept_of, sign_off
from vsportal.signing.redacting import redact

PLANTED = re.compile(r"zq[a-z0-9_]+?qz")
ODD = "😀 ጽቡቕ መጽሓፍ مرحبا \uf0b7 bullet"
READERS = [tie for tie in Tie if tie not in (Tie.PARENT, Tie.DELEGATE, Tie.BUSINESS_SUPPORT)]
NUMBERS = {token("my_details", "contacts", "phone"), token("my_details", "emergency_phone")}
MAIL = token("my_details", "contacts", "email")


def fetch(client: PageClient, path: str) -> PdfReader:
    """A PDF as somebody gets it."""
    answer = client.get(path, bare=True)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(answer.response.get_data()))


def words(reader: PdfReader) -> str:
    """Its text in one line."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


def tokens(text: str) -> set[str]:
    """What was planted and is there, wherever a line was broken."""
    return set(PLANTED.findall(re.sub(r"\s+", "", text)))


def plan_for(world: World, tie: str) -> Plan:
    plan = load_plan(world.actor(tie), world.pep.ref)
    assert plan is not None
    return plan


def sign(world: World) -> str:
    """The plan is reviewed and signed off; what is kept of it."""
    review(world, "school", "care")
    hold_the_meeting(world)
    content = sign_off(plan_for(world, Tie.HEAD), Tie.HEAD).content
    db.session.commit()
    return content


@pytest.fixture
def planted(world: World) -> World:
    """A word of its own in every answer, cell and comment."""
    plant(world, plan_for(world, Tie.HEAD))
    return world


# Who reads what -------------------------------------------------------------------------------------------


def test_nobody_finds_in_the_document_what_is_not_for_them(planted: World) -> None:
    document = document_of(plan_for(planted, Tie.HEAD))
    everything = tokens(canonical(document))

    for tie in READERS:
        found = tokens(canonical(redact(document, plan_for(planted, tie).seen)))
        allowed = may_find(planted.people[tie], planted)
        assert found - allowed == set(), tie
        assert (allowed & everything) - found <= {*NUMBERS, MAIL}, tie
        assert not found & NUMBERS, tie

    assert everything >= NUMBERS


def test_the_kept_copy_alone_says_who_reads_what(planted: World) -> None:
    before = {tie: may_find(planted.people[tie], planted) for tie in READERS}
    document = json.loads(sign(planted))
    rows = [planted.section(s["id"]) for s in document["sections"]]
    for row in rows:  # nothing of the live rows is looked at
        row.answers, row.readers = {}, {}
    db.session.commit()

    for tie in READERS:
        found = tokens(canonical(redact(document, plan_for(planted, tie).seen)))
        assert found - before[tie] == set(), tie
        assert found, tie


def test_a_private_answer_is_for_the_person_the_child_chose_and_for_no_colleague(planted: World) -> None:
    teacher, lead = planted.people[Tie.DESIGNATED_TEACHER], planted.people[Tie.SAFEGUARDING_LEAD]
    planted.section("my_views").readers = {"who_helps": {"people": [teacher.id]}}
    db.session.commit()
    document, private = json.loads(sign(planted)), token("my_views", "who_helps")

    assert private in canonical(redact(document, plan_for(planted, Tie.DESIGNATED_TEACHER).seen))
    assert private not in canonical(redact(document, plan_for(planted, Tie.SAFEGUARDING_LEAD).seen))
    assert lead.id != teacher.id


def test_a_parent_who_cares_now_reads_nothing_of_the_foster_home(planted: World) -> None:
    planted.section("at_home").household_id = planted.household.id
    document = json.loads(sign(planted))
    stay = db.session.query(Home).filter_by(child_id=planted.child.id).one()
    stay.ends_on = clock.today()
    household = HouseholdFactory(authority=planted.authority, kind="parent")
    HomeFactory(child=planted.child, household=household, starts_on=clock.today())
    parent = MembershipFactory(role=Role.CARER).user
    HouseholdMemberFactory(household=household, user=parent)
    db.session.commit()
    plan = load_plan(actor_of(parent), planted.pep.ref)
    assert plan is not None

    read = canonical(redact(document, plan.seen))

    assert not [word for word in tokens(read) if word.startswith("zqat_home")]
    assert planted.people[Tie.CARER].name not in read
    assert planted.household.name not in read


@pytest.mark.parametrize("tie", [Tie.YOUNG_PERSON, Tie.CARER, Tie.DESIGNATED_TEACHER, Tie.SOCIAL_WORKER])
def test_nobody_finds_on_paper_what_is_not_for_them(client: PageClient, planted: World, tie: Tie) -> None:
    allowed = may_find(planted.people[tie], planted)
    sign_in(client, planted.people[tie])

    found = tokens(words(fetch(client, f"/peps/{planted.pep.ref}.pdf")))

    assert found - allowed == set()
    assert found
    assert not found & NUMBERS


def test_those_who_see_no_document_get_none_and_strangers_find_no_plan(
    client: PageClient, world: World
) -> None:
    for tie in (Tie.DELEGATE, Tie.BUSINESS_SUPPORT):
        sign_in(client, world.people[tie])
        for paper in (".pdf", "/letter.pdf", "/blank.pdf", "/addenda"):
            assert client.get(f"/peps/{world.pep.ref}{paper}").status == 403
    for who in (Tie.DESIGNATED_TEACHER, Role.FINANCE):
        sign_in(client, world.strangers[who])
        for paper in (".pdf", "/letter.pdf", "/blank.pdf", "/addenda"):
            assert client.get(f"/peps/{world.pep.ref}{paper}").status == 404


# What it says of itself -------------------------------------------------------------------------------------


def test_an_open_plan_says_so_and_the_cover_names_nobody_but_who_printed_it(
    client: PageClient, world: World
) -> None:
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    answer = client.get(f"/peps/{world.pep.ref}.pdf", bare=True)
    reader = PdfReader(io.BytesIO(answer.response.get_data()))
    cover = re.sub(r"\s+", " ", reader.pages[0].extract_text())

    assert "Not signed off, as of" in cover
    assert world.people[Tie.DESIGNATED_TEACHER].name in cover
    assert world.pep.ref in cover
    assert "Amira" not in cover and "Belhadj" not in cover  # noqa: PT018
    assert answer.headers["Content-Disposition"] == f'attachment; filename="plan-{world.pep.ref}.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Amira" not in str(reader.metadata)
    looks = db.session.query(AccessEvent).filter_by(what="plan_pdf").all()
    assert [look.actor_id for look in looks] == [world.people[Tie.DESIGNATED_TEACHER].id]


def test_it_can_be_read_out_and_has_its_fonts_in_it(client: PageClient, world: World) -> None:
    sign_in(client, world.people[Tie.YOUNG_PERSON])

    reader = fetch(client, f"/peps/{world.pep.ref}.pdf")

    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"].lower() == "en-gb"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    files = [f for page in reader.pages for f in embedded(page)]
    assert files
    assert all(files)


def embedded(page: Any) -> list[bool]:
    """Of each font of a page, whether it is in the file."""
    found = []
    for font in page["/Resources"].get("/Font", {}).values():
        of = font.get_object() if isinstance(font, IndirectObject) else font
        for one in of.get("/DescendantFonts", [of]):
            described = one.get_object()["/FontDescriptor"].get_object()
            found.append(any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3")))
    return found


def test_a_signed_off_plan_is_printed_from_its_copy_whatever_changes_later(
    client: PageClient, planted: World
) -> None:
    content = sign(planted)
    name, head = planted.child.last_name, planted.people[Tie.HEAD].name
    planted.child.last_name, planted.school.name = "Quill", "Another Academy"
    planted.section("progress").answers = {}
    db.session.commit()
    sign_in(client, planted.people[Tie.ADVISER])

    text = words(fetch(client, f"/peps/{planted.pep.ref}.pdf"))

    kept = kept_of(planted.pep.id)
    assert kept is not None
    assert kept.content == content
    assert f"Signed off by {head} on" in text
    assert f"{kept.sha256[:8]} {kept.sha256[8:16]}" in text
    assert name in text
    assert "Quill" not in text
    assert "Another Academy" not in text
    assert token("progress", "achievements") in tokens(text)


# Whatever people type -------------------------------------------------------------------------------------


def test_an_emoji_two_scripts_and_words_bullet_in_every_text_are_printed(
    client: PageClient, planted: World
) -> None:
    for section in (planted.section(a.id) for a in plan_for(planted, Tie.HEAD).sections):
        section.answers = {
            k: f"{ODD} {v}" if isinstance(v, str) and v.startswith("zq") else v
            for k, v in section.answers.items()
        }
    planted.child.known_as = "ሰላም مريم"
    planted.section("summary").answers |= {"heard": f"{ODD}\n\n{ODD}"}
    summary = planted.section("summary")
    summary.status, summary.completed_at = SectionState.COMPLETE, clock.now()
    db.session.commit()
    sign(planted)
    sign_in(client, planted.people[Tie.SOCIAL_WORKER])

    text = words(fetch(client, f"/peps/{planted.pep.ref}.pdf"))
    letter = words(fetch(client, f"/peps/{planted.pep.ref}/letter.pdf"))
    blank = words(fetch(client, f"/peps/{planted.pep.ref}/blank.pdf"))

    for printed in (text, letter):
        assert "ጽቡቕ መጽሓፍ" in printed
        assert "• bullet" in printed
        assert "😀" in printed
    assert "ሰላም" in blank


# The letter, and the empty form -----------------------------------------------------------------------------


def test_the_letter_is_there_when_the_meeting_was_held(client: PageClient, planted: World) -> None:
    sign_in(client, planted.people[Tie.YOUNG_PERSON])
    early = client.get(f"/peps/{planted.pep.ref}/letter.pdf", follow=True)
    assert early.notices() == ["There is no letter yet. It is there when the meeting has been held."]
    summary = planted.section("summary")
    summary.status, summary.completed_at = SectionState.COMPLETE, clock.now()
    hold_the_meeting(planted)

    text = words(fetch(client, f"/peps/{planted.pep.ref}/letter.pdf"))

    assert "Dear Amira," in text
    assert {token("summary", "heard"), token("my_views", "meeting_wish")} <= tokens(text)

    sign_in(client, planted.people[Tie.SOCIAL_WORKER])  # who reads the wish, and prints for others too
    printed = tokens(words(fetch(client, f"/peps/{planted.pep.ref}/letter.pdf")))
    assert token("my_views", "meeting_wish") not in printed
    said = {token("my_views", name) for name in ("better", "settling", "next_year", "going_well")}
    assert said & printed


def test_the_empty_form_asks_what_its_reader_may_read_and_answers_nothing(
    client: PageClient, planted: World
) -> None:
    sign_in(client, planted.people[Tie.CARER])

    text = words(fetch(client, f"/peps/{planted.pep.ref}/blank.pdf"))

    assert tokens(text) == set()
    assert "What is going well at home?" in text
    assert "At risk of having no education" not in text
    assert "What does the care plan say" not in text


def test_a_plan_closed_before_copies_were_kept_is_still_printed(client: PageClient, world: World) -> None:
    close(world)
    sign_in(client, world.people[Tie.HEAD])

    text = words(fetch(client, f"/peps/{world.pep.ref}.pdf"))

    assert "Signed off before copies were kept" in text


# What it costs ----------------------------------------------------------------------------------------------


def test_more_answers_comments_and_wishes_take_no_more_statements(client: PageClient, world: World) -> None:
    sign_in(client, world.people[Tie.HEAD])
    hold_the_meeting(world)
    paths = [f"/peps/{world.pep.ref}{rest}" for rest in (".pdf", "/blank.pdf", "/letter.pdf", "/sign-off")]
    client.get(paths[0], bare=True)  # what is made once

    few = [count(client, path) for path in paths]
    plant(world, plan_for(world, Tie.HEAD))
    for number, field in enumerate(("settling", "going_well", "hard", "enjoy", "future")):
        owed_by = world.people[Tie.SOCIAL_WORKER].id if number % 2 else None
        db.session.add(
            Wish(
                pep_id=world.pep.id,
                child_id=world.child.id,
                field_id=field,
                asked_on=clock.today(),
                owed_by_id=owed_by,
            )
        )
    db.session.commit()
    many = [count(client, path) for path in paths]

    # The names of those who owe an answer are one statement, and so are the words that open the letter.
    assert [now - before for before, now in zip(few, many, strict=True)] == [1, 0, 1, 0]
    assert max(many) <= 22


def count(client: PageClient, path: str) -> int:
    with statements(db.engine) as seen:
        assert client.get(path, bare=True).status == 200
    return len(seen)
