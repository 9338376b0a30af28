"""When a question is shown: the answer to an earlier question of its bank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from audit_app.core.question_bank import Condition, Question
from audit_app.question_banks.fields import Fields
from audit_app.question_banks.nodes import Node
from audit_app.question_banks.options import WITH_OPTIONS
from audit_app.question_banks.words import hint, read_answer_key


@dataclass(slots=True)
class Neighbours:
    """What a question may refer to: the ids of the whole bank, and the questions before it."""

    ids: Mapping[str, int]
    """Every id of the bank with the line where it is first used."""
    earlier: dict[str, Question | None] = field(default_factory=dict)
    """The questions read so far; None where one has faults of its own."""
    retired: frozenset[str] = frozenset()
    """The ids that are asked no more."""
    repeated: dict[str, int] = field(default_factory=dict)
    """Questions read so far that are asked once for each of something: their section's line."""
    section_line: int = 0
    """The line of the section that is being read."""
    are_retired: bool = False
    """Whether the questions that are being read are the retired ones, which stay as they were."""

    @property
    def asked(self) -> list[str]:
        """Every id of the bank that is asked."""
        return [id_ for id_ in self.ids if id_ not in self.retired]

    @property
    def scored(self) -> list[str]:
        """The ids read so far that are asked and scored, those with faults among them."""
        found = ((id_, self.earlier[id_]) for id_ in self.earlier if id_ not in self.retired)
        return [id_ for id_, question in found if question is None or question.is_scored]


def read_condition(fields: Fields, near: Neighbours) -> Condition | None:
    """Read `shown_when`: which earlier question, and which of its answers."""
    node = fields.node("shown_when", required=False)
    if node is None:
        return None
    inner = Fields(node, fields.report, "shown_when")
    inner.check_known(("question", "is"))
    target = inner.scalar("question")
    nodes = inner.items("is")
    answers = [read_answer_key(node, "is", fields.report) for node in nodes]
    if target is None or not all(answers):
        return None
    if what := _why_not(target.text, near):
        fields.report.add(target.line, f"shown_when: the question `{target.text[:60]}` {what}")
        return None
    earlier = near.earlier[target.text]
    if earlier is not None:
        _check_answers(earlier, list(zip(nodes, answers, strict=True)), inner)
    return Condition(target.text, frozenset(answers))


def _why_not(target: str, near: Neighbours) -> str:
    """Why a condition cannot look at this question; empty when it can.

    A condition only looks back, so that conditions never run in a circle.
    """
    if target in near.retired and not near.are_retired:
        return "is retired, so nobody answers it: name one that is asked"
    if target not in near.earlier:
        if target in near.ids:
            return "comes later or is this one: a condition looks back, so move this question down"
        return f"is not in this bank: {hint(target, near.asked)}"
    elsewhere = near.repeated.get(target, near.section_line) != near.section_line
    if elsewhere and not near.are_retired:
        return (
            "is asked once for each of something in another section, so it has several answers: "
            "move this question into that section, or name one that is asked once"
        )
    return ""


def _check_answers(earlier: Question, answers: list[tuple[Node, str]], inner: Fields) -> None:
    if earlier.type not in WITH_OPTIONS:
        kinds = ", ".join(WITH_OPTIONS)
        what = f"shown_when: `{earlier.id}` is of type {earlier.type}, which has no options"
        inner.fault("question", f"{what}: name a question of type {kinds}")
        return
    known = [option.key for option in earlier.options]
    known += ["not_recorded"] * earlier.allows_not_recorded
    for node, answer in answers:
        if answer not in known:
            what = f"shown_when: `{earlier.id}` has no answer `{answer}`"
            inner.report.add(node.line, f"{what}: {hint(answer, known)}")
