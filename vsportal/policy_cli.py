"""`flask policy table`: the permissions as a page that somebody who reads no Python can check.

The page is made from the tables that decide; `--check` says when it no longer agrees with them.
"""

import sys
from collections.abc import Collection, Iterable, Sequence
from inspect import getdoc
from pathlib import Path

import click

from vsportal import wording
from vsportal.models import PepState
from vsportal.offices import HELD_BY, Office
from vsportal.policy import ACTS_AS, AUDIENCES, CHANGES_A_SECTION, GROUPS, RULES, Can, Tie, always, lent
from vsportal.settings import ROOT

PAGE = ROOT / "docs" / "permissions.md"
TIES = {
    Tie.YOUNG_PERSON: "Young person",
    Tie.CARER: "Carer",
    Tie.PARENT: "Parent as carer",
    Tie.DESIGNATED_TEACHER: "Designated teacher",
    Tie.SAFEGUARDING_LEAD: "Safeguarding lead",
    Tie.DELEGATE: "Delegate",
    Tie.SOCIAL_WORKER: "Social worker",
    Tie.TEAM_MANAGER: "Team manager",
    Tie.INDEPENDENT_REVIEWER: "Reviewer",
    Tie.DUTY_WORKER: "Worker in an emergency",
    Tie.ALLOCATED_ADVISER: "Adviser of this child",
    Tie.ADVISER: "Any adviser",
    Tie.HEAD: "Head",
    Tie.BUSINESS_SUPPORT: "Business support",
}
ACTS = {
    Can.SEE_CHILD: "See the child’s page",
    Can.SEE_PEP: "See that there is a plan",
    Can.SEE_SECTION: "Open a section",
    Can.SEE_TIMELINE: "See what happened when",
    Can.ANSWER: "Answer a question",
    Can.COMMENT: "Comment under their own name",
    Can.COMPLETE_SECTION: "Complete a section",
    Can.REOPEN_SECTION: "Reopen a section",
    Can.CHOOSE_READERS: "Choose who reads an answer",
    Can.SUBMIT_PART: "Send a part to the Virtual School",
    Can.SIGN_OFF: "Sign the plan off",
    Can.OPEN_PEP: "Open a plan",
    Can.CLOSE_PEP: "Close a plan that was not completed",
    Can.CANCEL_PEP: "Cancel a plan opened in error",
    Can.REOPEN_PEP: "Open a closed plan again",
    Can.DELEGATE: "Lend sections to a colleague",
    Can.LINK_ROW: "Send a subject teacher a link to one row",
    Can.END_ACCESS: "End somebody’s access now",
    Can.SEE_WHO_CAN_SEE: "See who can see the plan today",
    Can.SEE_LOOKS: "See who has looked, in full",
    Can.SEE_OWN_LOOKS: "See what kinds of people have looked, and when",
    Can.REVEAL: "Reveal the home’s address and phone",
    Can.SEE_CARD: "See the contact, collection and permission card",
    Can.CONFIRM_CARD: "Confirm having read the card",
    Can.READ_KEPT_WORDS: "Read what was typed when access ended",
    Can.ANSWER_WISH: "Answer what the child asked for",
    Can.SEE_PURPOSE: "See what PP+ money is for",
    Can.SEE_REQUEST: "See a PP+ request with its amount and what was said",
    Can.REQUEST_FUNDING: "Ask for PP+",
    Can.PROPOSE_FUNDING: "Propose that PP+ is asked for",
    Can.DECIDE_FUNDING: "Decide a PP+ request",
    Can.GIVE_CLINICAL_VIEW: "Write down the clinical team’s view",
    Can.EVALUATE_FUNDING: "Say what PP+ changed",
    Can.REVIEW: "Review a part: rate, return",
    Can.RATE_AGAIN: "Rate a part a second time, blind",
    Can.SEE_RATINGS: "See how a part was rated",
    Can.SEE_REVIEW_NOTES: "See the Virtual School’s own notes",
    Can.SEE_DOCUMENT: "Print the plan, or keep it as a PDF",
    Can.SEE_LETTER: "Read “What we agreed”",
    Can.ADD_ADDENDUM: "Correct a signed-off plan by an addendum",
    Can.RELEASE_COPY: "Release a copy to a parent",
    Can.SEE_CONCERNS: "See a reviewer’s concerns",
    Can.RAISE_CONCERN: "Raise a concern that must be answered",
    Can.ANSWER_CONCERN: "Answer a reviewer’s concern",
}
OFFICES = {
    Office.KEEP_PEOPLE: "Keep people, schools and teams",
    Office.KEEP_CHILDREN: "Keep children’s homes, schools and workers",
    Office.KEEP_DATES: "Keep terms and settings",
    Office.IMPORT: "Bring in files",
    Office.OPEN_TERM: "Open a term",
    Office.ARRANGE_COVER: "Arrange cover for a worker who is away",
    Office.BREAK_GLASS: "Open a record in an emergency",
    Office.READ_BROKEN_GLASS: "Read the report of such openings",
    Office.SEE_OUTBOX: "See what mail waits and went",
    Office.KEEP_FUNDING_POLICY: "Keep the PP+ policy",
    Office.KEEP_BUDGET: "Keep PP+ budgets",
    Office.SEE_MONEY: "See what PP+ money is committed, paid and left",
    Office.PAY: "Pay approved requests",
    Office.KEEP_SCHEME: "Keep the rating scheme",
    Office.REVIEW_QUEUE: "See which parts wait for review",
    Office.SEE_AGREEMENT: "See how far raters agree",
}
INTRODUCTION = """\
# Who may do what

This page is generated: `flask --app app policy table` writes it from `vsportal/acts.py`, `policy.py` and
`offices.py`, and `make check` fails when they disagree. Change the tables there, never this page.

Everybody in these tables is tied to the child *today*: on the roll of their school, in their home,
allocated to them, lent sections of their plan, or of the child’s authority. Whoever has no tie sees nothing,
not even that the child is known. Finance officers, governors and system administrators have no tie to any
child.
"""


