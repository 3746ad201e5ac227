"""Asking for PP+ when many press at once: real threads and commits, on both databases."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from tests.asking import TEACHER, card, ready, whole
from tests.deciding import by
from tests.integration.test_ledger_at_once import at_once, portal, world
from tests.world import World
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.funding import asking, sending
from vsportal.funding.asking import About, AlreadyAsked
from vsportal.funding.loading import load_request
from vsportal.models import AuditEvent, Child, FundingRequest, Pep, Target

__all__ = ["portal", "world"]
PRESSES = 6


def test_of_six_who_ask_for_one_target_at_once_one_makes_the_request(portal: Flask, world: World) -> None:
    target_id, teacher = card(ready(world)).id, by(world, TEACHER)

    child_id, pep_id = world.child.id, world.pep.id

    def begin() -> str:
        child, pep = db.session.get_one(Child, child_id), db.session.get_one(Pep, pep_id)
        return asking.begin(teacher, About(child, pep, db.session.get_one(Target, target_id))).number

    answers = at_once(portal, *[begin] * PRESSES)
    made = db.session.scalars(select(FundingRequest)).all()

    assert len(made) == 1
    assert [a for a in answers if isinstance(a, str)] == [made[0].number]
    refused = [a for a in answers if isinstance(a, AlreadyAsked)]
    assert {a.ref for a in refused} == {made[0].ref}
    assert len(refused) == PRESSES - 1


def test_a_request_that_is_sent_by_six_presses_is_sent_once(portal: Flask, world: World) -> None:
    request = whole(ready(world))
    ref, teacher, actor = request.ref, by(world, TEACHER), world.actor(TEACHER)
    db.session.commit()

    def send() -> str:
        ask = load_request(actor, ref, lock=True)
        assert ask is not None
        sending.send(ask, teacher)
        return ask.request.state

    answers = at_once(portal, *[send] * PRESSES)
    sent = select(AuditEvent).where(AuditEvent.tag == "funding:request:submitted")

    assert [a for a in answers if isinstance(a, str)] == ["with_adviser"]
    assert len([a for a in answers if isinstance(a, OperationError)]) == PRESSES - 1
    assert len(db.session.scalars(sent).all()) == 1
