"""The mapped classes, by noun."""

from audit_app.store.tables.audits import Audit, AuditTheme, RecordedAnswer, RecordedState
from audit_app.store.tables.base import Base
from audit_app.store.tables.caseload import (
    CaseFile,
    CaseloadEntry,
    DoubtfulRow,
    Extract,
    ExtractState,
)
from audit_app.store.tables.cycles import (
    Cycle,
    CycleAuditor,
    FrameEntry,
    Sample,
    SampleCase,
    SampleExclusion,
)
from audit_app.store.tables.editions import Edition, HistoryEntry, Job, JobState
from audit_app.store.tables.findings import Finding, FindingQuote
from audit_app.store.tables.instruments import BankVersion, FormBank, FormVersion
from audit_app.store.tables.people import Person, PersonRole, Team

__all__ = [
    "Audit",
    "AuditTheme",
    "BankVersion",
    "Base",
    "CaseFile",
    "CaseloadEntry",
    "Cycle",
    "CycleAuditor",
    "DoubtfulRow",
    "Edition",
    "Extract",
    "ExtractState",
    "Finding",
    "FindingQuote",
    "FormBank",
    "FormVersion",
    "FrameEntry",
    "HistoryEntry",
    "Job",
    "JobState",
    "Person",
    "PersonRole",
    "RecordedAnswer",
    "RecordedState",
    "Sample",
    "SampleCase",
    "SampleExclusion",
    "Team",
]
