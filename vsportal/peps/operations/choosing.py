"""Who reads a child's answer: the child chooses, by name, from the people around them today.

Nobody else widens an answer, and nobody who is not around the child can be chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from vsportal import audit, clock, policy
from vsportal.audit import By
from vsportal.children.queries import Around, people_around
from vsportal.editions.schema import Field
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.peps.loading import Sheet
from vsportal.policy import Tie

SEES = "sees~"
"""Before a question's id: the control that says who sees its answer. No leaf has such a name."""
ALL, SOME = "all", "some"
"""What it posts: everyone the question began with; or only some, with the numbers of those ticked."""
CHILD = "young_person"


def choose_readers(sheet: Sheet, field_id: str, people: Collection[int] | None) -> None:
    """Let only these people read an answer, beside the child, the social worker and the adviser.

    `people`: user ids; whoever is not around the child today is left out. None: as the question began.
    OperationError when the answer is not this person's to share.
    """
    question = sheet.asked.by_id.get(field_id)
    if question is None or not _is_mine(sheet, question):
        raise OperationError("Only the young person says who sees this, while it can be changed.")
    old = sheet.row.readers.get(field_id, {}).get("people")
    new = None if people is None else sorted(set(people) & {p.user_id for p in choosable(_around(sheet))})
    if not new and question.audience == "child_chosen":
        new = None
    if new == old:
        return
    kept = {k: v for k, v in sheet.row.readers.items() if k != field_id}
    sheet.row.readers = kept if new is None else {**kept, field_id: {"people": new}}
    # Numbers, not names: whom a child confides in is not for everybody who reads what happened.
    changes = [
        {"field": f"{SEES}{field_id}", "label": question.label, "kind": "people", "old": old, "new": new}
    ]
    audit.record(
        db.session,
        By(sheet.seen.actor.user_id, Tie.YOUNG_PERSON, sheet.pep.authority_id),
        "pep:readers:chosen",
        sheet.row,
        child_id=sheet.child.id,
        authority_id=sheet.pep.authority_id,
        changes=changes,
    )


def choose_posted(sheet: Sheet, posted: Mapping[str, Sequence[str]]) -> None:
    """Keep what a page posted of who sees which answer; what is not this person's is passed over."""
    for question in sheet.asked.fields:
        if f"{SEES}{question.id}" in posted and _is_mine(sheet, question):
            found = read_choice(posted, question.id)
            if found is not None:
                choose_readers(sheet, question.id, found[1])


def read_choice(
    posted: Mapping[str, Sequence[str]], field_id: str
) -> tuple[str, frozenset[int] | None] | None:
    """What was posted for a question: (ALL, None), or (SOME, user ids); None when it says neither."""
    name = f"{SEES}{field_id}"
    getlist = getattr(posted, "getlist", None)
    said = getlist(name) if getlist else posted.get(name, ())
    if ALL in said:
        return ALL, None
    if SOME in said:
        return SOME, frozenset(int(s) for s in said if s.isdecimal() and len(s) < 18)
    return None


def choosable(around: Sequence[Around]) -> list[Around]:
    """Those of the people around whom the child can tick: not the child, nor those who read it anyway."""
    always = {p.user_id for p in around if p.role in policy.CHILD_CHOSEN}
    found = {p.user_id: p for p in reversed(around) if p.user_id not in always}
    return [p for p in around if found.get(p.user_id) is p]


def _around(sheet: Sheet) -> Sequence[Around]:
    return people_around([sheet.child.id], clock.today()).get(sheet.child.id, [])


def _is_mine(sheet: Sheet, question: Field) -> bool:
    """The young person's own answer, which can be changed now: the same rule as for answering."""
    childs = sheet.asked.owner_of(question) == CHILD and Tie.YOUNG_PERSON in sheet.seen.ties
    return childs and question.id in sheet.sight.writable
