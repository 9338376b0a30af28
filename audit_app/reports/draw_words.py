"""How a sample was drawn, in the words of a report's method page."""

from __future__ import annotations

from collections.abc import Mapping

from audit_app.core.sampling_methods import Method

TICKETS = (
    "Each {one} of the frame gets a ticket: SHA-256 of the text “seed:reference”, in hexadecimal."
)
IN_ORDER = "The {many} are put in the order of their tickets, smallest first."
IN_TURNS = (
    f"{TICKETS} {IN_ORDER} The sample is the first of "
    "them, as many as are asked for; one is passed over only when the sample already holds as many "
    "of its team as the auditors of other teams have places for. The auditors are put in the order "
    "of SHA-256 of “seed:auditor number”. In that order each takes the first {one} of the sample, "
    "not yet taken, that is not of their own team, round by round; one is left for a later auditor "
    "only when the rest could no longer be shared out."
)
SHARED_OUT = (
    "The sample is then given out in the order of its places, each to the auditor who has fewest "
    "so far and is not barred as one of its team, as its worker or manager, or as who audited it "
    "before; with as many, to the one with the smaller SHA-256 of “seed:auditor number”; and as "
    "evenly as the bars allow."
)
CHOOSING: Mapping[Method, str] = {
    Method.RANDOM: f"{TICKETS} {IN_ORDER} The first {{number}} are the sample.",
    Method.PROPORTIONAL: (
        f"{TICKETS} {IN_ORDER} {{number}} are drawn, from each team in proportion to its size, by "
        "the largest remainder, and of each the first."
    ),
    Method.EACH_TEAM: (
        f"{TICKETS} {IN_ORDER} The first {{number}} of each team are drawn, or all of a team that "
        "has no more."
    ),
    Method.SYSTEMATIC: (
        "The {many} are put in the order of team and reference. {number} are drawn at even steps "
        "through them, from a start that is SHA-256 of “seed:start” (its first eight digits, "
        "modulo the size of the frame)."
    ),
    Method.WHOLE: "Every one of the {many} was taken; chance decided only who reads which.",
}


def explain_draw(method: Method, number: int | None, *, one: str, many: str) -> str:
    """The method in sentences, with which the draw can be made again."""
    said = f"{CHOOSING[method]} {SHARED_OUT}" if method.is_shared_out else IN_TURNS
    return said.format(one=one, many=many, number=number)


def say_drawn(method: Method) -> str:
    """The same in a few words, between a count and that of the frame."""
    return "drawn from" if method is Method.WHOLE else "drawn at random from"
