"""My views in short questions: the same answers in easier words, an adult beside, and how it reads."""

import re

import pytest
from sqlalchemy import select

from tests.client import Page, PageClient
from tests.factories import HouseholdMemberFactory
from tests.world import World, person
from tests.young import FACES, PRIVATE, TEXT, WORDS, answer, at, keep, reads
from vsportal import editions
from vsportal.database import statements
from vsportal.editions import reading_age
from vsportal.extensions import db
from vsportal.models import AuditEvent, Pep, PepState, Role, SectionState
from vsportal.peps.operations import open_pep
from vsportal.policy import Tie

EASY, LONG = "What is good at school?", "What is going well at school?"
MOST = 8


@pytest.fixture
def young(client: PageClient, world: World) -> PageClient:
    """The young person with the short questions, signed in."""
    world.pep.stage = "simple"
    db.session.commit()
    client.sign_in(world.people[Tie.YOUNG_PERSON])
    return client


def form(young: PageClient, world: World, button: str) -> Page:
    """Press the button for the other form on the first page."""
    return young.submit(young.get(at(world)), button=button, follow=True)


def helped(young: PageClient, world: World, **said: object) -> Page:
    """Say who helps; not followed."""
    return young.submit(young.get(at(world, "helper")), said, button="Next")


def events(world: World, tag: str) -> list[AuditEvent]:
    found = select(AuditEvent).where(AuditEvent.child_id == world.child.id, AuditEvent.tag == tag)
    return list(db.session.scalars(found))


# Short questions and long ones ----------------------------------------------------------------------------


def test_a_primary_childs_plan_begins_with_the_short_questions(client: PageClient, world: World) -> None:
    assert editions.get(world.pep.edition).stage_for(4) == "simple"
    assert editions.get(world.pep.edition).stage_for(7) == "full"


def test_the_question_is_put_in_short_words_one_a_screen_with_how_far_one_is(
    young: PageClient, world: World
) -> None:
    page = young.get(at(world, TEXT))

    assert page.h1 == EASY
    assert page.one(".yp-count").get_text(strip=True).startswith("1 of ")
    assert "yp--simple" in page.soup.body["class"]


def test_changing_the_form_keeps_every_answer_and_hides_none_from_those_who_read(
    young: PageClient, world: World
) -> None:
    keep(world, {TEXT: WORDS, FACES: 4, "enjoy": "Drums."})

    longer = form(young, world, "Show me longer questions")
    assert LONG in longer.text
    assert longer.text.count("Answered") == 3
    teacher = reads(young, world, Tie.DESIGNATED_TEACHER)
    assert WORDS in teacher
    assert "Drums." in teacher

    young.forget_cookies()
    young.sign_in(world.people[Tie.YOUNG_PERSON])
    shorter = form(young, world, "Show me shorter questions")
    assert EASY in shorter.text
    assert world.section("my_views").answers == {TEXT: WORDS, FACES: 4, "enjoy": "Drums."}


def test_the_child_chooses_the_form_once_and_it_is_recorded(young: PageClient, world: World) -> None:
    form(young, world, "Show me longer questions")

    assert db.session.scalar(select(Pep.stage).where(Pep.id == world.pep.id)) == "full"
    assert [(c["old"], c["new"]) for e in events(world, "pep:stage:chosen") for c in e.changes] == [
        ("simple", "full")
    ]


@pytest.mark.parametrize("stage", ["pictures", "", "easy"])
def test_there_is_no_other_form_to_choose(young: PageClient, world: World, stage: str) -> None:
    assert young.post(at(world, "form"), {"stage": stage}).location == at(world)

    assert db.session.scalar(select(Pep.stage).where(Pep.id == world.pep.id)) == "simple"


@pytest.mark.parametrize("tie", [Tie.SOCIAL_WORKER, Tie.CARER, Tie.DESIGNATED_TEACHER])
@pytest.mark.parametrize("path", ["form", "helper"])
def test_nobody_else_chooses_the_form_or_says_who_helps(
    young: PageClient, world: World, tie: str, path: str
) -> None:
    young.forget_cookies()
    young.sign_in(world.people[tie])

    page = young.post(at(world, path), {"stage": "full", "how": "alone"})

    assert page.status in (303, 403)
    assert world.section("my_views").answers == {}
    assert db.session.scalar(select(Pep.stage).where(Pep.id == world.pep.id)) == "simple"


@pytest.mark.parametrize("path", ["form", "helper"])
def test_another_childs_form_is_as_if_it_were_not_there(client: PageClient, world: World, path: str) -> None:
    client.sign_in(world.other.people[Tie.YOUNG_PERSON])

    unseen = client.post(at(world, path), {"stage": "full"})

    assert unseen.status == 404
    assert unseen.text == client.post(f"/peps/NOSUCHPLAN/my-views/{path}", {"stage": "full"}).text


