"""The queues of PP+ requests: in which order, for whom, late ones first for the head; the panel's papers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.children import many, say
from tests.client import Page, PageClient
from tests.deciding import BOOKS, TUTOR, waiting, with_policy
from tests.factories import ChildFactory
from tests.money import approved_request
from tests.world import World
from vsportal import clock
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.funding.decision_page import place_in
from vsportal.models import AccessCut, AccessEvent, Child, Role
from vsportal.policy import Tie

ADVISER, HEAD, TEACHER = Tie.ALLOCATED_ADVISER, Tie.HEAD, Tie.DESIGNATED_TEACHER


def days(count: int) -> dict[str, object]:
    """Decided by so many days from today."""
    return {"decide_by": clock.today() + timedelta(days=count)}


def list_of(client: PageClient, world: World, tie: str, asked: str = "") -> Page:
    """The list, as somebody signed in sees it."""
    client.sign_in(world.people[tie])
    return client.get(f"/requests{asked}")


def numbers(page: Page) -> list[str]:
    """The requests on the page, in order."""
    return [str(small.get_text()).partition(",")[0] for small in page.soup.select("tbody th small")]


def tab(page: Page, words: str) -> int:
    """How many a list of the page holds, as it says itself."""
    found = next(a for a in page.soup.select(".vs-office-where a") if a.get_text().startswith(words))
    return int(found.b.get_text())  # type: ignore[union-attr]


def test_own_children_come_first_then_the_day_and_late_ones_are_marked(
    client: PageClient, world: World
) -> None:
    other = ChildFactory(authority=world.authority)
    late = waiting(world, child_id=other.id, pep_id=None, **days(-2))
    soon, later = waiting(world, **days(3)), waiting(world, **days(9))
    page = list_of(client, world, ADVISER)

    assert numbers(page) == [soon.number, later.number, late.number]
    assert "allocated to you" in page.text
    assert "2 days late" in page.soup.select(".vs-list__late")[0].get_text(" ")
    assert tab(page, "Waiting for you") == 3


def test_the_head_gets_their_own_and_what_is_late_anywhere(client: PageClient, world: World) -> None:
    mine, late, _in_time = waiting(world, to="head", **days(4)), waiting(world, **days(-1)), waiting(world)
    page = list_of(client, world, HEAD)

    assert numbers(page) == [late.number, mine.number]
    assert tab(page, "All open") == 3


def test_each_list_holds_what_it_says(client: PageClient, world: World) -> None:
    with_policy(world)
    panel, clinic = waiting(world, to="panel"), waiting(world, to="head", category="therapy")
    asked = waiting(world, state="queried")
    decided = approved_request(world, 20_000)
    heard = waiting(world, to="head", category="therapy", clinical_view="It helps.", **days(-3))
    waiting(world, state="withdrawn")
    waiting(world, state="draft")
    client.sign_in(world.people[ADVISER])
    found = {view: set(numbers(client.get(f"/requests?view={view}"))) for view in
             ("waiting", "late", "panel", "clinical", "queried", "decided", "open")}  # fmt: skip

    assert found == {
        "waiting": set(),
        "late": {heard.number},
        "panel": {panel.number},
        "clinical": {clinic.number},
        "queried": {asked.number},
        "decided": {decided.number},
        "open": {panel.number, clinic.number, asked.number, heard.number},
    }


def test_ones_own_request_is_not_among_what_waits_and_says_so_elsewhere(
    client: PageClient, world: World
) -> None:
    own = waiting(world, raised_by_id=world.people[ADVISER].id)
    page = list_of(client, world, ADVISER)
    everything = client.get("/requests?view=open")
    mine = page.one("section[aria-labelledby=my-requests]").get_text()

    assert "Nothing waits for your decision." in page.text
    assert own.number in mine
    assert own.number in numbers(everything)
    assert "Yours: somebody else decides" in everything.text


def test_a_request_of_a_child_one_may_not_see_is_in_no_list(client: PageClient, world: World) -> None:
    waiting(world)
    cutter = world.people[HEAD].id
    for tie in (ADVISER, Tie.ADVISER):
        cut = AccessCut(
            child_id=world.child.id, user_id=world.people[tie].id, cut_by_id=cutter, reason="Kin."
        )
        db.session.add(cut)
    page = list_of(client, world, ADVISER)

    assert numbers(page) == []
    assert {tab(page, words) for words in ("Waiting for you", "All open")} == {0}
    assert world.school.name not in page.text


def test_lists_are_narrowed_by_words_that_name_nobody(client: PageClient, world: World) -> None:
    with_policy(world)
    here = waiting(world)
    waiting(world, school_id=world.other.school.id)
    waiting(world, fund="central", school_id=None)
    client.sign_in(world.people[ADVISER])
    narrowed = client.get(
        f"/requests?setting={world.school.ref}&fund=pp_plus&decider=adviser&state=with_adviser"
    )
    nothing = client.get("/requests?decider=panel")

    assert numbers(narrowed) == [here.number]
    assert "No request is like that." in nothing.text
    assert numbers(client.get("/requests?state=nonsense&view=nonsense&decider=x")) != []


@pytest.mark.parametrize("view", ["waiting", "open"])
def test_a_queue_costs_the_same_for_1_and_60_and_is_drawn_in_pages(
    client: PageClient, world: World, view: str
) -> None:
    with_policy(world)
    waiting(world)
    client.sign_in(world.people[ADVISER])
    many(world, 60)
    address, costs = f"/requests?view={view}", []
    for more in (0, 60):
        for child_id in list(db.session.scalars(select(Child.id).where(Child.first_name == "Kim")))[:more]:
            waiting(world, child_id=child_id, pep_id=None)
        client.get(address)
        with statements(db.engine) as seen:
            page = client.get(address)
        costs.append(len(seen))

    assert costs[0] == costs[1] <= 8
    assert len(numbers(page)) == 50
    assert len(numbers(client.get(f"{address}&page=2"))) == 11
    assert client.get(f"{address}&page=9").status == 404


def test_a_designated_teacher_sees_their_own_and_no_queue(client: PageClient, world: World) -> None:
    mine = waiting(world)
    page = list_of(client, world, TEACHER)

    assert mine.number in page.text
    assert page.soup.select(".vs-office-where") == []
    assert "PP+ requests" in [a.get_text() for a in page.soup.select(".vs-nav a")]


def test_finance_sees_numbers_and_amounts_and_no_child(client: PageClient, world: World) -> None:
    ready = approved_request(world, 12_345)
    waiting(world)
    client.sign_in(world.unplaced[Role.FINANCE])
    page = client.get("/requests")

    assert ready.number in page.text
    assert "1 request, £123.45 in all" in page.text
    assert world.child.last_name not in page.body
    assert world.school.name not in page.body


def test_somebody_without_requests_is_told_so(client: PageClient, world: World) -> None:
    page = list_of(client, world, Tie.BUSINESS_SUPPORT)

    assert "There are no PP+ requests for you." in page.text
    assert client.get("/requests/panel").status == 404
    assert client.get("/requests/panel/print").status == 404


def test_where_one_stands_and_what_comes_next() -> None:
    refs = ["a", "b", "c"]

    assert [(p.number, p.before, p.after) for p in (place_in(refs, r) for r in refs)] == [
        (1, "", "b"), (2, "a", "c"), (3, "b", "a"),
    ]  # fmt: skip
    assert (place_in(refs, "x").number, place_in(refs, "x").after) == (0, "a")
    assert place_in(["a"], "a").after == place_in([], "a").after == ""


# On paper -------------------------------------------------------------------------------------------------


def test_the_panels_papers_have_a_cover_without_names_and_the_childs_words_first(
    client: PageClient, world: World
) -> None:
    say(world, "I want someone to go through maths with me slowly.")
    request = waiting(world, TUTOR, BOOKS, to="panel")
    client.sign_in(world.people[HEAD])
    papers = client.get("/requests/panel/print")
    cover, sheet = papers.soup.select(".vs-paper")
    looks = db.session.scalars(select(AccessEvent).where(AccessEvent.what == "request")).all()

    assert request.number in cover.get_text()
    assert world.child.first_name not in cover.get_text()
    assert f"Printed by {world.people[HEAD].name}" in cover.get_text()
    assert sheet.get_text().index("maths with me slowly") < sheet.get_text().index("Maths tutoring")
    assert "£585.50" in sheet.get_text()
    assert [(one.child_id, one.actor_role) for one in looks] == [(world.child.id, "head")]
    assert request.number in client.get("/requests/panel").text


def test_papers_hold_no_words_that_the_printer_may_not_read(client: PageClient, world: World) -> None:
    say(world, "A private thing.", going_well={"people": [world.people[Tie.SOCIAL_WORKER].id]})
    waiting(world, to="panel")
    client.sign_in(world.people[HEAD])

    assert "A private thing." not in client.get("/requests/panel/print").body


def test_papers_cost_the_same_for_1_and_20(client: PageClient, world: World) -> None:
    waiting(world, to="panel")
    client.sign_in(world.people[HEAD])
    many(world, 20)
    costs = []
    for more in (0, 20):
        for child_id in list(db.session.scalars(select(Child.id).where(Child.first_name == "Kim")))[:more]:
            waiting(world, to="panel", child_id=child_id, pep_id=None)
        client.get("/requests/panel/print")
        with statements(db.engine) as seen:
            client.get("/requests/panel/print")
        costs.append(len([one for one in seen if "INSERT INTO access_event" not in one]))

    assert costs[0] == costs[1] <= 8
