"""One invented case file: opening it, a month of work on it, closing it; dates hang together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from audit_app.caseload.values import CaseEntry, CaseStatus, age_at

#: Which teams hold a case file of each status, and how often.
HELD_BY: Mapping[CaseStatus, Mapping[str, int]] = {
    CaseStatus.OPEN_ASSESSMENT: {
        "Assessment North": 38,
        "Assessment South": 36,
        "Duty and Referral": 22,
        "Disabled Children": 4,
    },
    CaseStatus.CHILD_IN_NEED_PLAN: {
        "Family Support East": 34,
        "Family Support West": 32,
        "Disabled Children": 18,
        "Safeguarding": 8,
        "Assessment North": 4,
        "Assessment South": 4,
    },
    CaseStatus.CHILD_PROTECTION_PLAN: {
        "Safeguarding": 46,
        "Family Support East": 26,
        "Family Support West": 24,
        "Disabled Children": 4,
    },
    CaseStatus.LOOKED_AFTER: {
        "Children Looked After": 86,
        "Disabled Children": 10,
        "Safeguarding": 4,
    },
}
#: Days since the case was opened, of those open on one day: fewest and most.
_OPEN_FOR = {
    CaseStatus.OPEN_ASSESSMENT: (2, 50),
    CaseStatus.CHILD_IN_NEED_PLAN: (50, 420),
    CaseStatus.CHILD_PROTECTION_PLAN: (60, 480),
    CaseStatus.LOOKED_AFTER: (100, 2000),
}
_AGES = (-1, *range(18))
_AGE_WEIGHTS = (3, 9, 9, 6, 6, *[5] * 6, *[6] * 7, 4)
_NEEDS = {"N1": 56, "N2": 5, "N3": 6, "N4": 10, "N5": 14, "N6": 2, "N8": 5, "N9": 2}
_CATEGORIES = {"Neglect": 48, "Emotional abuse": 36, "Physical abuse": 8, "Sexual abuse": 4}
_ETHNICITIES = {"WBRI": 66, "WOTH": 7, "MWBC": 5, "BAFR": 5, "APKN": 5, "ABAN": 3, "MOTH": 5}
_LOCALITIES = ("Eastfield", "Hill Top", "Old Town", "Riverside", "Station Road")
_CLOSURES = {"RC8": 62, "RC9": 22, "RC7": 8, "RC3": 5, "RC1": 3}


def pick(dice: Random, weights: Mapping[str, int]) -> str:
    """One key, by its weight."""
    return dice.choices(list(weights), list(weights.values()))[0]


def open_case(
    dice: Random, council_id: str, status: CaseStatus, day: date, *, since: date | None = None
) -> CaseEntry:
    """A case file as it stands on `day`; opened after `since` where that is given."""
    born = _birthday(dice, status, day)
    least, most = _OPEN_FOR[status]
    opened = day - timedelta(days=dice.randint(least, most))
    if since is not None:
        opened = day - timedelta(days=dice.randint(2, max(2, (day - since).days)))
    if born < day:
        opened = max(opened, min(born, day - timedelta(days=2)))
    team = pick(dice, HELD_BY[status])
    disabled = team == "Disabled Children"
    entry = CaseEntry(
        council_id=council_id,
        status=status,
        team=team,
        date_of_birth=born,
        unborn=born > day,
        gender=None if born > day else dice.choice(("Female", "Male")),
        ethnicity=pick(dice, _ETHNICITIES),
        disability="Yes" if disabled or dice.random() < 0.06 else "No",
        need_code="N2" if disabled else pick(dice, _NEEDS),
        cin_start=opened,
        last_referral=opened - timedelta(days=dice.randint(0, 1)),
        referrals_12_months=dice.choices((1, 2, 3), (78, 17, 5))[0],
        last_assessment_start=opened,
        local={"Locality": dice.choice(_LOCALITIES)},
    )
    return work_on(dice, change_status(dice, entry, status, opened, day), day)


def change_status(
    dice: Random, entry: CaseEntry, status: CaseStatus, after: date, day: date
) -> CaseEntry:
    """The case file with a status that it came to have between two days; its plans with it."""
    if status is CaseStatus.OPEN_ASSESSMENT:
        return entry
    opened = entry.cin_start or after
    turned = min(max(after, opened) + timedelta(days=dice.randint(1, 28)), day - timedelta(days=1))
    turned = max(turned, opened)
    changes: dict[str, object] = {"status": status}
    if entry.last_assessment_authorised is None:
        changes["last_assessment_authorised"] = turned
    if status is CaseStatus.CHILD_PROTECTION_PLAN:
        talked = max(opened, turned - timedelta(days=dice.randint(8, 15)))
        changes |= {
            "plan_start": turned,
            "plan_end": None,
            "plan_category": pick(dice, _CATEGORIES),
            "last_strategy_discussion": talked,
            "last_review_conference": None,
        }
    elif entry.plan_start and not entry.plan_end:
        changes["plan_end"] = max(turned, entry.plan_start)
    if status is CaseStatus.LOOKED_AFTER:
        changes |= {"looked_after_start": turned, "looked_after_end": None}
    elif entry.looked_after_start and not entry.looked_after_end:
        changes["looked_after_end"] = max(turned, entry.looked_after_start)
    if entry.team not in HELD_BY[status]:
        changes |= {"team": pick(dice, HELD_BY[status]), "worker": None}
    return entry._replace(**changes)  # type: ignore[arg-type]


def work_on(dice: Random, entry: CaseEntry, day: date) -> CaseEntry:
    """The case file after what was done on it up to `day`: visits, reviews, a new referral."""
    opened, born = entry.cin_start or day, entry.date_of_birth or day
    changes: dict[str, object] = {"unborn": born > day}
    if born <= day:
        seen = _days_before(dice, day, 0, 45, max(opened, born))
        changes["last_seen"] = max(seen, entry.last_seen or seen)
        changes["gender"] = entry.gender or dice.choice(("Female", "Male"))
    if entry.status is CaseStatus.OPEN_ASSESSMENT:
        return entry._replace(**changes)  # type: ignore[arg-type]
    if opened < day - timedelta(days=90) and dice.random() < 0.05:
        referred = _days_before(dice, day, 8, 27, opened)
        changes |= {
            "last_referral": referred,
            "last_assessment_start": referred,
            "last_assessment_authorised": day - timedelta(days=dice.randint(1, 7)),
            "referrals_12_months": (entry.referrals_12_months or 0) + 1,
        }
    if entry.status is CaseStatus.CHILD_PROTECTION_PLAN and entry.plan_start:
        late = dice.random() < 0.1
        least, most = (15, 30) if late else (0, 13)
        visit = _days_before(dice, day, least, most, entry.plan_start)
        changes |= {
            "last_statutory_visit": max(visit, entry.last_statutory_visit or visit),
            "seen_alone": _seen_alone(dice, born, day),
            "last_review_conference": _last_review(entry.plan_start, day, 90, 180),
        }
    if entry.status is CaseStatus.LOOKED_AFTER and entry.looked_after_start:
        visit = _days_before(dice, day, 1, 42, entry.looked_after_start)
        changes |= {
            "last_statutory_visit": max(visit, entry.last_statutory_visit or visit),
            "seen_alone": _seen_alone(dice, born, day),
            "last_looked_after_review": _last_review(entry.looked_after_start, day, 28, 180),
        }
    visited, seen_on = changes.get("last_statutory_visit"), changes.get("last_seen")
    if isinstance(visited, date) and isinstance(seen_on, date):
        changes["last_seen"] = max(visited, seen_on)
    return entry._replace(**changes)  # type: ignore[arg-type]


def close_case(dice: Random, entry: CaseEntry, after: date, day: date) -> CaseEntry:
    """The case file closed between two days, with every plan that was running."""
    closed = _days_before(dice, day, 1, max(1, (day - after).days), entry.cin_start or after)
    ends: dict[str, object] = {}
    if entry.plan_start and not entry.plan_end:
        ends["plan_end"] = max(closed, entry.plan_start)
    if entry.looked_after_start and not entry.looked_after_end:
        ends["looked_after_end"] = max(closed, entry.looked_after_start)
    if entry.last_assessment_authorised is None:
        ends["last_assessment_authorised"] = closed
    for name in ("last_seen", "last_statutory_visit"):
        done = getattr(entry, name)
        ends[name] = min(done, closed) if done else None
    return entry._replace(
        status=CaseStatus.CLOSED,
        cin_closure=closed,
        closure_reason=pick(dice, _CLOSURES),
        **ends,  # type: ignore[arg-type]
    )


def is_grown_up(entry: CaseEntry, day: date) -> bool:
    """Whether the child has come of age."""
    return entry.date_of_birth is not None and age_at(entry.date_of_birth, day) >= 18


def _birthday(dice: Random, status: CaseStatus, day: date) -> date:
    age = dice.choices(_AGES, _AGE_WEIGHTS)[0]
    if age < 0 and status is not CaseStatus.LOOKED_AFTER:
        return day + timedelta(days=dice.randint(10, 140))
    # A looked-after child has been so for a while: no newborns among them.
    least = 120 if status is CaseStatus.LOOKED_AFTER else 6
    return day - timedelta(days=max(least, round(max(age, 0) * 365.25) + dice.randint(3, 360)))


def _days_before(dice: Random, day: date, least: int, most: int, not_before: date) -> date:
    return max(not_before, day - timedelta(days=dice.randint(least, most)))


def _last_review(start: date, day: date, first: int, then: int) -> date | None:
    """The latest of reviews held so many days after the start, and at intervals from there."""
    since = (day - start).days - first
    return None if since < 0 else start + timedelta(days=first + since // then * then)


def _seen_alone(dice: Random, born: date, day: date) -> str | None:
    if born > day:
        return None
    young = age_at(born, day) < 4
    return dice.choices(("Yes", "No", "Unknown"), (20, 72, 8) if young else (78, 15, 7))[0]
