"""My views, one question at a time: what the young person is told, what is kept, how it is finished."""

import json
import re

import pytest
from sqlalchemy import select

from tests.client import Page, PageClient
from tests.world import World
from tests.young import FACES, PRIVATE, TEXT, WORDS, answer, at, keep
from vsportal.extensions import db
from vsportal.models import (
    AccessEvent,
    PepState,
    SectionState,
)
from vsportal.policy import Tie


@pytest.fixture
def young(client: PageClient, world: World) -> PageClient:
    """The young person, signed in."""
    client.sign_in(world.people[Tie.YOUNG_PERSON])
    return client


# Beginning ----------------------------------------------------------------------------------------------


def test_the_first_page_says_what_it_is_who_reads_it_and_that_one_can_stop(
    young: PageClient, world: World
) -> None:
    page = young.get(at(world))

    assert "It takes about 12 minutes." in page.text
    assert "You can stop and come back." in page.text
    assert world.people[Tie.CARER].name in page.text
    assert page.links()["Start"] == at(world, TEXT)


def test_every_question_is_on_the_first_page_with_its_state(young: PageClient, world: World) -> None:
    keep(world, {TEXT: WORDS, "hard~how": "skipped", "friends~how": "talk"})

    lines = {
        li.a.get_text(): li.select_one(".vs-state").get_text()
        for li in young.get(at(world)).soup.select(".yp-list li")
        if li.select_one(".vs-state")
    }

    assert lines["What is going well at school?"] == "Answered"
    assert lines["What is hard at school?"] == "You chose not to say"
    assert lines["How are things with your friends?"] == "You would rather talk"
    assert lines["What do you think of your targets?"] == "Not answered yet"


def test_carrying_on_leads_to_the_first_open_question(young: PageClient, world: World) -> None:
    keep(world, {TEXT: WORDS, "hard~how": "skipped"})

    assert young.get(at(world)).links()["Carry on"] not in (at(world, TEXT), at(world, "hard"))


def test_opening_it_is_noted_as_a_look_and_as_the_owners_first(young: PageClient, world: World) -> None:
    young.get(at(world))

    looks = db.session.scalars(select(AccessEvent.what).where(AccessEvent.child_id == world.child.id)).all()
    assert "my_views" in looks
    assert world.section("my_views").looked_at is not None


def test_the_section_and_the_whole_plan_lead_the_young_person_here(young: PageClient, world: World) -> None:
    page = young.get(f"/peps/{world.pep.ref}/sections/my_views")

    assert (page.status, page.location) == (303, at(world))


@pytest.mark.parametrize("rest", [(), (TEXT,), ("finish",)])
def test_an_adult_is_sent_to_the_section_instead(
    client: PageClient, world: World, rest: tuple[str, ...]
) -> None:
    client.sign_in(world.people[Tie.SOCIAL_WORKER])

    page = client.get(at(world, *rest))

    assert (page.status, page.location) == (303, f"/peps/{world.pep.ref}/sections/my_views")


@pytest.mark.parametrize("tie", [Tie.YOUNG_PERSON, Tie.CARER, Tie.SOCIAL_WORKER])
@pytest.mark.parametrize(
    "path", ["my-views", "my-views/going_well", "my-views/finish", "my-targets", "who-can-see"]
)
def test_another_childs_pages_are_as_if_they_were_not_there(
    client: PageClient, world: World, tie: str, path: str
) -> None:
    client.sign_in(world.other.people[tie])

    unseen, absent = client.get(f"/peps/{world.pep.ref}/{path}"), client.get(f"/peps/NOSUCHPLAN/{path}")

    assert unseen.status == absent.status == 404
    assert unseen.text == absent.text


def test_a_question_that_is_not_asked_is_not_there(young: PageClient, world: World) -> None:
    assert young.get(at(world, "helped_by")).status == 404
    assert young.get(at(world, "told_an_adult")).status == 404


# One question -------------------------------------------------------------------------------------------


def test_a_question_says_before_the_answer_who_will_see_it_by_name(young: PageClient, world: World) -> None:
    page = young.get(at(world, TEXT))

    who, control = page.body.index('id="who"'), page.body.index("<textarea")
    assert who < control
    everyone = page.one("#who > .yp-people").get_text()
    assert all(
        world.people[tie].name in everyone for tie in (Tie.CARER, Tie.DESIGNATED_TEACHER, Tie.SOCIAL_WORKER)
    )


def test_a_private_question_begins_with_the_worker_and_the_adviser(young: PageClient, world: World) -> None:
    page = young.get(at(world, PRIVATE))

    first = page.one("#who > p").get_text()
    assert first == (
        f"Only you, {world.people[Tie.SOCIAL_WORKER].name} (your social worker) and "
        f"{world.people[Tie.ALLOCATED_ADVISER].name} (your Virtual School adviser)."
    )


