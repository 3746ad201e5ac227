"""The list of children and its search: what is found, and what nobody learns."""

import pytest

from tests.children import many, same, search, signed_in_as
from tests.client import PageClient
from tests.factories import (
    ChildFactory,
    EnrolmentFactory,
)
from tests.world import World
from vsportal.policy import Tie

# The list and its search --------------------------------------------------------------------------------


def found(client: PageClient, asked: str) -> list[str]:
    """The names that a search finds."""
    page = search(client, asked)
    return [th.get_text(strip=True) for th in page.soup.select("tbody th")]


def at_school(world: World, *names: tuple[str, str, str]) -> None:
    """Children on roll at the school of the world: first name, last name, known as."""
    for first, last, known in names:
        child = ChildFactory(authority=world.authority, first_name=first, last_name=last, known_as=known)
        EnrolmentFactory(child=child, school=world.school)


@pytest.mark.parametrize(
    ("asked", "finds"),
    [
        ("elodie", ["Élodie O’Neill"]),
        ("ÉLODIE O'N", ["Élodie O’Neill"]),
        ("o’neill", ["Élodie O’Neill"]),
        ("jones", ["Kit Smith-Jones"]),
        ("christopher", ["Kit Smith-Jones"]),
        ("kit smi", ["Kit Smith-Jones"]),
        ("ith", []),
        ("%", []),
        ("_", []),
        ("\x00\x07", ["Amira Belhadj", "Élodie O’Neill", "Kit Smith-Jones"]),
    ],
)
def test_a_name_is_found_by_the_beginning_of_any_of_its_words(
    client: PageClient, world: World, asked: str, finds: list[str]
) -> None:
    at_school(world, ("Élodie", "O’Neill", ""), ("Christopher", "Smith-Jones", "Kit"))
    signed_in_as(client, world, Tie.DESIGNATED_TEACHER)

    assert found(client, asked) == finds


@pytest.mark.parametrize("tie", sorted(set(Tie) - {Tie.PARENT, Tie.YOUNG_PERSON}))
def test_a_search_for_a_strangers_child_answers_as_for_an_invented_name(
    client: PageClient, world: World, tie: str
) -> None:
    signed_in_as(client, world, tie)
    hidden, invented = world.other.child.last_name, "Quillon"
    assert len(hidden) == len(invented)

    real, made_up = search(client, hidden), search(client, invented)

    assert same(real, hidden) == same(made_up, invented)
    assert "Nobody you may see" in real.text


def test_a_name_searched_for_stands_in_no_address_and_is_found_again_by_going_back(
    client: PageClient, world: World
) -> None:
    signed_in_as(client, world, Tie.DESIGNATED_TEACHER)

    answer = client.post("/children", {"q": "Belhadj"})

    assert answer.status == 303
    assert "elhadj" not in answer.location
    assert "for “Belhadj”" in client.get(answer.location).text
    assert "for “Belhadj”" in client.get(answer.location).text
    assert "for “" not in client.get("/children").text


def test_whom_one_knows_by_first_name_only_is_not_found_by_the_last(client: PageClient, world: World) -> None:
    signed_in_as(client, world, Tie.DELEGATE)

    assert found(client, "ami") == ["Amira"]
    assert found(client, "belhadj") == []


def test_a_search_that_is_too_long_says_so(client: PageClient, world: World) -> None:
    page = search(signed_in_as(client, world, Tie.DESIGNATED_TEACHER), "a" * 101)

    assert page.status == 422
    assert page.errors() == ["Shorten the name to 100 characters or fewer"]


def test_a_long_list_has_pages_and_the_page_after_the_last_is_not_there(
    client: PageClient, world: World
) -> None:
    many(world, 60)
    signed_in_as(client, world, Tie.DESIGNATED_TEACHER)

    first, second = client.get("/children"), client.get("/children?page=2")

    assert len(first.soup.select("tbody th")) == 50
    assert len(second.soup.select("tbody th")) == 11
    assert "61 children" in first.text
    assert client.get("/children?page=3").status == 404
