"""What auditors write: sentences from the data files, with roles, places and days filled in.

A sentence that begins with `4+ ` is for children of four and over, `<4 ` for younger ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from audit_app.core.question_bank import OUTCOME_WORDS, Outcome, Question
from audit_app.demo.days import say_day

FOLDER = Path(__file__).parent / "words"
_MARK = re.compile(r"(?:(?P<least>\d+)\+|<(?P<below>\d+)) ")
_NOT_BANKS = ("findings", "shared")


@cache
def sentences() -> Mapping[str, Mapping[str, Any]]:
    """Question id to its sentences: lists by outcome or option, and the clauses what and found."""
    files = sorted(FOLDER.glob("*.yml"))
    read = [_read(path) for path in files if path.stem not in _NOT_BANKS]
    return {question: entry for entries in read for question, entry in entries.items()}


@cache
def shared() -> Mapping[str, Any]:
    """Words that belong to no single question."""
    return _read(FOLDER / "shared.yml")


@dataclass(frozen=True, slots=True)
class Remedy:
    """Why things are as they are, what is to be done about it and by which role."""

    root_cause: str
    action: str
    settled: str
    """What follows a strength."""
    owner: str


def find_remedy(theme: str, question: str | None) -> Remedy:
    """The theme's remedy that is about this question, otherwise its first."""
    entry = _remedies()[theme]
    about = [one for one in entry["remedies"] if question in one["about"]]
    first = (about or entry["remedies"])[0]
    return Remedy(first["root_cause"], first["action"], entry["settled"], entry["owner"])


@cache
def _remedies() -> Mapping[str, Mapping[str, Any]]:
    return _read(FOLDER / "findings.yml")


def fit_for_age(lines: Sequence[str], age: int) -> list[str]:
    """The sentences that can be said of a child of this age, without their marks; -1: unborn."""
    fit = []
    for line in lines:
        mark = _MARK.match(line)
        least = int(mark["least"] or 0) if mark else age
        below = int(mark["below"] or 99) if mark else age + 1
        if least <= age < below:
            fit.append(line[mark.end() :] if mark else line)
    return fit


@dataclass(slots=True)
class Pen:
    """One auditor's words on one case file: a child of this age, read on this day."""

    dice: Random
    day: date
    age: int
    first_on_file: date
    span: Mapping[str, str]
    """What the answer itself says, for sentences that name it: `from_day`, `to_day`, `weeks`."""

    def pick(self, lines: Sequence[str]) -> str:
        """One sentence that fits the child, filled in; empty where there is none."""
        fit = fit_for_age(lines, self.age)
        return self._fill(self.dice.choice(fit)) if fit else ""

    def describe(self, question: Question, outcome: Outcome, keys: Sequence[str]) -> str:
        """Evidence for an answer: what was seen, and where on the file."""
        entry = sentences().get(question.id, {})
        if outcome is Outcome.NOT_RECORDED:
            what = entry.get("what", "this")
            return self.pick([line.replace("{what}", what) for line in shared()["silent"]])
        if outcome is Outcome.NOT_APPLICABLE:
            return self.pick(shared()["not_applicable"])
        named = next((entry[key] for key in keys if key in entry), entry.get(outcome.value, ()))
        said = self.pick(named) or self._plainly(outcome)
        tails = shared()["after_met" if outcome is Outcome.MET else "after_adverse"]
        return f"{said} {self.pick(tails)}" if self.dice.random() < 0.12 else said

    def _plainly(self, outcome: Outcome) -> str:
        return self._fill(f"{OUTCOME_WORDS[outcome]} ({{place}}).")

    def _fill(self, sentence: str) -> str:
        day, earlier = self._two_days()
        told = self.span.get("to_day", day)
        slots = {
            "day": day,
            "day2": earlier,
            "from_day": day,
            "to_day": day,
            "weeks": "several",
            "few": str(self.dice.randint(1, 7)),
            "number": str(self.dice.randint(2, 48)),
            "notes": f"case notes, {told}",
            "doc": f"documents, {self.dice.randint(2, 48)}",
            "sup": f"supervision, {told}",
            "plan": f"plan, section {self.dice.randint(1, 5)}",
            "person": self.dice.choice(shared()["persons"]),
            "relative": self.dice.choice(shared()["relatives"]),
            "agency": self.dice.choice(shared()["agencies"]),
            **self.span,
        }
        slots["place"] = self.dice.choice(shared()["places"]).format_map(slots)
        filled = sentence.format_map(slots)
        return filled[:1].upper() + filled[1:]

    def _two_days(self) -> tuple[str, str]:
        """A day of the last ten weeks, and one before it, neither before the file was opened."""
        recent = max(self.day - timedelta(days=self.dice.randint(3, 70)), self.first_on_file)
        before = recent - timedelta(days=self.dice.randint(30, 100))
        if before < self.first_on_file:
            days = max(0, (recent - self.first_on_file).days)
            before = self.first_on_file + timedelta(days=days // 3)
        return say_day(recent), say_day(before)


def _read(path: Path) -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data
