"""A section that remembers: last time beside a question, check this, what needs a look, and one press"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.client import Page, PageClient
from tests.factories import HomeFactory, HouseholdFactory, HouseholdMemberFactory, MembershipFactory
from tests.plans import answers_of, draft, events, fill, path_of, sign_in
from tests.terms import keep, next_plan
from tests.world import World
from vsportal import clock
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import Comment, Home, Role, SectionState
from vsportal.policy import Tie

ACHIEVED = "Swam fifty metres at the gala."
SUBJECTS = {
    "subjects.k1": True,
    "subjects.k1.subject": "Maths",
    "subjects.k1.course": "gcse",
    "subjects.k1.target": "6",
    "subjects.k1.autumn_progress": "ep",
    "subjects.k2": True,
    "subjects.k2.subject": "Art",
    "subjects.k2.target": "7",
}


def words(page: Page, css: str) -> str:
    """The text of one element, with its spaces in order."""
    return " ".join(page.one(css).get_text(" ").split())


def at_question(page: Page, question: str) -> str:
    """All that is said at one question."""
    control = page.one(f"#{question}")
    group = (
        control
        if "govuk-form-group" in control.get("class", [])
        else control.find_parent(class_="govuk-form-group")
    )
    assert group is not None
    return " ".join(group.get_text(" ").split())


@pytest.fixture
def teacher(client: PageClient, world: World) -> PageClient:
    """The designated teacher, signed in."""
    return sign_in(client, world.people[Tie.DESIGNATED_TEACHER])


@pytest.fixture
def social_care(client: PageClient, world: World) -> PageClient:
    """The social social_care, signed in."""
    return sign_in(client, world.people[Tie.SOCIAL_WORKER])


# Last time ------------------------------------------------------------------------------------------------


def test_a_first_plan_remembers_nothing(teacher: PageClient, world: World) -> None:
    page = teacher.get(path_of(world))

    assert "Last time" not in page.text
    assert "Check this" not in page.text
    assert page.soup.select(".vs-folded:not(.vs-said-of), .vs-past") == []


def test_beside_a_question_asked_anew_stands_what_was_said_last_time(
    teacher: PageClient, world: World
) -> None:
    keep(world, "progress", {"achievements": ACHIEVED, "on_track": "yes"})

    page = teacher.get(path_of(next_plan(world)))

    assert f"Last time (autumn 2026): {ACHIEVED}".partition(" (")[0] in at_question(page, "achievements")
    assert ACHIEVED in at_question(page, "achievements")
    assert page.one("#achievements").get_text(strip=True) == ""
    assert "Yes" in words(page, "#on_track-readers ~ .vs-before, .govuk-form-group:has(#on_track) .vs-before")


def test_a_long_answer_of_last_time_is_closed_until_it_is_opened(teacher: PageClient, world: World) -> None:
    keep(world, "progress", {"achievements": "A good term. " * 20})

    page = teacher.get(path_of(next_plan(world)))

    assert page.one(".vs-last-time").get("open") is None
    assert "A good term. A good term." in words(page, ".vs-last-time")


def test_an_answer_that_was_carried_needs_no_last_time_until_it_is_changed(
    teacher: PageClient, world: World
) -> None:
    keep(world, "progress", {"hard": "Fractions."})
    later = next_plan(world)
    assert "Last time" not in at_question(teacher.get(path_of(later)), "hard")

    draft(teacher, later, {"hard": "Long division."}, seen={"hard": "Fractions."})

    assert "Last time" in at_question(teacher.get(path_of(later)), "hard")
    assert "Fractions." in at_question(teacher.get(path_of(later)), "hard")


def test_of_a_table_the_rows_that_were_otherwise_are_shown(teacher: PageClient, world: World) -> None:
    keep(world, "progress", SUBJECTS)
    later = next_plan(world)
    draft(teacher, later, {"subjects.k1.target": "8"}, seen={"subjects.k1.target": "6"})

    page = teacher.get(path_of(later))

    assert "Maths" in words(page, "#subjects .vs-last-time")
    assert "Art" not in words(page, "#subjects .vs-last-time")


def test_what_people_said_last_time_stands_beside_what_they_say_now(
    teacher: PageClient, world: World
) -> None:
    sign_in(teacher, world.people[Tie.CARER])
    draft(teacher, world, {"progress_views": "Kind to everybody."})
    sign_in(teacher, world.people[Tie.DESIGNATED_TEACHER])

    page = teacher.get(path_of(next_plan(world)))

    assert "Kind to everybody." in words(page, "#progress_views-all .vs-before")


def test_who_could_not_read_an_answer_today_is_not_told_what_it_was(client: PageClient, world: World) -> None:
    keep(
        world,
        "my_details",
        {"life_story": "Working on a memory box."},
        readers={"life_story": {"groups": ["home"]}},
    )
    later = next_plan(world)
    row = later.section("my_details")
    row.readers = {}
    db.session.commit()

    for tie in (Tie.CARER, Tie.DESIGNATED_TEACHER):
        page = sign_in(client, world.people[tie]).get(path_of(later, "my_details"))
        assert "memory box" not in page.text


def new_home(world: World) -> object:
    """The child has moved to another foster home today; its carer."""
    db.session.execute(update(Home).where(Home.child_id == world.child.id).values(ends_on=clock.today()))
    household = HouseholdFactory(authority=world.authority, name="Ines and Jon Adair")
    HomeFactory(child=world.child, household=household, starts_on=clock.today())
    carer = MembershipFactory(role=Role.CARER).user
    HouseholdMemberFactory(household=household, user=carer)
    db.session.commit()
    return carer


def test_a_new_home_is_never_told_what_the_old_home_wrote(client: PageClient, world: World) -> None:
    told = "She hides food in her room."
    keep(world, "at_home", {"going_well": told, "for_professionals": told}, household_id=world.household.id)
    carer = new_home(world)
    later = next_plan(world)

    page = sign_in(client, carer).get(path_of(later, "at_home"))  # type: ignore[arg-type]

    assert page.status == 200
    assert told not in page.text


def test_the_same_home_is_reminded_of_what_it_wrote(client: PageClient, world: World) -> None:
    keep(world, "at_home", {"going_well": "She cooks on Sundays."}, household_id=world.household.id)

    page = sign_in(client, world.people[Tie.CARER]).get(path_of(next_plan(world), "at_home"))

    assert "She cooks on Sundays." in page.text


# Check this -----------------------------------------------------------------------------------------------


def test_a_carried_answer_asks_to_be_checked_and_says_so_to_who_listens(
    teacher: PageClient, world: World
) -> None:
    keep(world, "progress", {"hard": "Fractions."})

    page = teacher.get(path_of(next_plan(world)))

    assert "Check this." in words(page, "#hard-check")
    assert "hard-check" in str(page.one("#hard")["aria-describedby"]).split()


def test_still_right_takes_the_mark_away_and_leaves_the_answer(teacher: PageClient, world: World) -> None:
    keep(world, "progress", {"hard": "Fractions.", "extra_lessons": "None."} | SUBJECTS)
    later = next_plan(world)

    answer = teacher.htmx.post(path_of(later, "progress", "confirm"), {"confirm": "hard", "page": "p1"})

    assert answer.status == 200
    assert answer.one("#hard-check").get("hidden") is not None
    assert "hard" not in later.section("progress").carried
    assert "subjects.k1.target" in later.section("progress").carried
    assert answers_of(later)["hard"] == "Fractions."
    assert not teacher.get(path_of(later)).soup.select("#hard-check")


def test_without_script_still_right_is_a_button_like_any_other(teacher: PageClient, world: World) -> None:
    keep(world, "progress", {"hard": "Fractions."})
    later = next_plan(world)
    page = teacher.get(path_of(later))
    label = next(b.get_text(" ", strip=True) for b in page.soup.select("button[value=hard]"))

    sent = teacher.submit(page, action=path_of(later), button=" ".join(label.split()))

    assert sent.status == 303
    assert sent.location.endswith("#hard")
    assert "hard" not in later.section("progress").carried


def test_one_row_is_right_and_the_other_is_still_to_be_checked(teacher: PageClient, world: World) -> None:
    keep(world, "progress", SUBJECTS)
    later = next_plan(world)

    answer = teacher.htmx.post(
        path_of(later, "progress", "confirm"), {"confirm": "subjects.k1", "page": "p1"}
    )

    assert answer.one("#subjects-k1-check").get("hidden") is not None
    assert "Still right" in words(answer, "#subjects-k2-check")
    assert {key.split(".")[1] for key in later.section("progress").carried} == {"k2"}


def test_changing_the_answer_takes_the_mark_away_too(teacher: PageClient, world: World) -> None:
    keep(world, "progress", {"hard": "Fractions."})
    later = next_plan(world)

    answer = draft(teacher, later, {"hard": "Long division."}, seen={"hard": "Fractions."})

    assert answer.one("#hard-check").get("hidden") is not None
    assert "hard" not in later.section("progress").carried


def test_who_cannot_write_an_answer_is_not_asked_to_check_it(client: PageClient, world: World) -> None:
    keep(world, "progress", {"hard": "Fractions."})
    later = next_plan(world)

    page = sign_in(client, world.people[Tie.HEAD]).get(path_of(later))
    sent = client.htmx.post(path_of(later, "progress", "confirm"), {"confirm": "hard", "page": "p1"})

    assert "Fractions." in page.text
    assert "Check this" not in page.text
    assert sent.status == 409
    assert "hard" in later.section("progress").carried


# What needs a look ------------------------------------------------------------------------------------------


def settled_details(world: World) -> World:
    """A worker's part that was whole last term, and the plan that follows."""
    fill(world, "my_details")
    row = world.section("my_details")
    row.answers = {
        **row.answers,
        "sdq": "yes",
        "sdq_date": (clock.today() - timedelta(days=30)).isoformat(),
        "sdq_score": 12,
        "emergency_contact": "Tina Marlowe",
        "emergency_phone": "01632 960 001",
    }
    row.status, row.completed_at = SectionState.COMPLETE, clock.now() - timedelta(days=10)
    db.session.commit()
    return next_plan(world)


