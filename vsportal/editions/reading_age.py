"""How old a reader must be for the words of the form: Flesch and Kincaid’s school grade, and five years.

An aid and no proof: it counts words, sentences and syllables and knows nothing of meaning. Syllables are
counted by their vowels with the common exceptions of English; a name, a foreign word or a rare one can be out
by one. Figures are read as words of one syllable. What is short says little, so texts under `ENOUGH` words
count in the whole only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from vsportal.editions.kinds import options_of
from vsportal.editions.schema import Asked, Edition, Season, Stage

ENOUGH = 8
"""Words from which a text is measured by itself."""
LIMITS: dict[Stage, float] = {"simple": 8, "full": 12}
"""The reading age that no text of a stage exceeds."""
READER = "young_person"
"""The owner of the sections that are measured: they are written for the child."""
YEARS_BEFORE_SCHOOL = 5

Finding = tuple[str, str]

_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_SENTENCE = re.compile(r"[.?!:;]+(?=[\s’”)]|$)|\n+")
_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(r"(?:[^aeiouyl]|[aeiouy]l|rl)e$|[^aeioudty]ed$|(?<=[aeiouy])[^aeiouscgxz]es$")
_TWO_VOWELS = re.compile(
    r"(?<![ct])i[ao](?!n)|[aiouy]ing|ience|quie|[^gq]ua(?!r)|eo(?!ple)|ie[tr]y?$|ea(?=te|l$)(?<=cre)"
)
_EXCEPTIONS = {
    "adviser": 3,
    "area": 3,
    "being": 2,
    "create": 2,
    "different": 3,
    "every": 2,
    "everyone": 3,
    "everybody": 4,
    "everything": 3,
    "evening": 2,
    "friend": 1,
    "friends": 1,
    "idea": 3,
    "ideas": 3,
    "lesson": 2,
    "museum": 3,
    "people": 2,
    "piano": 3,
    "poem": 2,
    "quiet": 2,
    "real": 1,
    "really": 2,
    "science": 2,
    "someone": 2,
    "something": 2,
    "sometimes": 2,
    "somebody": 3,
    "somewhere": 2,
    "used": 1,
    "video": 3,
}


def syllables(word: str) -> int:
    """How many syllables a word has, one at least: “somebody” 3, “help” 1."""
    plain = re.sub(r"[’']", "", word.casefold())
    if "-" in plain:
        return sum(syllables(part) for part in plain.split("-") if part)
    if plain in _EXCEPTIONS:
        return _EXCEPTIONS[plain]
    groups = len(_VOWELS.findall(plain)) + len(_TWO_VOWELS.findall(plain)) - len(_SILENT_END.findall(plain))
    return max(1, groups)


def words_of(text: str) -> list[str]:
    """The words of a text."""
    return _WORD.findall(text)


def reading_age(text: str) -> float:
    """The age in years from which a text is read; 0 for no words at all.

    0.39 × words a sentence + 11.8 × syllables a word − 15.59 (Kincaid and others, 1975) is the grade of an
    American school; its readers are five years older.
    """
    words = words_of(text)
    if not words:
        return 0
    sentences = sum(1 for part in _SENTENCE.split(text) if _WORD.search(part))
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / sentences + 11.8 * per_word - 15.59 + YEARS_BEFORE_SCHOOL


def texts_of(asked: Asked) -> list[str]:
    """What a child reads of a section: its sentence, questions, hints and answers, spoken to as “you”."""
    found = [asked.lede]
    for field in asked.fields:
        if asked.owner_of(field) == READER and field.kind != "views":
            found += [field.group, field.label, field.hint, *(label for _, label in options_of(field))]
    return list(dict.fromkeys(_PLACEHOLDER.sub("you", text) for text in found if text))


def whole(texts: Iterable[str]) -> float:
    """The reading age of texts that are read one after another, each a sentence at least."""
    return reading_age("\n".join(texts))


def too_hard(edition: Edition) -> Iterator[Finding]:
    """What in the child’s own sections asks for an older reader than its stage: each text, and the whole.

    Yields the section's id and a sentence that says what to do.
    """
    for stage, limit in LIMITS.items():
        for section, texts in _by_section(edition, stage).items():
            for text in texts:
                age = reading_age(text)
                if len(words_of(text)) >= ENOUGH and age > limit:
                    yield section, f"“{text}” reads at {age:.1f} years. Shorten it to {limit:g} for {stage}."
            if (age := whole(texts)) > limit:
                yield section, f"The questions together read at {age:.1f} years. Bring {stage} to {limit:g}."


def _by_section(edition: Edition, stage: Stage) -> dict[str, Sequence[str]]:
    """The texts of the child's own sections in one stage, from all phases and terms, each once."""
    from vsportal.editions import Choice, asked_of

    found: dict[str, dict[str, None]] = {}
    for phase in edition.phases:
        for season in get_args(Season):
            for asked in asked_of(edition, Choice(phase, season, stage=stage)):
                if asked.owner == READER:
                    found.setdefault(asked.id, {}).update(dict.fromkeys(texts_of(asked)))
    return {section: list(texts) for section, texts in found.items()}
