"""What a text is searched for: the workers' names of the extracts, and children's birthdays."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from audit_app.core.free_text import KnownNames, Mark, find_marks, mask_all
from audit_app.store.tables import CaseloadEntry, Extract, ExtractState


@dataclass(frozen=True, slots=True)
class TextGuard:
    """Finds and masks what seems to name somebody, in texts about some case files."""

    names: KnownNames
    birth_days: frozenset[date]

    def marks(self, text: str) -> tuple[Mark, ...]:
        """What seems to name somebody."""
        return find_marks(text, self.names, self.birth_days)

    def mask(self, text: str) -> str:
        """The text as others may read it."""
        return mask_all(text, self.names, self.birth_days)


def guard_for(session: Session, case_file_ids: Collection[int] = ()) -> TextGuard:
    """A guard that knows the workers of every extract, and the birthdays of these case files."""
    born = select(CaseloadEntry.date_of_birth).where(
        CaseloadEntry.case_file_id.in_(case_file_ids), CaseloadEntry.date_of_birth.is_not(None)
    )
    days = session.scalars(born.distinct()) if case_file_ids else ()
    return TextGuard(_worker_names(session), frozenset(day for day in days if day is not None))


_Version = tuple[int, int | None, int]
_KNOWN: WeakKeyDictionary[Engine, tuple[_Version, KnownNames]] = WeakKeyDictionary()


def _worker_names(session: Session) -> KnownNames:
    """Everybody whom an extract in use, or once in use, names as a worker or supervisor.

    Texts are written about workers who have left, so the newest extract alone does not do. They are
    read anew only when an extract was taken into use or purged.
    """
    engine = session.get_bind().engine
    used = Extract.state == ExtractState.IN_USE
    count, newest, purged = session.execute(
        select(func.count(), func.max(Extract.id), func.count(Extract.purged_at)).where(used)
    ).one()
    version: _Version = (count, newest, purged)
    kept = _KNOWN.get(engine)
    if kept is None or kept[0] != version:
        rows = session.execute(
            select(CaseloadEntry.worker, CaseloadEntry.supervisor)
            .join(Extract, Extract.id == CaseloadEntry.extract_id)
            .where(used)
            .distinct()
        ).all()
        names = {name for row in rows for name in row if name}
        kept = _KNOWN[engine] = (version, KnownNames(sorted(names)))
    return kept[1]
