"""Nobody marks their own work: neither a section they wrote nor a request they raised (rule 10)."""

from dataclasses import replace
from datetime import date

import pytest

from vsportal.policy import Actor, Can, Seen, Subject, Tie, decide

ME = Actor(1, "Priya Raman", date(2027, 3, 4))


@pytest.mark.parametrize(
    ("can", "more"),
    [
        (Can.DECIDE_FUNDING, {"decider": "adviser"}),
        (Can.DECIDE_FUNDING, {"decider": "panel"}),
        (Can.DECIDE_FUNDING, {"decider": "head"}),
        (Can.GIVE_CLINICAL_VIEW, {}),
        (Can.REVIEW, {}),
        (Can.RATE_AGAIN, {}),
    ],
)
def test_nobody_judges_their_own_work(can: Can, more: dict[str, object]) -> None:
    seen = Seen(ME, frozenset({Tie.HEAD, Tie.ADVISER, Tie.ALLOCATED_ADVISER}))
    about = Subject(**more)  # type: ignore[arg-type]

    assert decide(seen, can, about)
    refused = decide(seen, can, replace(about, authors=(ME.user_id,)))
    assert (refused.allowed, refused.reason) == (False, "your_own")
