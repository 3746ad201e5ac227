"""`flask editions`: check the form, read it without TOML, and publish it so that it never changes again.

Exit codes: 0 all well, 1 something is wrong with an edition, 2 the command cannot be carried out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import get_args

import click

from vsportal import editions as form
from vsportal.editions import lock, reading_age
from vsportal.editions.kinds import options_of
from vsportal.editions.loading import EditionError, load, read
from vsportal.editions.schema import (
    Asked,
    Column,
    Derived,
    Edition,
    Field,
    Note,
    Occasion,
    Phase,
    Rows,
    Season,
    Spec,
    Stage,
)

_FOLDER = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=form.FOLDER,
    help="Where the editions lie, when not in the portal itself.",
)


@click.group("editions")
def editions() -> None:
    """The editions of the PEP form: check, show and publish them."""


@editions.command("check")
@_FOLDER
def check(folder: Path) -> None:
    """Every fault of every edition, and every byte of a published one that has changed."""
    found = 0
    names = _names(folder)
    if not names:
        raise click.UsageError(f"There is no edition in {folder}.")
    for name in names:
        edition, faults = read(folder / name)
        for fault in faults:
            click.echo(str(fault), err=True)
        if edition is not None and not faults:
            faults = [EditionError(f"{name}/{s}", said) for s, said in reading_age.too_hard(edition)]
            for fault in faults:
                click.echo(str(fault), err=True)
        found += len(faults)
        if edition is not None and not faults:
            questions = sum(len(section.fields) for section in edition.sections)
            click.echo(f"{name}: {len(edition.sections)} sections, {questions} questions, nothing wrong")
    for sentence in lock.broken(folder):
        click.echo(sentence, err=True)
        found += 1
    if found:
        click.echo(f"{found} {'fault' if found == 1 else 'faults'} found.", err=True)
        raise SystemExit(1)


@editions.command("publish")
@click.argument("name")
@_FOLDER
def publish(name: str, folder: Path) -> None:
    """Write down the bytes of the edition NAME: from then on a change of any of them is a fault."""
    _load(folder, name)
    try:
        lock.publish(folder, name, date.today())  # noqa: DTZ011  # a note for people, in their own day
    except lock.AlreadyPublished as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from error
    click.echo(f"{name} is published. To correct it, write a new edition, like {name}.1.")


@editions.command("show")
@click.argument("name")
@click.option("--phase", type=click.Choice(get_args(Phase)), required=True)
@click.option("--section", "only", help="One section alone, by its id.")
@click.option("--term", type=click.Choice(get_args(Season)), default="autumn", show_default=True)
@click.option("--occasion", type=click.Choice(get_args(Occasion)), default="termly", show_default=True)
@click.option(
    "--year", type=click.IntRange(0, 14), help="The national curriculum year; without it, all years."
)
@click.option("--stage", type=click.Choice(get_args(Stage)), default="full", show_default=True)
@_FOLDER
def show(  # noqa: PLR0917  # click gives them by name
    name: str,
    phase: Phase,
    only: str | None,
    term: Season,
    occasion: Occasion,
    year: int | None,
    stage: Stage,
    folder: Path,
) -> None:
    """Print the form NAME as a reader would see it, for people who do not read TOML."""
    edition = _load(folder, name)
    sections = form.asked_of(edition, form.Choice(phase, term, occasion, year, stage))
    if only is not None:
        sections = tuple(section for section in sections if section.id == only)
    if not sections:
        asked_for = f"the section {only}" if only else "any section"
        raise click.UsageError(f"{name} does not have {asked_for} for {phase}.")
    in_which_year = f", Year {year}" if year else ""
    click.echo(f"{edition.title}\n{phase}, {term} term, {occasion}{in_which_year}")
    for section in sections:
        click.echo("\n" + "\n".join(_section(section)))


def _names(folder: Path) -> list[str]:
    """The editions in a folder."""
    return sorted(file.parent.name for file in folder.glob("*/edition.toml"))


def _load(folder: Path, name: str) -> Edition:
    """The edition, or the command ends: 2 when there is none, 1 when it is at fault."""
    if name not in _names(folder):
        raise click.UsageError(
            f"There is no edition {name}. There are: {', '.join(_names(folder)) or 'none'}."
        )
    try:
        return load(folder / name)
    except EditionError as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from error


def _section(section: Asked) -> Iterator[str]:
    """A section in lines."""
    yield f"{section.title} ({section.id})"
    yield "=" * len(f"{section.title} ({section.id})")
    part = f"{section.part} part" if section.part else "no part"
    comments = f"; comments: {', '.join(section.comments)}" if section.comments else ""
    yield f"Completed by {section.owner}; {part}; due {section.due.replace('_', ' ')}{comments}"
    if section.lede:
        yield section.lede
    if section.owner == reading_age.READER:
        yield f"Reading age: {reading_age.whole(reading_age.texts_of(section)):.1f} years"
    group = ""
    for question in section.fields:
        if question.group and question.group != group:
            group = question.group
            yield f"\n{group}"
        yield ""
        yield from _question(section, question)


def _question(section: Asked, question: Field) -> Iterator[str]:
    """A question in lines, its columns indented under it."""
    if isinstance(question, Note):
        yield f"  {question.text}"
        return
    yield f"  {question.label}"
    about = [question.id, question.kind.replace("_", " "), question.audience or ""]
    if isinstance(question, Derived):
        about.append("worked out")
    elif question.source:
        about.append(f"from the record: {question.source}")
    else:
        about.append("required" if _is_required(question) else "optional")
    if question.owner:
        about.append(f"answered by {question.owner}")
    if question.statute:
        about.append(f"meets {', '.join(question.statute)}")
    yield f"    [{'; '.join(filter(None, about))}]"
    yield from (f"    {line}" for line in _details(question))
    if isinstance(question, Rows):
        if question.rows:
            yield f"    Rows: {', '.join(label for _, label in question.rows)}"
        for column in question.columns:
            yield from (f"    {line}" for line in _column(column))


def _is_required(question: Field) -> bool:
    return bool(question.missing) or (isinstance(question, Rows) and any(c.missing for c in question.columns))


def _column(column: Column) -> Iterator[str]:
    about = [
        column.id,
        column.kind.replace("_", " "),
        column.audience or "",
        "required" if column.missing else "",
    ]
    yield f"- {column.label} [{'; '.join(filter(None, about))}]"
    yield from (f"    {line}" for line in _details(column))


def _details(spec: Spec) -> Iterator[str]:
    """Hint, answers offered, when it is asked."""
    if spec.hint:
        yield spec.hint
    offered = options_of(spec)
    if offered and spec.kind != "yes_no":  # type: ignore[attr-defined]  # every spec in use has a kind
        labels = [label for _, label in offered]
        more = f", and {len(labels) - 12} more" if len(labels) > 12 else ""
        yield f"Answers: {'; '.join(labels[:12])}{more}"
    for name, values in spec.when.items():
        yield f"Asked when {name} is {' or '.join(values)}"