def reasons(page: Page) -> dict[str, str]:
    """What needs a look and why, as the page lists it."""
    return {
        str(li.a["href"])[1:]: " ".join(li.span.get_text(" ").split())
        for li in page.soup.select(".vs-look li")
        if li.a and li.span
    }


def put_away(page: Page) -> set[str]:
    """The names of what stands in what is folded."""
    return {str(c["name"]).split(".")[0] for c in page.soup.select(".vs-folded [name]:not(button)")}


def test_a_settled_part_opens_with_its_answers_put_away_and_nothing_lost(
    social_care: PageClient, world: World
) -> None:
    later = settled_details(world)

    page = social_care.get(path_of(later, "my_details"))

    assert "carried from" in words(page, "#carried > summary")
    assert {"emergency_contact", "interpreter", "delegated"} <= put_away(page)
    assert page.one("#carried").get("open") is None
    sent = social_care.submit(page, action=path_of(later, "my_details"), button="Save")
    assert sent.status == 303
    assert answers_of(later, "my_details")["emergency_contact"] == "Tina Marlowe"


def test_a_score_that_is_more_than_a_year_old_needs_a_look(social_care: PageClient, world: World) -> None:
    later = settled_details(world)
    keep(later, "my_details", {"sdq_date": (clock.today() - timedelta(days=400)).isoformat()})

    page = social_care.get(path_of(later, "my_details"))

    assert reasons(page)["sdq_date"] == "This date is older than a year"
    assert "sdq_date" not in put_away(page)
    assert "This date is older than a year" in words(page, "#sdq_date-check")


