"""A believable pack of an invented council: five themes, 28 case files, one month."""

from __future__ import annotations

import random
from datetime import date
from hashlib import sha256
from math import sqrt

from audit_app.reports.contents import (
    AdverseAnswer,
    CaseEntry,
    Change,
    CompletionMonth,
    Cover,
    EarlierShare,
    Exclusion,
    FindingBlock,
    InstrumentVersion,
    JudgedGrade,
    Method,
    PackContents,
    ProposedAction,
    QuestionRow,
    Quote,
    RunChart,
    RunPoint,
    SampleStory,
    Share,
    Summary,
    TeamCell,
    TeamRule,
    ThemeGrade,
    ThemeRow,
    ThemeSpread,
)
from audit_app.reports.wording import (
    headline,
    run_headline,
    sample_limits,
    say_change,
    say_completion,
    theme_statement,
)

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
    "voice": (23, 28, 21, 27, Change.WITHIN_CHANCE),
    "chronology": (16, 28, 15, 27, Change.WITHIN_CHANCE),
    "sign_off": (25, 28, 24, 27, Change.WITHIN_CHANCE),
    "supervision": (19, 27, 8, 26, Change.BETTER),
    "males": (11, 24, 12, 23, Change.WITHIN_CHANCE),
}
EVIDENCE = (
    "The last entry is of 14 May; two strategy discussions since then are not in it.",
    "“Partner” stands in five entries, a name in none.",
    "The plan carries a typed name and no date.",
    "Visits of 3 and 17 September are written up; what the child said is not.",
    "The record of 9 October repeats that of 11 September word for word.",
)
GRADES = ("Inadequate", "Requires improvement", "Good", "Outstanding")


def make_share(k: int, n: int) -> Share:
    """k of n with its 95 % Wilson interval."""
    if n == 0:
        return Share(0, 0, None, None)
    z = 1.959963984540054
    centre, spread = k + z * z / 2, z * sqrt(k * (n - k) / n + z * z / 4)
    return Share(
        k, n, max(0.0, (centre - spread) / (n + z * z)), min(1.0, (centre + spread) / (n + z * z))
    )


def make_hash(words: str) -> str:
    return sha256(words.encode()).hexdigest()


def make_theme_row(key: str) -> ThemeRow:
    k, n, earlier_k, earlier_n, change = FIGURES[key]
    earlier = EarlierShare(earlier_k, earlier_n, "October")
    return ThemeRow(
        key, THEMES[key][0], make_share(k, n), earlier, change, say_change(change, earlier)
    )


def make_pack(case_files: int = 28, mark: str = "") -> PackContents:
    """A whole pack. `mark` is put into every kind of free text, to follow it into the PDF."""
    chance = random.Random(20261130)
    rows = tuple(make_theme_row(key) for key in THEMES)
    spreads = tuple(make_spread(row, chance, mark) for row in rows)
    sample = make_sample(rows)
    actions = tuple(
        action for spread in spreads for finding in spread.areas for action in finding.actions
    )
    return PackContents(
        cover=make_cover(),
        summary=Summary(
            headline=headline(rows),
            paragraph=(
                "28 case files, drawn at random from 394, were audited in November by 14 senior "
                "managers. Supervision is the only theme that moved beyond chance, after the "
                f"action agreed in June.{mark}"
            ),
            themes=rows,
            counting_rule="A case file meets a theme when it is graded good or outstanding.",
            completion=f"{say_completion(sample)}.",
            concerns="2 immediate concerns were raised; both were acknowledged within 2 hours.",
            decisions=(
                "agree that the supervision action is verified, and ask for the same questions "
                "again in March;",
                "agree the action on the role of males, and name who reports on it;",
                f"note that five of eight teams have too few files to be compared.{mark}",
            ),
        ),
        sample=sample,
        themes=spreads,
        team_rule=TeamRule("June to November 2026", 8),
        actions=actions,
        appendix=tuple(make_entry(i, chance, mark) for i in range(case_files)),
        method=make_method(),
    )


