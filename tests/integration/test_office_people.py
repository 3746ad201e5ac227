"""People in the office: who belongs to an authority, what they are given and lose, and who sees no child."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from tests.children import days
from tests.client import PageClient
from tests.factories import MembershipFactory, SchoolFactory, TeamFactory, UserFactory
from tests.office import as_administrator, as_support, changes, fill_in, tags
from tests.plans import sign_in
from tests.world import World, person
from vsportal import clock
from vsportal.extensions import db
from vsportal.models import Child, Membership, Role, School, User
from vsportal.policy import Tie


def find(client: PageClient, asked: str) -> str:
    """What a search among people answers."""
    page = client.submit(client.get("/office/people"), {"q": asked}, action="/office/people", follow=True)
    assert asked not in page.response.request.url
    return page.text


def of(user: User, *more: str) -> str:
    return "/".join(("/office/people", user.ref, *more))


# Who is found -------------------------------------------------------------------------------------------


def test_people_of_the_authority_its_schools_and_its_homes_are_found(
    client: PageClient, world: World
) -> None:
    as_support(client, world)

    for tie in (Tie.SOCIAL_WORKER, Tie.HEAD, Tie.DESIGNATED_TEACHER, Tie.CARER, Tie.YOUNG_PERSON):
        user = world.people[tie]
        assert user.name in find(client, user.name), tie
        assert client.get(of(user)).status == 200


@pytest.mark.parametrize("tie", [Tie.SOCIAL_WORKER, Tie.HEAD, Tie.DESIGNATED_TEACHER, Tie.CARER])
def test_people_of_another_authority_are_like_people_there_are_not(
    client: PageClient, world: World, tie: str
) -> None:
    as_support(client, world)
    stranger = world.other.people[tie]

    assert stranger.name not in find(client, stranger.name).replace(f"“{stranger.name}”", "")
    absent = client.get("/office/people/Zz0-Zz0_Zz0-Zz0_")
    assert (client.get(of(stranger)).status, absent.status) == (404, 404)
    for act in ("account", "close", "reopen", "roles/new", "roles/end"):
        assert client.post(of(stranger, act), {}).status == 404


def test_a_role_narrows_the_list(client: PageClient, world: World) -> None:
    page = as_support(client, world).get("/office/people?role=head")

    assert world.people[Tie.HEAD].name in page.text
    assert world.people[Tie.SOCIAL_WORKER].name not in page.text


def test_somebody_is_found_by_address_and_whatever_the_accents(client: PageClient, world: World) -> None:
    world.people[Tie.ADVISER].name = "Élodie Ó Briain"
    db.session.commit()
    as_support(client, world)

    assert "Élodie Ó Briain" in find(client, "elodie o")
    assert "Élodie Ó Briain" in find(client, world.people[Tie.ADVISER].email)
    assert "Nobody of this authority is found" in find(client, "zzz")


@pytest.mark.parametrize("tie", [Tie.SOCIAL_WORKER, Tie.DESIGNATED_TEACHER, Tie.CARER, Tie.HEAD, Tie.ADVISER])
def test_nobody_else_keeps_people(client: PageClient, world: World, tie: str) -> None:
    sign_in(client, world.people[tie])

    for path in ("people", "people/new", "schools", "teams", f"people/{world.people[Tie.HEAD].ref}"):
        assert client.get(f"/office/{path}").status == 404


# An administrator sees no child -------------------------------------------------------------------------


def test_an_administrator_finds_people_and_places_and_no_child_anywhere(
    client: PageClient, world: World
) -> None:
    young = world.people[Tie.YOUNG_PERSON]
    young.name = world.child.full_name
    db.session.commit()
    as_administrator(client, world)

    pages = [client.get(f"/office{p}") for p in ("", "/people", "/schools", "/teams", "/terms", "/settings")]
    pages += [
        client.get(of(world.people[tie])) for tie in (Tie.SOCIAL_WORKER, Tie.DESIGNATED_TEACHER, Tie.CARER)
    ]
    pages.append(client.get(f"/office/schools/{world.school.ref}"))

    for page in pages:
        assert page.status == 200
        for name in (world.child.first_name, world.child.last_name, world.household.name):
            assert name not in page.body
    assert client.get(of(young)).status == 404
    for path in (
        "children",
        "households",
        f"children/{world.child.ref}",
        f"households/{world.household.ref}",
    ):
        assert client.get(f"/office/{path}").status == 404


def test_business_support_sees_by_name_whom_somebody_sees(client: PageClient, world: World) -> None:
    as_support(client, world)

    for tie in (Tie.SOCIAL_WORKER, Tie.DESIGNATED_TEACHER, Tie.CARER, Tie.TEAM_MANAGER):
        assert world.child.full_name in client.get(of(world.people[tie])).text, tie
    assert world.child.full_name not in client.get(of(world.people[Tie.HEAD])).text


# Taking somebody on -------------------------------------------------------------------------------------


def test_somebody_new_gets_an_account_and_a_role(client: PageClient, world: World) -> None:
    team = TeamFactory(authority=world.authority, name="North")
    page = fill_in(
        as_support(client, world),
        "/office/people/new",
        {"name": "Idris Pryce", "email": "Idris@example.org", "role": "social_worker", "team": str(team.id)},
    )

    assert page.h1 == "Idris Pryce"
    assert "No password yet" in page.text
    made = db.session.scalars(select(User).where(User.email == "idris@example.org")).one()
    membership = db.session.scalars(select(Membership).where(Membership.user_id == made.id)).one()
    assert (membership.role, membership.team_id, membership.authority_id) == (
        "social_worker",
        team.id,
        world.authority.id,
    )
    assert "people who cannot sign in yet" in client.get("/office").text


def test_a_new_designated_teacher_finds_everything_and_the_old_one_nothing_from_the_day(
    client: PageClient, world: World
) -> None:
    old = world.people[Tie.DESIGNATED_TEACHER]
    as_support(client, world)
    typed = {"name": "Idris Pryce", "email": "idris@example.org", "role": "designated_teacher"}
    fill_in(client, "/office/people/new", {**typed, "school": world.school.name})
    new = db.session.scalars(select(User).where(User.email == "idris@example.org")).one()
    new.password_hash = old.password_hash
    fill_in(client, of(old, "roles", "end"), {"ends_on": clock.today()})

    sign_in(client, new)
    for path in (f"/children/{world.child.ref}", f"/peps/{world.pep.ref}/sections/progress"):
        assert client.get(path).status == 200
    sign_in(client, old)
    assert client.get(f"/children/{world.child.ref}").status == 404
    assert client.get(f"/peps/{world.pep.ref}").status == 404


@pytest.mark.parametrize("known", [False, True])
def test_an_address_that_has_an_account_elsewhere_gets_the_same_answer(
    client: PageClient, world: World, known: bool
) -> None:
    user = world.other.people[Tie.SOCIAL_WORKER]
    email = user.email if known else "nobody.yet@example.org"

    page = fill_in(
        as_support(client, world),
        "/office/people/new",
        {"name": "Sam Rowe", "email": email, "role": "governor"},
        sure=False,
    )

    assert page.notices() == [f"Added as governor from {days_words()}."]
    assert db.session.scalar(select(func.count()).select_from(User).where(User.email == email)) == 1
    if known:  # nothing of what they are elsewhere
        assert "social worker" not in page.text.lower()
        assert world.other.team.name not in page.text


def days_words() -> str:
    from vsportal.editions.reading import day_words

    return day_words(clock.today())


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": ""}, "name", "Enter the person’s name"),
        ({"email": "idris"}, "email", "Enter an e-mail address"),
        ({"role": ""}, "role", "Select the role"),
        ({"role": "young_person"}, "role", "Select the role"),
        ({"role": "designated_teacher"}, "school", "Enter the school’s name or URN"),
        ({"school": "Lodewater"}, "school", "Leave this empty"),
        ({"starts_on": "soon"}, "starts_on", "Enter a date"),
    ],
)
def test_what_cannot_be_is_said_at_its_question(
    client: PageClient, world: World, typed: dict[str, str], field: str, said: str
) -> None:
    good = {"name": "Idris Pryce", "email": "idris@example.org", "role": "governor"}

    page = fill_in(as_support(client, world), "/office/people/new", {**good, **typed})

    assert page.status == 422
    assert said in page.one(f"#{field}-error").get_text()
    assert not db.session.scalar(select(User.id).where(User.email == "idris@example.org"))


def test_a_team_of_another_authority_cannot_be_chosen(client: PageClient, world: World) -> None:
    typed = {
        "name": "I P",
        "email": "ip@example.org",
        "role": "social_worker",
        "team": str(world.other.team.id),
    }

    page = fill_in(as_support(client, world), "/office/people/new", typed)

    assert "Select one from the list" in page.one("#team-error").get_text()


# Roles --------------------------------------------------------------------------------------------------


def test_a_role_at_a_school_new_to_the_authority_is_given_and_seen(client: PageClient, world: World) -> None:
    school = SchoolFactory(name="Wrayburn Academy")
    user = world.people[Tie.CARER]

    page = fill_in(
        as_support(client, world),
        of(user, "roles", "new"),
        {"role": "designated_teacher", "school": school.urn, "title": "Head of Year 10"},
    )

    assert "Head of Year 10" in page.text
    assert "Wrayburn Academy" in page.text


def test_the_end_of_a_role_is_said_before_and_ends_sight_from_its_day(
    client: PageClient, world: World
) -> None:
    user = world.people[Tie.HEAD]
    as_support(client, world)

    asked = fill_in(client, of(user, "roles", "end"), {"ends_on": days(2)}, sure=False)
    assert "Check before you go on" in asked.text
    assert "account:membership:ended" not in tags()

    client.submit(asked, {"sure": "yes"}, action=of(user, "roles", "end"))
    row = db.session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    assert row.ends_on == days(2)


def test_a_role_that_would_end_before_it_began_is_refused_at_the_date(
    client: PageClient, world: World
) -> None:
    page = fill_in(
        as_support(client, world), of(world.people[Tie.HEAD], "roles", "end"), {"ends_on": days(-900)}
    )

    assert "is before the beginning" in page.one("#ends_on-error").get_text()


@pytest.mark.parametrize("who", ["support", "administrator"])
def test_nobody_gives_themselves_a_role_or_takes_one_away(client: PageClient, world: World, who: str) -> None:
    me = world.people[Tie.BUSINESS_SUPPORT] if who == "support" else world.unplaced[Role.ADMINISTRATOR]
    (as_support if who == "support" else as_administrator)(client, world)

    for act, typed in (("new", {"role": "head"}), ("end", {"ends_on": clock.today()})):
        page = fill_in(client, of(me, "roles", act), typed)
        assert "Ask a colleague" in " ".join(page.errors())
    typed = {"name": me.name, "email": me.email, "role": "head"}
    assert "Ask a colleague" in " ".join(fill_in(client, "/office/people/new", typed).errors())
    assert db.session.scalars(select(Membership.role).where(Membership.user_id == me.id)).all() == [
        "business_support" if who == "support" else "administrator"
    ]


# Accounts -----------------------------------------------------------------------------------------------


def test_a_changed_address_is_on_record_and_signs_in(client: PageClient, world: World) -> None:
    user = world.people[Tie.SOCIAL_WORKER]
    before = user.email

    fill_in(as_support(client, world), of(user, "account"), {"email": "New.Name@example.org"})

    assert user.email == "new.name@example.org"
    assert changes("account:user:changed") == [
        {
            "field": "email",
            "label": "E-mail address",
            "kind": "text",
            "old": before,
            "new": "new.name@example.org",
        }
    ]


def test_an_address_in_use_is_refused_without_a_word_of_whose(client: PageClient, world: World) -> None:
    taken = world.other.people[Tie.HEAD]

    page = fill_in(as_support(client, world), of(world.people[Tie.HEAD], "account"), {"email": taken.email})

    assert page.errors() == ["Check the e-mail address: it cannot be used for this account."]
    assert page.one("#email")["value"] == taken.email


def test_a_closed_account_is_signed_out_at_once_and_can_be_reopened(client: PageClient, world: World) -> None:
    user, elsewhere = world.people[Tie.SOCIAL_WORKER], PageClient(client.app)
    elsewhere.sign_in(user)
    assert elsewhere.get("/").status == 200
    as_support(client, world)

    page = fill_in(client, of(user, "close"), {})

    assert "Account closed" in page.text
    assert elsewhere.get("/").status == 303
    assert "One of them is not right" in PageClient(client.app).sign_in(user).text

    fill_in(client, of(user, "reopen"), {})
    assert PageClient(client.app).sign_in(user).h1 == "My work"


def test_nobody_closes_their_own_account(client: PageClient, world: World) -> None:
    me = world.people[Tie.BUSINESS_SUPPORT]

    page = fill_in(as_support(client, world), of(me, "close"), {})

    assert "Nobody closes their own account" in " ".join(page.errors())


@pytest.mark.parametrize("act", ["account", "close", "reopen"])
def test_an_account_that_another_authority_uses_too_is_not_this_ones_to_change(
    client: PageClient, world: World, act: str
) -> None:
    user = world.people[Tie.SOCIAL_WORKER]
    MembershipFactory(user=user, role=Role.SOCIAL_WORKER, authority=world.other.authority)

    as_support(client, world)

    assert "are not kept from here" in client.get(of(user)).text
    assert client.get(of(user, act)).status == 404
    assert client.post(of(user, act), {"name": "x", "email": "x@example.org"}).status == 404


# Schools and teams --------------------------------------------------------------------------------------


def test_a_school_is_added_changed_and_its_inspections_kept_apart(client: PageClient, world: World) -> None:
    as_administrator(client, world)
    fill_in(client, "/office/schools/new", {"name": "Holm Fen School", "kind": "secondary", "urn": "900777"})
    school = db.session.scalars(select(School).where(School.urn == "900777")).one()
    base = f"/office/schools/{school.ref}"

    fill_in(client, f"{base}/particulars", {"town": "Holm Fen", "trust": "Marsh Trust"})
    old = {
        "inspected_on": days(-800),
        "framework": "Ofsted 2019",
        "area": "Overall effectiveness",
        "grade": "Good",
    }
    new = {
        "inspected_on": days(-9),
        "framework": "Ofsted 2025",
        "area": "Inclusion",
        "grade": "Strong standard",
    }
    for one in (old, new):
        fill_in(client, f"{base}/inspections/new", one)
    again = fill_in(client, f"{base}/inspections/new", {**new, "grade": "Expected standard"})

    assert "is there already, as “Strong standard”" in again.one("#area-error").get_text()
    page = client.get(base)
    for words in ("Marsh Trust", "Ofsted 2019", "Ofsted 2025", "Strong standard"):
        assert words in page.text
    assert "Other authorities may use this school too" in page.text
    assert {"admin:school:created", "admin:school:changed", "admin:inspection:added"} <= tags()


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": ""}, "name", "Enter the school’s name"),
        ({"kind": ""}, "kind", "Select the kind of school"),
        ({"urn": "12"}, "urn", "Enter 6 figures"),
        ({"ukprn": "x"}, "ukprn", "Enter 8 figures"),
    ],
)
def test_a_school_that_cannot_be_is_refused_at_its_question(
    client: PageClient, world: World, typed: dict[str, str], field: str, said: str
) -> None:
    page = fill_in(
        as_administrator(client, world), "/office/schools/new", {"name": "A", "kind": "primary", **typed}
    )

    assert said in page.one(f"#{field}-error").get_text()


def test_two_schools_do_not_share_a_number(client: PageClient, world: World) -> None:
    other = SchoolFactory(name="Eastbank School")
    page = fill_in(
        as_support(client, world), f"/office/schools/{world.school.ref}/particulars", {"urn": other.urn}
    )

    assert "Another school has the URN" in page.one("#urn-error").get_text()


def test_a_team_is_added_renamed_and_shows_who_is_in_it(client: PageClient, world: World) -> None:
    as_administrator(client, world)
    fill_in(client, "/office/teams/new", {"name": "Leaving care"})
    page = fill_in(
        client, "/office/teams/rename", {"team": str(world.team.id), "name": "Children in care, north"}
    )

    for words in ("Leaving care", "Children in care, north", world.people[Tie.TEAM_MANAGER].name):
        assert words in page.text
    again = fill_in(client, "/office/teams/new", {"name": "Leaving care"})
    assert "There is a team called Leaving care already" in again.one("#name-error").get_text()


# Several authorities ------------------------------------------------------------------------------------


def test_whoever_keeps_two_authorities_says_which_and_stays_there(client: PageClient, world: World) -> None:
    me = world.people[Tie.BUSINESS_SUPPORT]
    MembershipFactory(user=me, role=Role.BUSINESS_SUPPORT, authority=world.other.authority)
    as_support(client, world)
    there = world.other.authority.ref

    page = client.get(f"/office/people?authority={there}")

    stranger = world.other.people[Tie.HEAD]
    assert stranger.name in page.text
    assert world.people[Tie.HEAD].name not in page.text
    assert f"authority={there}" in page.links()["Add a person"]
    assert client.get(f"{of(stranger)}?authority={there}").status == 200
    made = client.get(f"/office/children/{world.other.child.ref}")
    assert made.status == 200


def test_an_authority_that_is_not_theirs_is_not_found(client: PageClient, world: World) -> None:
    as_support(client, world)

    for path in ("people", "children", "terms", "settings", "households", "teams"):
        assert client.get(f"/office/{path}?authority={world.other.authority.ref}").status == 404


def test_a_person_with_no_role_of_today_still_opens(client: PageClient, world: World) -> None:
    user = person(Role.ADVISER, authority=world.authority)
    db.session.execute(update(Membership).where(Membership.user_id == user.id).values(ends_on=days(-1)))
    UserFactory()

    page = as_support(client, world).get(of(user))

    assert "None by a home, a school or a caseload" in page.text
    assert "Nothing today" in client.get("/office/people").text
    assert db.session.scalar(select(func.count()).select_from(Child)) == 2
