"""Finishing: a section is completed or reopened, a part sent, a plan signed off, each by its owner, once."""

from __future__ import annotations

import pytest

from tests.client import Page, PageClient
from tests.filled import full, posted
from tests.plans import (
    OWNERS,
    TIES,
    complete,
    draft,
    events,
    fill,
    how,
    part_of,
    path_of,
    send_back,
    sign_in,
)
from tests.world import World
from vsportal import clock
from vsportal.extensions import db
from vsportal.models import PartState, SectionState
from vsportal.peps.knowing import about
from vsportal.peps.loading import load_sheet
from vsportal.policy import Tie

# Completing a section -----------------------------------------------------------------------------------


@pytest.mark.parametrize("section", OWNERS)
def test_completing_an_empty_section_lists_what_is_missing_at_links_that_lead_there(
    client: PageClient, world: World, section: str
) -> None:
    sign_in(client, world.people[OWNERS[section]])
    path = path_of(world, section)

    page = client.submit(client.get(path), action=path, button="Complete this section")

    assert page.status == 422
    assert page.title.startswith("Error: ")
    links = [str(a["href"]) for a in page.soup.select(".govuk-error-summary__list a")]
    assert links
    assert len(links) == len(page.errors()) == len(set(links))
    for link in links:  # that each leads to something on the page is checked on every page
        leaf = link[1:]
        slot = page.soup.select_one(f"[id='{leaf}-error']")
        if slot is not None:
            assert slot.get_text(strip=True), leaf
    assert world.section(section).status != SectionState.COMPLETE


@pytest.mark.parametrize("section", OWNERS)
def test_a_section_that_has_what_it_needs_is_looked_over_and_completed(
    client: PageClient, world: World, section: str
) -> None:
    fill(world, section)
    db.session.commit()
    path = path_of(world, section)
    sign_in(client, world.people[OWNERS[section]])

    check = client.submit(client.get(path), action=path, button="Complete this section", follow=True)
    assert check.status == 200, check.errors()
    assert check.h1.startswith("Check ")
    assert not check.soup.select("main textarea, main select")
    done = client.submit(check, action=f"{path}/check", button="Yes, it is complete")

    assert done.status == 303
    row = world.section(section)
    assert (row.status, row.completed_by_id) == (SectionState.COMPLETE, world.people[OWNERS[section]].id)
    assert [e.tag for e in events(world, "pep:section:completed")] == ["pep:section:completed"]


@pytest.mark.parametrize("section", OWNERS)
def test_a_page_full_of_answers_saves_them_all_and_sends_them_back_unchanged(
    client: PageClient, world: World, section: str
) -> None:
    tie = OWNERS[section]
    sheet = load_sheet(world.actor(tie), world.pep.ref, section)
    assert sheet is not None
    given = {
        key: value
        for key, value in full(sheet.asked, about(sheet)).items()
        if (leaf := sheet.asked.leaf(key)) and leaf.field.id in sheet.sight.writable
    }
    sign_in(client, world.people[tie])
    path = path_of(world, section)
    assert draft(client, world, posted(given, sheet.asked), section=section).status == 200
    kept = dict(world.section(section).answers)
    assert {k: kept.get(k) for k in given if "~" not in k} == {k: v for k, v in given.items() if "~" not in k}

    sent = client.submit(client.get(path), action=path, button="Save")

    assert sent.status == 303
    assert world.section(section).answers == kept
    assert len(events(world, "pep:section:saved")) == 1


def test_no_i_will_come_back_later_leaves_the_section_open(client: PageClient, world: World) -> None:
    fill(world, "progress")
    db.session.commit()
    path = path_of(world, "progress", "check")
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])

    page = client.submit(client.get(path), action=path, button="No, I will come back later")

    assert page.location == f"/peps/{world.pep.ref}"
    assert world.section("progress").status == SectionState.IN_PROGRESS


def test_the_last_press_does_not_complete_what_somebody_emptied_meanwhile(
    client: PageClient, world: World
) -> None:
    fill(world, "progress")
    db.session.commit()
    path = path_of(world, "progress", "check")
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    check = client.get(path)
    row = world.section("progress")
    row.answers = {k: v for k, v in row.answers.items() if k != "on_track"}
    db.session.commit()

    page = client.submit(check, action=path, button="Yes, it is complete")

    assert page.status == 422
    assert page.errors() == ["Select whether Amira is making the progress you expect"]
    assert world.section("progress").status == SectionState.IN_PROGRESS


@pytest.mark.parametrize("tie", [t for t in TIES if t not in (Tie.DESIGNATED_TEACHER, Tie.BUSINESS_SUPPORT)])
def test_nobody_but_its_owner_completes_or_reopens_a_section(
    client: PageClient, world: World, tie: str
) -> None:
    fill(world, "progress")
    db.session.commit()
    sign_in(client, world.people[tie])

    looked = client.get(path_of(world, "progress", "check"))
    pressed = client.post(path_of(world, "progress", "check"), {"complete": "yes"})
    assert (looked.status, pressed.status) == (303, 303)
    why = {"Somebody else writes this section.", "This is not open to you in the roles you hold today."}
    assert why & set(client.follow(pressed).notices())
    assert world.section("progress").status == SectionState.IN_PROGRESS

    complete(world, "progress")
    client.post(path_of(world, "progress", "reopen"))
    assert world.section("progress").status == SectionState.COMPLETE
    assert events(world, "pep:section:completed", "pep:section:reopened") == []