def test_an_answer_that_leans_on_the_home_needs_a_look_once_the_home_has_changed(
    social_care: PageClient, world: World
) -> None:
    later = settled_details(world)
    assert "emergency_phone" not in reasons(social_care.get(path_of(later, "my_details")))
    new_home(world)

    found = reasons(social_care.get(path_of(later, "my_details")))

    assert found["emergency_phone"].startswith("Amira’s home has changed since, on ")


def test_what_must_be_answered_and_never_was_needs_a_look(social_care: PageClient, world: World) -> None:
    later = settled_details(world)
    row = later.section("my_details")
    row.answers = {k: v for k, v in row.answers.items() if k != "photographs"}
    row.carried = {k: v for k, v in row.carried.items() if k != "photographs"}
    db.session.commit()

    assert reasons(social_care.get(path_of(later, "my_details")))["photographs"] == "Not answered yet"


def test_an_answer_nobody_checked_for_a_year_needs_a_look(social_care: PageClient, world: World) -> None:
    later = settled_details(world)
    row = later.section("my_details")
    year, _, season = later.pep.term_key.partition("-")
    ago = f"{int(year) - 1}-{int(year) % 100:02d}-{season.rpartition('-')[2]}"
    row.carried = {**row.carried, "health": ago}
    db.session.commit()

    assert (
        reasons(social_care.get(path_of(later, "my_details")))["health"] == "Nobody has checked it for a year"
    )


