"""What the demo's people write: phrases in files, dealt out to children and filled from their stories.

A slot `{child}` is a name, `{Hardest}` the same with a capital, `{6 weeks ago}` and `{in 2 weeks}` dates.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from zlib import crc32

from vsportal.demo.stories.story import Story

SLOT = re.compile(r"\{([^{}]+)\}")
WEEKS = re.compile(r"(?:in )?(\d+) weeks(?: ago)?")
PROPER = frozenset({"English", "English literature", "French", "Spanish", "Welsh"})
SECOND = ("Art", "Geography", "Music", "History", "Computing", "Religious studies", "Technology")
THEIRS = re.compile(r"\b([Hh]er|[Hh]is|[Tt]heir|himself|herself)\b")

AS_THE_CHILD_SAYS = {
    "marlowe": "Tina",
    "beck": "Curtis",
    "standish": "Auntie Carol",
    "proudlock": "Mum",
    "ferris": "Gwen",
    "obuya": "Ruth",
    "hartley": "Sheila",
    "quill": "Anita",
    "lamb": "Ros",
    "barrow": "Nan",
    "sarwar": "Nasreen",
    "pike": "Jo",
    "dunmore": "Hilary",
    "vaz": "Teresa",
    "gulls": "Wes",
    "tolliver": "Pat",
    "adjei": "Comfort",
    "pennock": "Sally",
    "sutterby": "Lynne",
    "wold": "Bev",
    "cawley": "Moira",
    "marsh": "Gran",
    "fold": "Kath",
    "creel": "Annie",
    "whitlock": "Mum",
    "prowse": "Lorna",
}
"""What a child calls the person who cares for them, by home."""


@cache
def phrases(name: str) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """A file of phrases: part → question → what is dealt out."""
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Teller:
    """Tells one child's term in everybody's voice; the same each time, and different for each child."""

    story: Story
    number: int
    """The child's place among the demo's children: what deals the phrases out."""
    on: date
    """The day from which dates in phrases are reckoned."""
    ago: int
    """How many terms ago the plan was."""
    people: Mapping[str, str]
    """teacher, carer, worker, adviser, school → name."""

    @property
    def is_past(self) -> bool:
        """True for a plan of a term before this."""
        return self.ago > 0

    def tell(self, file: str, part: str, question: str, again: int = 0) -> str:
        """What stands in the answer to a question; LookupError when there is no phrase for it.

        `again`: how often it has been answered for this child already, in the rows before.
        """
        return self.fill(self._dealt(file, part, question, again))

    def _dealt(self, file: str, part: str, question: str, again: int = 0) -> str:
        """The phrase dealt to this child, its slots still open."""
        listed = phrases(file)[part][question]
        return listed[(self.deal(f"{file}.{part}.{question}") + again) % len(listed)]

    def deal(self, what: str) -> int:
        """A number for this child and this question: neighbours get different ones."""
        return crc32(what.encode()) % 97 + self.number + 5 * self.ago

    def chance(self, what: str, percent: int) -> bool:
        """Whether this child is among so many of a hundred, always the same ones."""
        return crc32(f"{what}.{self.story.key}.{self.ago}".encode()) % 100 < percent

    def fill(self, text: str) -> str:
        """The phrase with its slots filled, twice: a story's own phrases hold dates."""
        for _ in range(2):
            text = SLOT.sub(self._slot, text)
        return text

    def _slot(self, found: re.Match[str]) -> str:
        name = found[1]
        if weeks := WEEKS.fullmatch(name):
            return self._day(int(weeks[1]) * (1 if name.startswith("in ") else -1))
        value = self._slots[name[0].lower() + name[1:]]
        return value[:1].upper() + value[1:] if name[0].isupper() else value

    def _day(self, weeks: int) -> str:
        day = self.on + timedelta(weeks=weeks, days=self.number % 3 - 1)
        while day.weekday() > 4:
            day += timedelta(days=1)
        return f"{day.day} {day:%B}"

    @cached_property
    def _slots(self) -> dict[str, str]:
        s = self.story
        # Of a child who is they, sentences here say the name: so the verb beside it is always right.
        they = s.first if s.they == "they" else s.they
        achieved = s.achieved_before if self.is_past else s.achieved
        return {
            "child": s.first,
            "they": they,
            "them": s.them,
            "their": s.their,
            "themself": {"she": "herself", "he": "himself"}.get(s.they, "themself"),
            "best": _subject(s.best),
            "hardest": _subject(s.hardest),
            "second": _subject(self._second()),
            "tries_short": s.tries.partition(",")[0],
            "my_carer": AS_THE_CHILD_SAYS[s.home],
            "achieved": achieved,
            "achieved_yours": _turned(achieved, {"her": "your", "his": "your", "their": "your"}, "yourself"),
            "achieved_i": _turned(achieved, {"her": "my", "his": "my", "their": "my"}, "myself"),
            "n": str(9 + self.number * 3 % 31),
            **{
                name: getattr(s, name)
                for name in (
                    *(
                        "likes",
                        "tries",
                        "friend",
                        "goes_to",
                        "dream",
                        "good",
                        "hard",
                        "wish",
                        "before",
                        "private",
                    ),
                    *("home_good", "home_hard", "home_does", "home_helps", "strength", "works", "need_met"),
                    *("achieved_before", "provision", "family", "health", "letter"),
                )
            },
            **(self._slots_of_then() if self.is_past else {}),
            **self.people,
        }

    def _slots_of_then(self) -> dict[str, str]:
        """What the child said last term, where stories only know this term's."""
        return {
            "good": self.story.before,
            "hard": self._dealt("my_views", "last", "hard"),
            "wish": self._dealt("my_views", "last", "better"),
            "letter": self._dealt("care", "past", "letter"),
        }

    def _second(self) -> str:
        """A subject the child is neither best nor weakest in."""
        left = [subject for subject in SECOND if subject not in (self.story.best, self.story.hardest)]
        return left[self.number % len(left)]


def _subject(name: str) -> str:
    """A subject inside a sentence: “mathematics”, but “English”."""
    return name if name in PROPER else name[0].lower() + name[1:]


def _turned(text: str, words: Mapping[str, str], oneself: str) -> str:
    """What was said about a child, said to them or by them; its first letter small."""

    def turn(found: re.Match[str]) -> str:
        word = words.get(found[0].lower(), oneself)
        return word.capitalize() if found[0][0].isupper() else word

    turned = THEIRS.sub(turn, text)
    return turned[0].lower() + turned[1:]
