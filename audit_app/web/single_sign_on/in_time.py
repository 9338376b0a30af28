"""Answers of the provider that are read within a time, however slowly their bytes come.

A socket's own timeout begins anew with each byte. Here it is a limit on the whole answer, headers
and body, reckoned from when the answer was asked for.
"""

from __future__ import annotations

import io
import time
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter

if TYPE_CHECKING:
    from socket import socket


class _InTime(io.RawIOBase):
    """Reads from a socket until its timeout, which is one for everything that is read."""

    def __init__(self, within: socket, unread: io.RawIOBase) -> None:
        """The time begins now; a socket without a timeout is read without end."""
        super().__init__()
        self._socket, self._unread = within, unread
        seconds = within.gettimeout()
        self._until = None if seconds is None else time.monotonic() + seconds

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Any, /) -> int | None:  # noqa: ANN401
        """Read what is there; TimeoutError when the time is over."""
        if self._until is not None:
            left = self._until - time.monotonic()
            if left <= 0:
                raise TimeoutError("the answer takes too long")
            self._socket.settimeout(left)
        return self._unread.readinto(buffer)

    def close(self) -> None:
        """Close what is read from, too."""
        super().close()
        self._unread.close()


class _Answer(HTTPResponse):
    """An answer whose status, headers and body all come within the socket's timeout."""

    def __init__(self, sock: socket, *args: Any, **more: Any) -> None:  # noqa: ANN401
        """Put the limit between the socket and who reads."""
        super().__init__(sock, *args, **more)
        self.fp = io.BufferedReader(_InTime(sock, self.fp.detach()))


class InTime(HTTPAdapter):
    """Sends as ever; what comes back comes in time or not at all."""

    def init_poolmanager(self, *args: Any, **more: Any) -> None:  # noqa: ANN401
        """Make connections, plain and over TLS, that read their answers so."""
        super().init_poolmanager(*args, **more)
        self.poolmanager.pool_classes_by_scheme = {
            scheme: _reading_in_time(pool)
            for scheme, pool in self.poolmanager.pool_classes_by_scheme.items()
        }


def _reading_in_time(pool: Any) -> type:  # noqa: ANN401 # one of the library's two
    connection = type("Connection", (pool.ConnectionCls,), {"response_class": _Answer})
    return type("Pool", (pool,), {"ConnectionCls": connection})
