"""How a mail leaves: as a file in a folder, or by SMTP. Neither knows of the database.

`Refused` means that nobody got it: it may be tried again. Any other error leaves that open.
"""

import re
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

SECONDS = 20
"""How long a server may take to answer."""


class Refused(Exception):
    """The mail was not taken by anybody; the message says why, without an address."""


class Transport(Protocol):
    """Something that takes a mail, or raises."""

    def send(self, message: EmailMessage) -> None:
        """Hand it over; `Refused` when it was certainly not taken."""


def written(*, ref: str, sender: str, to: str, subject: str, body: str, at: datetime) -> EmailMessage:
    """A mail to one person. Its number follows from `ref`, so that a second copy would be recognised."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{ref}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message


class Files:
    """Mail kept as `.eml` files in a folder: what there is without SMTP_URL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage) -> None:
        """Write the file, whole or not at all; of the same mail there is ever one."""
        name = re.sub(r"[^\w-]", "", str(message["Message-ID"]).partition("@")[0])
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            unfinished = self.folder / f"{name}.part"
            unfinished.write_bytes(message.as_bytes())
            unfinished.replace(self.folder / f"{name}.eml")
        except OSError as error:
            raise Refused(f"The file could not be written: {error.strerror}.") from error


class SMTP:
    """A mail server: `smtp://name:password@host:587` (STARTTLS, always) or `smtps://…:465`."""

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)

    def send(self, message: EmailMessage) -> None:
        """Hand it to the server. Whatever goes wrong before the text was sent is `Refused`."""
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            raise Refused(_why(error)) from error
        try:
            server.send_message(message)
        except smtplib.SMTPServerDisconnected:
            raise  # while or after the text was sent: nobody knows
        except smtplib.SMTPException as error:  # the server answered, and the answer was no
            raise Refused(_why(error)) from error
        finally:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        """A connection on which nothing can be read on the way, signed in when a name is set."""
        host, safe = self.parts.hostname or "", ssl.create_default_context()
        server: smtplib.SMTP
        if self.parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, self.parts.port or 465, timeout=SECONDS, context=safe)
        else:
            server = smtplib.SMTP(host, self.parts.port or 587, timeout=SECONDS)
        try:
            if self.parts.scheme != "smtps":
                server.starttls(context=safe)
            if self.parts.username:
                server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def _why(error: Exception) -> str:
    """In words, with the server's number and never its own words: they repeat the address."""
    if not isinstance(error, smtplib.SMTPException):
        return f"The mail server could not be reached ({type(error).__name__})."
    refused = getattr(error, "recipients", {})
    code = getattr(error, "smtp_code", None) or next((answer[0] for answer in refused.values()), None)
    return f"The mail server refused it ({code or type(error).__name__})."
