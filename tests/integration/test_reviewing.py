"""Reviewing a part: section by section, what it comes to, who may, and that what ended never changes."""

from __future__ import annotations

from tests.client import PageClient
from tests.plans import part_of
from tests.reviewing import SCHOOL, part_at, rate, sent, start
from tests.world import World
from vsportal.models import PartState
from vsportal.policy import Tie


def test_an_adviser_rates_every_section_one_press_each_and_finishes(client: PageClient, world: World) -> None:
    sent(world)
    page = start(client, world)
    for section in SCHOOL:
        assert str(page.one("input[name=section]")["value"]) == section
        page = rate(client, page, "green")
    page = client.submit(page, button="Finish the review", follow=True)

    assert page.notices() == ["The school’s part is reviewed: Green (good). Its writers are told."]
    assert part_of(world, "school").state == PartState.REVIEWED
    finished = part_at(world, Tie.HEAD).finished
    assert finished is not None
    assert finished.review.overall == "green"
