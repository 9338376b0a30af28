"""The mapped classes, by noun."""

from audit_app.store.tables.actions import Action, ActionUpdate
from audit_app.store.tables.attachments import Attachment
from audit_app.store.tables.audits import (
    AgencyPart,
    Allocation,
    Audit,
    AuditTheme,
    CalibrationReading,
    Reading,
    RecordedAnswer,
    RecordedState,
    SaveStamp,
    SecondReading,
)
from audit_app.store.tables.bank_drafts import BankDraft
from audit_app.store.tables.base import Base
from audit_app.store.tables.caseload import (
    CaseFile,
    CaseloadEntry,
    CaseloadEvent,
    CensusStranger,
    DoubtfulRow,
    EntryFactor,
    Extract,
    ExtractState,
    FormerReference,
    FrontDoorReferral,
    PseudonymKey,
)
from audit_app.store.tables.concerns import Concern, ConcernContact
from audit_app.store.tables.cycles import (
    Calibration,
    Cycle,
    CycleAuditor,
    FrameEntry,
    ModerationRule,
    Round,
    Sample,
    SampleCase,
    SampleExclusion,
)
from audit_app.store.tables.editions import Edition, Job, JobState
from audit_app.store.tables.exemptions import Exemption
from audit_app.store.tables.feeds import CalendarFeed
from audit_app.store.tables.findings import Finding, FindingQuote
from audit_app.store.tables.history import HistoryEntry, HistoryHead
from audit_app.store.tables.instruments import BankVersion, FormBank, FormVersion
from audit_app.store.tables.moderation import (
    AuditVersion,
    EarlierAnswer,
    EarlierTheme,
    Moderation,
    ModerationComment,
    ModerationGrade,
    ModerationReason,
)
from audit_app.store.tables.people import Appointment, Passkey, Person, Team, TeamMembership
from audit_app.store.tables.plan import PlanEntry
from audit_app.store.tables.reminders import Reminder, ReminderRule
from audit_app.store.tables.replies import FamilyFeedback, Reply, ReplyPart
from audit_app.store.tables.retention import LegalHold, Purge
from audit_app.store.tables.routes import ReportingRoute, RouteReport
from audit_app.store.tables.sections import AuditEntry, AuditSection
from audit_app.store.tables.sign_ins import LinkPurpose, Mail, MailedLink, SignIn, SignInMethod

__all__ = [
    "Action",
    "ActionUpdate",
    "AgencyPart",
    "Allocation",
    "Appointment",
    "Attachment",
    "Audit",
    "AuditEntry",
    "AuditSection",
    "AuditTheme",
    "AuditVersion",
    "BankDraft",
    "BankVersion",
    "Base",
    "CalendarFeed",
    "Calibration",
    "CalibrationReading",
    "CaseFile",
    "CaseloadEntry",
    "CaseloadEvent",
    "CensusStranger",
    "Concern",
    "ConcernContact",
    "Cycle",
    "CycleAuditor",
    "DoubtfulRow",
    "EarlierAnswer",
    "EarlierTheme",
    "Edition",
    "EntryFactor",
    "Exemption",
    "Extract",
    "ExtractState",
    "FamilyFeedback",
    "Finding",
    "FindingQuote",
    "FormBank",
    "FormVersion",
    "FormerReference",
    "FrameEntry",
    "FrontDoorReferral",
    "HistoryEntry",
    "HistoryHead",
    "Job",
    "JobState",
    "LegalHold",
    "LinkPurpose",
    "Mail",
    "MailedLink",
    "Moderation",
    "ModerationComment",
    "ModerationGrade",
    "ModerationReason",
    "ModerationRule",
    "Passkey",
    "Person",
    "PlanEntry",
    "PseudonymKey",
    "Purge",
    "Reading",
    "RecordedAnswer",
    "RecordedState",
    "Reminder",
    "ReminderRule",
    "Reply",
    "ReplyPart",
    "ReportingRoute",
    "Round",
    "RouteReport",
    "Sample",
    "SampleCase",
    "SampleExclusion",
    "SaveStamp",
    "SecondReading",
    "SignIn",
    "SignInMethod",
    "Team",
    "TeamMembership",
]
