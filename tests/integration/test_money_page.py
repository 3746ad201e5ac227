"""The pages about money: figures and the lists behind them, payments, budgets, the year's end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.client import PageClient
from tests.factories import SchoolFactory
from tests.money import YEAR, balances, committed, head_of, paid, policy_of, with_budget
from tests.office import tags
from tests.rated import finished
from tests.world import World
from vsportal import clock
from vsportal.audit import SYSTEM
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.funding import batches, ledger
from vsportal.funding.reconciling import what_is_wrong
from vsportal.models import FundingPolicy, Rating, Role, Target
from vsportal.policy import Tie
from vsportal.reviews import scheme_keeping
from vsportal.reviews.schemes import starting

MONEY, PAYMENTS = "/office/funding/money", "/office/funding/payments"
AUTUMN = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def autumn() -> Iterator[None]:
    """A day in the financial year of these tests."""
    with clock.at(AUTUMN):
        yield


@pytest.fixture
def policy(world: World) -> FundingPolicy:
    """The itemised policy, in force since April."""
    return policy_of(world)


def as_head(client: PageClient, world: World) -> None:
    client.sign_in(world.people[Tie.HEAD])


def as_finance(client: PageClient, world: World) -> None:
    client.forget_cookies()
    client.sign_in(world.unplaced[Role.FINANCE])


def target_about(world: World, area: str, row_id: str) -> Target:
    made = Target(pep_id=world.pep.id, child_id=world.child.id, row=row_id, area=area)
    db.session.add(made)
    db.session.flush()
    return made


# Figures --------------------------------------------------------------------------------------------------


def test_each_fund_says_its_budget_what_is_approved_paid_came_back_and_left(
    client: PageClient, world: World, policy: FundingPolicy
) -> None:
    with_budget(world, 500_000)
    committed(world, 120_050)
    one = committed(world, 80_000, state="approved")
    paid(world, one)
    ledger.return_unspent(one, head_of(world), 5_000)
    as_head(client, world)

    page = client.get(MONEY)

    fund = page.soup.select_one("#funds ~ table tbody tr")
    assert fund is not None
    figures = {
        td["data-label"]: td.get_text(" ", strip=True).split(" ")[0] for td in fund.select("td[data-label]")
    }
    assert figures == {
        "Budget": "£5,000",
        "Approved, not paid": "£1,200.50",
        "Paid": "£800",
        "Came back": "£50",
        "Left": "£2,999.50",
    }
    assert (
        "2 requests for 1 child, approved in 2026-27 and not given up, as at 20 November 2026: £1,950.50"
        in (page.text)
    )


def test_money_is_cut_by_setting_phase_purpose_target_and_area_and_each_figure_opens_its_list(
    client: PageClient, world: World, policy: FundingPolicy
) -> None:
    with_budget(world, 500_000)
    other = SchoolFactory(name="Harrowgate Primary")
    committed(world, 30_000, target_id=target_about(world, "wellbeing", "a").id)
    world.section("targets").answers = {"targets.b": True, "targets.b.strand": "small_group"}
    two = committed(
        world,
        10_000,
        school_id=other.id,
        phase="primary",
        in_area=False,
        category="music",
        target_id=target_about(world, "subject", "b").id,
    )
    as_head(client, world)

    page = client.get(MONEY)

    for words, share in (
        (world.school.name, "75%"),
        ("Harrowgate Primary", "25%"),
        ("Primary", "25%"),
        ("Music, arts and sport", "25%"),
        ("A subject", "25%"),
        ("Small group tuition", "25%"),
        ("Out of area", "25%"),
        ("Not said yet", "100%"),
    ):
        found = next(
            tr for tr in page.soup.select("tbody tr") if tr.th and tr.th.get_text(strip=True) == words
        )
        assert found.select("td")[-1].get_text(strip=True) == share
    assert "75% goes to wellbeing £300 of £400 for targets" in page.text
    behind = client.get(f"{MONEY}/requests?year={YEAR}&setting={other.ref}&part=committed")
    assert two.number in behind.text
    assert "1 request of 2" in behind.text
    assert behind.h1 == "Harrowgate Primary, approved and not paid yet"


def test_an_empty_year_has_no_percentages_and_says_so(
    client: PageClient, world: World, policy: FundingPolicy
) -> None:
    as_head(client, world)

    page = client.get(MONEY)

    assert "– goes to wellbeing" in page.text
    assert "No request has been approved in 2026-27 yet." in page.text


def test_who_has_had_nothing_is_named_to_the_head_and_counted_for_finance(
    client: PageClient, world: World, policy: FundingPolicy
) -> None:
    as_head(client, world)
    heads = client.get(f"{MONEY}/nothing")
    assert "Amira Belhadj" in heads.text
    assert world.school.name in heads.text

    as_finance(client, world)
    finances = client.get(f"{MONEY}/nothing")
    assert "Belhadj" not in finances.body
    assert "Children: 1 of 1" in finances.text
    assert world.school.name in finances.text

    with_budget(world, 500_000)
    committed(world, 10_000)
    assert "Every setting with a child in care has had money" in client.get(f"{MONEY}/nothing").text


def test_finance_sees_no_child_on_any_page_of_money(
    client: PageClient, world: World, policy: FundingPolicy
) -> None:
    with_budget(world, 500_000)
    one = committed(world, 10_000)
    paid(world, one)
    committed(world, 10_000)
    as_finance(client, world)
    batch = next(link for link in client.get(PAYMENTS).links().values() if "/payments/" in link)

    for path in (MONEY, f"{MONEY}/requests", f"{MONEY}/nothing", PAYMENTS, batch, "/office/funding/year-end"):
        page = client.get(path)
        assert page.status == 200
        for trace in (world.child.ref, world.child.last_name, "/children/", f"/requests/{one.ref}"):
            assert trace not in page.body


def test_those_who_hold_no_office_of_money_find_no_such_page(
    client: PageClient, world: World, policy: FundingPolicy
) -> None:
    client.sign_in(world.people[Tie.ALLOCATED_ADVISER])
    for path in (MONEY, PAYMENTS, "/office/funding/budget?fund=pp_plus", "/office/funding/year-end"):
        assert client.get(path).status == 404
    as_finance(client, world)
    assert client.get("/office/funding/budget?fund=pp_plus").status == 404
    assert client.get(MONEY + "?authority=" + world.other.authority.ref).status == 404


def test_pages_of_money_cost_the_same_for_one_request_and_for_forty(
    client: PageClient, world: World, policy: FundingPolicy
) -> None:
    paths = (MONEY, f"{MONEY}/requests", f"{MONEY}/nothing", PAYMENTS, "/office/funding/year-end")
    with_budget(world, 90_000_000)
    committed(world, 10_000)
    as_finance(client, world)

    def costs() -> list[int]:
        found = []
        for path in paths:
            client.get(path)  # what is loaded once is loaded
            with statements(db.engine) as seen:
                client.get(path)
            found.append(len(seen))
        return found

    for_one = costs()
    for _ in range(39):
        committed(world, 10_000, school_id=SchoolFactory().id)

    assert costs() == for_one
    assert 0 < max(for_one) <= 12


# Payments -------------------------------------------------------------------------------------------------


def test_finance_makes_a_batch_downloads_its_file_and_marks_it_as_paid(
    client: PageClient, world: World, policy: FundingPolicy
) -> None:
    with_budget(world, 500_000)
    one, two = committed(world, 56_000), committed(world, 4_000)
    as_finance(client, world)

    made = client.submit(client.get(PAYMENTS), action=PAYMENTS, follow=True)

    assert made.h1 == "Batch 1"
    assert "2 payments £600" in made.text
    file = client.get(next(link for link in made.links().values() if link.endswith("/file")))
    assert file.headers["Content-Disposition"] == 'attachment; filename="ppplus-2026-27-batch-1.csv"'
    assert file.body.splitlines()[0] == "request,payee,vendor,setting,child_ref,fund,amount"
    booked = client.submit(made, {"paid_on": "20 November 2026"}, button="Mark as paid", follow=True)
    assert "Paid on 20 November 2026." in booked.text
    assert {one.state, two.state} == {"paid"}
    assert what_is_wrong() == []
    assert tags() >= {
        "funding:batch:created",
        "funding:payment:scheduled",
        "funding:batch:booked",
        "funding:payment:booked",
    }


def test_the_press_sent_twice_and_a_page_drawn_before_somebody_elses_batch_pay_nothing_twice(
    client: PageClient, world: World, policy: FundingPolicy
) -> None:
    with_budget(world, 500_000)
    committed(world, 56_000)
    as_finance(client, world)
    page, old = client.get(PAYMENTS), client.get(PAYMENTS)

    first = client.submit(page, action=PAYMENTS)
    again = client.submit(page, action=PAYMENTS)
    late = client.submit(old, action=PAYMENTS)

    assert first.location == again.location
    assert late.status == 422
    assert late.errors() == [batches.NOTHING_LEFT]
    assert balances(world)["committed"] == 56_000


def test_a_batch_without_a_tick_and_a_day_to_come_are_refused_where_they_stand(
    client: PageClient, world: World, policy: FundingPolicy
) -> None:
    with_budget(world, 500_000)
    committed(world, 56_000)
    as_finance(client, world)
    unticked = client.get(PAYMENTS).form(PAYMENTS).fields()
    unticked.poplist("pay")
    nothing = client.post(f"{PAYMENTS}?year={YEAR}", unticked)
    assert (nothing.status, nothing.errors()) == (422, ["Select what to pay."])

    made = client.submit(client.get(PAYMENTS), action=PAYMENTS, follow=True)
    ahead = client.submit(made, {"paid_on": "21 November 2026"}, button="Mark as paid")

    assert (ahead.status, ahead.errors()) == (422, ["Enter a date up to today"])


def test_a_plan_rated_red_holds_the_payment_and_the_page_says_why(
    client: PageClient, world: World, policy: FundingPolicy
) -> None:
    with_budget(world, 500_000)
    one = committed(world, 56_000)
    finished(world, {}, overall="red")
    as_finance(client, world)

    page = client.get(PAYMENTS)

    assert "Nothing is ready to pay in 2026-27." in page.text
    assert f"{one.number} {world.school.name} Held The plan’s school part is rated red." in page.text


def test_the_rating_scheme_can_make_a_payment_wait_and_the_page_says_why(
    client: PageClient, world: World
) -> None:
    waits = starting().model_copy(update={"blocks_funding": (Rating.AMBER, Rating.RED)})
    scheme_keeping.publish(SYSTEM, world.authority.id, waits, clock.today())
    with_budget(world, 500_000)
    one = committed(world, 56_000)
    finished(world, {}, overall="amber")
    as_finance(client, world)

    page = client.get(PAYMENTS)

    assert "Nothing is ready to pay in 2026-27." in page.text
    said = "Held The plan’s school part is rated “Amber (requires improvement)”."
    assert f"{one.number} {world.school.name} {said}" in page.text
