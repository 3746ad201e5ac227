"""A virus scanner, where the authority runs one: clamd, asked over its own short protocol."""

from __future__ import annotations

import re
import socket
import struct
from typing import IO

from vsportal.files.refusing import Infected, Refused

PIECE = 64 * 1024
SECONDS = 30

FOUND = "“{name}” was refused by the virus scanner, and nothing of it was kept. Tell your IT support."
UNREACHABLE = "“{name}” cannot be checked for viruses now, so it was not kept. Try again later."


def scan(address: str, name: str, stream: IO[bytes]) -> str:
    """Ask the scanner at `address` (“host:port” or a socket’s path) about a file: “clean”.

    Without an address “not_scanned”. Raises `Infected` when something is found, and `Refused` when the
    scanner does not answer: what cannot be checked is not kept.
    """
    if not address:
        return "not_scanned"
    try:
        answer = _ask(address, stream)
    except OSError as error:
        raise Refused(UNREACHABLE.format(name=name)) from error
    if re.search(rb"\bFOUND\s*$", answer):
        raise Infected(FOUND.format(name=name))
    if not re.search(rb": OK\s*$", answer):
        raise Refused(UNREACHABLE.format(name=name))
    return "clean"


def _ask(address: str, stream: IO[bytes]) -> bytes:
    """Send the file in pieces, each after its length; an empty one ends it."""
    with _connected(address) as line:
        line.sendall(b"zINSTREAM\0")
        stream.seek(0)
        while piece := stream.read(PIECE):
            line.sendall(struct.pack("!L", len(piece)) + piece)
        line.sendall(struct.pack("!L", 0))
        answer = b""
        while len(answer) < 4096 and (more := line.recv(4096)):
            answer += more
    return answer.rstrip(b"\0")


def _connected(address: str) -> socket.socket:
    """A connection, with an end to how long is waited."""
    if "/" in address:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)
