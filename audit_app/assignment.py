"""Sharing out drawn case files among auditors: as evenly as what bars them allows.

The case files are given out in the order of their places. Each goes to the auditor who has fewest
so far, on a tie to the smaller SHA-256 of `seed:auditor`, of those who are not barred from it, have
room for it, and with whom the rest can still be shared out. Nobody gets more than the smallest
number with which all can be given out. Whether the rest can be shared out is a maximum flow from
case files to auditors (networkx): its answer is yes or no, so no other version of it can give
another result.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import networkx as nx

from audit_app.core.independence import Bar
from audit_app.core.sampling import Drawn, FrameCase, SampleAuditor, SamplingFault, ticket_of
from audit_app.core.sampling_methods import Chosen
from audit_app.core.subjects import SubjectWords

Group = frozenset[str]
"""The keys of the auditors who may have a case file: those with the same ones are alike."""
Flow = dict[Group, dict[str, int]]
SOURCE, SINK = "source", "sink"
SHOWN = 5

RULES: Mapping[Bar, str] = {
    Bar.OWN_TEAM: "own team",
    Bar.OWN_CASE: "own {one}, as {worker} or manager",
    Bar.OWN_AUDIT: "audited it before",
}


def share_out(
    chosen: Sequence[Chosen],
    auditors: Sequence[SampleAuditor],
    *,
    most_each: int | None,
    seed: str,
    what: SubjectWords,
    names: Mapping[str, str],
) -> tuple[Drawn, ...]:
    """Give each case file to an auditor, `most_each` at most to one.

    SamplingFault where that is impossible: it says which rule stands in the way of what.
    """
    if not auditors:
        raise SamplingFault("Nobody audits in the cycle, so nothing was drawn.")
    groups = {one.case.reference: _allowed(one.case, auditors) for one in chosen}
    waiting = Counter(groups.values())
    most = len(chosen) if most_each is None else most_each
    keys = sorted((one.key for one in auditors), key=lambda key: ticket_of(seed, key))
    level = _lowest_level(waiting, keys, most)
    if level is None:
        raise SamplingFault(_impossible(chosen, auditors, most, what, names))
    room = dict.fromkeys(keys, level)
    flow = _flow(waiting, room)
    drawn = []
    for one in chosen:
        group = groups[one.case.reference]
        waiting[group] -= 1
        for key in sorted((key for key in keys if key in group), key=lambda key: -room[key]):
            tried = _flow_with(flow, waiting, room, group, key)
            if tried is not None:
                flow = tried
                break
        else:
            raise AssertionError("what could be shared out cannot be any more")
        room[key] -= 1
        ticket = ticket_of(seed, one.case.reference)
        drawn.append(Drawn(key, one.case.reference, one.position, ticket))
    return tuple(drawn)


def bars_between(case: FrameCase, auditor: SampleAuditor) -> list[Bar]:
    """Why the auditor may not have the case file."""
    bars = {
        Bar.OWN_TEAM: case.team is not None and case.team == auditor.team,
        Bar.OWN_CASE: case.reference in auditor.own_cases,
        Bar.OWN_AUDIT: case.reference in auditor.audited,
    }
    return [bar for bar, holds in bars.items() if holds]


def say_rules(bars: Sequence[Bar], what: SubjectWords) -> str:
    """The rules in words, for a list of whom a case file could not go to."""
    return ", ".join(RULES[bar].format(one=what.one, worker=what.worked_by) for bar in bars)


def _allowed(case: FrameCase, auditors: Sequence[SampleAuditor]) -> Group:
    return frozenset(one.key for one in auditors if not bars_between(case, one))


def _lowest_level(waiting: Counter[Group], keys: Sequence[str], most: int) -> int | None:
    """The fewest that the one with most has to get; None: not even `most` each is enough."""
    total = waiting.total()
    for level in range(-(-total // len(keys)), min(most, total) + 1):
        if _is_whole(_flow(waiting, dict.fromkeys(keys, level)), waiting):
            return level
    return None


def _flow_with(
    flow: Flow, waiting: Counter[Group], room: Mapping[str, int], group: Group, key: str
) -> Flow | None:
    """How the rest can be shared out when this auditor gets one of this group; None: not at all."""
    if not room[key]:
        return None
    if flow[group].get(key, 0):
        flow[group][key] -= 1
        return flow
    tried = _flow(waiting, {**room, key: room[key] - 1})
    return tried if _is_whole(tried, waiting) else None


def _is_whole(flow: Flow, waiting: Counter[Group]) -> bool:
    return sum(sum(to.values()) for to in flow.values()) == waiting.total()


def _network(waiting: Counter[Group], room: Mapping[str, int]) -> nx.DiGraph:
    network = nx.DiGraph()
    network.add_nodes_from((SOURCE, SINK))
    for group, count in waiting.items():
        network.add_edge(SOURCE, group, capacity=count)
        network.add_edges_from((group, key) for key in group)
    network.add_edges_from((key, SINK, {"capacity": left}) for key, left in room.items())
    return network


def _flow(waiting: Counter[Group], room: Mapping[str, int]) -> Flow:
    _value, flow = nx.maximum_flow(_network(waiting, room), SOURCE, SINK)
    return {group: dict(flow[group]) for group in waiting}


def _impossible(
    chosen: Sequence[Chosen],
    auditors: Sequence[SampleAuditor],
    most: int,
    what: SubjectWords,
    names: Mapping[str, str],
) -> str:
    """Which case files have too few auditors, and the rule that keeps them from the others."""
    groups = {one.case.reference: _allowed(one.case, auditors) for one in chosen}
    room = {one.key: most for one in auditors}
    reached, _rest = nx.minimum_cut(_network(Counter(groups.values()), room), SOURCE, SINK)[1]
    stuck = [one.case for one in chosen if groups[one.case.reference] in reached]
    few = [one for one in auditors if one.key in reached]
    shown = ", ".join(case.reference for case in stuck[:SHOWN])
    if len(stuck) > SHOWN:
        shown += f" and {len(stuck) - SHOWN:,} more"
    can = "nobody"
    if few:
        people = _listed([names[one.key] for one in few])
        can = f"{people} alone, with room for {most * len(few):,}"
    if len(few) == len(auditors):
        can = f"{most * len(few):,} places alone, {most:,} for each auditor"
    why = _why(stuck, [one for one in auditors if one not in few], what, names)
    return (
        f"What was drawn cannot be shared out, so nothing was drawn. {what.count(len(stuck))} "
        f"({shown}) can go to {can}{': ' + why if why else ''}. Name more auditors, let each "
        "have more, or ask for fewer."
    )


def _why(
    stuck: Sequence[FrameCase],
    barred: Sequence[SampleAuditor],
    what: SubjectWords,
    names: Mapping[str, str],
) -> str:
    by_rules: dict[str, list[str]] = defaultdict(list)
    for auditor in barred:
        bars = {bar for case in stuck for bar in bars_between(case, auditor)}
        by_rules[say_rules([bar for bar in Bar if bar in bars], what)].append(names[auditor.key])
    return "; ".join(f"{_listed(people)} barred ({rules})" for rules, people in by_rules.items())


def _listed(people: Sequence[str]) -> str:
    if len(people) == 1:
        return people[0]
    return f"{', '.join(people[:-1])} and {people[-1]}"
