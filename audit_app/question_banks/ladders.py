"""Ladders of rules: the grade or level that holds first, and how many of what each one asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audit_app.core.question_bank import Requirement, Rung
from audit_app.question_banks.fields import Fields
from audit_app.question_banks.nodes import Node, Scalar
from audit_app.question_banks.scales import read_step
from audit_app.question_banks.words import KINDS, hint

MOST = 100
REQUIREMENT_KEYS = ("count", "all", "at_least", "at_most", "of", "critical")


@dataclass(frozen=True, slots=True)
class Counted:
    """What a requirement counts here."""

    what: str
    """In the plural, for a message: `questions of this section`."""
    values: Sequence[str]
    """The values that one of them may have; empty: they could not be read."""
    names: Sequence[str] | None
    """Which ones `of` may name; None: `of` has no place here."""
    unscored: frozenset[str] = frozenset()
    """Those that are there, but never have a value."""
    critical: bool = False
    """Whether some of them are critical and others are not."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of a requirement here."""
        left_out = {"of"} if self.names is None else set()
        left_out |= set() if self.critical else {"critical"}
        return tuple(key for key in REQUIREMENT_KEYS if key not in left_out)


def read_ladder(
    fields: Fields, name: str, step: str, steps: Sequence[str] | None, counted: Counted
) -> tuple[Rung, ...]:
    """Read the rungs, best first; `step` is what one suggests and its key: `grade` or `level`."""
    nodes = fields.items(name, required=False)
    rungs: list[Rung] = []
    for place, node in enumerate(nodes, 1):
        inner = Fields(node, fields.report, f"a rung of {name}")
        inner.check_known((step, "when"))
        key = read_step(inner, step, steps, step)
        requirements = tuple(
            _read_requirement(item, fields, counted) for item in inner.items("when", required=False)
        )
        if place < len(nodes) and "when" not in inner.nodes:
            what = f"`{key}` has no `when`, so no rung below it is ever reached"
            inner.fault(step, f"{what}: say when it holds, or put it last")
        elif place == len(nodes) and "when" in inner.nodes:
            what = f"the last rung of {name} has `when`, so that perhaps none holds"
            inner.fault("when", f"{what}: add a last one without `when`")
        _check_order(inner, step, steps, [rung.grade for rung in rungs], key)
        rungs.append(Rung(key, requirements))
    return tuple(rungs)


def _check_order(
    inner: Fields, step: str, steps: Sequence[str] | None, before: list[str], key: str
) -> None:
    last = before[-1] if before else ""
    if not steps or not key or last not in steps:
        return
    if steps.index(key) < steps.index(last):
        inner.fault(step, f"`{key}` is better than `{last}` above it: go from the best down")


def _read_requirement(node: Node, fields: Fields, counted: Counted) -> Requirement:
    inner = Fields(node, fields.report, "a requirement")
    inner.check_known(counted.keys)
    given = [key for key in ("count", "all") if key in inner.nodes]
    if len(given) != 1:
        what = "a requirement has exactly one of `count` and `all`: write one of them"
        fields.report.add(node.line, what)
        return Requirement(frozenset())
    values = _read_names(inner, given[0], counted.values, frozenset(), counted)
    of = frozenset[str]()
    if counted.names is not None and "of" in inner.nodes:
        of = _read_names(inner, "of", counted.names, counted.unscored, counted)
    critical = inner.flag("critical", False)
    if given == ["all"]:
        return Requirement(_others(inner, values, counted), 0, 0, of, critical)
    at_least, at_most = inner.whole("at_least", 1, MOST), inner.whole("at_most", 0, MOST)
    _check_bounds(inner, at_least, at_most, len(of))
    return Requirement(values, at_least or 0, at_most, of, critical)


def _read_names(
    inner: Fields, key: str, known: Sequence[str], unscored: frozenset[str], counted: Counted
) -> frozenset[str]:
    names: list[str] = []
    for node in inner.items(key):
        if not isinstance(node, Scalar):
            said = KINDS[type(node)]
            inner.report.add(node.line, f"`{key}` lists single words, and here is {said}")
        elif node.text in unscored:
            what = f"`{key}`: `{node.text}` is never scored, so it never counts"
            inner.report.add(node.line, f"{what}: take it out")
        elif known and node.text not in known:
            what = f"`{key}`: `{node.text[:60]}` is not among the {_which(key, counted)}"
            inner.report.add(node.line, f"{what}: {hint(node.text, known)}")
        else:
            names.append(node.text)
    return frozenset(names)


def _which(key: str, counted: Counted) -> str:
    return counted.what if key == "of" else f"values of the {counted.what}"


def _others(inner: Fields, values: frozenset[str], counted: Counted) -> frozenset[str]:
    """All others than these, of which there may then be none."""
    for bound in ("at_least", "at_most"):
        if bound in inner.nodes:
            inner.fault(bound, f"`{bound}` belongs to `count`: `all` is all of them, take it away")
    others = frozenset(counted.values) - values
    if values and counted.values and not others:
        inner.fault("all", "every value is listed, so this is always so: list fewer of them")
    return others


def _check_bounds(inner: Fields, at_least: int | None, at_most: int | None, named: int) -> None:
    if "at_least" not in inner.nodes and "at_most" not in inner.nodes:
        inner.fault("count", "nothing says how many: add `at_least` or `at_most`")
    if at_least is not None and at_most is not None and at_least > at_most:
        what = f"`at_least` is {at_least}, more than `at_most` {at_most}, so this never holds"
        inner.fault("at_least", f"{what}: lower it")
    if named and at_least is not None and at_least > named:
        what = f"`at_least` is {at_least}, and only {named} are named in `of`"
        inner.fault("at_least", f"{what}: lower it, or name more")
