"""How far each child's plan of this term has got: every state there is, somewhere."""

from __future__ import annotations

from dataclasses import dataclass

SCHOOL = ("my_education", "wellbeing", "progress", "attendance", "careers", "targets")


@dataclass(frozen=True)
class State:
    """How far a plan has got. Sections not in `done`, `begun` or `seen` nobody has opened."""

    meeting: int | None
    """In how many working days the meeting is; before today when negative; None when there is no date."""
    done: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    held: bool = False
    """The chair has recorded the meeting."""
    sent: tuple[str, ...] = ()
    reviewed: tuple[str, ...] = ()
    """Parts whose review is finished."""
    back: tuple[str, ...] = ()
    """Sections of the school's part that the review has sent back."""
    rating: tuple[str, ...] = ()
    """Parts that somebody is rating now."""
    signed: bool = False
    occasion: str = "termly"


BEFORE = ("my_views", "my_details", "at_home")
WHOLE = (*BEFORE, *SCHOOL, "summary")
BOTH = ("school", "care")

STATES: dict[str, State] = {
    # The four-person journey: some of each, and the social worker's part late.
    "amira": State(
        3, done=("at_home", "my_education"), begun=("my_views", "wellbeing", "progress"), seen=("my_details",)
    ),
    "jayden": State(8, done=("my_views", "my_details", "my_education"), begun=("at_home",)),
    "malachi": State(
        -6,
        done=(*BEFORE, "my_education", "wellbeing", "progress", "attendance"),
        begun=("targets",),
        seen=("careers",),
        held=True,
    ),
    "ruby": State(-9, done=(*BEFORE, *SCHOOL), seen=("summary",), held=True, sent=("school",)),
    "callum": State(-8, done=(*BEFORE, *SCHOOL), begun=("summary",), held=True),
    "nadia": State(-24, done=WHOLE, held=True, sent=BOTH, reviewed=BOTH, signed=True),
    "tyler": State(
        -3,
        done=("my_details", "at_home", "wellbeing", "attendance"),
        begun=("my_views", "targets"),
        held=True,
    ),
    "reuben": State(-12, done=WHOLE, held=True, sent=BOTH),
    "maya": State(6, done=("my_views", "my_details"), begun=("at_home",)),
    # School late: everybody else has written.
    "theo": State(
        -16,
        done=(*BEFORE, "my_education", "wellbeing", "careers"),
        begun=("progress",),
        seen=("targets",),
        held=True,
    ),
    "connor": State(
        -15, done=("my_views", "at_home", *SCHOOL), begun=("my_details",), held=True, sent=("school",)
    ),
    "isla": State(14),
    "dylan": State(
        -5,
        done=("my_views", "at_home", "my_education", "progress", "careers"),
        begun=("attendance",),
        held=True,
    ),
    "poppy": State(2, done=BEFORE, begun=("my_education",)),
    "samir": State(
        -4, done=(*BEFORE, "my_education", "progress"), begun=("wellbeing", "attendance"), held=True
    ),
    "grace": State(-20, done=WHOLE, held=True, sent=BOTH, reviewed=BOTH, signed=True),
    "finlay": State(
        -10,
        done=(*BEFORE, "my_education", "attendance", "summary"),
        begun=("progress", "targets"),
        held=True,
        sent=("care",),
        reviewed=("care",),
    ),
    "oscar": State(-14, done=WHOLE, held=True, sent=BOTH, reviewed=("school",), rating=("care",)),
    "kezia": State(-13, done=WHOLE, held=True, sent=BOTH, back=("progress", "targets")),
    # Came to this school not long ago: nobody has begun, and no meeting is arranged.
    "bilal": State(None, occasion="transition"),
    "ffion": State(5, begun=("my_views",)),
    "leila": State(11, done=("my_views",)),
    "zofia": State(-11, done=(*BEFORE, *SCHOOL), begun=("summary",), held=True, sent=("school",)),
    "robin": State(4, done=("at_home", "my_details"), begun=("my_views", "attendance")),
    "harper": State(None, seen=("my_views",)),
    # Writes himself, with the shorter questions; the grown-ups at home and at social care are done.
    "toby": State(7, done=("at_home", "my_details"), begun=("my_views",)),
    # Came to this home a few days ago: whoever cares there now has not begun.
    "lola.frayne": State(10, done=("my_views",), seen=("my_education",)),
}
OTHERS = (
    State(9),
    State(6, done=("my_details",), seen=("my_education",)),
    State(-7, done=(*BEFORE, "my_education", "attendance"), begun=("wellbeing",), held=True),
    State(3, done=("my_views", "at_home"), begun=("my_details",)),
    State(None),
    State(-11, done=WHOLE, held=True, sent=BOTH, reviewed=BOTH, signed=True),
    State(5, begun=("my_views",)),
    State(-4, done=(*BEFORE, "my_education"), held=True),
    State(8, done=("at_home",), begun=("my_education",)),
    State(-13, done=WHOLE, held=True, sent=BOTH, reviewed=BOTH),
    State(15, seen=("my_views",)),
)
"""How far the plans of the others have got, dealt out in turn."""


def state_of(key: str, number: int) -> State:
    """How far a child’s plan of this term has got; `number`: their place among the demo’s children."""
    return STATES.get(key) or OTHERS[number % len(OTHERS)]


LAST_TERM_UNFINISHED = "theo"
"""Whose plan of last term was never signed off: the care part did not come."""
