"""Sections lent to a colleague: who can, what they see, when it ends; deputies; a new teacher and the old."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.client import PageClient
from tests.factories import ChildFactory, DelegationFactory, EnrolmentFactory, MembershipFactory, UserFactory
from tests.sharing import address, as_somebody_else, days, lend, lent_to
from tests.walk import Walk
from tests.world import World, actor_of
from vsportal import clock
from vsportal.audit import By
from vsportal.database import statements
from vsportal.editions.reading import day_words
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import AccessCut, AuditEvent, Enrolment, Membership, Role, User
from vsportal.policy import Tie
from vsportal.sharing import operations
from vsportal.sharing.forms import last_day_of_school_year


@pytest.fixture
def sam(world: World) -> User:
    """A colleague at the school to whom nothing is lent yet."""
    return MembershipFactory(role=Role.SCHOOL_STAFF, school=world.school, user__name="Sam Okafor").user  # type: ignore[no-any-return]


@pytest.fixture
def teacher(client: PageClient, world: World) -> PageClient:
    """The designated teacher, signed in."""
    client.sign_in(world.people[Tie.DESIGNATED_TEACHER])
    return client


# Lending ------------------------------------------------------------------------------------------------


def test_a_teacher_lends_a_section_and_the_colleague_writes_in_it(
    teacher: PageClient, world: World, sam: User
) -> None:
    said = teacher.follow(lend(teacher, world, sam, "careers"))
    colleague = as_somebody_else(teacher, sam)
    saved = colleague.htmx.post(
        f"/peps/{world.pep.ref}/sections/careers/draft",
        {"intended_destination": "Art college", "page": "p", "seen": "{}"},
    )

    assert said.notices() == ["Sam Okafor can write in what you lent from now on. You complete it."]
    assert "“My future”" in said.text
    assert saved.status == 200
    assert colleague.get(f"/peps/{world.pep.ref}/sections/attendance").status == 404


def test_until_when_is_the_plans_due_date_unless_one_says_otherwise(
    teacher: PageClient, world: World, sam: User
) -> None:
    shown = teacher.get(address(world)).one("#last_day")["value"]
    lend(teacher, world, sam, "careers")

    assert shown == day_words(min(world.pep.due_on, last_day_of_school_year(clock.today())))
    assert lent_to(sam)[0].ends_on == min(
        world.pep.due_on, last_day_of_school_year(clock.today())
    ) + timedelta(days=1)


def test_only_the_schools_own_sections_are_offered(teacher: PageClient, world: World, sam: User) -> None:
    page = teacher.get(address(world))
    offered = {str(box["value"]) for box in page.soup.select("input[name=sections]")}

    assert {"progress", "targets", "attendance"} <= offered
    assert not offered & {"my_views", "my_details", "at_home", "summary"}


def test_only_colleagues_at_the_school_today_are_offered(
    teacher: PageClient, world: World, sam: User
) -> None:
    left = MembershipFactory(role=Role.SCHOOL_STAFF, school=world.school, ends_on=clock.today()).user
    elsewhere = MembershipFactory(role=Role.SCHOOL_STAFF).user
    cut = MembershipFactory(role=Role.SCHOOL_STAFF, school=world.school).user
    worker = world.people[Tie.SOCIAL_WORKER]
    db.session.add(
        AccessCut(child_id=world.child.id, user_id=cut.id, cut_by_id=worker.id, reason="A relative.")
    )
    page = teacher.get(address(world))
    offered = {str(o["value"]) for o in page.soup.select("#colleague option")} - {""}

    colleagues = (world.people[Tie.DELEGATE], world.people[Tie.SAFEGUARDING_LEAD], sam)
    assert offered == {u.ref for u in colleagues}
    assert not offered & {left.ref, elsewhere.ref, cut.ref, world.people[Tie.DESIGNATED_TEACHER].ref}
    assert "business support adds people" in page.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"last_day": "yesterday"}, "Enter a date, like"),
        ({"last_day": "PAST"}, "Enter a date from today on"),
        ({"last_day": "LATE"}, "Enter a date in this school year, at most 31 August"),
        ({"last_day": ""}, "Enter the last day, with its year"),
        ({"sections": []}, "Select at least one section to lend"),
        ({"sections": ["my_details"]}, "Select at least one section to lend"),
        ({"colleague": ""}, "Select the colleague"),
        ({"colleague": "nobody"}, "Select a colleague who works at the school today"),
    ],
)
def test_what_cannot_be_lent_is_said_at_its_field_and_stays_as_typed(
    teacher: PageClient, world: World, sam: User, typed: dict[str, object], said: str
) -> None:
    real = {
        "PAST": day_words(days(-1)),
        "LATE": day_words(last_day_of_school_year(clock.today()) + timedelta(days=1)),
    }
    typed = {k: real.get(str(v), v) for k, v in typed.items()}
    page = teacher.submit(
        teacher.get(address(world)),
        {"colleague": sam.ref, "sections": ["careers"], **typed},
        action=address(world),
    )

    assert page.status == 422
    assert page.errors()[0].startswith(said)
    assert page.one(f"#{next(iter(typed))}")
    assert lent_to(sam) == []
    ticked = {str(box["value"]) for box in page.soup.select("input[name=sections][checked]")}
    assert page.one("#last_day").get("value", "") == typed.get("last_day", page.one("#last_day").get("value"))
    assert ticked == ({"careers"} if "sections" not in typed else set())


def test_a_colleague_who_left_meanwhile_is_refused(teacher: PageClient, world: World, sam: User) -> None:
    page = teacher.get(address(world))
    membership = db.session.scalars(select(Membership).where(Membership.user_id == sam.id)).one()
    membership.ends_on = clock.today()
    answer = teacher.submit(page, {"colleague": sam.ref, "sections": ["careers"]}, action=address(world))

    assert answer.errors() == ["Select a colleague who works at the school today"]


def test_a_child_who_moved_school_meanwhile_is_not_there_any_more(
    teacher: PageClient, world: World, sam: User
) -> None:
    page = teacher.get(address(world))
    enrolment = db.session.scalars(select(Enrolment).where(Enrolment.child_id == world.child.id)).one()
    enrolment.ends_on = clock.today()
    answer = teacher.submit(page, {"colleague": sam.ref, "sections": ["careers"]}, action=address(world))

    assert answer.status == 404
    assert lent_to(sam) == []


def test_somebody_who_has_a_section_already_is_offered_both_together(
    teacher: PageClient, world: World, sam: User
) -> None:
    lend(teacher, world, sam, "careers")
    offered = lend(teacher, world, sam, "progress")
    ticked = {str(box["value"]) for box in offered.soup.select("input[name=sections][checked]")}
    both = teacher.follow(teacher.submit(offered, action=address(world), button="Change what is lent"))

    assert offered.status == 422
    assert "Sam Okafor has “My future” already" in offered.errors()[0]
    assert ticked == {"careers", "progress"}
    assert "“My progress” and “My future”" in both.text
    assert [d.sections for d in lent_to(sam) if d.ends_on > clock.today()] == [["progress", "careers"]]


# Changing and ending ------------------------------------------------------------------------------------


def test_changing_sections_is_an_end_and_a_beginning_in_one_act(
    teacher: PageClient, world: World, sam: User
) -> None:
    lend(teacher, world, sam, "careers")
    colleague = as_somebody_else(teacher, sam)
    form = teacher.get(f"{address(world)}?change={sam.ref}")
    held = {str(box["value"]) for box in form.soup.select("input[name=sections][checked]")}
    teacher.submit(form, {"sections": ["progress"]}, action=address(world))

    assert held == {"careers"}
    assert colleague.get(f"/peps/{world.pep.ref}/sections/careers").status == 404
    assert colleague.get(f"/peps/{world.pep.ref}/sections/progress").status == 200
    tags = db.session.scalars(
        select(AuditEvent.tag).where(AuditEvent.tag.in_(["child:lending:ended", "child:sections:delegated"]))
    ).all()
    assert tags == ["child:sections:delegated", "child:lending:ended", "child:sections:delegated"]


def test_ending_holds_at_once_and_an_open_page_saves_nothing_more(teacher: PageClient, world: World) -> None:
    colleague = as_somebody_else(teacher, world.people[Tie.DELEGATE])
    draft = f"/peps/{world.pep.ref}/sections/progress/draft"
    typed = {"hard": "Algebra", "page": "p", "seen": "{}"}
    before = colleague.htmx.post(draft, typed)
    ended = teacher.submit(teacher.get(address(world)), action=f"{address(world)}/end", follow=True)
    after = colleague.htmx.post(draft, {**typed, "hard": "Nothing at all"})

    assert before.status == 200
    assert "sees nothing of Amira’s plan" in ended.notices()[0]
    assert "Lent before" in ended.text
    assert after.status in (403, 404, 409)  # each is said on the page by its script, in words
    assert world.section("progress").answers["hard"] == "Algebra"
    assert colleague.get(f"/children/{world.child.ref}").status == 404


def test_ending_twice_says_that_it_has_ended(teacher: PageClient, world: World) -> None:
    page = teacher.get(address(world))
    teacher.submit(page, action=f"{address(world)}/end")
    again = teacher.submit(page, action=f"{address(world)}/end", follow=True)

    assert again.notices()[-1] == "This has ended already."
    ends = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "child:lending:ended")).all()
    assert len(ends) == 1


def test_what_ended_by_itself_stays_to_be_read(teacher: PageClient, world: World, sam: User) -> None:
    DelegationFactory(
        child=world.child,
        school=world.school,
        user=sam,
        granted_by=world.people[Tie.DESIGNATED_TEACHER],
        sections=["careers"],
        ends_on=clock.today(),
    )
    page = teacher.get(address(world))

    assert f"Sam Okafor: “My future”, until {day_words(days(-1))}" in page.text


# Who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tie", [t for t in Tie if t not in (Tie.DESIGNATED_TEACHER, Tie.PARENT)])
def test_only_the_designated_teacher_shares_out(client: PageClient, world: World, tie: Tie) -> None:
    client.sign_in(world.people[tie])
    sent = {"colleague": world.people[Tie.SAFEGUARDING_LEAD].ref, "sections": ["careers"]}

    assert client.get(address(world)).status == 403
    assert client.post(address(world), sent).status == 403
    assert client.post(f"{address(world)}/end", sent).status == 403
    assert client.post(f"/peps/{world.pep.ref}/row-links", {"line": "a", "teacher": "b"}).status == 403
    assert client.post(f"/peps/{world.pep.ref}/row-links/end", {"link": "a"}).status == 403


def test_a_teacher_of_another_school_finds_no_such_page(client: PageClient, world: World) -> None:
    client.sign_in(world.other.people[Tie.DESIGNATED_TEACHER])
    unseen, absent = client.get(address(world)), client.get("/children/nobody-at-all/sharing")

    assert unseen.status == absent.status == 404
    assert client.post(address(world), {"colleague": "x"}).status == 404


# What a colleague sees ----------------------------------------------------------------------------------


def test_a_colleague_is_given_the_known_as_name_and_no_other_anywhere(
    client: PageClient, world: World
) -> None:
    world.child.known_as, world.child.first_name, world.child.last_name = "Mira", "Zzamira", "Zzbelhadj"
    client.sign_in(world.people[Tie.DELEGATE])
    walked = Walk(client, world, [("progress", "hard")])
    walked.everywhere()

    assert walked.where("Mira")
    assert walked.where("Zzamira") == walked.where("Zzbelhadj") == []


def test_a_colleague_does_their_part_and_the_teacher_is_told(teacher: PageClient, world: World) -> None:
    colleague = as_somebody_else(teacher, world.people[Tie.DELEGATE])
    section = f"/peps/{world.pep.ref}/sections/progress"
    page = colleague.get(section)
    done = colleague.submit(page, button="I have done my part", follow=True)
    overview = teacher.get(f"/peps/{world.pep.ref}")

    name = world.people[Tie.DESIGNATED_TEACHER].name
    assert f"{name} completes this section." in page.text
    assert "Complete this section" not in [b.get_text(strip=True) for b in page.soup.find_all("button")]
    assert done.notices() == ["The designated teacher can see that you have done your part."]
    who = world.people[Tie.DELEGATE].name
    assert f"{who} has done their part, {clock.today().day}" in overview.text
    assert f"{who} has done their part of “My progress”" in overview.text


def test_nobody_else_hands_a_section_back(teacher: PageClient, world: World) -> None:
    section = f"/peps/{world.pep.ref}/sections/progress"

    assert "I have done my part" not in teacher.get(section).text
    said = teacher.post(f"{section}/hand-back", follow=True)
    assert said.notices() == ["This section is not yours to hand back now."]


def test_the_page_costs_the_same_for_one_colleague_and_for_fifty(
    teacher: PageClient, world: World, sam: User
) -> None:
    path = address(world)

    def cost() -> int:
        teacher.get(path)
        with statements(db.engine) as seen:
            assert teacher.get(path).status == 200
        return len(seen)

    one = cost()
    for _ in range(50):
        user = MembershipFactory(role=Role.SCHOOL_STAFF, school=world.school).user
        DelegationFactory(
            child=world.child,
            school=world.school,
            user=user,
            granted_by=world.people[Tie.DESIGNATED_TEACHER],
        )

    assert cost() == one <= 12


# The operations -----------------------------------------------------------------------------------------


def test_whose_sight_was_ended_by_hand_is_lent_nothing(world: World, sam: User) -> None:
    worker = world.people[Tie.SOCIAL_WORKER]
    db.session.add(
        AccessCut(child_id=world.child.id, user_id=sam.id, cut_by_id=worker.id, reason="A relative.")
    )
    by = By(world.people[Tie.DESIGNATED_TEACHER].id, Tie.DESIGNATED_TEACHER)

    with pytest.raises(OperationError, match="Ask the social worker"):
        operations.delegate(
            by,
            world.child,
            world.school,
            sam,
            sections=["careers"],
            starts_on=clock.today(),
            ends_on=days(5),
        )


def test_a_child_of_two_schools_is_shared_out_within_each(
    client: PageClient, world: World, sam: User
) -> None:
    second = MembershipFactory(role=Role.DESIGNATED_TEACHER)
    EnrolmentFactory(child=world.child, school=second.school)
    client.sign_in(second.user)
    page = client.get(address(world))

    assert "Nothing is lent to anybody today." in page.text
    assert sam.name not in page.text
    assert page.text.count("No colleague of yours has an account yet.") == 1


def test_pages_that_lend_stay_with_their_own_child(teacher: PageClient, world: World) -> None:
    second = ChildFactory(authority=world.authority, first_name="Kofi", last_name="Fenwick")
    EnrolmentFactory(child=second, school=world.school)
    page = teacher.get(f"/children/{second.ref}/sharing")

    assert "Nothing is lent to anybody today." in page.text
    assert "No plan is open now" in page.text
    assert actor_of(UserFactory()).schools == []