@click.group()
def policy() -> None:
    """Who may do what."""


@policy.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when the page is stale.")
@click.option(
    "--to", type=click.Path(dir_okay=False, path_type=Path), default=PAGE, help="Where the page is kept."
)
def table(check: bool, to: Path) -> None:
    """Write docs/permissions.md from the tables that decide."""
    made = page()
    if not check:
        to.parent.mkdir(exist_ok=True)
        to.write_text(made, encoding="utf-8")
        click.echo(f"{to.name} is written.")
    elif not to.exists() or to.read_text(encoding="utf-8") != made:
        click.echo(f"{to}: does not say what the tables do. Run “flask --app app policy table”.", err=True)
        sys.exit(1)


def page() -> str:
    """The whole page, as Markdown."""
    return "\n".join([INTRODUCTION, *_acts(), *_conditions(), *_offices(), *_owners(), *_audiences()])


def _acts() -> Iterable[str]:
    """Act by act, which ties may ask for it."""
    yield "## Acts\n"
    yield "● may · ○ may in what is theirs, by the table of owners · – may not; conditions follow\n"
    yield from _grid("Act", TIES.values(), ((ACTS[can], _marks(can)) for can in Can))


def _conditions() -> Iterable[str]:
    """Act by act, in which states of the plan and on which further condition."""
    yield "## Conditions\n"
    yield (
        "A section whose part is with the Virtual School, and after a return one that did not come back, "
        f"is closed to every act that changes it: {_listed(_changes())}. A complete section takes comments "
        "still, and must be reopened before anything else in it is changed.\n"
    )
    rows = ((ACTS[can], [_while(RULES[can][1]), _first_line(RULES[can][2])]) for can in Can)
    yield from _grid("Act", ("While the plan is", "And"), rows)


def _changes() -> Iterable[str]:
    """The acts that change a section."""
    return (ACTS[can].lower() for can in Can if can in CHANGES_A_SECTION)


def _offices() -> Iterable[str]:
    """Office by office, which memberships hold it."""
    yield "## Offices\n"
    yield "Acts on an authority’s records, not one child’s, for whoever holds a role there today:\n"
    rows = ((OFFICES[o], [_listed(wording.role_words(r) for r in sorted(HELD_BY[o]))]) for o in Office)
    yield from _grid("Act", ("Who",), rows)


def _owners() -> Iterable[str]:
    """Owner by owner, who acts as that owner."""
    yield "## Owners\n"
    yield "Each section and each question has an owner. Who acts as that owner:\n"
    rows = ((wording.role_words(owner).capitalize(), _dots(who)) for owner, who in ACTS_AS.items())
    yield from _grid("Owner", TIES.values(), rows)


def _audiences() -> Iterable[str]:
    """Audience by audience, who reads an answer; then what may widen or narrow it."""
    yield "## Who reads an answer\n"
    yield "Each question has an audience. Whoever answers it reads it as well, but for others’ comments.\n"
    yield from _grid(
        "Audience", TIES.values(), ((f"`{name}`", _dots(who)) for name, who in AUDIENCES.items())
    )
    yield "- A delegate reads, in the sections that were lent to them, what the audience lets delegates read."
    yield "- A parent never reads what another home wrote."
    yield "- A question may say by itself whether a parent with whom the child lives reads it (`parents`)."
    yield (
        "- An answer marked `narrowed` is read by `care` only, until the social worker ticks others: "
        + _listed(
            f"`{group}` ({_listed(TIES[t].lower() for t in Tie if t in who)})"
            for group, who in GROUPS.items()
        )
        + "."
    )
    yield (
        "- An answer for which the child chose people is read as `child_chosen` and by the people chosen, "
        "as far as they are tied to the child; choosing widens only what has the audience `child_chosen`.\n"
    )


def _grid(corner: str, columns: Iterable[str], rows: Iterable[tuple[str, Sequence[str]]]) -> Iterable[str]:
    """A Markdown table: a name and its cells in each row."""
    heads = list(columns)
    yield f"| {corner} | {' | '.join(heads)} |"
    yield f"|---|{'---|' * len(heads)}"
    for name, cells in rows:
        yield f"| {name} | {' | '.join(cells)} |"
    yield ""


def _dots(who: Collection[str]) -> list[str]:
    """A mark for each tie: is it among these?"""
    return ["●" if tie in who else "–" for tie in TIES]


def _marks(can: Can) -> list[str]:
    """A mark for each tie: may it, and if only in what is its own, so."""
    who, _states, also = RULES[can]
    mine = frozenset[str]().union(*ACTS_AS.values()) if also not in (always, lent) else frozenset(Tie)
    few = "●" if also in (always, lent) else "○"
    return [few if tie in who & mine else "–" for tie in TIES]


def _while(states: Collection[PepState]) -> str:
    """The states of a plan in words."""
    if set(states) == set(PepState):
        return "in any state"
    return _listed((wording.PLAN_STATES[s][1].lower() for s in PepState if s in states), "or")


def _first_line(condition: object) -> str:
    """What a condition of the rules says of itself."""
    return (getdoc(condition) or "").partition("\n")[0]


def _listed(words: Iterable[str], last: str = "and") -> str:
    """Words in a row: “a, b and c”."""
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end
