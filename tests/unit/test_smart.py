"""The SMART look finds five things in a target and quotes them; what it does not find it asks for."""

from __future__ import annotations

import pytest

from vsportal.editions.reading import Value
from vsportal.editions.smart import smart

WHOLE: dict[str, Value] = {
    "outcome": "Amira can solve two-step equations alone, 7 of 10 right",
    "baseline": "3 of 10 right in September",
    "measure": "7 of 10 in the end-of-unit test",
    "by_when": "2027-03-24",
    "who": "Mr Yusuf Kaya, with a tutor",
    "frequency": "45 minutes every Monday",
}


def test_a_whole_target_has_all_five_quoted() -> None:
    found = {part.name: part.found for part in smart(WHOLE)}

    assert found == {
        "An outcome": "“can solve two-step equations alone, 7 of 10 right”",
        "A number or a measure": "“7 of 10”, from 3 of 10",
        "A date": "24 March 2027",
        "A person": "Mr Yusuf Kaya, with a tutor",
        "How often": "“45 minutes every Monday”",
    }


def test_an_empty_target_has_none_and_is_told_what_to_do() -> None:
    parts = smart({})

    assert [part.found for part in parts] == [""] * 5
    assert all(part.advice for part in parts)


@pytest.mark.parametrize(
    "who", ["Teacher", "the school", "TBC", "All staff", "n/a", "Designated teacher.", "All teachers"]
)
def test_a_role_alone_is_no_person(who: str) -> None:
    assert smart({"who": who})[3].found == ""


@pytest.mark.parametrize(
    "often",
    [
        "daily",
        "every Tuesday",
        "twice a week",
        "half an hour each week",
        "one lesson a fortnight",
        "on Fridays",
    ],
)
def test_how_often_is_found_in_what_people_write(often: str) -> None:
    assert smart({"frequency": often})[4].found
    assert smart({"how": f"Reading with a mentor {often}"})[4].found


@pytest.mark.parametrize("often", ["regularly", "as needed", "ongoing"])
def test_regularly_is_not_how_often(often: str) -> None:
    assert smart({"frequency": often})[4].found == ""


def test_what_can_be_observed_needs_no_number() -> None:
    assert smart({"measure": "Comes in smiling and greets friends"})[1].found


@pytest.mark.parametrize("by_when", [{"typed": "soon"}, None, "31/02/2020"])
def test_a_date_that_cannot_be_read_is_no_date(by_when: Value) -> None:
    assert smart({"by_when": by_when})[2].found == ""