def test_a_closed_plan_keeps_its_form_and_its_helper(young: PageClient, world: World) -> None:
    world.pep.state = PepState.SIGNED_OFF
    db.session.commit()

    young.post(at(world, "form"), {"stage": "full"})
    young.post(at(world, "helper"), {"how": "alone"})

    assert db.session.scalar(select(Pep.stage).where(Pep.id == world.pep.id)) == "simple"
    assert world.section("my_views").answers == {}
    assert young.get(at(world, "helper")).location == at(world)


# Somebody beside ----------------------------------------------------------------------------------------


def test_the_child_is_asked_at_the_start_whether_somebody_helps(young: PageClient, world: World) -> None:
    assert young.get(at(world)).links()["Start"] == at(world, "helper")

    page = helped(young, world, how="alone")

    assert page.location == at(world, TEXT)
    assert world.section("my_views").answers == {"helped": "alone"}
    assert "You are doing this on your own." in young.get(at(world)).text


def test_somebody_from_around_the_child_is_named_and_shown_with_the_answers(
    young: PageClient, world: World
) -> None:
    carer, name = world.people[Tie.CARER], world.child.called
    keep(world, {TEXT: WORDS})

    helped(young, world, how="talked", who=str(carer.id))

    assert world.section("my_views").answers["helped_by"] == carer.name
    assert f"{carer.name} is helping you." in young.get(at(world)).text
    assert f"{name}, with {carer.name} helping" in reads(young, world, Tie.DESIGNATED_TEACHER)
    assert f"{name}, with {carer.name} helping" in young.get(f"/peps/{world.pep.ref}").text
    assert f"with {carer.name} helping" in young.get(f"/children/{world.child.ref}").text


def test_somebody_else_can_be_named_and_taken_back(young: PageClient, world: World) -> None:
    helped(young, world, how="read_or_typed", who="other", other="Aunt Noor")
    assert world.section("my_views").answers == {"helped": "read_or_typed", "helped_by": "Aunt Noor"}
    assert young.get(at(world, "helper")).one("#other")["value"] == "Aunt Noor"

    helped(young, world, how="alone")
    assert world.section("my_views").answers == {"helped": "alone"}


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({}, "Select one of the three"),
        ({"how": "talked"}, "Select who is helping you"),
        ({"how": "talked", "who": "other"}, "Enter who is helping you"),
        ({"how": "talked", "who": "999999"}, "Select who is helping you"),
        ({"how": "perhaps"}, "Select one of the three"),
    ],
)
def test_what_is_left_out_is_asked_for_and_nothing_is_kept(
    young: PageClient, world: World, said: dict[str, str], error: str
) -> None:
    page = young.post(at(world, "helper"), said)

    assert page.status == 422
    assert page.errors() == [error]
    assert world.section("my_views").answers == {}


def test_one_can_say_it_in_the_middle_and_goes_on_where_one_was(young: PageClient, world: World) -> None:
    page = young.follow(answer(young, world, "hard", "Somebody is helping me", hard="Mornings."))
    assert page.h1 == "Is somebody helping you?"

    on = young.submit(page, {"how": "alone"}, button="Next")

    assert on.location == at(world, "hard")
    assert world.section("my_views").answers == {"hard": "Mornings.", "helped": "alone"}


@pytest.mark.parametrize("field", [PRIVATE, FACES, "happy_at_school", "friends", "anything_else"])
def test_a_private_question_says_that_it_can_be_done_alone(
    young: PageClient, world: World, field: str
) -> None:
    assert "You can do this one on your own." in young.get(at(world, field)).text
    assert "You can do this one on your own." not in young.get(at(world, TEXT)).text


def test_the_long_questions_say_so_once_somebody_helps(young: PageClient, world: World) -> None:
    form(young, world, "Show me longer questions")
    assert "You can do this one on your own." not in young.get(at(world, PRIVATE)).text

    helped(young, world, how="talked", who=str(world.people[Tie.CARER].id))
    assert "You can do this one on your own." in young.get(at(world, PRIVATE)).text


# The same rights ----------------------------------------------------------------------------------------


def test_who_will_see_it_is_said_before_the_answer_and_is_the_childs_to_choose(
    young: PageClient, world: World
) -> None:
    page = young.get(at(world, TEXT))
    assert page.body.index("All the people round you can see this.") < page.body.index("<textarea")

    answer(young, world, TEXT, going_well=WORDS, sees__going_well=["some"])

    assert world.section("my_views").readers == {TEXT: {"people": []}}
    assert WORDS not in reads(young, world, Tie.CARER)
    assert WORDS in reads(young, world, Tie.SOCIAL_WORKER)


