"""Ofsted Annex A, child-level lists: which heading of which list becomes which fact.

Headings are Ofsted's, first in each tuple, then spellings that local systems use. Source: Annex A
of the ILACS inspection guidance, template of August 2019 (row 2 of sheets List_3 to List_8).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """How the cells of a column are read."""

    ID = "id"
    TEXT = "text"
    DATE = "date"
    COUNT = "count"
    AGE = "age"
    STATUS = "status"
    GENDER = "gender"
    ETHNICITY = "ethnicity"
    YES_NO = "yes_no"
    NFA = "nfa"
    NEED = "need"
    CLOSURE = "closure"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Column:
    """A field, how its cells are read, the headings it stands under, whether a list needs it."""

    field: str
    kind: Kind
    headings: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class AnnexList:
    """A list: ``start`` and ``end`` tell which of a child's rows counts; ``key`` marks repeats.

    ``facts`` are the fields joined to the frame; a child has one row only where ``single``. A row
    counts only with its ``id_field``; ``local``: the council's own columns are kept.
    """

    number: int
    title: str
    columns: tuple[Column, ...]
    start: str
    end: str | None
    key: tuple[str, ...]
    facts: tuple[str, ...]
    single: bool
    local: bool = False
    id_field: str = "council_id"


ID = Column(
    "council_id",
    Kind.ID,
    (
        "Child Unique ID",
        "Child ID",
        "Child Unique Identifier",
        "Unique ID",
        "LA Child ID",
        "Person ID",
    ),
    required=True,
)
BORN = Column("date_of_birth", Kind.DATE, ("Date of Birth", "DOB", "Expected Date of Birth"))

REFERRALS = AnnexList(
    number=3,
    title="Referrals",
    columns=(
        ID,
        Column("last_referral", Kind.DATE, ("Date of referral", "Referral Date"), required=True),
        Column("referral_source", Kind.TEXT, ("Referral Source", "Source of Referral")),
        Column("referral_nfa", Kind.NFA, ("Referral NFA?", "Referral No Further Action", "NFA")),
        Column(
            "referrals_12_months",
            Kind.COUNT,
            ("Number of Referrals in Last 12 Months", "Number of Referrals in the Last 12 Months"),
        ),
    ),
    start="last_referral",
    end=None,
    key=("last_referral", "referral_source"),
    facts=("last_referral", "referrals_12_months"),
    single=False,
)
ASSESSMENTS = AnnexList(
    number=4,
    title="Assessments",
    columns=(
        ID,
        Column(
            "last_assessment_start",
            Kind.DATE,
            ("Continuous Assessment Start Date", "Date Continuous Assessment Started"),
            required=True,
        ),
        Column(
            "last_assessment_authorised",
            Kind.DATE,
            ("Continuous Assessment Date of Authorisation", "Assessment Date of Authorisation"),
        ),
        Column(
            "needs_service",
            Kind.YES_NO,
            (
                "Was the child assessed as requiring LA children’s social care support",
                "Was the child assessed as being in need at assessment?",
            ),
        ),
    ),
    start="last_assessment_start",
    end=None,
    key=("last_assessment_start",),
    facts=("last_assessment_start", "last_assessment_authorised"),
    single=False,
)
ENQUIRIES = AnnexList(
    number=5,
    title="Section 47 enquiries and initial child protection conferences",
    columns=(
        ID,
        Column(
            "last_strategy_discussion",
            Kind.DATE,
            (
                "Strategy discussion initiating Section 47 Enquiry Start Date",
                "Date of strategy discussion initiating Section 47 Enquiry",
                "Strategy Discussion Date",
            ),
            required=True,
        ),
    ),
    start="last_strategy_discussion",
    end=None,
    key=("last_strategy_discussion",),
    facts=("last_strategy_discussion",),
    single=False,
)
CHILDREN_IN_NEED = AnnexList(
    number=6,
    title="Children in Need",
    columns=(
        ID,
        Column("gender", Kind.GENDER, ("Gender", "Sex")),
        Column("ethnicity", Kind.ETHNICITY, ("Ethnicity", "Ethnic Origin")),
        BORN,
        Column("age", Kind.AGE, ("Age of Child (Years)", "Age", "Age of Child")),
        Column(
            "disability",
            Kind.YES_NO,
            ("Does the Child have a Disability", "Disability", "Disabled"),
        ),
        Column("cin_start", Kind.DATE, ("CIN Start Date", "Date CIN Started"), required=True),
        Column("need_code", Kind.NEED, ("Primary Need Code", "Primary Need")),
        Column("last_seen", Kind.DATE, ("Date Child Was Last Seen", "Date Last Seen")),
        Column("cin_closure", Kind.DATE, ("CIN Closure Date", "CIN End Date")),
        Column("closure_reason", Kind.CLOSURE, ("Reason for Closure",)),
        Column("status", Kind.STATUS, ("Case status",), required=True),
        Column("team", Kind.TEXT, ("Allocated Team", "Allocated Team Name", "Team"), required=True),
        Column(
            "worker",
            Kind.TEXT,
            ("Allocated Worker", "Allocated Social Worker", "Social Worker", "Worker"),
        ),
    ),
    start="cin_start",
    end="cin_closure",
    key=("cin_start",),
    facts=(),
    single=True,
    local=True,
)
CHILD_PROTECTION = AnnexList(
    number=7,
    title="Child protection",
    columns=(
        ID,
        BORN,
        Column(
            "plan_start",
            Kind.DATE,
            ("Child Protection Plan Start Date", "CP Plan Start Date", "CPP Start Date"),
            required=True,
        ),
        Column("first_category", Kind.CATEGORY, ("Initial Category of Abuse",)),
        Column("plan_category", Kind.CATEGORY, ("Latest Category of Abuse",)),
        Column(
            "last_statutory_visit",
            Kind.DATE,
            ("Date of the Last Statutory Visit", "Date of Last Statutory Visit"),
        ),
        Column("seen_alone", Kind.YES_NO, ("Was the Child Seen Alone?",)),
        Column(
            "last_review_conference",
            Kind.DATE,
            ("Date of latest review conference", "Date of the latest review conference"),
        ),
        Column(
            "plan_end",
            Kind.DATE,
            ("Child Protection Plan End Date", "CP Plan End Date", "CPP End Date"),
        ),
    ),
    start="plan_start",
    end="plan_end",
    key=("plan_start",),
    facts=(
        "plan_start",
        "plan_end",
        "plan_category",
        "last_statutory_visit",
        "seen_alone",
        "last_review_conference",
    ),
    single=True,
)
CHILDREN_IN_CARE = AnnexList(
    number=8,
    title="Children in care",
    columns=(
        ID,
        Column(
            "looked_after_start",
            Kind.DATE,
            ("Date Started to be Looked After", "Looked After Start Date"),
            required=True,
        ),
        Column("last_looked_after_review", Kind.DATE, ("Date of Latest Statutory Review",)),
        Column(
            "looked_after_end",
            Kind.DATE,
            ("Date Ceased to be Looked After", "Looked After End Date"),
        ),
    ),
    start="looked_after_start",
    end="looked_after_end",
    key=("looked_after_start",),
    facts=("looked_after_start", "looked_after_end", "last_looked_after_review"),
    single=True,
)

# The order in which a sheet is offered to the lists: the frame first.
LISTS = (
    CHILDREN_IN_NEED,
    CHILD_PROTECTION,
    ENQUIRIES,
    ASSESSMENTS,
    REFERRALS,
    CHILDREN_IN_CARE,
)
LIST_BY_NUMBER = {form.number: form for form in LISTS}


def frame_columns(mapped: Collection[str]) -> AnnexList:
    """List 6 with every field that a mapping names required, facts of other lists among them."""
    own = {column.field: column for column in CHILDREN_IN_NEED.columns}
    facts = {c.field: c for form in LISTS for c in form.columns if c.field in form.facts}
    named = {f: replace(c, required=True) for f, c in (facts | own).items() if f in mapped}
    return replace(CHILDREN_IN_NEED, columns=tuple((own | named).values()))


DECIDED = Column("referral_decided", Kind.DATE, ("Date of decision",))
"""A council's own column of list 3, read only where a mapping says under which heading."""


def list_columns(form: AnnexList, mapped: Collection[str]) -> AnnexList:
    """A list with the council's own column that a mapping names, if the list may have it."""
    if form.number != REFERRALS.number or DECIDED.field not in mapped:
        return form
    return replace(form, columns=(*form.columns, DECIDED))


FRAME_FIELDS = tuple(column.field for column in CHILDREN_IN_NEED.columns)
MAPPED_FIELDS = (
    *FRAME_FIELDS,
    *(fact for form in LISTS for fact in form.facts),
    DECIDED.field,
)
"""Every field that a mapping may name."""
