"""The folder of attached files: outside the web root, under random names, for its owner alone."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

FOLDER = "attachments"
_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class AttachmentFolder:
    """`attachments/` of the instance folder; it is made with the first file."""

    path: Path

    @classmethod
    def of(cls, instance: Path) -> AttachmentFolder:
        """That of an installation."""
        return cls(instance / FOLDER)

    def keep(self, content: bytes) -> str:
        """Write a file and return the random name that it lies under."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = secrets.token_hex(16)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(self.path / name, flags, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return name

    def read(self, name: str, sha256: str) -> bytes | None:
        """The file; None where it is not there or is not what it was."""
        try:
            content = self._path_of(name).read_bytes()
        except FileNotFoundError:
            return None
        return content if hashlib.sha256(content).hexdigest() == sha256 else None

    def remove(self, name: str) -> None:
        """Delete a file; one that is gone already is no fault."""
        self._path_of(name).unlink(missing_ok=True)

    def names(self) -> frozenset[str]:
        """Whatever lies in the folder."""
        if not self.path.is_dir():
            return frozenset()
        return frozenset(path.name for path in self.path.iterdir())

    def _path_of(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("not the name of an attached file")
        return self.path / name
