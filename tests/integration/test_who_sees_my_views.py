"""Who reads what the young person said; and their pages on their targets and on who can see the plan."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.client import PageClient
from tests.world import World
from tests.young import PRIVATE, TEXT, WORDS, answer, at, keep, reads
from vsportal import clock
from vsportal.audit import SYSTEM
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import (
    AuditEvent,
    Enrolment,
    Membership,
    Role,
    SectionState,
    Target,
)
from vsportal.peps.loading import load_sheet
from vsportal.peps.operations import choose_readers, save_draft
from vsportal.peps.operations.opening import open_pep
from vsportal.policy import Tie


@pytest.fixture
def young(client: PageClient, world: World) -> PageClient:
    """The young person, signed in."""
    client.sign_in(world.people[Tie.YOUNG_PERSON])
    return client


# Who sees it --------------------------------------------------------------------------------------------


def test_a_chosen_teacher_reads_a_private_answer_and_nobody_else_but_the_first_two(
    young: PageClient, world: World
) -> None:
    teacher = world.people[Tie.DESIGNATED_TEACHER]
    answer(young, world, PRIVATE, who_helps=WORDS, sees__who_helps=["some", teacher.id])

    reading = {Tie.DESIGNATED_TEACHER, Tie.SOCIAL_WORKER, Tie.ALLOCATED_ADVISER}
    everybody = set(world.people) - {Tie.YOUNG_PERSON, Tie.DELEGATE, Tie.BUSINESS_SUPPORT}
    assert {tie for tie in everybody if WORDS in reads(young, world, tie)} == reading


def test_an_unchosen_private_answer_is_for_the_worker_and_the_adviser_alone(
    young: PageClient, world: World
) -> None:
    answer(young, world, PRIVATE, who_helps=WORDS)

    assert WORDS in reads(young, world, Tie.SOCIAL_WORKER)
    assert WORDS in reads(young, world, Tie.ALLOCATED_ADVISER)
    for tie in (
        Tie.CARER,
        Tie.DESIGNATED_TEACHER,
        Tie.HEAD,
        Tie.TEAM_MANAGER,
        Tie.ADVISER,
        Tie.SAFEGUARDING_LEAD,
    ):
        assert WORDS not in reads(young, world, tie), tie


def test_an_answer_for_everyone_can_be_kept_to_chosen_people_and_opened_again(
    young: PageClient, world: World
) -> None:
    carer = world.people[Tie.CARER]
    answer(young, world, TEXT, going_well=WORDS, sees__going_well=["some", carer.id])
    assert WORDS in reads(young, world, Tie.CARER)
    assert WORDS not in reads(young, world, Tie.DESIGNATED_TEACHER)
    assert WORDS not in reads(young, world, Tie.HEAD)

    young.forget_cookies()
    young.sign_in(world.people[Tie.YOUNG_PERSON])
    answer(young, world, TEXT, sees__going_well="all")
    assert world.section("my_views").readers == {}
    assert WORDS in reads(young, world, Tie.DESIGNATED_TEACHER)


def test_a_kept_back_answer_does_not_open_the_plan_for_those_who_may_not_read_it(
    young: PageClient, world: World
) -> None:
    answer(young, world, TEXT, going_well=WORDS, sees__going_well=["some"])

    young.forget_cookies()
    young.sign_in(world.people[Tie.DESIGNATED_TEACHER])
    assert WORDS not in young.get(f"/peps/{world.pep.ref}").text
    assert WORDS not in young.get(f"/children/{world.child.ref}").text


def test_the_choice_is_written_down_without_names(young: PageClient, world: World) -> None:
    carer = world.people[Tie.CARER]
    answer(young, world, PRIVATE, who_helps=WORDS, sees__who_helps=["some", carer.id])

    event = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "pep:readers:chosen")).one()
    assert event.actor_role == Tie.YOUNG_PERSON
    assert event.changes[0]["new"] == [carer.id]
    assert carer.name not in json.dumps(event.changes)


def test_the_same_choice_again_is_no_event(young: PageClient, world: World) -> None:
    for _ in range(2):
        answer(young, world, TEXT, going_well=WORDS, sees__going_well=["some", world.people[Tie.CARER].id])

    assert (
        len(db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "pep:readers:chosen")).all()) == 1
    )


def test_only_people_around_the_child_can_be_chosen(young: PageClient, world: World) -> None:
    stranger = world.other.people[Tie.DESIGNATED_TEACHER]
    page = answer(young, world, PRIVATE, who_helps=WORDS, sees__who_helps=["some", stranger.id, "1e9", "-1"])

    assert page.status == 422
    assert page.errors() == ["Somebody you ticked is not around you now. Choose again."]
    assert stranger.name not in page.text
    assert world.section("my_views").readers == {}
    assert world.section("my_views").answers == {PRIVATE: WORDS}


def test_when_a_chosen_person_leaves_they_read_nothing_and_the_child_is_asked_again(
    young: PageClient, world: World
) -> None:
    teacher = world.people[Tie.DESIGNATED_TEACHER]
    keep(world, {PRIVATE: WORDS}, {PRIVATE: [teacher.id]})
    roll = db.session.scalars(select(Enrolment).where(Enrolment.child_id == world.child.id)).one()
    roll.ends_on = clock.today()
    db.session.commit()

    asked = f"{teacher.name} is no longer around you. Choose again."
    assert asked in young.get(at(world)).text
    page = young.get(at(world, PRIVATE))
    assert asked in page.text
    young.submit(page, button="Next")
    assert world.section("my_views").readers == {}
    assert asked not in young.get(at(world, PRIVATE)).text

    young.forget_cookies()
    young.sign_in(teacher)
    assert young.get(f"/peps/{world.pep.ref}/sections/my_views").status == 404


def test_a_chosen_person_without_an_account_any_more_is_gone_too(young: PageClient, world: World) -> None:
    carer = world.people[Tie.CARER]
    keep(world, {PRIVATE: WORDS}, {PRIVATE: [carer.id]})
    membership = db.session.scalars(select(Membership).where(Membership.user_id == carer.id)).one()
    membership.ends_on = clock.today()

    assert f"{carer.name} is no longer around you." in young.get(at(world)).text


def test_an_adult_cannot_choose_who_reads_a_childs_answer(client: PageClient, world: World) -> None:
    for tie in (Tie.SOCIAL_WORKER, Tie.CARER, Tie.HEAD):
        sheet = load_sheet(world.actor(tie), world.pep.ref, "my_views")
        assert sheet is not None
        with pytest.raises(OperationError):
            choose_readers(sheet, TEXT, {world.people[tie].id})
    client.sign_in(world.people[Tie.CARER])
    client.htmx.post(
        f"/peps/{world.pep.ref}/sections/my_views/draft",
        {"page": "p", "sees~who_helps": ["some", world.people[Tie.CARER].id]},
    )
    assert world.section("my_views").readers == {}


def test_nothing_is_chosen_for_a_finished_section(world: World) -> None:
    row = world.section("my_views")
    row.status, row.completed_at = SectionState.COMPLETE, clock.now()
    db.session.commit()
    sheet = load_sheet(world.actor(Tie.YOUNG_PERSON), world.pep.ref, "my_views")
    assert sheet is not None

    with pytest.raises(OperationError):
        choose_readers(sheet, TEXT, None)


# How it is heard ----------------------------------------------------------------------------------------


def test_adults_read_that_the_child_chose_not_to_say_or_would_rather_talk(
    young: PageClient, world: World
) -> None:
    answer(young, world, TEXT, "Skip this one")
    answer(young, world, "hard", "I’d rather talk to someone")
    answer(young, world, "enjoy", "I’d rather talk to someone", enjoy="Guitar.")

    text = reads(young, world, Tie.CARER)

    assert "Amira chose not to say" in text
    assert "Amira would rather talk about it" in text
    assert "Guitar. Amira would like to talk about it too" in text


# The other two pages ------------------------------------------------------------------------------------


def with_targets(world: World) -> None:
    """Two targets, as the designated teacher wrote them."""
    sheet = load_sheet(world.actor(Tie.DESIGNATED_TEACHER), world.pep.ref, "targets", lock=True)
    assert sheet is not None
    save_draft(
        sheet,
        {
            "targets.k1": ["1"],
            "targets.k1.outcome": ["Amira reads a whole book she chose."],
            "targets.k1.how": ["Twenty minutes in the library on Mondays."],
            "targets.k1.funding": ["pp_plus"],
            "targets.k1.pp_amount": ["120"],
            "pp_unspent": ["77"],
        },
        marks={},
        page="t",
    )
    db.session.commit()


def test_targets_are_told_in_plain_words_without_the_money(young: PageClient, world: World) -> None:
    with_targets(world)

    text = young.get(f"/peps/{world.pep.ref}/my-targets").text

    assert "Amira reads a whole book she chose." in text
    assert "What will happen Twenty minutes in the library on Mondays." in text
    assert "120" not in text
    assert "77" not in text


def test_what_became_of_the_last_targets_is_told(young: PageClient, world: World) -> None:
    old = open_pep(
        SYSTEM,
        world.child,
        term=world.term,
        on=clock.today() - timedelta(days=90),
        phase="secondary",
        nc_year=10,
        occasion="initial",
    )
    target = Target(pep_id=old.id, child_id=world.child.id, row="k0", outcome="Amira learns guitar.")
    db.session.add(target)
    db.session.flush()
    world.section("targets").answers = {f"previous.{target.ref}.result": "achieved"}
    db.session.commit()

    text = young.get(f"/peps/{world.pep.ref}/my-targets").text

    assert "Amira learns guitar. How it went Achieved" in text


def test_the_young_person_says_what_they_think_of_their_targets_and_can_change_it(
    young: PageClient, world: World
) -> None:
    path = f"/peps/{world.pep.ref}/my-targets"
    young.submit(young.get(path), {"target_views": "The first one is mine."}, button="Save", follow=True)
    page = young.submit(young.get(path), {"target_views": "Both are mine."}, button="Save", follow=True)

    assert page.one("textarea").get_text().strip() == "Both are mine."
    young.forget_cookies()
    young.sign_in(world.people[Tie.DESIGNATED_TEACHER])
    assert "Both are mine." in young.get(f"/peps/{world.pep.ref}/sections/targets").text


def test_who_can_see_the_plan_names_those_around_and_the_private_answers_shared(
    young: PageClient, world: World
) -> None:
    teacher, carer = world.people[Tie.DESIGNATED_TEACHER], world.people[Tie.CARER]
    keep(world, {PRIVATE: WORDS}, {PRIVATE: [teacher.id]})

    page = young.get(f"/peps/{world.pep.ref}/who-can-see")

    people = {li.h2.get_text(): " ".join(li.get_text(" ").split()) for li in page.soup.select("li:has(> h2)")}
    assert "who would you go to if something was wrong?”, because you chose" in people[teacher.name].replace(
        "and who would", "who would"
    )
    assert "because you chose" not in people[carer.name]
    assert "social workers and the Virtual School only" not in people[carer.name]
    assert "only these pages: My progress" in people[world.people[Tie.DELEGATE].name]
    assert world.people[Tie.HEAD].name not in people


def test_somebody_who_has_left_is_not_named_as_seeing_the_plan(young: PageClient, world: World) -> None:
    for roll in db.session.scalars(select(Membership).where(Membership.role == str(Role.CARER))):
        roll.ends_on = clock.today()

    assert world.people[Tie.CARER].name not in young.get(f"/peps/{world.pep.ref}/who-can-see").text


@pytest.mark.parametrize(("path", "leads"), [("my-targets", "sections/targets"), ("who-can-see", "")])
def test_adults_have_their_own_pages_for_these(
    client: PageClient, world: World, path: str, leads: str
) -> None:
    client.sign_in(world.people[Tie.CARER])

    page = client.get(f"/peps/{world.pep.ref}/{path}")

    assert (page.status, page.location) == (303, f"/peps/{world.pep.ref}/{leads}".rstrip("/"))
