"""The children without a file of their own: their facts, and what is said of them, dealt out in turn."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any  # what a file says, before it is a story

from vsportal.demo.stories.story import Story

_ALWAYS = {"placement": "U4", "legal": "C2", "authority": "fenland"}
_PRONOUNS = {"F": "she/her", "M": "he/him"}
_ADVISERS = {"fenland": "adviser", "holland": "fiona.leckie"}
_SLOT = re.compile(r"\{(child|[Tt]hey|them|[Tt]heir|friend|goes_to)\}")


@cache
def more_stories() -> tuple[Story, ...]:
    """The other children, in the order of their file."""
    here = Path(__file__).parent
    children = tomllib.loads((here / "more.toml").read_text(encoding="utf-8"))["child"]
    said = tomllib.loads((here / "more_said.toml").read_text(encoding="utf-8"))
    return tuple(_story(n, facts, said) for n, facts in enumerate(children))


def _story(n: int, facts: dict[str, Any], said: dict[str, list[str]]) -> Story:
    """One child; neighbours in the file are dealt different phrases to each question."""
    values: dict[str, Any] = {**_ALWAYS, **facts}
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
    pronouns = _PRONOUNS[values["sex"]]
    they, _, them = pronouns.partition("/")
    words = {
        "child": values["first"],
        "they": they,
        "them": them,
        "their": {"she": "her", "he": "his"}[they],
        "friend": values["friend"],
        "goes_to": values["goes_to"],
    }
    for place, (question, phrases) in enumerate(said.items()):
        values[question] = _filled(phrases[(n + place) % len(phrases)], words)
    key = f"{values['first']}.{values['last']}".lower()
    return Story(key=key, pronouns=pronouns, adviser=_ADVISERS[values["authority"]], **values)


def _filled(phrase: str, words: dict[str, str]) -> str:
    """The phrase with the names and pronouns in it; what is left open, its teller fills."""

    def word(found: re.Match[str]) -> str:
        said = words[found[1][0].lower() + found[1][1:]]
        return said[0].upper() + said[1:] if found[1][0].isupper() else said

    return _SLOT.sub(word, phrase)