@pytest.mark.parametrize("field", [PRIVATE, FACES, "friends", "happy_at_school", "anything_else"])
def test_a_private_question_says_beforehand_that_nobody_is_told(
    young: PageClient, world: World, field: str
) -> None:
    page = young.get(at(world, field))

    assert "Nobody is told straight away when you write here." in page.text
    assert page.body.index("Nobody is told straight away") < page.body.index(f'name="{field}"')
    assert {"0800 1111", "999"} <= {b.get_text() for b in page.soup.select(".yp-safe b")}


def test_an_answer_is_kept_and_next_leads_on(young: PageClient, world: World) -> None:
    page = answer(young, world, TEXT, going_well=WORDS)

    assert (page.status, page.location) == (303, at(world, "hard"))
    assert world.section("my_views").answers == {TEXT: WORDS}
    assert world.section("my_views").status == SectionState.IN_PROGRESS


def test_five_faces_with_words_the_happiest_first(young: PageClient, world: World) -> None:
    page = young.get(at(world, FACES))

    faces = [f.get_text(strip=True) for f in page.soup.select(".yp-face")]
    assert faces == ["Very safe", "Safe", "In the middle", "Not very safe", "Not safe at all"]
    answer(young, world, FACES, safe_at_school="4")
    assert world.section("my_views").answers == {FACES: 4}


def test_after_a_very_sad_face_the_next_page_says_whom_to_turn_to(young: PageClient, world: World) -> None:
    page = young.follow(answer(young, world, FACES, safe_at_school="1"))

    assert "0800 1111" in page.notices()[0]


def test_nothing_typed_is_no_mistake_and_leaves_it_open(young: PageClient, world: World) -> None:
    page = answer(young, world, TEXT)

    assert page.location == at(world, "hard")
    assert world.section("my_views").answers == {}


def test_skipping_is_kept_as_an_answer_of_its_own_and_can_be_answered_later(
    young: PageClient, world: World
) -> None:
    answer(young, world, TEXT, "Skip this one")
    assert world.section("my_views").answers == {f"{TEXT}~how": "skipped"}
    assert "you chose not to say" in young.get(at(world, TEXT)).text

    answer(young, world, TEXT, going_well=WORDS)
    assert world.section("my_views").answers == {TEXT: WORDS}


def test_rather_talking_is_kept_and_takes_no_words_away(young: PageClient, world: World) -> None:
    answer(young, world, TEXT, "I’d rather talk to someone", going_well=WORDS)

    assert world.section("my_views").answers == {TEXT: WORDS, f"{TEXT}~how": "talk"}


def test_skipping_what_is_written_asks_before_it_takes_it_away(young: PageClient, world: World) -> None:
    keep(world, {TEXT: "Art."})
    asked = answer(young, world, TEXT, "Skip this one", going_well=WORDS)
    assert "Do you want to take your answer away" in asked.text
    assert asked.one("textarea").get_text() == f"\n{WORDS}" or WORDS in asked.one("textarea").get_text()
    assert world.section("my_views").answers == {TEXT: "Art."}

    young.submit(asked, button="Yes, take it away")
    assert world.section("my_views").answers == {f"{TEXT}~how": "skipped"}


@pytest.mark.parametrize(("button", "where"), [("Back", (TEXT,)), ("Stop for now", ())])
def test_going_back_or_stopping_keeps_what_was_typed(
    young: PageClient, world: World, button: str, where: tuple[str, ...]
) -> None:
    page = answer(young, world, "hard", button, hard="Mornings.")

    assert page.location == at(world, *where)
    assert world.section("my_views").answers == {"hard": "Mornings."}


def test_a_paste_that_is_too_long_is_kept_whole_and_said_kindly(young: PageClient, world: World) -> None:
    paste = "word " * 1200
    page = answer(young, world, TEXT, going_well=paste)

    assert page.status == 422
    assert page.errors() == ["This is 200 words over the 1,000 this holds. Shorten it"]
    assert page.one("textarea").get_text().strip() == paste.strip()
    assert world.section("my_views").answers[TEXT] == paste.strip()


def test_who_helped_is_asked_once_somebody_did(young: PageClient, world: World) -> None:
    page = answer(young, world, "helped", helped="read_or_typed")
    assert page.location == at(world, "helped_by")

    last = answer(young, world, "helped_by", helped_by="Tina")
    assert last.location == at(world, "finish")
    assert world.section("my_views").answers == {"helped": "read_or_typed", "helped_by": "Tina"}


def test_two_windows_lose_nothing(young: PageClient, world: World) -> None:
    first = young.get(at(world, TEXT))
    answer(young, world, TEXT, going_well="From the phone.")

    page = young.submit(first, {TEXT: "From the laptop."}, button="Next")

    assert page.status == 409
    assert "From the phone." in page.text
    assert "From the laptop." in page.one("textarea").get_text()
    young.submit(page, button="This one")
    assert world.section("my_views").answers[TEXT] == "From the laptop."


# Saving itself ------------------------------------------------------------------------------------------


