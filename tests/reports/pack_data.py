"""The words and counts of the invented council in `pack_factory`."""

from __future__ import annotations

MONTHS = ("Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov")
TEAMS = (
    "Assessment North",
    "Assessment South",
    "Child Protection East",
    "Child Protection West",
    "Children Looked After",
    "Disabled Children",
    "Duty and Referral",
    "Leaving Care",
)
ROLES = (
    "Head of service",
    "Service manager, assessment",
    "Service manager, child protection",
    "Principal social worker",
)
THEMES: dict[str, tuple[str, tuple[str, ...]]] = {
    "voice": (
        "Voice of the child",
        (
            "The child was seen and spoken to within 24 hours of the allegation, or the reason "
            "is recorded",
            "The child was spoken to alone before the case was closed",
            "The child’s wishes and feelings are written down in their own words",
            "The child’s views changed what was done, or the file says why not",
            "The child’s views were gathered before the conference",
            "An interpreter was used where needed, or the reason is recorded",
        ),
    ),
    "chronology": (
        "Chronology",
        (
            "There is a chronology, and it can be found at once",
            "The chronology is up to date",
            "The chronology holds significant events only",
            "New and cumulative incidents led to a new assessment",
            "Events known to other agencies are in the chronology",
            "The chronology was used in the latest assessment",
        ),
    ),
    "sign_off": (
        "Manager sign-off",
        (
            "A manager approved the assessment in writing",
            "A manager approved the plan in writing",
            "The child and the carer were seen before a manager approved the assessment",
            "The allocation says what is to be done, by when and how it will be reviewed",
            "Key decisions are signed and dated",
            "The manager’s reasons for the decision are recorded",
            "The file was closed by a manager after the child was seen",
        ),
    ),
    "supervision": (
        "Supervision recorded",
        (
            "Casework supervision is recorded on the child’s file",
            "Supervision took place at least every four weeks",
            "The record says what was decided and by when",
            "Decisions of the session before were followed up",
            "The supervisor has read and signed the file",
            "Supervision reflects on the child’s experience, not on tasks alone",
        ),
    ),
    "males": (
        "Role of males",
        (
            "Men in the household are named on the file",
            "Fathers who live elsewhere are named on the file",
            "They were seen or spoken to, or the reason is recorded",
            "Their history with police, probation and mental health services was asked for",
            "The assessment says what each means for the child’s safety",
            "The assessment says what each gives the child",
            "They were invited to the conference, or the reason is recorded",
            "Household composition was checked against another source",
        ),
    ),
}
FIGURES = {
    "voice": (23, 28, 21, 27),
    "chronology": (16, 28, 15, 27),
    "sign_off": (25, 28, 24, 27),
    "supervision": (19, 27, 8, 26),
    "males": (11, 24, 12, 23),
}
EVIDENCE = (
    "The last entry is of 14 May; two strategy discussions since then are not in it.",
    "“Partner” stands in five entries, a name in none.",
    "The plan carries a typed name and no date.",
    "Visits of 3 and 17 September are written up; what the child said is not.",
    "The record of 9 October repeats that of 11 September word for word.",
)
GRADES = ("Inadequate", "Requires improvement", "Good", "Outstanding")
