"""What permissions and states of people are called, and the table of who was where when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from audit_app.core.access import (
    MATRIX,
    ROLE_WORDS,
    SCOPES_OF,
    WHOLE_COUNCIL,
    Permission,
    Reach,
    Role,
)
from audit_app.store.people import scope_of
from audit_app.store.people_lists import PersonState, ScopeNames
from audit_app.store.tables import Appointment, TeamMembership

STATE_TAGS: Mapping[PersonState, tuple[str, str]] = {
    PersonState.ACTIVE: ("Active", "green"),
    PersonState.INVITED: ("Invited", "blue"),
    PersonState.DISABLED: ("Disabled", "grey"),
}

PERMISSION_WORDS: Mapping[Permission, str] = {
    Permission.SEE_HOME: "Open the home page",
    Permission.MANAGE_OWN_ACCOUNT: "Change how they sign in, and see where they are signed in",
    Permission.MANAGE_PEOPLE: "Invite people, give and end roles, disable accounts",
    Permission.READ_HISTORY: "Read the history",
    Permission.READ_BANKS: "Read question banks",
    Permission.REPLY_TO_AUDITS: "Reply to audits of their own case files",
    Permission.ANSWER_REPLIES: "Read replies and answer disputed grades",
    Permission.RECORD_FAMILY_FEEDBACK: "Write down what families said",
    Permission.SEE_SERVICE_FINDINGS: "Read findings of the service, without small counts",
    Permission.PUBLISH_BANKS: "Publish question banks",
    Permission.IMPORT_CASELOAD: "Import the caseload",
    Permission.READ_PLAN: "Read the audit plan",
    Permission.MANAGE_PLAN: "Change the audit plan and the reporting routes",
    Permission.MANAGE_CYCLES: "Open cycles, draw samples and allocate case files",
    Permission.DECIDE_EXEMPTIONS: "Decide who need not audit, where somebody else asked",
    Permission.FILL_IN: "Fill in audits, second readings and calibrations",
    Permission.DO_AUDITS: "Answer and submit audits",
    Permission.SEE_EARLIER_FINDINGS: "Read what earlier audits of the case file in hand found",
    Permission.MODERATE: "Read audits a second time, and settle grades",
    Permission.SEE_IDENTIFIER: "See the council’s id of a case file, which the history notes",
    Permission.SEE_WHO_MAY_SEE: "See who can see a case file, and why",
    Permission.READ_OWN_CASES: "Read what was found in case files",
    Permission.RAISE_CONCERN: "Raise an immediate concern for a child’s safety",
    Permission.ANSWER_CONCERNS: "Read and acknowledge immediate concerns",
    Permission.NAME_CONTACTS: "Name who is told of immediate concerns",
    Permission.SEE_RESULTS: "See results",
    Permission.MANAGE_FINDINGS: "Draft and confirm findings",
    Permission.READ_ACTIONS: "Read actions and how far they are",
    Permission.MANAGE_ACTIONS: "Give out actions and verify them, never their own",
    Permission.UPDATE_ACTIONS: "Say how far an action is, and that it is done",
    Permission.COMPILE_REPORTS: "Compile reports and propose them for publishing",
    Permission.APPROVE_REPORTS: "Approve and publish a report that somebody else proposed",
    Permission.READ_REPORTS: "Read reports",
    Permission.EXPORT: "Export data, after signing in again",
    Permission.HOLD_RECORDS: "Hold records back from being purged",
    Permission.ASK_FOR_PURGE: "Ask for records to be purged",
    Permission.APPROVE_PURGE: "Approve a purge that somebody else asked for",
    Permission.RUN_PURGE: "Run a purge once it is approved",
}

REACH_WORDS: Mapping[Reach, str] = {
    Reach.ALL: "all",
    Reach.SCOPE: "within the theme or cycle that they were given",
    Reach.ALLOCATED: "those allocated to them",
    Reach.OWN: "their own",
    Reach.SUPPRESSED: "of closed cycles, small counts left out",
    Reach.OWN_CASES: "their own case files",
    Reach.NAMED: "where they are named for it",
    Reach.METADATA: "who, when and what kind, without what was changed",
    Reach.PUBLISHED: "published ones",
    Reach.PUBLISHED_IN_SCOPE: "published ones, within the theme or cycle that they were given",
    Reach.PUBLISHED_OR_AWAITING: "published ones, and those that await approval",
}

EVERYBODYS = frozenset.intersection(*(frozenset(given) for given in MATRIX.values()))
"""What every role gives, which the page says once."""


@dataclass(frozen=True, slots=True)
class Place:
    """That somebody was in a team or had a role, from when to when."""

    what: str
    scope: str
    began_at: datetime
    ended_at: datetime | None


def role_lines(role: Role) -> list[str]:
    """What a role gives beyond what every role gives, each with how far it reaches."""
    return [
        PERMISSION_WORDS[permission] + ("" if reach is Reach.ALL else f": {REACH_WORDS[reach]}")
        for permission, reach in MATRIX[role].items()
        if permission not in EVERYBODYS
    ]


def scope_sentence(role: Role) -> str:
    """What a role can be narrowed to."""
    kinds = sorted(kind.value for kind in SCOPES_OF[role])
    if not kinds:
        return "It is always for everything."
    sentence = f"It can be given for one {' or one '.join(kinds)} only."
    lost = [PERMISSION_WORDS[one].lower() for one in MATRIX[role] if one in WHOLE_COUNCIL]
    if lost:
        sentence += (
            f" Then it does not let them {' or '.join(lost)}: that is for the whole council."
        )
    return sentence


def say_held(appointment: Appointment, names: ScopeNames) -> str:
    """A role with its scope, as “QA lead, Protection plans only”."""
    scope = names.name(scope_of(appointment))
    return ROLE_WORDS[appointment.role] + (f", {scope} only" if scope else "")


def places_of(
    appointments: Iterable[Appointment], memberships: Iterable[TeamMembership], names: ScopeNames
) -> list[Place]:
    """Every team and role of a person, what began last first."""
    places = [Place(f"Team {one.team.name}", "", one.began_at, one.ended_at) for one in memberships]
    places += [
        Place(ROLE_WORDS[one.role], names.name(scope_of(one)), one.began_at, one.ended_at)
        for one in appointments
    ]
    return sorted(places, key=lambda place: (place.began_at, place.what), reverse=True)
