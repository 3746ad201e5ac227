"""Grids of permissions as people read them, and the people and sections that they are about."""

from datetime import date

from vsportal.policy import Actor, Seen, Subject, Tie

TODAY = date(2027, 3, 4)
ACTOR = Actor(1, "Rhian Castell", TODAY)
HEADS = ["yp", "ca", "pa", "dt", "sl", "de", "sw", "tm", "ir", "dw", "aa", "ad", "he", "bs"]
"""The columns of the grids: young person, carer, parent, designated teacher, safeguarding lead, delegate,
social worker, team manager, independent reviewer, duty worker, allocated adviser, adviser, head,
business support."""
SHORT = dict(zip(HEADS, Tie, strict=True))


def rows(table: str) -> list[dict[str, str]]:
    """A grid's lines, each by the heads of its columns."""
    heads, *lines = (line.split() for line in table.strip().splitlines())
    return [dict(zip(heads, line, strict=True)) for line in lines]


def seen_by(
    *ties: str, household_id: int | None = 7, sections: frozenset[str] = frozenset({"progress"})
) -> Seen:
    """Somebody with these ties, of one home, to whom these sections are lent."""
    return Seen(ACTOR, frozenset(ties), household_id, sections)


def subject(owner: str = "designated_teacher", **more: object) -> Subject:
    """A section, or a question of it, with this owner."""
    given: dict[str, object] = {
        "section_id": "progress",
        "owner": owner,
        "leads": (owner,),
        "household_id": None,
    }
    return Subject(**(given | more))  # type: ignore[arg-type]
