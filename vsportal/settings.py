"""Every setting of the portal, read from the environment once and checked at start.

The table in README names each; `.env.example` shows each with a safe value.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """A setting is missing or cannot be meant; the message says which and what to do."""


@dataclass(frozen=True)
class BucketAddress:
    """Where a bucket is, and by which key it is opened; as text it says neither key nor secret."""

    endpoint: str
    bucket: str
    region: str
    key: str = field(repr=False)
    secret: str = field(repr=False)

    @property
    def tls(self) -> bool:
        """Whether it is asked over https."""
        return self.endpoint.startswith("https:")


NO_BUCKET = (
    "Set FILES_URL to s3://KEY:SECRET@host:port/bucket?region=eu-west-2&tls=1 (in the secret write / as %2F, "
    "+ as %2B, @ as %40), or leave it out to keep files in a folder."
)
_BUCKET = re.compile(
    r"s3://[^\s:/@?#]+:[^\s:/@?#]+@[\w.-]+(:\d{1,5})?/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\?[\w=&-]*)?"
)


def bucket_address(url: str) -> BucketAddress:
    """The parts of FILES_URL; ValueError, which says nothing of the secret, when it cannot be meant.

    `region`: eu-west-2 unless told. `tls`: 1 unless told; 0 only on a network of one's own.
    """
    if not _BUCKET.fullmatch(url):
        raise ValueError(NO_BUCKET)
    parts = urlsplit(url)
    if int(parts.netloc.rpartition("@")[2].partition(":")[2] or 443) > 65535:
        raise ValueError(NO_BUCKET)
    more = dict(parse_qsl(parts.query))
    if more.get("tls", "1") not in ("0", "1") or more.keys() - {"region", "tls"}:
        raise ValueError(NO_BUCKET)
    scheme = "https" if more.get("tls", "1") == "1" else "http"
    return BucketAddress(
        endpoint=f"{scheme}://{parts.netloc.rpartition('@')[2]}",
        bucket=parts.path[1:],
        region=more.get("region", "eu-west-2"),
        key=unquote(parts.username or ""),
        secret=unquote(parts.password or ""),
    )


class Settings(BaseSettings):
    """The portal's settings; frozen, from the environment only."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    demo: bool = False
    database_url: str = ""
    secret_key: str = ""
    https: bool = True
    session_minutes: int = Field(default=60, ge=5, le=720)
    cover_seconds: int = Field(default=90, ge=10, le=3600)
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    testing: bool = False
    files_dir: str = ""
    files_url: str = Field(default="", repr=False)
    upload_megabytes: int = Field(default=20, ge=1, le=200)
    clamd: str = ""
    smtp_url: str = ""
    mail_from: str = "portal@example.org"

    @model_validator(mode="after")
    def _a_real_installation_has_a_secret(self) -> Self:
        if not self.demo and not self.testing and len(self.secret_key) < 32:
            raise ValueError(
                "Set SECRET_KEY to at least 32 random characters, or DEMO=1 to try the portal out."
            )
        return self

    @model_validator(mode="after")
    def _mail_goes_to_a_server_we_can_reach(self) -> Self:
        if self.smtp_url and not re.fullmatch(r"smtps?://\S+", self.smtp_url):
            raise ValueError(
                "Set SMTP_URL to smtp://name:password@host:587 or smtps://name:password@host:465, "
                "or leave it out to keep mails as files."
            )
        return self

    @model_validator(mode="after")
    def _the_scanner_has_an_address(self) -> Self:
        if self.clamd and not re.fullmatch(r"/\S+|\S+:\d{1,5}", self.clamd):
            raise ValueError(
                "Set CLAMD to the scanner's host:port or to the path of its socket, or leave it out."
            )
        return self

    @model_validator(mode="after")
    def _the_bucket_has_an_address(self) -> Self:
        if self.files_url:
            bucket_address(self.files_url)
        return self

    @property
    def bucket(self) -> BucketAddress | None:
        """The bucket for the files of plans; None where they lie in a folder."""
        return bucket_address(self.files_url) if self.files_url else None

    @property
    def database(self) -> str:
        """The database's address; an SQLite file under `instance/` when none is set."""
        return (
            self.database_url
            or f"sqlite:///{ROOT / 'instance' / ('demo.db' if self.demo else 'vsportal.db')}"
        )

    @property
    def files(self) -> Path:
        """The folder for what is kept outside the database; under `instance/` when none is set."""
        return Path(self.files_dir) if self.files_dir else ROOT / "instance" / "files"

    @property
    def secret(self) -> str:
        """The key that signs cookies; the demo has one that protects nothing."""
        return self.secret_key or "demo-only-and-not-a-secret-0123456789"

    @property
    def over_https(self) -> bool:
        """Whether cookies and redirects insist on https; never in the demo."""
        return self.https and not self.demo and not self.testing


def from_environment() -> Settings:
    """Read the settings; SettingsError with one sentence a problem when they will not do."""
    try:
        return Settings(testing=False)  # only tests set it, in code
    except ValidationError as error:
        raise SettingsError(" ".join(_sentence(dict(e)) for e in error.errors())) from error


def _sentence(problem: dict[str, object]) -> str:
    """One line of a validation error, with the variable's name as it is set."""
    where = problem.get("loc") or ()
    name = str(where[0]).upper() if isinstance(where, tuple) and where else ""
    text = str(problem.get("msg", "")).removeprefix("Value error, ")
    return f"{name}: {text}." if name else text
