"""Work that never ends, or takes all the memory there is: imported by the child that runs it."""

from __future__ import annotations

import ctypes
import os
import time


def sleep(*, progress) -> bytes:
    """Say who it is, and never come back."""
    progress(os.getpid(), 0, "asleep")
    time.sleep(600)
    return b""


def fill_memory(*, progress) -> bytes:
    """Take memory in Python until there is none."""
    held = []
    while True:
        held.append(bytearray(16 * 1024**2))


def die(*, progress) -> bytes:
    """End as a library in C does when it gets no memory."""
    ctypes.CDLL(None).abort()
    return b""


def divide(*, progress) -> bytes:
    """Fail with a fault of the program's own."""
    return bytes(1 // int("0"))