def test_a_private_question_begins_with_two_people_by_name(young: PageClient, world: World) -> None:
    worker, adviser = world.people[Tie.SOCIAL_WORKER].name, world.people[Tie.ALLOCATED_ADVISER].name

    page = young.get(at(world, PRIVATE))

    assert page.one(".yp-seen").get_text(strip=True) == f"Just you, {worker} and {adviser} can see this."
    assert page.body.index("We do not read this right away.") < page.body.index("<textarea")
    answer(young, world, PRIVATE, who_helps="Tina.")
    assert "Tina." not in reads(young, world, Tie.CARER)


def test_skipping_and_rather_talking_are_answers_as_in_the_long_form(young: PageClient, world: World) -> None:
    answer(young, world, TEXT, "Skip this one")
    answer(young, world, FACES, "I’d rather talk to someone")

    assert world.section("my_views").answers == {f"{TEXT}~how": "skipped", f"{FACES}~how": "talk"}


def test_five_faces_with_words(young: PageClient, world: World) -> None:
    faces = [f.get_text(strip=True) for f in young.get(at(world, "happy_at_school")).soup.select(".yp-face")]

    assert faces == ["Very happy", "Happy", "In the middle", "Not happy", "Very unhappy"]


def test_it_is_finished_like_the_long_form(young: PageClient, world: World) -> None:
    keep(world, {TEXT: WORDS, "helped": "alone"})

    page = young.submit(young.get(at(world, "finish")), button="I have finished", follow=True)

    assert world.section("my_views").status == SectionState.COMPLETE
    assert page.h1 == "What you said"
    assert WORDS in page.text


def test_a_primary_plan_has_its_sections_and_its_own_grid(client: PageClient, world: World) -> None:
    db.session.execute(Pep.__table__.update().where(Pep.id == world.pep.id).values(state=PepState.CANCELLED))
    pep = open_pep_for_year_5(world)
    client.sign_in(world.people[Tie.DESIGNATED_TEACHER])

    page = client.get(f"/peps/{pep.ref}/sections/progress")

    assert "Subjects in Years 3 to 6" in page.text
    assert "Scaled score" not in page.text
    assert pep.stage == "simple"


def open_pep_for_year_5(world: World) -> Pep:
    """A plan for the child, had they been in Year 5."""
    from vsportal import clock
    from vsportal.audit import SYSTEM

    pep = open_pep(SYSTEM, world.child, term=world.term, on=clock.today(), phase="primary", nc_year=5)
    db.session.commit()
    return pep


# What it costs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [(), (TEXT,), ("helper",), ("finish",)])
def test_a_page_takes_as_many_statements_for_many_people_and_answers_as_for_few(
    young: PageClient, world: World, path: tuple[str, ...]
) -> None:
    def count() -> int:
        young.get(at(world, *path))
        with statements(db.engine) as seen:
            assert young.get(at(world, *path)).status == 200
        return len(seen)

    few = count()
    for _ in range(10):
        HouseholdMemberFactory(household=world.household, user=person(Role.CARER))
    keep(world, {TEXT: WORDS, PRIVATE: "Tina.", FACES: 4, "hard~how": "skipped", "helped": "alone"})

    assert count() == few <= 8


# How it reads -------------------------------------------------------------------------------------------

PAGES = ["my-views", "my-views/helper", f"my-views/{TEXT}", f"my-views/{PRIVATE}", f"my-views/{FACES}"]
TITLES = re.compile(
    r"your (social worker|Virtual School adviser|carer|parent)|foster carer|Virtual School adviser"
)


def said_on(page: Page, world: World) -> list[str]:
    """What a page says, piece by piece; a name is a short word, for it is one that the child knows."""
    names = {p.name for p in world.people.values()} | {world.child.called}
    pieces = page.soup.main.select(
        "p:not(:has(button)), li:not(:has(p, li, a)), h1, h2, h3, legend, label, summary, dt, dd, button"
    )
    found = []
    for piece in pieces:
        for small in piece.select("small"):
            small.extract()
        text = " ".join(piece.get_text(" ").split())
        for name in names:
            text = text.replace(name, "Tina")
        found.append(TITLES.sub("Tina", text))
    return [text for text in found if text]


@pytest.mark.parametrize("path", [*PAGES, "my-views/finish", "my-targets"])
def test_the_words_are_for_readers_of_eight(young: PageClient, world: World, path: str) -> None:
    keep(world, {TEXT: "Art.", "hard~how": "skipped", "helped": "alone"})
    texts = said_on(young.get(f"/peps/{world.pep.ref}/{path}"), world)

    hard = {t: round(reading_age.reading_age(t), 1) for t in texts if len(reading_age.words_of(t)) >= 8}

    assert len(texts) > 5
    assert {text: age for text, age in hard.items() if age > MOST} == {}
    assert reading_age.whole(texts) <= MOST
