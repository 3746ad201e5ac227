"""PDFs: tagged (PDF/UA), with their fonts in them, made from plain data by a template in `templates/`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Final

import typst

from vsportal.signing.fonts import drawable, families, fonts

TEMPLATES = Path(__file__).parent / "templates"
STANDARD: Final = "ua-1"

_one_at_a_time = Lock()
"""The compiler keeps what it worked out; two threads would each keep their own."""


class PdfError(RuntimeError):
    """The template and its data do not make a PDF that everybody can read."""


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """A PDF/UA document. PdfError when the template warns: then a font or a description is missing."""
    clean = {**_drawable(data), "fonts": families()}
    with _one_at_a_time:
        try:
            made, warnings = typst.compile_with_warnings(
                TEMPLATES / f"{template}.typ",
                root=TEMPLATES,
                font_paths=fonts(),
                ignore_system_fonts=True,
                sys_inputs={"data": json.dumps(clean, ensure_ascii=False)},
                pdf_standards=[STANDARD],
            )
        except typst.TypstError as error:
            raise PdfError(f"The PDF template {template} fails.") from error
    if warnings:
        raise PdfError(f"The PDF template {template} warns: {warnings[0].message}")
    if not isinstance(made, bytes):
        raise PdfError(f"The PDF template {template} made nothing.")
    return made


def _drawable(value: Any) -> Any:  # any JSON
    """The same data with every text drawable."""
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, Mapping):
        return {key: _drawable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_drawable(one) for one in value]
    return value
