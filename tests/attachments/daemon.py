"""A daemon that speaks as much of clamd's protocol as a scan needs."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

# In two parts, so that no scanner takes this file for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass
class Asked:
    """Where the daemon listens, and what it was sent."""

    address: str
    read: list[bytes] = field(default_factory=list)


@contextmanager
def daemon(
    path: Path | None = None, *, says: bytes | None = None, silent: bool = False
) -> Iterator[Asked]:
    """Listens at a path, or at a port; `says`: its answer whatever it is sent; `silent`: none."""
    if path is not None:
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(path))
        server.listen()
    else:
        server = socket.create_server(("127.0.0.1", 0))
    asked = Asked(str(path) if path is not None else f"127.0.0.1:{server.getsockname()[1]}")
    over = threading.Event()
    thread = threading.Thread(target=_serve, args=(server, asked, says, silent, over))
    thread.start()
    try:
        yield asked
    finally:
        over.set()
        server.close()
        thread.join(timeout=10)


def dead_address() -> str:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


def _serve(
    server: socket.socket, asked: Asked, says: bytes | None, silent: bool, over: threading.Event
) -> None:
    server.settimeout(0.05)
    while not over.is_set():
        try:
            client, _address = server.accept()
        except TimeoutError:
            continue
        except OSError:
            return
        with client:
            client.settimeout(5)
            content = _read_stream(client)
            asked.read.append(content)
            if silent:
                over.wait(5)
            else:
                client.sendall(says if says is not None else _judge(content))


def _judge(content: bytes) -> bytes:
    return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


def _read_stream(client: socket.socket) -> bytes:
    assert _read(client, 10) == b"zINSTREAM\0"
    content = b""
    while length := struct.unpack("!I", _read(client, 4))[0]:
        content += _read(client, length)
    return content


def _read(client: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        more = client.recv(length - len(data))
        assert more, "the client went away"
        data += more
    return data
