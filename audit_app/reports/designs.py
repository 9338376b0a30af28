"""Report designs: folders with `report.yml`, `report.html`, `print.css` and `sections/`.

`report.yml` holds `title`, `audience`, `sections` (printed in this order, each a file
`sections/<name>.html`) and `settings` (`percent_from`, `team_from`: case files, whole numbers).
The folder's name is the design's key.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from audit_app.core.faults import Refusal
from audit_app.resources import data_folder
from audit_app.version import VERSION

KEY = re.compile(r"[a-z][a-z0-9_]*")
SETTINGS = ("percent_from", "team_from")


class DesignFault(Refusal):
    """A design cannot be used; the message is one sentence for whoever keeps the folder."""


@dataclass(frozen=True, slots=True)
class Design:
    """One design. `percent_from` and `team_from`: least case files for a percentage, a team."""

    key: str
    title: str
    audience: str
    sections: tuple[str, ...]
    percent_from: int
    team_from: int
    folder: Path


def designs_folder() -> Path:
    """Where the designs lie: beside the package in the repository, inside it in a wheel."""
    return data_folder("reports")


def list_designs(folder: Path | None = None) -> list[str]:
    """The keys of all designs, in alphabetical order."""
    return sorted(path.parent.name for path in (folder or designs_folder()).glob("*/report.yml"))


def design_hash(design: Design) -> str:
    """SHA-256 over the design's files, their names and the program's version."""
    hashed = hashlib.sha256(VERSION.encode())
    for path in sorted(design.folder.rglob("*")):
        if path.is_file():
            hashed.update(path.relative_to(design.folder).as_posix().encode())
            hashed.update(path.read_bytes())
    return hashed.hexdigest()


def load_design(key: str, folder: Path | None = None) -> Design:
    """Read one design. Raises DesignFault when it is unknown or a part is missing or wrong."""
    root = folder or designs_folder()
    if not KEY.fullmatch(key) or not (root / key / "report.yml").is_file():
        known = ", ".join(list_designs(root)) or "none"
        raise DesignFault(f"There is no report design “{key}”; the designs are: {known}.")
    place = root / key
    described = _read(place / "report.yml")
    for name in ("report.html", "print.css"):
        if not (place / name).is_file():
            raise DesignFault(f"The design {key} has no {name}: put the file into {place}.")
    settings = described["settings"]
    return Design(
        key=key,
        title=str(described["title"]),
        audience=str(described["audience"]),
        sections=_check_sections(place, described["sections"]),
        percent_from=_check_number(place, settings, "percent_from"),
        team_from=_check_number(place, settings, "team_from"),
        folder=place,
    )


def _read(file: Path) -> dict[str, object]:
    try:
        described = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise DesignFault(f"{file} is not readable as YAML: {_one_line(fault)}.") from fault
    if not isinstance(described, dict):
        raise DesignFault(f"{file} must hold names and values, such as “title: …”.")
    for name in ("title", "audience", "sections", "settings"):
        if not described.get(name):
            raise DesignFault(f"{file} does not say “{name}”: add it.")
    return described


def _one_line(fault: Exception) -> str:
    return " ".join(str(fault).split())


def _check_sections(place: Path, sections: object) -> tuple[str, ...]:
    names = sections if isinstance(sections, list) else [sections]
    for name in names:
        if not isinstance(name, str) or not KEY.fullmatch(name):
            raise DesignFault(
                f"{place / 'report.yml'}: the section “{name}” is not a name of small letters."
            )
        if not (place / "sections" / f"{name}.html").is_file():
            raise DesignFault(
                f"{place / 'report.yml'}: the section “{name}” has no file sections/{name}.html."
            )
    return tuple(names)


def _check_number(place: Path, settings: object, name: str) -> int:
    number = settings.get(name) if isinstance(settings, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise DesignFault(
            f"{place / 'report.yml'}: settings must say “{name}” as a whole number from 1 up; "
            f"known settings are {', '.join(SETTINGS)}."
        )
    return number