def test_reopening_lets_the_owner_write_again_and_is_written_down(client: PageClient, world: World) -> None:
    fill(world, "progress")
    complete(world, "progress")
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])

    page = client.submit(client.get(path_of(world)), button="Reopen this section", follow=True)

    assert page.notices() == ["The section is open again."]
    assert how(page) == "w"
    row = world.section("progress")
    assert (row.status, row.completed_at, row.completed_by_id) == (SectionState.IN_PROGRESS, None, None)
    assert len(events(world, "pep:section:reopened")) == 1


@pytest.mark.parametrize("act", ["check", "reopen"])
def test_pressing_twice_does_it_once(client: PageClient, world: World, act: str) -> None:
    fill(world, "progress")
    if act == "reopen":
        complete(world, "progress")
    db.session.commit()
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])

    pages = [client.post(path_of(world, "progress", act), {"complete": "yes"}) for _ in range(3)]

    assert {page.status for page in pages} == {303}
    assert len(events(world, "pep:section:completed", "pep:section:reopened")) == 1


def test_a_warning_is_kept_with_a_reason_before_the_section_is_complete(
    client: PageClient, world: World
) -> None:
    fill(world, "targets")
    row = world.section("targets")
    (card,) = {k for k in row.answers if k.startswith("targets.") and k.count(".") == 1}
    row.answers = {
        **row.answers,
        **dict.fromkeys((f"{card}.starts_on", f"{card}.by_when"), clock.today().isoformat()),
    }
    db.session.commit()
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    path = path_of(world, "targets")

    page = client.submit(client.get(path), action=path, button="Complete this section")
    assert page.errors() == ["Enter a date after today: a target is for what is to come"]
    reason = {f"{card}.by_when~kept": "It is done today."}
    done = client.submit(page, reason, action=path, button="Complete this section")

    assert done.status == 303
    assert done.location.endswith("/check")


# Sending a part -----------------------------------------------------------------------------------------


def submit(client: PageClient, world: World, part: str = "school") -> Page:
    return client.post(f"/peps/{world.pep.ref}/parts/{part}/submit", follow=True)


def test_a_part_is_sent_once_every_section_of_it_is_complete(client: PageClient, world: World) -> None:
    complete(world, part="school")
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])

    page = client.submit(
        client.get(f"/peps/{world.pep.ref}"), button="Send to the Virtual School", follow=True
    )

    assert page.notices() == ["You have sent the school’s part to the Virtual School."]
    part = part_of(world, "school")
    assert (part.state, part.submitted_by_id) == (
        PartState.SUBMITTED,
        world.people[Tie.DESIGNATED_TEACHER].id,
    )
    assert part_of(world, "care").state == PartState.IN_PROGRESS
    assert "Send to the Virtual School" not in page.text
    assert len(events(world, "pep:part:submitted")) == 1


def test_a_part_with_an_open_section_is_not_sent_and_says_which(client: PageClient, world: World) -> None:
    complete(world, "progress", "careers")
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    assert "Send to the Virtual School" not in client.get(f"/peps/{world.pep.ref}").text

    page = submit(client, world)

    assert page.notices() == [
        "Complete “My education”, “How I am doing”, “My attendance”, “My targets” first."
    ]
    assert part_of(world, "school").state == PartState.IN_PROGRESS


def test_a_part_that_came_back_is_sent_again(client: PageClient, world: World) -> None:
    send_back(world, "school", "progress")
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    assert "Complete “My progress” first." in submit(client, world).notices()

    complete(world, "progress")
    assert submit(client, world).notices() == ["You have sent the school’s part to the Virtual School."]


def test_sending_twice_does_it_once_and_says_so(client: PageClient, world: World) -> None:
    complete(world, part="school")
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])

    first, second = submit(client, world), submit(client, world)

    assert (first.status, second.status) == (200, 200)
    assert second.notices() == ["The school’s part is with the Virtual School already."]
    assert len(events(world, "pep:part:submitted")) == 1


@pytest.mark.parametrize("tie", [t for t in TIES if t != Tie.DESIGNATED_TEACHER])
def test_nobody_but_its_owner_sends_the_schools_part_and_each_is_told_why(
    client: PageClient, world: World, tie: str
) -> None:
    complete(world, part="school")
    sign_in(client, world.people[tie])

    page = submit(client, world)

    assert page.status == 403
    assert "Somebody else writes this section." in page.text or "This is not open to you" in page.text
    assert part_of(world, "school").state == PartState.IN_PROGRESS


def test_a_part_that_the_plan_does_not_have_is_not_there(client: PageClient, world: World) -> None:
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])

    assert submit(client, world, "no_such_part").status == 404
