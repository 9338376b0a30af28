"""What a sample of some size can say, in sentences for the page and the command."""

from __future__ import annotations

from math import ceil

from audit_app.core.sample_size import (
    Reach,
    enough_to_see,
    enough_within,
    lacking,
    months_for,
)

CANNOT_TELL = (
    "It tells how often, not why, and nothing of a child whose case file was not drawn.",
    "What was not seen in it can still be there: only what is common is nearly sure to be seen.",
    "The figure of one team rests on that team’s case files alone, and that of a question on those "
    "to which it applies. Each needs as many of its own.",
    "All this holds for a draw by chance. Case files that somebody chose say nothing of the rest.",
    "Months put together tell how the practice was over all of them, not how it is now, and only "
    "where the case files that could be drawn stayed much the same and none was drawn twice.",
    "An auditor can misjudge. A larger sample does not mend that; a second reading can.",
    "Results pages give somewhat wider ranges: they speak of the practice as such, also in case "
    "files to come, and not of these case files alone.",
)


def say_of(drawn: int, frame: int) -> str:
    """As “54 of 120 case files”."""
    if drawn == frame:
        return "The only case file" if frame == 1 else f"All {frame:,} case files"
    return f"{drawn:,} of {frame:,} case files"


def say_points(points: float) -> str:
    """As “±10 points”, never less than it is."""
    whole = ceil(round(points, 6))
    return f"±{whole} point{'' if whole == 1 else 's'}" if whole else "exactly"


def say_within(frame: int, points: int) -> str:
    """How many case files give each share to within so many points."""
    drawn = enough_within(frame, points)
    if drawn == frame:
        return f"{say_of(drawn, frame)}: a smaller sample cannot give {say_points(points)}."
    return (
        f"{say_of(drawn, frame)}: then each share is known to within {say_points(points)}, "
        "in 19 of 20 samples."
    )


def say_seen(frame: int, percent: int, sure: int) -> str:
    """How many case files show at least once what is missing in so many percent."""
    missing = lacking(frame, percent)
    drawn = enough_to_see(frame, missing, sure)
    return (
        f"{say_of(drawn, frame)}: then a practice that is missing in {percent}% ({missing:,} of "
        f"{frame:,}) is seen missing at least once, in at least {sure} of 100 samples."
    )


def say_month_of_seeing(frame: int, a_month: int, percent: int, sure: int) -> str:
    """After how many months that is seen."""
    drawn = enough_to_see(frame, lacking(frame, percent), sure)
    return f"{_after(frame, drawn, a_month)}: enough to see what is missing in {percent}%."


def say_month_within(frame: int, a_month: int, points: int) -> str:
    """After how many months each share is known to within so many points."""
    drawn = enough_within(frame, points)
    return f"{_after(frame, drawn, a_month)}: enough for {say_points(points)}."


def say_reach(reach: Reach, frame: int, sure: int) -> str:
    """What can be said of so many case files, in one line."""
    points = say_points(reach.points)
    known = "known exactly" if points == "exactly" else f"known to within {points}"
    return (
        f"with {reach.drawn:,} case file{'' if reach.drawn == 1 else 's'}: "
        f"each share is {known}; what is missing in "
        f"{say_rarest(reach, frame)} or more is seen at least once, in {sure} of 100 samples."
    )


def say_rarest(reach: Reach, frame: int) -> str:
    """As “6 of 120 (5%)”."""
    percent = 100 * reach.rarest / frame
    return f"{reach.rarest:,} of {frame:,} ({'under 1' if percent < 1 else f'{percent:.0f}'}%)"


def _after(frame: int, wanted: int, a_month: int) -> str:
    months = months_for(wanted, a_month)
    drawn = min(months * a_month, frame)
    return (
        f"After {months:,} month{'' if months == 1 else 's'}, "
        f"with {drawn:,} case file{'' if drawn == 1 else 's'}"
    )
