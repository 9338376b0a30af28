"""A believable pack of an invented council: five themes, 28 case files, one month."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from hashlib import sha256

from reports.pack_data import EVIDENCE, FIGURES, GRADES, MONTHS, ROLES, TEAMS, THEMES

from audit_app.core.intervals import Change, change_between, wilson
from audit_app.reports.case_contents import AdverseAnswer, CaseEntry, JudgedGrade, Said, ThemeGrade
from audit_app.reports.contents import (
    CommonRun,
    CompletionMonth,
    Cover,
    EarlierShare,
    Exclusion,
    FindingBlock,
    InstrumentVersion,
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
    ThemeRow,
    ThemeSpread,
)
from audit_app.reports.wording import (
    headline,
    run_headline,
    sample_limits,
    say_change,
    say_common,
    say_completion,
    theme_statement,
)

BREAK = "Version 2.0 scores differently: figures before are not comparable"


def make_share(k: int, n: int) -> Share:
    """k of n with its interval."""
    allowed = wilson(k, n)
    return Share(k, n, allowed and allowed.low, allowed and allowed.high)


def make_hash(words: str) -> str:
    return sha256(words.encode()).hexdigest()


def make_theme_row(key: str) -> ThemeRow:
    k, n, k_before, n_before = FIGURES[key]
    earlier = EarlierShare(k_before, n_before, "October")
    change = change_between(k, n, k_before, n_before)
    share = make_share(k, n)
    return ThemeRow(key, THEMES[key][0], share, earlier, change, say_change(change, earlier))


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


def make_empty_pack() -> PackContents:
    """The same cycle before anything has been drawn or audited."""
    pack = make_pack(case_files=0)
    themes = tuple(empty_spread(spread) for spread in pack.themes)
    rows = tuple(spread.row for spread in themes)
    sample = replace(pack.sample, drawn=0, completed=0, late=0, replaced=0, months=())
    limits = sample_limits(sample, rows, teams=0, teams_shown=0, team_from=8, percent_from=20)
    summary = replace(
        pack.summary,
        headline=headline(rows),
        paragraph="Nothing has been drawn in this cycle.",
        themes=rows,
        completion=f"{say_completion(sample)}.",
        concerns=None,
        decisions=(),
    )
    return replace(
        pack,
        cover=replace(pack.cover, marking=None, approved_by=None),
        summary=summary,
        sample=replace(sample, limits=limits),
        themes=themes,
        actions=(),
    )


def empty_spread(spread: ThemeSpread) -> ThemeSpread:
    nothing = make_share(0, 0)
    row = replace(
        spread.row,
        share=nothing,
        earlier=None,
        change=Change.NO_COMPARISON,
        change_sentence=say_change(Change.NO_COMPARISON, None),
    )
    unasked = {"share": nothing, "partly_met": 0, "not_met": 0, "not_recorded": 0}
    return replace(
        spread,
        row=row,
        statement=theme_statement(row),
        questions=tuple(replace(question, **unasked) for question in spread.questions),
        run=RunChart(run_headline((), None), (), None, 1.0),
        teams=(),
        strengths=(),
        areas=(),
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
    return replace(sample, limits=limits)


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
        run=RunChart(
            run_headline(points, median),
            points,
            median,
            1.0,
            make_common() if row.key == "sign_off" else None,
        ),
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
        words = BREAK if i == 4 and row.key in ("males", "sign_off") else ""
        points.append(RunPoint(label, min(n, round(n * share)), n, bool(words), words))
    points[-2] = RunPoint("Oct", row.earlier.k, row.earlier.n)
    points[-1] = RunPoint("Nov", row.share.k, row.share.n)
    return tuple(points)


def make_common() -> CommonRun:
    points = tuple(
        RunPoint(label, i * 5, 60) if i else RunPoint(label, 0, 0) for i, label in enumerate(MONTHS)
    )
    return CommonRun(say_common(["1", "2"], points, 4), points)


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


def count_adverse(level: int, number: int) -> int:
    """Adverse answers on the theme of this number in a case file of this grade (3 is the best)."""
    return 3 - level + number % 2 if level < 3 else 0


def make_entry(place: int, chance: random.Random, mark: str) -> CaseEntry:
    level = chance.choices(range(4), weights=(2, 5, 7, 2))[0]
    moved = place % 6 == 0
    why = "Two critical questions are not met, so this form suggests no higher grade."
    themes = tuple(
        ThemeGrade(
            title,
            len(texts) - count_adverse(level, i + 1),
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
        for i in range(count_adverse(level, number))
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
        replies=(Said("Chronology", f"It was begun in May.{mark}", disputes=True),),
        family=(Said("A parent", f"We were listened to.{mark}"),),
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