def test_answers_that_do_not_fit_the_record_need_a_look(social_care: PageClient, world: World) -> None:
    later = settled_details(world)
    world.child.upn = "A123456789012"
    keep(later, "my_details", {"school_upn": "Z999"})

    assert (
        reasons(social_care.get(path_of(later, "my_details")))["school_upn"] == "Something does not fit here"
    )


def test_only_who_completes_the_section_has_it_folded(client: PageClient, world: World) -> None:
    later = settled_details(world)

    for tie in (Tie.HEAD, Tie.CARER):
        assert (
            not sign_in(client, world.people[tie]).get(path_of(later, "my_details")).soup.select(".vs-folded")
        )


# Nothing else has changed -----------------------------------------------------------------------------------


def unchanged(client: PageClient, later: World) -> Page:
    """Press “I have checked this, nothing else has changed”."""
    path = path_of(later, "my_details")
    return client.submit(
        client.get(path), action=path, button="I have checked this, nothing else has changed"
    )


def test_one_press_checks_what_was_carried_and_completes_the_section(
    social_care: PageClient, world: World
) -> None:
    later = settled_details(world)

    sent = unchanged(social_care, later)

    assert sent.status == 303
    row = later.section("my_details")
    assert (row.status, row.carried) == (SectionState.COMPLETE, {})
    assert [e.tag for e in events(later, "pep:section:confirmed", "pep:section:completed")] == [
        "pep:section:confirmed",
        "pep:section:completed",
    ]
    overview = social_care.get(f"/peps/{later.pep.ref}")
    assert "Checked, nothing else changed" in overview.text


def test_with_something_missing_the_press_says_what_and_completes_nothing(
    social_care: PageClient, world: World
) -> None:
    later = settled_details(world)
    row = later.section("my_details")
    row.answers = {k: v for k, v in row.answers.items() if k != "photographs"}
    db.session.commit()

    page = unchanged(social_care, later)

    assert page.status == 422
    assert page.errors() == ["Select where Amira’s photograph may be shown"]
    assert "photographs" not in put_away(page)
    assert later.section("my_details").status != SectionState.COMPLETE
    assert later.section("my_details").carried != {}


# What it costs ---------------------------------------------------------------------------------------------


def cost(client: PageClient, path: str) -> int:
    client.get(path)
    with statements(db.engine) as seen:
        client.get(path)
    return len(seen)


def test_remembering_takes_one_statement_and_one_for_what_changed(
    social_care: PageClient, world: World
) -> None:
    without = cost(social_care, path_of(world, "my_details"))
    later = settled_details(world)
    with_it = cost(social_care, path_of(later, "my_details"))
    section = later.section("my_details")
    for n in range(30):
        someone = MembershipFactory(role=Role.SOCIAL_WORKER, authority=world.authority).user
        db.session.add(
            Comment(
                pep_section_id=section.id, field_id="matters", author_id=someone.id, role=Tie.SOCIAL_WORKER,
                signed="social worker", text=f"Said {n}.", changed_at=clock.now(),
            )
        )  # fmt: skip
    db.session.commit()

    assert with_it <= without + 2
    assert cost(social_care, path_of(later, "my_details")) == with_it <= 14
