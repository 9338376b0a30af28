"""Lists of what is not a case file: which headings each of them needs, and which fields they fill.

Strategy discussions stand in Annex A list 5; supervision files follow from the workers of list 6,
or stand in a list of the council's own, as agencies do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

from audit_app.caseload.annex_a import (
    BORN,
    CHILDREN_IN_NEED,
    ENQUIRIES,
    ID,
    MAPPED_FIELDS,
    AnnexList,
    Column,
    Kind,
)
from audit_app.core.question_bank import Subject

_OF_LIST_6 = {column.field: column for column in CHILDREN_IN_NEED.columns}
_TEAM = replace(_OF_LIST_6["team"], required=False)
_WORKER = replace(_OF_LIST_6["worker"], required=True)
_STATED = ("status", "cin_closure")

DISCUSSIONS = replace(
    ENQUIRIES,
    columns=(
        *ENQUIRIES.columns,
        BORN,
        _OF_LIST_6["age"],
        replace(_TEAM, required=True),
        _OF_LIST_6["worker"],
    ),
    local=True,
)
WORKERS_OF_LIST_6 = AnnexList(
    number=6,
    title="Children in Need, by worker",
    columns=(ID, _OF_LIST_6["cin_start"], _WORKER, _TEAM, *(_OF_LIST_6[f] for f in _STATED)),
    start="cin_start",
    end=None,
    key=(),
    facts=(),
    single=False,
    id_field="worker",
)
SUPERVISION = AnnexList(
    number=0,
    title="Supervision files",
    columns=(
        replace(_WORKER, headings=(*_WORKER.headings, "Supervisee", "Name of worker")),
        _TEAM,
        Column("supervisor", Kind.TEXT, ("Supervisor", "Name of supervisor", "Supervised by")),
    ),
    start="worker",
    end=None,
    key=(),
    facts=(),
    single=True,
    id_field="worker",
)
AGENCIES = AnnexList(
    number=0,
    title="Agencies",
    columns=(
        Column(
            "agency", Kind.ID, ("Agency", "Agency name", "Name of agency", "Organisation"), True
        ),
        Column("contact_role", Kind.TEXT, ("Contact role", "Role of contact", "Contact")),
    ),
    start="agency",
    end=None,
    key=(),
    facts=(),
    single=True,
    id_field="agency",
)

FORMS: Mapping[Subject, tuple[AnnexList, ...]] = MappingProxyType(
    {
        Subject.STRATEGY_DISCUSSION: (DISCUSSIONS,),
        Subject.SUPERVISION_FILE: (WORKERS_OF_LIST_6, SUPERVISION),
        Subject.AGENCY: (AGENCIES,),
    }
)
"""The lists that a file of this subject may hold; the first that a sheet has counts."""


def _fields(forms: Collection[AnnexList]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column.field for form in forms for column in form.columns))


FIELDS: Mapping[Subject, tuple[str, ...]] = MappingProxyType(
    {Subject.CASE_FILE: MAPPED_FIELDS} | {what: _fields(forms) for what, forms in FORMS.items()}
)
"""Every field that a mapping may name, by what the file lists."""
