"""The application's log: JSON lines with ids and tags, never a name or an answer."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog
from flask import Flask

from vsportal.settings import ROOT, Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Write one line an event to standard error; in the demo for people, else as JSON."""
    render = (
        structlog.dev.ConsoleRenderer(colors=False) if settings.demo else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            where_it_failed,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=not settings.testing,
    )


def where_it_failed(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An exception as the places it came through, without its message.

    A message may quote what somebody wrote: a database's does, with the whole row.
    """
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["where"] = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        event["because"] = type(error.__cause__).__name__ if error.__cause__ else ""
    return event


def _short(file: str) -> str:
    """A file's path inside the portal, or the name of somebody else's."""
    path = Path(file)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