def draft(young: PageClient, world: World, **changed: object) -> Page:
    """What the page sends by itself."""
    data = {name.replace("__", "~"): v for name, v in changed.items()}
    return young.htmx.post(
        f"/peps/{world.pep.ref}/sections/my_views/draft", {"page": "p1", "seen": "{}", **data}
    )


def test_a_question_saves_itself_to_the_section(young: PageClient, world: World) -> None:
    page = young.get(at(world, TEXT))
    assert page.one("#section")["hx-post"] == f"/peps/{world.pep.ref}/sections/my_views/draft"
    assert json.loads(str(page.one("[name=seen]")["value"])) == {}
    assert page.one("#new-marks") is not None

    saved = draft(young, world, going_well=WORDS)

    assert saved.status == 200
    assert "Saved at" in saved.text
    assert world.section("my_views").answers == {TEXT: WORDS}


def test_the_choice_of_readers_saves_itself_too_so_that_words_are_never_wider_than_the_page_says(
    young: PageClient, world: World
) -> None:
    carer = world.people[Tie.CARER].id
    draft(young, world, sees__going_well=["some", carer])

    assert world.section("my_views").readers == {TEXT: {"people": [carer]}}


# Finishing ----------------------------------------------------------------------------------------------


def test_the_last_page_shows_each_answer_and_who_sees_it(young: PageClient, world: World) -> None:
    keep(world, {TEXT: WORDS, PRIVATE: "Tina."}, {PRIVATE: [world.people[Tie.CARER].id]})

    page = young.get(at(world, "finish"))

    assert f"“{WORDS}” Seen by everyone around you" in page.text
    assert f"{world.people[Tie.CARER].name} (foster carer)." in page.text
    assert page.status == 200


def test_finishing_completes_the_section_with_nothing_required(young: PageClient, world: World) -> None:
    page = young.submit(young.get(at(world, "finish")), button="I have finished", follow=True)

    assert world.section("my_views").status == SectionState.COMPLETE
    assert page.h1 == "What you said"
    assert "Everyone around you can see that you have finished." in page.notices()[0]


def test_one_can_change_ones_mind_until_the_plan_is_closed(young: PageClient, world: World) -> None:
    keep(world, {TEXT: WORDS})
    finished = young.submit(young.get(at(world, "finish")), button="I have finished", follow=True)
    assert young.get(at(world, TEXT)).location == at(world)

    young.submit(finished, button="Change my mind")
    assert world.section("my_views").status == SectionState.IN_PROGRESS
    assert young.get(at(world, TEXT)).status == 200


def test_an_answer_that_is_too_long_is_shown_before_finishing(young: PageClient, world: World) -> None:
    keep(world, {TEXT: "word " * 1200})

    page = young.post(at(world, "finish"), {"act": "finish"})

    assert page.status == 422
    assert "Nothing you wrote is lost." in page.text
    assert world.section("my_views").status == SectionState.IN_PROGRESS


def test_a_closed_plan_is_read_and_not_changed_and_what_was_typed_is_given_back(
    young: PageClient, world: World
) -> None:
    keep(world, {TEXT: WORDS})
    before = young.get(at(world, "hard"))
    world.pep.state = PepState.SIGNED_OFF
    db.session.commit()

    start = young.get(at(world))
    assert "Your plan is closed now." in start.text
    assert WORDS in start.text
    assert "Change my mind" not in start.text
    late = young.submit(before, {"hard": "Mornings."}, button="Next")
    assert late.status == 409
    assert "“Mornings.”" in late.text
    assert world.section("my_views").answers == {TEXT: WORDS}
    assert young.post(at(world, "finish"), {"act": "reopen"}).location == at(world)


# How it reads -------------------------------------------------------------------------------------------


def grade(text: str) -> float:
    """Flesch and Kincaid's school grade, by a rough count of syllables; its readers are five years older."""
    sentences = [s for s in re.split(r"(?<=[.?!:])\s+", text) if re.search(r"[a-z]", s)]
    words = re.findall(r"[A-Za-z’'-]+", text)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"(?<!l)e$", "", w.lower())))) for w in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


@pytest.mark.parametrize(
    "path",
    [
        "my-views",
        f"my-views/{TEXT}",
        f"my-views/{PRIVATE}",
        f"my-views/{FACES}",
        "my-views/finish",
        "who-can-see",
    ],
)
def test_the_words_are_for_readers_of_nine_to_eleven(young: PageClient, world: World, path: str) -> None:
    keep(world, {TEXT: "Art.", "hard~how": "skipped"})
    page = young.get(f"/peps/{world.pep.ref}/{path}")

    pieces = page.soup.main.select("p, li:not(:has(p, li, a)), h1, h2, h3, legend, label, dt, dd, button")
    said = ". ".join(" ".join(piece.get_text(" ").split()).rstrip(".") for piece in pieces)

    assert grade(f"{said}.") <= 6