def make_cover() -> Cover:
    return Cover(
        title="Case file audit: November 2026",
        council="Marlbridge Council, children’s services",
        period="November 2026",
        cycle_name="Monthly sample, November 2026",
        form=InstrumentVersion("Monthly sample", "1.2.0", make_hash("form")),
        banks=tuple(
            InstrumentVersion(title, "1.0.0", make_hash(title)) for title, _ in THEMES.values()
        ),
        data_cut_off=date(2026, 11, 30),
        edition=1,
        marking="Exempt: Schedule 12A, Local Government Act 1972, paragraphs 1 and 2",
        prepared_by="Quality assurance lead",
        approved_by="Director of children’s services",
    )


def make_sample(rows: tuple[ThemeRow, ...]) -> SampleStory:
    due = (28, 28, 28, 26, 28, 28, 28, 28, 24, 28, 28, 28)
    done = (24, 22, 25, 25, 21, 24, 26, 24, 20, 27, 27, 28)
    late = (2, 3, 1, 0, 4, 2, 1, 2, 3, 1, 1, 3)
    months = tuple(
        CompletionMonth(label, completed, asked, after)
        for label, completed, asked, after in zip(MONTHS, done, due, late, strict=True)
    )
    sample = SampleStory(
        in_extract=447,
        exclusions=(
            Exclusion("Closed before the first day of the month", 32),
            Exclusion("Audited in the last 12 months", 21),
        ),
        frame_size=394,
        drawn=28,
        replaced=1,
        completed=28,
        late=3,
        months=months,
        limits=(),
    )
    limits = sample_limits(sample, rows, teams=8, teams_shown=5, team_from=8, percent_from=20)
    return SampleStory(
        **{name: getattr(sample, name) for name in sample.__slots__ if name != "limits"},
        limits=limits,
    )


