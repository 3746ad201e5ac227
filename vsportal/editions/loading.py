"""Reading an edition's folder: TOML to frozen models, refused in sentences that name file, line and key.

What pydantic cannot see in one value (ids, labels, `when`, named checks) is looked at in `proofreading`.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vsportal.editions.schema import Edition, Section


class EditionError(ValueError):
    """An edition cannot be used. `file` is the file at fault and `sentence` what to do about it."""

    def __init__(self, file: str, sentence: str, line: int | None = None) -> None:
        super().__init__(f"{file}, line {line}: {sentence}" if line else f"{file}: {sentence}")
        self.file = file
        self.sentence = sentence
        self.line = line


def load(folder: Path) -> Edition:
    """The edition in `folder`, with its sections in order. Raises `EditionError` at the first fault."""
    edition, faults = read(folder)
    if edition is None or faults:
        raise faults[0]
    return edition


def read(folder: Path) -> tuple[Edition | None, list[EditionError]]:
    """The edition in `folder` if it has the right shape, and everything that is wrong with it."""
    from vsportal.editions.proofreading import proofread

    faults: list[EditionError] = []
    head = _model(Edition, folder, folder / "edition.toml", faults)
    sections: dict[str, Section] = {}
    for file in sorted((folder / "sections").glob("*.toml")):
        section = _model(Section, folder, file, faults)
        if section is None:
            continue
        if section.id != file.stem:
            faults.append(
                EditionError(_name(folder, file), f"Call the file {section.id}.toml, or its id {file.stem}.")
            )
        sections[section.id] = section
    if head is None or faults:
        return None, faults
    edition = head.model_copy(update={"sections": _in_order(folder, head, sections, faults)})
    if edition.name != folder.name:
        sentence = f"The name is “{edition.name}” and the folder “{folder.name}”. Make them the same."
        faults.append(EditionError(f"{folder.name}/edition.toml", sentence))
    for section, key, sentence in (*proofread(edition), *_against_the_one_before(folder, edition)):
        file = folder / "sections" / f"{section}.toml" if section else folder / "edition.toml"
        faults.append(EditionError(_name(folder, file), sentence, _line_of(file, key)))
    return edition, faults


def _against_the_one_before(folder: Path, edition: Edition) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """What an edition says about the one its answers are carried from."""
    from vsportal.editions.proofreading import unknown_before

    if not edition.carries_from:
        return
    if not (folder.parent / edition.carries_from / "edition.toml").is_file():
        yield "", (), f"carries_from names {edition.carries_from}, and there is no such edition. Correct it."
    elif edition.carries_from != edition.name:
        before, _ = read(folder.parent / edition.carries_from)
        yield from unknown_before(edition, before) if before else ()


def _name(folder: Path, file: Path) -> str:
    """The file as people know it: 2026-27/sections/progress.toml."""
    return f"{folder.name}/{file.relative_to(folder).as_posix()}"


def _model(
    model: type[Any], folder: Path, file: Path, faults: list[EditionError]
) -> Any:  # the model asked for
    """What a TOML file says, as `model`; None, and its faults noted, when it cannot be read as one."""
    name = _name(folder, file)
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        faults.append(EditionError(name, "There is no such file. Every edition has one."))
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(EditionError(name, f"This is not TOML: {error}."))
        return None
    try:
        return model.model_validate(said)
    except ValidationError as error:
        for fault in error.errors():
            keys = list(_keys(fault["loc"], said))
            line = _line_of(file, tuple(keys[:2]))
            faults.append(EditionError(name, f"{' → '.join(keys) or 'the file'}: {_sentence(fault)}.", line))
        return None


def _keys(path: Sequence[int | str], said: Any) -> Iterator[str]:
    """Where a fault is, in ids instead of numbers: subjects → course → options."""
    for step in path:
        inner: Any = None
        if isinstance(said, Mapping):
            if step not in said:
                # The name of a kind stands in the path where the union chose it.
                if step != said.get("kind"):
                    yield str(step)
                continue
            inner = said[step]
            if step not in ("field", "columns"):
                yield str(step)
        elif isinstance(said, list) and isinstance(step, int):
            inner = said[step]
            named = inner.get("id") if isinstance(inner, Mapping) else None
            yield str(named or f"number {step + 1}")
        said = inner


def _sentence(fault: Any) -> str:
    """What pydantic found, in words for whoever writes the form."""
    kind = fault["type"]
    if kind == "extra_forbidden":
        return "this key is not known here"
    if kind == "missing":
        return "this key is missing"
    message = str(fault["msg"]).removeprefix("Value error, ")
    seen = fault.get("input")
    if isinstance(seen, str | int | float | bool):
        return f"{message} (it says “{seen}”)"
    return message


def _in_order(
    folder: Path, edition: Edition, sections: Mapping[str, Section], faults: list[EditionError]
) -> tuple[Section, ...]:
    """Sections as `order` lists them; notes those it lists twice, forgets or invents."""
    sentences = [
        *(f"order lists {each} twice. List it once." for each, n in Counter(edition.order).items() if n > 1),
        *(
            f"order lists {each}. There is no sections/{each}.toml: write it, or take it out."
            for each in dict.fromkeys(edition.order)
            if each not in sections
        ),
        *(
            f"order does not list {each}. Add it where it should stand."
            for each in sections
            if each not in edition.order
        ),
    ]
    faults.extend(EditionError(f"{folder.name}/edition.toml", sentence) for sentence in sentences)
    return tuple(sections[each] for each in dict.fromkeys(edition.order) if each in sections)


def _line_of(file: Path, keys: Sequence[str]) -> int | None:
    """The line where the question `keys[0]`, or its column `keys[1]`, has its id; None when not found."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    at: int | None = None
    for key in keys:
        pattern = re.compile(rf"\s*id\s*=\s*[\"']{re.escape(key)}[\"']")
        start = at or 0
        found = next((n for n, line in enumerate(lines[start:], start + 1) if pattern.match(line)), None)
        if found is None:
            break
        at = found
    return at
