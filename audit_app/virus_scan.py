"""Asks a ClamAV daemon about a file (INSTREAM of clamd's protocol; see `man clamd`)."""

from __future__ import annotations

import socket
import struct
from time import monotonic

from audit_app.core.faults import Refusal

PIECE = 65_536
SECONDS = 20.0


class ScanFault(Refusal):
    """The daemon did not say whether the file is sound."""


def scan(content: bytes, address: str, *, seconds: float = SECONDS) -> str | None:
    """What the daemon found in the file; None: nothing.

    `address`: the path of a socket, or host:port. ScanFault unless it answers within `seconds`.
    """
    ends = monotonic() + seconds
    try:
        with _connect(address, seconds) as daemon:
            daemon.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), PIECE):
                piece = content[start : start + PIECE]
                daemon.settimeout(_left(ends))
                daemon.sendall(struct.pack("!I", len(piece)) + piece)
            daemon.sendall(struct.pack("!I", 0))
            answer = b""
            while not answer.endswith(b"\0") and len(answer) < PIECE:
                daemon.settimeout(_left(ends))
                more = daemon.recv(4096)
                if not more:
                    break
                answer += more
    except (OSError, ValueError, AttributeError):
        raise ScanFault("The virus scanner does not answer.") from None
    said = answer.rstrip(b"\0\n").decode("utf-8", "replace").removeprefix("stream: ")
    if said == "OK":
        return None
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    raise ScanFault("The virus scanner could not read the file.")


def _connect(address: str, seconds: float) -> socket.socket:
    if "/" not in address:
        host, _colon, port = address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=seconds)
    daemon = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    daemon.settimeout(seconds)
    try:
        daemon.connect(address)
    except OSError:
        daemon.close()
        raise
    return daemon


def _left(ends: float) -> float:
    left = ends - monotonic()
    if left <= 0:
        raise TimeoutError
    return left
