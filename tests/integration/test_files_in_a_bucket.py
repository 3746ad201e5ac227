"""Files of a plan in S3-compatible storage: kept, fetched, removed, tidied; and what happens without it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.buckets import KEY, SECRET, Shelf, storage
from tests.client import PageClient
from tests.filed import PDF
from tests.integration.test_files import OWNER, kept, send, settings
from tests.plans import events
from tests.world import World
from vsportal import clock
from vsportal.extensions import db
from vsportal.files.bucket import bucket_at
from vsportal.files.storage import AWAY, UNCLAIMED, StorageAway
from vsportal.models import AccessEvent
from vsportal.settings import bucket_address


@pytest.fixture(autouse=True)
def shelf(app: Flask, tmp_path: Path) -> Iterator[Shelf]:
    """A storage of one's own, which the portal is set to."""
    with storage() as made, settings(app, files_url=made.url, files_dir=str(tmp_path)):
        yield made


@pytest.fixture
def adviser(client: PageClient, world: World) -> PageClient:
    """The allocated adviser, signed in: the record of the meeting is theirs."""
    client.sign_in(world.people[OWNER])
    return client


def test_a_file_lies_in_the_bucket_and_nowhere_else_and_is_fetched_from_it(
    adviser: PageClient, world: World, shelf: Shelf, tmp_path: Path
) -> None:
    page = adviser.follow(send(adviser, world, (PDF, "letter.pdf")))
    fetched = adviser.get(page.links()["letter.pdf"], bare=True)

    assert page.notices() == ["1 file added."]
    assert fetched.response.data == PDF
    assert shelf.objects == {f"plans/{kept()[0].ref}": PDF}
    assert list(tmp_path.iterdir()) == []
    assert all(f"Credential={KEY}/" in line and "/eu-west-2/s3/" in line for line in shelf.signed)


def test_a_file_removed_leaves_the_bucket(adviser: PageClient, world: World, shelf: Shelf) -> None:
    page = adviser.follow(send(adviser, world, (PDF, "letter.pdf")))
    adviser.submit(page, action=f"/files/{kept()[0].ref}/remove")

    assert shelf.objects == {}
    assert kept() == []


def test_bytes_that_are_gone_are_no_file(adviser: PageClient, world: World, shelf: Shelf) -> None:
    send(adviser, world, (PDF, "letter.pdf"))
    shelf.objects.clear()

    assert adviser.get(f"/files/{kept()[0].ref}", bare=True).status == 404


@pytest.mark.parametrize("status", [403, 500, 503])
def test_what_the_storage_refuses_is_not_kept_and_is_told_without_its_words(
    adviser: PageClient,
    world: World,
    shelf: Shelf,
    status: int,
    capfd: pytest.CaptureFixture[str],
) -> None:
    adviser.get(f"/peps/{world.pep.ref}/sections/meeting")
    shelf.broken = status
    page = send(adviser, world, (PDF, "letter.pdf"), (PDF, "another.pdf"))
    told = page.body + "".join(capfd.readouterr())

    assert page.errors() == [AWAY]
    assert kept() == []
    assert events(world, "pep:file:added") == []
    assert not any(secret in told for secret in (KEY, SECRET, "qz%2Fsecret"))
    assert shelf.asked.count("PUT") <= 2  # tried once more, and the second file not at all


def test_without_the_storage_nothing_is_fetched_no_look_is_written_and_nothing_is_lost(
    app: Flask, adviser: PageClient, world: World, shelf: Shelf
) -> None:
    send(adviser, world, (PDF, "letter.pdf"))
    address = f"/files/{kept()[0].ref}"
    shelf.broken = 503
    refused = adviser.get(address, bare=True, may_fail=True)
    looks = db.session.scalars(select(AccessEvent).where(AccessEvent.what == "file")).all()
    shelf.broken = 0

    assert "The portal is busy" in refused.body
    assert looks == []
    assert adviser.get(address, bare=True).response.data == PDF


def test_a_removal_stands_while_the_storage_is_away_and_tidying_ends_it(
    app: Flask, adviser: PageClient, world: World, shelf: Shelf
) -> None:
    page = adviser.follow(send(adviser, world, (PDF, "letter.pdf")))
    shelf.broken = 503
    adviser.submit(page, action=f"/files/{kept()[0].ref}/remove")
    tidy = app.test_cli_runner().invoke(args=["files", "tidy"])
    shelf.broken = 0

    assert kept() == []
    assert len(shelf.objects) == 1
    assert tidy.exit_code == 1
    assert "the storage does not answer" in tidy.output
    shelf.hours_ago = 25
    assert "1 taken away" in app.test_cli_runner().invoke(args=["files", "tidy"]).output
    assert shelf.objects == {}


def test_only_bytes_that_no_plan_has_and_that_are_a_day_old_are_tidied_away(shelf: Shelf) -> None:
    bucket = bucket_at(bucket_address(shelf.url))
    for name in ("kept", "left"):
        bucket.keep(name, io.BytesIO(b"x"))
    shelf.objects["elsewhere/left"] = b"of somebody else"

    assert list(bucket.unclaimed({"kept"})) == []
    assert list(bucket.unclaimed({"kept"}, clock.now() + UNCLAIMED * 1.1)) == ["left"]


def test_forgetting_twice_does_no_harm_and_a_large_file_comes_back_whole(shelf: Shelf) -> None:
    bucket = bucket_at(bucket_address(shelf.url))
    large = bytes(range(256)) * 30_000
    bucket.keep("large", io.BytesIO(large))
    back = bucket.read("large")

    assert back is not None
    with back:
        assert back.read() == large
    bucket.forget("large")
    bucket.forget("large")
    assert bucket.read("large") is None


def test_where_nobody_answers_the_error_says_so_and_nothing_of_the_key() -> None:
    with storage() as gone:
        bucket = bucket_at(bucket_address(gone.url))
    with pytest.raises(StorageAway) as error:
        bucket.keep("ref", io.BytesIO(b"x"))

    assert str(error.value).endswith("Try again later.")
    assert error.value.__suppress_context__
    assert SECRET not in repr(bucket) + repr(bucket_address(gone.url))


def test_a_stream_that_breaks_off_leaves_nothing_in_the_bucket(shelf: Shelf) -> None:
    class Breaks(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("the line is cut")

    with pytest.raises(OSError, match="cut"):
        bucket_at(bucket_address(shelf.url)).keep("ref", Breaks(b"x"))

    assert shelf.asked == []
