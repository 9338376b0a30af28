"""Work in a process of its own, with an end in time and memory: a pack cannot take a machine down.

A library in C ends its process when memory runs out, so the limit cannot stand in the worker.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final

from audit_app.core.faults import Refusal

if sys.platform != "win32":
    import resource

Progress = Callable[[int, int, str], None]


class WorkStopped(Refusal):
    """One sentence: the work came to the end of its time or memory."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Wall-clock seconds, and bytes of address space (on Linux; elsewhere only time counts)."""

    seconds: float
    memory: int


#: A pack of 28 case files takes some 8 seconds and 0.4 GB.
COMPILE_LIMITS: Final = Limits(seconds=600, memory=2 * 1024**3)
TOO_LONG: Final = (
    "The report was stopped because it took longer than {minutes:.0f} minutes. Nothing was lost: "
    "ask for it again, and if it stops again, tell whoever keeps this site."
)
TOO_MUCH: Final = (
    "The report was stopped because it needed more memory than it may use. Nothing was lost: "
    "tell whoever keeps this site."
)


def run_within(
    limits: Limits, work: Callable[..., bytes], *arguments: object, progress: Progress
) -> bytes:
    """What `work(*arguments, progress=…)` gives, run in a child that is gone afterwards.

    `work` and its arguments are pickled. Raises what the work raised, or WorkStopped.
    """
    # Not forked: the parent's threads and open connections stay the parent's.
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(there, limits, work, arguments), daemon=True)
    child.start()
    there.close()
    try:
        return _follow(here, limits, progress)
    finally:
        child.kill()
        child.join()
        here.close()


def _follow(here: Connection, limits: Limits, progress: Progress) -> bytes:
    ends = time.monotonic() + limits.seconds
    while here.poll(max(0.0, ends - time.monotonic())):
        try:
            told = here.recv()
        except EOFError as fault:  # the child was ended, and nobody else ends it
            raise WorkStopped(TOO_MUCH) from fault
        if isinstance(told, bytes):
            return told
        if isinstance(told, MemoryError):
            raise WorkStopped(TOO_MUCH) from told
        if isinstance(told, Exception):
            raise told
        progress(*told)
    raise WorkStopped(TOO_LONG.format(minutes=limits.seconds / 60))


def _work(
    there: Connection, limits: Limits, work: Callable[..., bytes], arguments: tuple[Any, ...]
) -> None:
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    try:
        there.send(work(*arguments, progress=lambda *step: there.send(step)))
    except Exception as fault:
        there.send(fault)
