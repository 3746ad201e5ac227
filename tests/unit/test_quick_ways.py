"""Quick ways give what the long ways give: each was written because the long way cost time on every page."""

import inspect
from datetime import date

import pytest

from vsportal import editions, policy
from vsportal.editions import checks
from vsportal.editions.asking import plan_of
from vsportal.editions.checks import About
from vsportal.editions.kinds import options_of
from vsportal.models import PepState
from vsportal.policy import Actor, Seen, Subject, Tie

CHOICE = editions.Choice("secondary", "summer", "termly", 11)
SECTIONS = editions.all_asked(editions.names()[-1], CHOICE)


@pytest.mark.parametrize("tie", sorted(Tie))
@pytest.mark.parametrize("asked", SECTIONS, ids=lambda a: a.id)
def test_whether_anything_is_for_somebody_is_what_the_whole_sight_says(asked, tie) -> None:
    seen = Seen(
        Actor(1, "Rhian Castell", date(2027, 5, 4)), frozenset({tie}), sections=frozenset({"progress"})
    )
    for state in PepState:
        it = Subject(pep_state=state, section_id=asked.id, owner=asked.owner, part=asked.part)

        found = policy.finds_anything(seen, asked, it)

        assert found is not policy.sight(seen, asked, it, {}).leaves_nothing


def test_the_checks_that_look_at_the_term_are_known() -> None:
    look = {name for name, check in checks.CHECKS.items() if "about.term" in inspect.getsource(check)}

    assert look == checks.NEEDS_TERM


def test_what_takes_anything_is_never_wrong() -> None:
    about = About(today=date(2027, 5, 4))
    free = [r for a in SECTIONS for r in plan_of(a).rules.values() if r.takes_anything]

    said = [r.kind.bounds(r.spec, code, about.today) for r in free for code, _ in options_of(r.spec)]

    assert free
    assert not any(said)
    assert not any(r.checks or r.warns for r in free)
