"""Where the data folders lie: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_folder(name: str) -> Path:
    """Return the folder of a data kind: `question_banks`, `reports` or `migrations`.

    An installed wheel carries them under `audit_app/data/`; a checkout has them at the top level.
    """
    installed = _PACKAGE / "data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
