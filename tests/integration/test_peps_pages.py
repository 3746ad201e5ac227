"""A plan's pages for everybody: who opens what, why one cannot write; and what a page may cost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import PageClient
from tests.filled import full
from tests.plans import (
    OWNERS,
    SECTIONS,
    TIES,
    close,
    complete,
    draft,
    fill,
    how,
    path_of,
    send,
    send_back,
    sign_in,
)
from tests.world import World
from vsportal.database import statements
from vsportal.editions import answers
from vsportal.extensions import db
from vsportal.models import PepState, SectionState
from vsportal.peps.knowing import about
from vsportal.peps.loading import load_sheet
from vsportal.policy import Tie

GRID = """
tie                   views details home education wellbeing progress attendance careers targets meeting  sum
young_person          own   w       c    c         c         c        c          c       c       c       r
carer                 c     c       w    c         c         c        c          c       c       c       r
designated_teacher    c     r       r    w         w         w        w          w       w       c       r
safeguarding_lead     r     r       r    r         r         r        r          r       r       r       r
delegate              -     -       -    -         -         w        -          -       -       -       -
social_worker         c     w       r    c         c         c        c          c       c       w       w
team_manager          c     w       r    c         c         c        c          c       c       w       w
independent_reviewer  r     r       r    r         r         r        r          r       r       r       r
duty_worker           r     r       r    r         r         r        r          r       r       r       r
allocated_adviser     c     r       r    r         w         r        c          r       c       w       r
adviser               c     r       r    r         w         r        c          r       c       w       r
head                  c     r       r    r         w         r        c          r       c       w       r
business_support      -     -       -    -         -         -        -          -       -       -       -
"""
"""w: writes answers there; c: adds a comment; r: reads; own: has pages of their own; -: it is not there."""
MOST_STATEMENTS = 12


def grid() -> dict[str, list[str]]:
    _, *rows = (line.split() for line in GRID.strip().splitlines())
    return {tie: cells for tie, *cells in rows}


# Who opens what -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("tie", TIES)
def test_each_tie_writes_comments_on_or_reads_each_section_as_the_grid_says(
    client: PageClient, world: World, tie: str
) -> None:
    sign_in(client, world.people[tie])

    found = [how(client.get(path_of(world, section))) for section in SECTIONS]

    assert found == grid()[tie]


def test_the_grid_has_everybody_and_every_section(world: World) -> None:
    assert set(grid()) == set(TIES)
    assert {s.section_id for s in [world.section(s) for s in SECTIONS]} == set(SECTIONS)
    assert all(len(cells) == len(SECTIONS) for cells in grid().values())


@pytest.mark.parametrize("tie", [Tie.DESIGNATED_TEACHER, Tie.CARER, Tie.YOUNG_PERSON, Tie.HEAD])
def test_a_stranger_finds_no_plan_and_no_section(client: PageClient, world: World, tie: str) -> None:
    sign_in(client, world.strangers[tie])

    assert client.get(f"/peps/{world.pep.ref}").status == 404
    assert {client.get(path_of(world, section)).status for section in SECTIONS} == {404}


@pytest.mark.parametrize("section", ["no_such_section", "My_views", "targets.k1", "..", "targets%00"])
def test_a_section_that_is_not_asked_is_not_there(client: PageClient, world: World, section: str) -> None:
    sign_in(client, world.people[Tie.HEAD])

    assert client.get(path_of(world, section)).status == 404


@pytest.mark.parametrize("tie", TIES)
def test_the_plan_leads_to_the_sections_that_are_there_for_this_person_and_to_no_other(
    client: PageClient, world: World, tie: str
) -> None:
    sign_in(client, world.people[tie])

    page = client.get(f"/peps/{world.pep.ref}")

    hrefs = [str(a["href"]) for a in page.soup.select("main table a[href]")]
    led = {h.rpartition("/")[2] for h in hrefs if "#" not in h}
    assert led == {s for s, cell in zip(SECTIONS, grid()[tie], strict=True) if cell != "-"}


def test_the_plan_says_what_is_still_missing_with_links_that_lead_to_the_answer(
    client: PageClient, world: World
) -> None:
    sign_in(client, world.people[Tie.SOCIAL_WORKER])

    page = client.get(f"/peps/{world.pep.ref}")

    links = [str(a["href"]) for a in page.soup.select(".vs-left a")]
    assert len(links) > 10
    for path in sorted({href.partition("#")[0] for href in links}):
        ids = {str(tag["id"]) for tag in client.get(path).soup.find_all(id=True)}
        assert {h.partition("#")[2] for h in links if h.startswith(f"{path}#")} <= ids


# Why one cannot write -----------------------------------------------------------------------------------


def told(client: PageClient, world: World, tie: str, section: str = "progress") -> tuple[str, list[str]]:
    """Why somebody cannot write on a section, and the buttons they have there."""
    page = sign_in(client, world.people[tie]).get(path_of(world, section))
    buttons = [b.get_text(" ", strip=True) for b in page.soup.select("main button:not([hidden])")]
    why = page.soup.select_one("#why + p")
    return (why.get_text(" ", strip=True) if why else ""), [b for b in buttons if b]


def test_who_does_not_own_a_section_is_told_who_does(client: PageClient, world: World) -> None:
    why, buttons = told(client, world, Tie.SAFEGUARDING_LEAD)

    assert why == "The designated teacher writes it. You can read what is for you."
    assert buttons == []


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (
            lambda w: send(w, "school"),
            "This part is with the Virtual School. It can be changed if it comes back.",
        ),
        (
            lambda w: send_back(w, "school", "targets"),
            "This part came back, but not this section. It stays as it was sent.",
        ),
        (close, "This plan is closed. It can be read, not changed."),
        (
            lambda w: close(w, PepState.NOT_COMPLETED),
            "This plan is closed. It can be read, not changed.",
        ),
    ],
    ids=["sent", "another_came_back", "signed_off", "not_completed"],
)
@pytest.mark.parametrize("tie", [Tie.DESIGNATED_TEACHER, Tie.DELEGATE])
def test_a_closed_section_says_why_and_offers_nothing(
    client: PageClient, world: World, state: Any, why: str, tie: str
) -> None:
    state(world)

    assert told(client, world, tie) == (why, [])


def test_a_section_sent_back_can_be_written_again_and_says_so_in_the_plan(
    client: PageClient, world: World
) -> None:
    send_back(world, "school", "progress")
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])

    assert how(client.get(path_of(world))) == "w"
    line = next(
        tr
        for tr in client.get(f"/peps/{world.pep.ref}").soup.select("tbody tr")
        if "My progress" in tr.th.text
    )
    assert "Returned" in line.get_text()


def test_a_complete_section_is_read_and_reopened_by_its_owner_alone(client: PageClient, world: World) -> None:
    fill(world, "progress")
    complete(world, "progress")

    why, buttons = told(client, world, Tie.DESIGNATED_TEACHER)
    assert why == "This section is complete. Reopen it to change an answer."
    assert "Reopen this section" in buttons
    for tie in (Tie.DELEGATE, Tie.SAFEGUARDING_LEAD, Tie.HEAD, Tie.SOCIAL_WORKER):
        assert "Reopen this section" not in told(client, world, tie)[1]


def test_a_page_for_the_child_is_in_the_childs_look_and_names_no_adult_work(
    client: PageClient, world: World
) -> None:
    sign_in(client, world.people[Tie.YOUNG_PERSON])

    for path in (f"/peps/{world.pep.ref}", path_of(world), path_of(world, "summary")):
        page = client.get(path)
        assert page.soup.select(".yp-card")
        assert "What has happened" not in page.text
        assert "Send to the Virtual School" not in page.text


# What it costs ------------------------------------------------------------------------------------------


def cost(client: PageClient, path: str) -> int:
    """Statements of a page, once what is loaded once is loaded."""
    client.get(path)
    with statements(db.engine) as seen:
        client.get(path)
    return len(seen)


@pytest.mark.parametrize("section", OWNERS)
def test_a_section_costs_the_same_statements_empty_and_full(
    client: PageClient, world: World, section: str
) -> None:
    tie = OWNERS[section]
    sign_in(client, world.people[tie])
    empty = cost(client, path_of(world, section))
    sheet = load_sheet(world.actor(tie), world.pep.ref, section)
    assert sheet is not None
    row = world.section(section)
    row.answers = full(sheet.asked, about(sheet))
    assert answers.progress(sheet.asked, row.answers)[0] > 0
    row.status = SectionState.IN_PROGRESS
    db.session.commit()

    assert cost(client, path_of(world, section)) <= empty <= MOST_STATEMENTS


@pytest.mark.parametrize("tie", TIES)
def test_the_plans_page_costs_the_same_statements_empty_and_full(
    client: PageClient, world: World, tie: str
) -> None:
    sign_in(client, world.people[tie])
    empty = cost(client, f"/peps/{world.pep.ref}")
    fill(world, *SECTIONS)
    db.session.commit()

    assert cost(client, f"/peps/{world.pep.ref}") <= empty <= MOST_STATEMENTS


def test_a_draft_costs_no_more_for_a_long_section_than_for_a_short_one(
    client: PageClient, world: World
) -> None:
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    costs = []
    for rows in (0, 20):
        world.section("progress").answers = {
            key: value
            for n in range(rows)
            for key, value in ((f"subjects.k{n}", True), (f"subjects.k{n}.subject", "Maths"))
        }
        db.session.commit()
        draft(client, world, {"hard": f"Warm {rows}"})
        with statements(db.engine) as seen:
            draft(client, world, {"hard": f"Fractions {rows}"})
        costs.append(len(seen))

    assert len(set(costs)) == 1
    assert costs[0] <= MOST_STATEMENTS
