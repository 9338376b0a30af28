"""Findings of the QA lead: statements reckoned from the results, with causes, actions, quotes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from audit_app.core.intervals import Change
from audit_app.core.lifecycle import FindingKind
from audit_app.core.question_bank import ADVERSE, Outcome
from audit_app.core.theme_results import Count, ThemeResult, weakest_first
from audit_app.demo.council import Council
from audit_app.demo.cycles import settled_day
from audit_app.demo.days import add_months, last_day, moment_on, month_name
from audit_app.demo.plan import MONTHS_WITH_FINDINGS
from audit_app.demo.words import find_remedy, sentences
from audit_app.store.findings import (
    FindingText,
    QuoteKey,
    confirm_finding,
    draft_finding,
    quotable_answers,
)
from audit_app.store.history import record_history
from audit_app.store.results import cycle_results
from audit_app.store.tables import Cycle, Finding

SUPERVISION, MALES, SIGN_OFF = "supervision", "role_of_males", "manager_sign_off"
CHRONOLOGY = "chronology"
STRENGTH_FROM = 0.7
STRENGTHS_WITH_ACTION = 0.5
FEWEST_FILES = 6
"""No finding rests on a question that applied to fewer case files."""

_CHANGE_WORDS = {
    Change.BETTER: "better, more than chance would explain",
    Change.WORSE: "worse, more than chance would explain",
    Change.WITHIN_CHANCE: "a change within what chance would give",
}


def write_findings(council: Council, cycle: Cycle) -> int:
    """Draft and confirm the findings of a closed monthly cycle; how many there are."""
    request = council.request
    if cycle.month not in request.completed[-MONTHS_WITH_FINDINGS:]:
        return 0
    desk = _Desk(council, cycle)
    if cycle.month == request.completed[-1]:
        earlier = request.action_month if request.action_month != cycle.month else None
        desk.confirm(desk.about_theme(SUPERVISION, since=earlier))
        desk.confirm(desk.about_theme(MALES))
        desk.confirm(desk.about_question(SIGN_OFF, best=True))
        desk.draft(desk.about_question(CHRONOLOGY, best=False))
    elif cycle.month == request.action_month:
        desk.confirm(desk.about_theme(SUPERVISION))
        desk.confirm(desk.about_question(SIGN_OFF, best=True))
    else:
        weakest, weak, *_, strong, strongest = desk.ranked_themes()
        texts = [
            desk.about_question(weakest, best=False),
            desk.about_question(desk.dice.choice((strong, strongest)), best=True),
            desk.about_question(weak, best=False),
        ]
        for text in texts[: desk.dice.randint(1, 3)]:
            desk.confirm(text)
    return desk.written


class _Desk:
    def __init__(self, council: Council, cycle: Cycle) -> None:
        self.council, self.cycle = council, cycle
        self.dice = council.request.dice("findings", cycle.key)
        self.results = cycle_results(council.session, cycle)
        self.themes = {result.theme: result for result in self.results.themes}
        self.at = moment_on(settled_day(add_months(cycle.month, 1)), self.dice, 13, 15)
        self.written = 0

    def ranked_themes(self) -> list[str]:
        """The themes that were scored, the one met least often first."""
        scored = [one for one in self.themes.values() if one.count.share is not None]
        return [one.theme for one in sorted(scored, key=lambda one: one.count.share or 0.0)]

    def draft(self, text: FindingText) -> Finding:
        """Keep a draft."""
        session, lead = self.council.session, self.council.cast.lead
        self.at += timedelta(minutes=self.dice.randint(6, 20))
        finding = draft_finding(session, self.cycle, text, by=lead, at=self.at)
        record_history(session, lead, "drafted", "finding", finding.id, at=self.at)
        self.written += 1
        return finding

    def confirm(self, text: FindingText) -> None:
        """Draft a finding and say that it stands."""
        finding = self.draft(text)
        self.at += timedelta(minutes=self.dice.randint(2, 5))
        lead = self.council.cast.lead
        confirm_finding(finding, by=lead, at=self.at)
        record_history(self.council.session, lead, "confirmed", "finding", finding.id, at=self.at)

    def about_theme(self, theme: str, since: str | None = None) -> FindingText:
        """A finding on a whole theme, beside the cycle before or that of the month `since`."""
        count = self.themes[theme].count
        title = self.results.form.bank(theme).title
        statement = f"{title} meets the standard in {_say(count)}"
        points = {point.month: point for point in self.results.run[:-1]}
        before = points.get(since) if since is not None else self.results.before(theme)
        earlier = before.themes[theme] if before is not None else None
        if before is not None and earlier is not None and earlier.n:
            statement += (
                f"; in {month_name(before.month)} it was {earlier.k} of {earlier.n}: "
                f"{_CHANGE_WORDS[count.change_from(earlier)]}"
            )
        return self._text(theme, None, count, f"{statement}.", self._ids(theme))

    def about_question(self, theme: str, *, best: bool) -> FindingText:
        """A finding on the question of a theme that is met most often, or least often."""
        result = self.themes[theme]
        asked = [
            (question, count)
            for question, count in weakest_first(result.questions)
            if count.n >= FEWEST_FILES and "found" in sentences().get(question, {})
        ]
        if not asked:
            return self.about_theme(theme)
        question, count = asked[-1 if best else 0]
        where = " to which it applies" if count.n < len(self.results.files) else ""
        found = sentences()[question]["found"]
        statement = f"In {_say(count)}{where}, {found[:1].lower()}{found[1:]}."
        return self._text(theme, question, count, statement, [question])

    def _text(
        self, theme: str, question: str | None, count: Count, statement: str, ids: Iterable[str]
    ) -> FindingText:
        strength = (count.share or 0.0) >= STRENGTH_FROM
        month, action_month = self.cycle.month, self.council.request.action_month
        due = add_months(month, 1 if (theme, month) == (SUPERVISION, action_month) else 2)
        remedy = find_remedy(theme, question)
        acts = not strength or self.dice.random() < STRENGTHS_WITH_ACTION
        return FindingText(
            theme=theme,
            question_id=question,
            kind=FindingKind.STRENGTH if strength else FindingKind.AREA_FOR_DEVELOPMENT,
            statement=statement,
            k=count.k,
            n=count.n,
            root_cause="" if strength else remedy.root_cause,
            action=(remedy.settled if strength else remedy.action) if acts else "",
            action_owner=remedy.owner if acts else "",
            action_due=last_day(due) if acts else None,
            quotes=self._quotes(ids, strength),
        )

    def _ids(self, theme: str) -> list[str]:
        result: ThemeResult = self.themes[theme]
        return list(result.questions)

    def _quotes(self, ids: Iterable[str], strength: bool) -> tuple[QuoteKey, ...]:
        """One or two quotes of different case files; silence on the file is quoted last."""
        wanted = {Outcome.MET} if strength else ADVERSE
        found = [
            (answer.outcome is Outcome.NOT_RECORDED, self.dice.random(), audit.id, answer)
            for audit, answer in quotable_answers(self.council.session, self.cycle, ids)
            if answer.outcome in wanted
        ]
        found.sort(key=lambda one: one[:3])
        chosen: dict[int, QuoteKey] = {}
        for _silent, _turn, audit_id, answer in found:
            chosen.setdefault(audit_id, (audit_id, answer.question_id))
        return tuple(chosen.values())[: self.dice.choice((1, 2, 2))]


def _say(count: Count) -> str:
    return f"{count.k} of {count.n} case files"
