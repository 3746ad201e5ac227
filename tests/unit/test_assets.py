"""The front-end files: what is served is ours to use, under names that change with the content.
They are there since set-up; nothing here fetches anything.
"""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from vsportal import assets


@pytest.fixture
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder in the place of static/; what was read before is forgotten, and again afterwards."""
    remembering = (assets.own, assets.vendored, assets._manifest)
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "vendor")
    for function in remembering:
        function.cache_clear()
    yield tmp_path
    for function in remembering:
        function.cache_clear()


def served(name: str) -> str:
    """The text of a file as a browser gets it."""
    return (assets.STATIC / assets.vendored(name)).read_text()


def test_no_typeface_or_crest_of_gov_uk_is_served() -> None:
    style = served("govuk.css")

    assert "GDS Transport" not in style
    assert "@font-face" not in style
    assert "url(" not in style
    assert "Atkinson Hyperlegible" in style


def test_every_font_named_in_the_style_is_there() -> None:
    named = re.findall(r"url\(([^)]+)\)", served("fonts.css"))

    assert len(named) == len(assets.FACES)
    assert [name for name in named if not (assets.VENDOR / name).exists()] == []


def test_a_compressed_file_is_the_file() -> None:
    for packed in assets.VENDOR.glob("*.gz"):
        assert gzip.decompress(packed.read_bytes()) == packed.with_suffix("").read_bytes()


def test_only_names_with_a_mark_of_their_content_are_kept_for_ever() -> None:
    assert assets.never_changes("", f"/static/{assets.vendored('htmx.js')}")
    assert not assets.never_changes("", "/static/app.css")
    assert not assets.never_changes("", "/static/vendor/manifest.json")


def test_the_name_of_our_own_file_changes_with_its_content(static: Path) -> None:
    (static / "app.css").write_text("a {}")
    before = assets.own("app.css")
    assets.own.cache_clear()

    (static / "app.css").write_text("b {}")

    assert before != assets.own("app.css")
    assert re.fullmatch(r"app\.css\?v=[0-9a-f]{12}", before)


def test_an_old_compressed_form_is_written_anew(static: Path) -> None:
    (static / "app.css").write_text("a {}")
    assets.compress_own()
    (static / "app.css").write_text("b {}")

    assets.compress_own()

    assert gzip.decompress((static / "app.css.gz").read_bytes()) == b"b {}"


def test_without_the_files_the_error_says_what_to_do(static: Path) -> None:
    with pytest.raises(RuntimeError, match="Run make setup"):
        assets.vendored("govuk.css")


def test_a_name_that_nobody_fetches_is_an_error_that_lists_the_others() -> None:
    with pytest.raises(RuntimeError, match=r"called jquery\.js: there are .*govuk\.css, htmx\.js"):
        assets.vendored("jquery.js")
