"""When an interval or a number is met: limits and bounds of a question."""

from __future__ import annotations

from itertools import pairwise

from audit_app.core.question_bank import Limit, LimitUnit, NumberBands
from audit_app.question_banks.fields import Fields

BOUNDS = ("met_from", "met_to", "partly_from", "partly_to")
LARGEST = 100_000


def read_limit(fields: Fields) -> Limit | None:
    """Read the limit of an interval; None: the interval is for information."""
    node = fields.node("limit", required=False)
    if node is None:
        return None
    units = [unit.value for unit in LimitUnit]
    inner = Fields(node, fields.report, "limit")
    inner.check_known((*units, "partly"))
    given = [unit for unit in LimitUnit if unit in inner.nodes]
    if len(given) != 1:
        fields.fault("limit", f"a limit has exactly one of {', '.join(units)}: write one of them")
        return None
    met = inner.whole(given[0], 0, LARGEST)
    partly = inner.whole("partly", 0, LARGEST)
    if met is None:
        return None
    if partly is not None and partly <= met:
        inner.fault("partly", f"`partly` is {partly}, not greater than {met}: raise or remove it")
    return Limit(given[0], met, partly)


def read_bands(fields: Fields) -> NumberBands | None:
    """Read the bounds of a number; None: the number is for information."""
    if not any(bound in fields.nodes for bound in BOUNDS):
        return None
    met_from, met_to, partly_from, partly_to = (
        fields.whole(bound, -LARGEST, LARGEST) for bound in BOUNDS
    )
    if met_from is None and met_to is None:
        name = next(bound for bound in BOUNDS if bound in fields.nodes)
        fields.fault(name, "nothing says which number is met: add `met_from` or `met_to`")
        return None
    for side, met, partly in (("from", met_from, partly_from), ("to", met_to, partly_to)):
        if partly is not None and met is None:
            what = f"`partly_{side}` has no `met_{side}` beside it: add that, or remove this"
            fields.fault(f"partly_{side}", what)
    _check_order(fields, (partly_from, met_from, met_to, partly_to))
    if partly_from is None and partly_to is None:
        return NumberBands(met_from, met_to)
    # On a side without a bound of its own, partly met ends where met ends.
    return NumberBands(
        met_from,
        met_to,
        met_from if partly_from is None else partly_from,
        met_to if partly_to is None else partly_to,
    )


def _check_order(fields: Fields, rising: tuple[int | None, ...]) -> None:
    names = ("partly_from", "met_from", "met_to", "partly_to")
    given = [(name, n) for name, n in zip(names, rising, strict=True) if n is not None]
    for (low, one), (high, other) in pairwise(given):
        if one > other:
            fields.fault(high, f"`{high}` is {other}, less than `{low}` {one}: put them in order")