def make_spread(row: ThemeRow, chance: random.Random, mark: str) -> ThemeSpread:
    texts = THEMES[row.key][1]
    number = list(THEMES).index(row.key) + 1
    questions = tuple(
        make_question(f"{number}.{i + 1}", words + (mark if i == 0 else ""), row, chance, i)
        for i, words in enumerate(texts)
    )
    points = make_points(row, chance)
    median = sorted(point.k / point.n for point in points)[len(points) // 2]
    males, supervision = row.key == "males", row.key == "supervision"
    return ThemeSpread(
        row=row,
        statement=(
            "In 15 of 24 files the assessment does not say what the men in the child’s life mean "
            "for the child’s safety"
            if males
            else theme_statement(row)
        ),
        questions=questions,
        run=RunChart(run_headline(points, median), points, median, 1.0),
        teams=tuple(make_cell(team, row, chance) for team in TEAMS),
        strengths=make_strengths(mark) if supervision or males else (),
        areas=make_areas(row.title, mark) if males or row.key == "chronology" else (),
    )


def make_question(
    number: str, words: str, row: ThemeRow, chance: random.Random, place: int
) -> QuestionRow:
    not_applicable = (0, 1, 3, 0, 16, 28, 2, 0)[place]
    n = 28 - not_applicable
    k = min(n, round(n * row.share.rate * chance.uniform(0.75, 1.2)))
    rest = n - k
    partly, not_recorded = rest // 3, rest // 4
    return QuestionRow(
        number=number,
        text=words,
        share=make_share(k, n),
        partly_met=partly,
        not_met=rest - partly - not_recorded,
        not_recorded=not_recorded,
        not_applicable=not_applicable,
        critical=place == 1,
        source="Climbié recommendation 58" if place % 2 == 0 else "Project SAFE action 12",
    )


def make_points(row: ThemeRow, chance: random.Random) -> tuple[RunPoint, ...]:
    points = []
    for i, label in enumerate(MONTHS):
        n = chance.randint(21, 28)
        share = row.share.rate * chance.uniform(0.85, 1.1)
        if row.key == "supervision" and i < 7:
            share *= 0.55
        points.append(RunPoint(label, min(n, round(n * share)), n, i == 4 and row.key == "males"))
    points[-2] = RunPoint("Oct", row.earlier.k, row.earlier.n)
    points[-1] = RunPoint("Nov", row.share.k, row.share.n)
    return tuple(points)


def make_cell(team: str, row: ThemeRow, chance: random.Random) -> TeamCell:
    if team in ("Disabled Children", "Leaving Care", "Duty and Referral"):
        return TeamCell(team, 0, 3, too_few=True)
    n = chance.randint(18, 25)
    return TeamCell(team, min(n, round(n * row.share.rate * chance.uniform(0.5, 1.25))), n, False)


def make_strengths(mark: str) -> tuple[FindingBlock, ...]:
    return (
        FindingBlock(
            "Where the father was asked, the plan changed with what he said",
            (
                Quote(
                    "The father, who lives elsewhere, was visited twice and his own mother was "
                    f"asked what he can offer.{mark}",
                    "7K-M2",
                ),
                Quote("He is named as the person to ring at night.", "4T-QX"),
            ),
            None,
            None,
            (),
        ),
    )


def make_areas(theme: str, mark: str) -> tuple[FindingBlock, ...]:
    return (
        FindingBlock(
            "Men are counted, but what they mean for the child is not weighed",
            (
                Quote(f"“Partner” appears in five entries; his name does not.{mark}", "3P-QD"),
                Quote("There is a new man in the home; checks “to follow” since June.", "9R-HB"),
            ),
            f"The assessment form has one box for “household” and no prompt for each adult.{mark}",
            f"Ask for each man by name, with what he gives and what he risks.{mark}",
            (
                ProposedAction(
                    f"Add a prompt for each adult to the assessment form.{mark}",
                    "Service manager, assessment",
                    date(2027, 1, 29),
                    theme,
                ),
                ProposedAction(
                    "Brief all team managers with two worked examples.",
                    "Principal social worker",
                    None,
                    theme,
                ),
            ),
        ),
    )


def make_reference(place: int) -> str:
    letters = "CDFGHJKLMNPQRTVWXZ"
    return f"{place % 8 + 2}{letters[place % 17]}-{letters[(place * 7) % 18]}{letters[place % 11]}"


def make_entry(place: int, chance: random.Random, mark: str) -> CaseEntry:
    level = chance.choices(range(4), weights=(2, 5, 7, 2))[0]
    moved = place % 6 == 0
    why = "Two critical questions are not met, so this form suggests no higher grade."
    themes = tuple(
        ThemeGrade(
            title,
            chance.randint(2, len(texts)),
            len(texts),
            JudgedGrade(
                GRADES[min(3, level + i % 2)],
                "Most questions are met." if i % 2 else "The chronology is not up to date.",
                GRADES[min(3, level + i % 2)],
                None,
            ),
        )
        for i, (title, texts) in enumerate(THEMES.values())
    )
    adverse = tuple(
        AdverseAnswer(
            f"{number}.{i + 1}",
            texts[i],
            title,
            chance.choice(("Not met", "Partly met", "Not recorded")),
            chance.choice((None, *EVIDENCE)),
            i == 1,
        )
        for number, (title, texts) in enumerate(THEMES.values(), start=1)
        for i in range(min(3 - level + number % 2, len(texts)))
        if level < 3
    )
    if mark and adverse:
        adverse += (AdverseAnswer("9.9", mark, "Chronology", "Not met", mark, False),)
    return CaseEntry(
        reference=make_reference(place),
        team=TEAMS[place % 8],
        auditor_role=ROLES[place % 4],
        overall=JudgedGrade(
            GRADES[max(level - 1, 0)] if moved else GRADES[level],
            why if level < 2 else "No critical question is missed.",
            GRADES[level],
            "the missing chronology was replaced by a full assessment" if moved else None,
        ),
        themes=themes,
        adverse=adverse,
        strengths=(f"The worker stayed with the family through three moves.{mark}",),
    )


def make_method() -> Method:
    return Method(
        frame_sentence=(
            "The frame is every case file that was open in list 6 of the extract of "
            "30 November 2026: 394 case files after the exclusions below."
        ),
        filters=("Status is open on the last day of the month", "The child is under 18"),
        seed="816150274",
        frame_hash=make_hash("frame"),
        algorithm=(
            "The references were put in order, numbered from 1, and two were drawn for each of "
            "14 auditors by simple random sampling without replacement; case files of an "
            "auditor’s own team were passed over for that auditor."
        ),
        percent_from=20,
        change_rule=(
            "A change is called better or worse when the 95% interval of the difference of the "
            "two shares (Newcombe, 1998, method 10) leaves out nought."
        ),
        interval_note=None,
        recompute=(
            "audit-app audits export 2026-11 --format json",
            "audit-app findings 2026-11 --json",
        ),
    )
