"""Drawing by each method: from a frame and auditors to who gets which case file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit_app.assignment import share_out
from audit_app.core.sampling import (
    Drawn,
    Frame,
    SampleAuditor,
    SamplingFault,
    draw_for_all,
    draw_sample,
)
from audit_app.core.sampling_methods import Method, choose_cases
from audit_app.core.subjects import SubjectWords


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a draw.

    `number`: how many in all, or of each team, where the method asks. `per_auditor`: so many for
    each; where the sample is shared out the most for each, None: no limit.
    """

    method: Method
    number: int | None
    per_auditor: int | None


def draw_by(
    asked: Asked,
    frame: Frame,
    auditors: Sequence[SampleAuditor],
    *,
    seed: str,
    what: SubjectWords,
    names: Mapping[str, str],
) -> tuple[Drawn, ...]:
    """Draw as asked; SamplingFault, with everything as it was, where that is impossible."""
    each = asked.per_auditor
    if asked.method.is_shared_out:
        chosen = choose_cases(frame, asked.method, asked.number, seed=seed, what=what)
        return share_out(chosen, auditors, most_each=each, seed=seed, what=what, names=names)
    if each is None:
        raise SamplingFault(f"Say how many {what.many} each auditor gets. Nothing was drawn.")
    if asked.method is Method.FOR_AGENCIES:
        return draw_for_all(frame, auditors, wanted=each, seed=seed, what=what)
    return draw_sample(frame, auditors, per_auditor=each, seed=seed, what=what)
