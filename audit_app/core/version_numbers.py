"""Version numbers: two or three whole numbers, ordered by number; `1.0` and `1.0.0` are one."""

from __future__ import annotations

import re

from audit_app.core.question_changes import Bump

VERSION_PATTERN = re.compile(r"(0|[1-9][0-9]{0,3})(\.(0|[1-9][0-9]{0,3})){1,2}")


def version_numbers(version: str) -> tuple[int, int, int]:
    """The three numbers of a version, the third 0 where it is not written; ValueError for none."""
    if not VERSION_PATTERN.fullmatch(version):
        raise ValueError(f"{version!r:.40} is not a version such as 1.0")
    first, second, *third = map(int, version.split("."))
    return first, second, third[0] if third else 0


def write_version(first: int, second: int, third: int = 0) -> str:
    """The one spelling of a version: `1.0`, never `1.0.0`, and `1.0.1`."""
    return f"{first}.{second}.{third}" if third else f"{first}.{second}"


def next_version(version: str, bump: Bump) -> str:
    """The lowest version that stands at least this bump above another.

    Without any change (`Bump.NONE`) a new version still needs a number of its own.
    """
    first, second, third = version_numbers(version)
    if bump is Bump.MAJOR:
        return write_version(first + 1, 0)
    if bump is Bump.MINOR:
        return write_version(first, second + 1)
    return write_version(first, second, third + 1)


def raises_enough(old: str, new: str, bump: Bump) -> bool:
    """Whether the new version stands at least this bump above the old one."""
    return version_numbers(new) >= version_numbers(next_version(old, bump))
