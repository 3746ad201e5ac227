"""Paper: each PDF holds what its reader may read and no more, whatever people type, and says who printed it."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader

from tests.client import PageClient
from tests.plans import TIES, close, fill, hold_the_meeting, review, sign_in
from tests.world import World
from vsportal import clock, names
from vsportal.extensions import db
from vsportal.models import AccessEvent, PepState
from vsportal.peps.loading import load_plan
from vsportal.policy import Tie
from vsportal.signing.keeping import sign_off


def fetch(client: PageClient, path: str) -> PdfReader:
    """A PDF as somebody gets it."""
    answer = client.get(path, bare=True)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(answer.response.get_data()))


def words(reader: PdfReader) -> str:
    """Its text in one line."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


def test_a_plan_that_is_open_is_printed_and_marked_as_not_signed_off(client: PageClient, world: World) -> None:
    fill(world, "progress")
    db.session.commit()
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])

    text = words(fetch(client, f"/peps/{world.pep.ref}.pdf"))

    assert "Not signed off, as of" in text
