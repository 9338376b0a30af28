"""Files beside the database go with its transactions: what is rolled back changes no file.

A file is written before its row is committed, and deleted only after. Where the machine stops in
between, a file lies there without a row, which `audit-app audits attachments --check` shows.
"""

from __future__ import annotations

from sqlalchemy import event
from sqlalchemy.orm import Session

from audit_app.attachments.folder import AttachmentFolder

_MADE, _GONE = "files made", "files to delete"
_Files = list[tuple[AttachmentFolder, str]]


def made_file(session: Session, folder: AttachmentFolder, name: str) -> None:
    """Delete the file should the transaction not be committed."""
    _list(session, _MADE).append((folder, name))


def delete_when_committed(session: Session, folder: AttachmentFolder, name: str) -> None:
    """Delete the file once the transaction is committed, and only then."""
    _list(session, _GONE).append((folder, name))


def _list(session: Session, which: str) -> _Files:
    files: _Files = session.info.setdefault(which, [])
    return files


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    _delete(session, _GONE, forget=_MADE)


@event.listens_for(Session, "after_rollback")
def _rolled_back(session: Session) -> None:
    _delete(session, _MADE, forget=_GONE)


def _delete(session: Session, which: str, *, forget: str) -> None:
    session.info.pop(forget, None)
    for folder, name in session.info.pop(which, ()):
        folder.remove(name)
