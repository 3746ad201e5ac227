"""What tests of plans share: a browser, a draft as a page sends it, a plan brought to where it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.client import Page, PageClient
from tests.filled import needed
from tests.world import Surroundings
from vsportal import clock, editions
from vsportal.editions import answers
from vsportal.extensions import db
from vsportal.models import (
    AuditEvent,
    Comment,
    PartState,
    PepPart,
    PepSection,
    PepState,
    SectionState,
    User,
)
from vsportal.peps.knowing import about
from vsportal.peps.loading import load_plan
from vsportal.policy import ORDER, Tie
from vsportal.workflow import Act, apply

SECTIONS = list(editions.get("2026-27").order)
TIES = [str(tie) for tie in ORDER if tie != Tie.PARENT]
"""Everybody of the world who is tied to the child."""
CLOSED = "Your text stays on this page; it is not saved."
OWNERS = {
    "my_details": Tie.SOCIAL_WORKER,
    "at_home": Tie.CARER,
    "my_education": Tie.DESIGNATED_TEACHER,
    "wellbeing": Tie.DESIGNATED_TEACHER,
    "progress": Tie.DESIGNATED_TEACHER,
    "attendance": Tie.DESIGNATED_TEACHER,
    "careers": Tie.DESIGNATED_TEACHER,
    "targets": Tie.DESIGNATED_TEACHER,
    "meeting": Tie.ALLOCATED_ADVISER,
    "summary": Tie.SOCIAL_WORKER,
}
"""Who completes which section; My views has its own tests."""


def path_of(world: Surroundings, section: str = "progress", *rest: str) -> str:
    """The address of a section, or of something under it."""
    return "/".join((f"/peps/{world.pep.ref}/sections/{section}", *rest))


def sign_in(client: PageClient, user: User) -> PageClient:
    """The same browser, now somebody else's."""
    client.forget_cookies()
    client.sign_in(user)
    return client


def draft(
    client: PageClient,
    world: Surroundings,
    typed: Mapping[str, object],
    *,
    section: str = "progress",
    page: str = "p1",
    seen: Mapping[str, object] | None = None,
) -> Page:
    """What a page sends by itself; `seen`: the answers it was drawn with."""
    marks = {leaf: answers.mark(value) for leaf, value in (seen or {}).items()}  # type: ignore[arg-type]
    sent = {**typed, "page": page, "seen": json.dumps(marks)}
    return client.htmx.post(path_of(world, section, "draft"), sent)


def fill(world: Surroundings, *sections: str) -> None:
    """Give these sections what they need to be completed, and say something where people say something."""
    worker = world.actor(Tie.HEAD)
    plan = load_plan(worker, world.pep.ref)
    assert plan is not None
    for asked in plan.sections:
        if asked.id not in sections:
            continue
        row = world.section(asked.id)
        row.answers = {**needed(asked, about(plan)), **row.answers}
        if asked.id == "meeting":
            row.answers |= {"date": (world.pep.meeting_on or clock.today()).isoformat()}
        row.status = SectionState.IN_PROGRESS
        for question in asked.fields:
            if question.kind == "views" and question.missing:
                _say(row, question.id, world.people[Tie.CARER])
    db.session.flush()


def _say(row: PepSection, field_id: str, user: User) -> None:
    there = select(Comment).where(Comment.pep_section_id == row.id, Comment.field_id == field_id)
    if db.session.scalars(there).first() is None:
        db.session.add(
            Comment(
                pep_section_id=row.id,
                field_id=field_id,
                author_id=user.id,
                role="carer",
                signed="carer",
                text="Kind to everybody.",
                changed_at=clock.now(),
            )
        )


def complete(world: Surroundings, *sections: str, part: str | None = None) -> None:
    """Complete these sections, or all of a part, as if their owners had."""
    rows = select(PepSection).where(PepSection.pep_id == world.pep.id)
    for row in db.session.scalars(rows):
        if row.section_id in sections or (part is not None and row.part == part):
            row.status, row.completed_at = SectionState.COMPLETE, clock.now()
    db.session.commit()


def part_of(world: Surroundings, part: str) -> PepPart:
    """The school's or social care's part."""
    return db.session.scalars(
        select(PepPart).where(PepPart.pep_id == world.pep.id, PepPart.part == part)
    ).one()


def send(world: Surroundings, *parts: str) -> None:
    """Parts that are complete and with the Virtual School."""
    for name in parts:
        complete(world, part=name)
        part = part_of(world, name)
        part.state, part.submitted_at = PartState.SUBMITTED, clock.now()
        part.submitted_by_id = world.people[Tie.DESIGNATED_TEACHER].id
    db.session.commit()


def review(world: Surroundings, *parts: str) -> None:
    """Parts that the Virtual School has reviewed, as if nothing in them had been sent back."""
    send(world, *parts)
    for name in parts:
        apply(db.session, part_of(world, name), Act.REVIEW)
    db.session.commit()


def send_back(world: Surroundings, part: str, *sections: str) -> None:
    """A part that the review sent back for these sections."""
    send(world, part)
    apply(db.session, part_of(world, part), Act.RETURN)
    for name in sections:
        row = world.section(name)
        apply(db.session, row, Act.REOPEN)
        row.returned = True
    db.session.commit()


def hold_the_meeting(world: Surroundings) -> None:
    """The meeting has been."""
    world.pep.meeting_on = clock.today() - timedelta(days=1)
    world.pep.state = PepState.MEETING_HELD
    db.session.commit()


def close(world: Surroundings, state: PepState = PepState.SIGNED_OFF) -> None:
    """A plan that is closed."""
    world.pep.state = state
    db.session.commit()


def events(world: Surroundings, *tags: str) -> list[AuditEvent]:
    """What was written down about the child, in order; of some tags or of all."""
    query = select(AuditEvent).where(AuditEvent.child_id == world.child.id).order_by(AuditEvent.id)
    return [e for e in db.session.scalars(query) if not tags or e.tag in tags]


def how(page: Page) -> str:
    """In which way this page lets somebody into a section."""
    if page.status in (303, 404):
        return {303: "own", 404: "-"}[page.status]
    form = page.soup.select_one("form#section")
    if form is None:
        assert page.one("#why").get_text(strip=True) == "You can read this section"
        assert page.one("#why + p").get_text(strip=True)
        return "r"
    boxes = {str(c["name"]) for c in form.select("textarea[name]")}
    others = form.select("input[name]:not([type=hidden]), select")
    views = {str(div["id"]).removesuffix("-all") for div in form.select(".vs-views")}
    return "c" if boxes <= views and not others else "w"


def answers_of(world: Surroundings, section: str = "progress") -> dict[str, Any]:
    """What a section holds."""
    return dict(world.section(section).answers)


def new_marks(page: Page) -> set[str]:
    """The leaves an answer to a draft says it has saved."""
    return set(json.loads(str(page.one("#new-marks")["data-marks"])))


def comments(world: Surroundings, section: str = "progress") -> dict[str, str]:
    """Who says what."""
    said = select(Comment).where(Comment.pep_section_id == world.section(section).id)
    return {c.role: c.text for c in db.session.scalars(said)}
