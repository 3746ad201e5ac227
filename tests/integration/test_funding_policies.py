"""The head's pages of the PP+ policy: drafts as forms, checks, a rehearsal, publishing; and who reads it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.client import Form, Page, PageClient
from tests.money import approved_request, head_of
from tests.office import changes, fill_in, tags
from tests.world import World
from vsportal import clock
from vsportal.database import statements
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.funding import policies, publishing
from vsportal.funding.rules import Policy
from vsportal.funding.years import financial_year, year_bounds
from vsportal.models import FundingPolicy, Role, Term
from vsportal.policy import Tie

LIST = "/office/funding/policies"
TODAY = clock.today()
YEAR = financial_year(TODAY)
ITEMISED = policies.starting_policies()["itemised"]


@pytest.fixture
def head(client: PageClient, world: World) -> PageClient:
    client.sign_in(world.people[Tie.HEAD])
    return client


def draft(world: World, policy: Policy = ITEMISED) -> str:
    row = publishing.start(head_of(world), world.authority.id, YEAR, policy, TODAY)
    db.session.commit()
    return f"{LIST}/{row.ref}"


def published(world: World, policy: Policy = ITEMISED, starts_on: date | None = None) -> FundingPolicy:
    first = year_bounds(YEAR)[0]
    row = publishing.publish(head_of(world), world.authority.id, policy, starts_on or first, YEAR)
    db.session.commit()
    return row


def now(page: str) -> Policy:
    """What the version at this address says."""
    db.session.expire_all()
    row = policies.version(page.rpartition("/")[2])
    assert row is not None
    return policies.policy_of(row)


def change(head: PageClient, path: str, typed: dict[str, str]) -> Page:
    """Send the form of a part as it stands with this typed into it."""
    return head.submit(head.get(path), typed, action=path, follow=True)


# The draft ------------------------------------------------------------------------------------------------


def test_a_draft_begins_from_a_worked_policy_and_is_published(head: PageClient, world: World) -> None:
    assert "nobody can send a request" in head.get(LIST).text

    page = fill_in(head, f"{LIST}/new", {"origin": "expected-progress", "year": YEAR})
    assert "£400 a term on expected progress" in page.one("h1").get_text()
    assert "It can be published" in page.text
    row = db.session.scalars(select(FundingPolicy)).one()
    fill_in(head, f"{LIST}/{row.ref}/publish", {"starts_on": TODAY})

    found = policies.in_force(world.authority.id, TODAY)
    assert found is not None
    assert (found.row.id, found.policy.name) == (row.id, "£400 a term on expected progress")
    assert {"funding:policy:started", "funding:policy:published"} <= tags()
    assert "In force" in head.get(LIST).text


def test_publishing_says_first_that_it_cannot_be_changed(head: PageClient, world: World) -> None:
    page = draft(world)

    asked = fill_in(head, f"{page}/publish", {"starts_on": TODAY}, sure=False)

    assert "cannot be changed any more" in asked.text
    assert policies.in_force(world.authority.id, TODAY) is None


def test_there_is_one_draft_a_year_and_the_second_head_is_told(head: PageClient, world: World) -> None:
    draft(world)

    page = fill_in(head, f"{LIST}/new", {"origin": "tiers", "year": YEAR})

    assert page.status == 422
    assert f"There is a draft for {YEAR} already" in page.text
    assert db.session.scalars(select(FundingPolicy.version)).all() == [1]


def test_a_fund_keeps_its_id_when_its_name_changes_and_money_is_exact(head: PageClient, world: World) -> None:
    page = draft(world)

    change(
        head,
        f"{page}/parts/funds/pp_plus",
        {"name": "PP+ for schools", "per_child_pence": "£2,530.10", "held_centrally_pence": "880"},
    )

    fund = now(page).funds[0]
    assert (fund.id, fund.name) == ("pp_plus", "PP+ for schools")
    assert (fund.per_child_pence, fund.held_centrally_pence) == (253010, 88000)
    assert (fund.nc_years, fund.ages) == (tuple(range(12)), ())
    assert [line["field"] for line in changes("funding:policy:changed")] == ["funds"]


UNREADABLE = (
    ("funds/pp_plus", {"per_child_pence": "12.345"}, "no more than two figures"),
    ("funds/pp_plus", {"per_child_pence": "-5"}, "£0 or more"),
    ("funds/pp_plus", {"share_percent": "0"}, "from 1 to 100"),
    ("funds/early_years", {"ages": "three"}, "Enter ages like"),
    ("bands/2", {"up_to_pence": "999999999"}, "at most"),
    ("bands/2", {"working_days": "2.5"}, "whole number"),
    ("policy", {"name": ""}, "Enter a name"),
    ("policy", {"closes_on": "31 November"}, "Enter the year as well"),
)


def test_what_cannot_be_read_is_said_at_its_box_and_nothing_is_saved(head: PageClient, world: World) -> None:
    page = draft(world)

    for path, typed, said in UNREADABLE:
        answer = change(head, f"{page}/parts/{path}", typed)
        assert answer.status == 422
        assert said in answer.one(f"#{next(iter(typed))}-error").get_text()

    assert now(page) == ITEMISED


def test_a_form_sent_as_it_stands_changes_nothing(head: PageClient, world: World) -> None:
    page = draft(world)

    for path in ("policy", "sentences", "funds/early_years", "categories/therapy", "bands/2"):
        change(head, f"{page}/parts/{path}", {})

    assert now(page) == ITEMISED
    assert "funding:policy:changed" not in tags()


def test_a_new_rule_stands_before_the_one_that_decides_the_rest(head: PageClient, world: World) -> None:
    page = draft(world)

    change(
        head,
        f"{page}/parts/bands/new",
        {"decider": "head", "working_days": "3", "words": "Red plans go to the head.", "ratings": "red"},
    )

    bands = now(page).bands
    assert [band.decider for band in bands] == ["head", "adviser", "head", "head", "panel"]
    assert (bands[3].ratings, bands[3].working_days) == (("red",), 3)


def test_rules_are_moved_and_taken_out_without_a_script(head: PageClient, world: World) -> None:
    page = draft(world)

    def press(act: str) -> str:
        button = head.get(page).one(f'button[value="{act}"]')
        sent = Form(button.find_parent("form")).fields()
        return head.post(f"{page}/rows", {**sent, "do": act}, follow=True).text

    assert "Rule 3 decides everything" in press("bands:4:up")
    assert "for One-to-one tuition above £1,500" in press("bands:3:remove")

    assert [band.decider for band in now(page).bands] == ["head", "adviser", "head"]
    assert "of a large amount" in press("bands:3:remove")


def test_what_is_missing_is_said_at_its_place_and_stops_publishing(head: PageClient, world: World) -> None:
    texts = ITEMISED.sentences.model_copy(update={"therapy": ""})
    page = draft(world, ITEMISED.model_copy(update={"bands": ITEMISED.bands[:3], "sentences": texts}))

    shown = head.get(page)
    refused = fill_in(head, f"{page}/publish", {"starts_on": TODAY})

    assert "Nobody decides" in shown.one("section:has(> #bands)").get_text()
    assert "Enter what is said of therapy" in shown.one("section:has(> #sentences)").get_text()
    assert refused.status == 422
    assert "Nobody decides" in refused.one("#starts_on-error").get_text()
    assert policies.in_force(world.authority.id, TODAY) is None


def test_a_change_under_ones_hands_is_shown_and_nothing_typed_is_lost(head: PageClient, world: World) -> None:
    page = draft(world)
    path = f"{page}/parts/bands/2"
    sent = head.get(path).form(path).fields()
    row = policies.version(page.rpartition("/")[2])
    assert row is not None
    other = ITEMISED.bands[1].model_copy(update={"up_to_pence": 70000})
    bands = (ITEMISED.bands[0], other, *ITEMISED.bands[2:])
    publishing.keep(head_of(world), row, ITEMISED.model_copy(update={"bands": bands}))
    db.session.commit()

    answer = head.post(path, {**sent, "up_to_pence": "£600"})

    assert answer.status == 409
    assert "Somebody else changed this meanwhile" in answer.text
    assert "Up to £700" in answer.text
    assert answer.one("#up_to_pence")["value"] == "£600"
    assert now(page).bands[1].up_to_pence == 70000
    head.submit(answer, {}, action=path, follow=True)
    assert now(page).bands[1].up_to_pence == 60000


def test_last_years_closing_day_is_left_behind_and_a_wrong_one_stops_publishing(
    head: PageClient, world: World
) -> None:
    page = draft(world, ITEMISED.model_copy(update={"closes_on": year_bounds(YEAR)[0] - timedelta(days=20)}))
    assert now(page).closes_on is None

    change(head, f"{page}/parts/policy", {"closes_on": "12 March 2020"})

    assert f"12 March 2020, is not in {YEAR}" in head.get(page).one("section:has(> #policy)").get_text()
    assert fill_in(head, f"{page}/publish", {"starts_on": TODAY}).status == 422


# Published ------------------------------------------------------------------------------------------------


def test_a_published_version_never_changes(head: PageClient, world: World) -> None:
    row = published(world)
    page = f"{LIST}/{row.ref}"

    assert "never changes" in head.get(page).text
    for path in ("parts/policy", "parts/bands/1", "publish", "discard"):
        assert head.get(f"{page}/{path}").status == 404
    assert "published this draft meanwhile" in head.post(f"{page}/publish", follow=True).text
    with pytest.raises(OperationError):
        publishing.keep(head_of(world), row, ITEMISED.model_copy(update={"name": "Another"}))
    assert policies.policy_of(row) == ITEMISED


def test_a_later_version_takes_over_from_its_day_and_not_before(world: World) -> None:
    first = published(world)
    second = published(world, policies.starting_policies()["tiers"], TODAY)

    assert policies.in_force(world.authority.id, TODAY).row.id == second.id  # type: ignore[union-attr]
    if year_bounds(YEAR)[0] < TODAY:
        before = policies.in_force(world.authority.id, TODAY - timedelta(days=1))
        assert before is not None
        assert before.row.id == first.id
    assert policies.in_force(world.other.authority.id, TODAY) is None


def test_a_new_version_cannot_begin_in_the_past_or_in_another_year(head: PageClient, world: World) -> None:
    published(world)
    page = draft(world)
    last = year_bounds(YEAR)[1]

    outside = fill_in(head, f"{page}/publish", {"starts_on": last + timedelta(days=1)})
    past = fill_in(head, f"{page}/publish", {"starts_on": TODAY - timedelta(days=1)})

    assert f"This policy is for {YEAR}" in outside.one("#starts_on-error").get_text()
    assert past.status == 422
    assert policies.version(page.rpartition("/")[2]).state == "draft"  # type: ignore[union-attr]


def test_a_policy_is_the_heads_alone_and_their_own_authoritys(client: PageClient, world: World) -> None:
    page = draft(world)
    for stranger in (
        world.people[Tie.ALLOCATED_ADVISER],
        world.people[Tie.DESIGNATED_TEACHER],
        world.unplaced[Role.FINANCE],
        world.other.people[Tie.HEAD],
    ):
        client.forget_cookies()
        client.sign_in(stranger)
        assert client.get(page).status == 404
        assert client.get(f"{page}/parts/policy").status == 404


# What it would have decided -------------------------------------------------------------------------------


def sent_last_term(world: World, many: int) -> None:
    term = db.session.scalars(select(Term).where(Term.id == world.term.id)).one()
    moment = clock.now() - timedelta(days=1)
    term.starts_on = min(term.starts_on, moment.date())
    for n in range(many):
        approved_request(world, 40_000 + 60_000 * (n % 2), pep_id=None, submitted_at=moment)
    db.session.commit()


def test_a_rehearsal_shows_what_would_have_gone_another_way_and_names_no_child(
    head: PageClient, world: World
) -> None:
    sent_last_term(world, 2)
    page = draft(world)

    shown = head.get(f"{page}/rehearsal?term={world.term.key}")

    assert "1 request would have gone another way" in shown.text
    assert "The head of the Virtual School" in shown.text
    assert world.school.name in shown.text
    assert world.child.first_name not in shown.text
    assert world.child.last_name not in shown.text


def test_a_rehearsal_costs_the_same_for_one_request_and_for_sixty(head: PageClient, world: World) -> None:
    page = draft(world)
    sent_last_term(world, 1)
    path = f"{page}/rehearsal?term={world.term.key}"

    with statements(db.engine) as one:
        head.get(path)
    sent_last_term(world, 60)
    with statements(db.engine) as many:
        shown = head.get(path)

    assert len(many) == len(one) <= 12
    assert "Page 1 of 2" in shown.text


def test_a_list_of_versions_costs_the_same_however_many_there_are(head: PageClient, world: World) -> None:
    published(world)
    with statements(db.engine) as one:
        head.get(LIST)
    for _ in range(10):
        published(world)
    with statements(db.engine) as many:
        shown = head.get(LIST)

    assert len(many) == len(one) <= 8
    assert shown.text.count("Replaced before it began") == 10


# Read by others -------------------------------------------------------------------------------------------


def test_whoever_asks_or_decides_reads_the_policy_in_plain_words(client: PageClient, world: World) -> None:
    row = published(world)

    for reader in (Tie.DESIGNATED_TEACHER, Tie.ALLOCATED_ADVISER, Tie.CARER):
        client.forget_cookies()
        client.sign_in(world.people[reader])
        page = client.get(f"/funding/policy/{row.ref}")
        assert page.status == 200
        assert "An adviser decides requests up to £500" in page.text
        assert "Uniform comes from the carer’s allowance" in page.text


def test_a_draft_and_another_authoritys_policy_are_not_found(client: PageClient, world: World) -> None:
    row, ref = published(world), draft(world).rpartition("/")[2]
    client.sign_in(world.other.people[Tie.DESIGNATED_TEACHER])

    assert client.get(f"/funding/policy/{row.ref}").status == 404
    client.forget_cookies()
    client.sign_in(world.people[Tie.DESIGNATED_TEACHER])
    assert client.get(f"/funding/policy/{ref}").status == 404
