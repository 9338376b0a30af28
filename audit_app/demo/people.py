"""The people of the demo council, all invented, and its teams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from faker import Faker
from sqlalchemy.orm import Session

from audit_app.core.access import ROLE_WORDS, Role
from audit_app.demo.plan import DemoFault, DemoRequest
from audit_app.passwords import hash_password
from audit_app.second_factor import AUTHENTICATOR
from audit_app.store.people import add_person, people
from audit_app.store.tables import Person

DOMAIN = "council.example"
PASSWORD = "demo council 2026"  # noqa: S105 # invented people, printed for whoever tries the demo

TEAMS = (
    "Assessment North",
    "Assessment South",
    "Children Looked After",
    "Disabled Children",
    "Duty and Referral",
    "Family Support East",
    "Family Support West",
    "Safeguarding",
)
PARTNERS = ("police", "health")
"""The addresses of those who answer for other agencies."""
HEADS_OF_SERVICE = 5
"""Senior managers without a team of their own; the others are spread over the teams."""

_SIGN_INS = {
    Role.QA_LEAD: "qa.lead",
    Role.SENIOR_MANAGER: "manager",
    Role.INDEPENDENT_MEMBER: "independent",
    Role.SUB_GROUP: "subgroup",
    Role.ADMINISTRATOR: "admin",
    Role.ACTION_OWNER: "action.owner",
    Role.PRACTITIONER: "practitioner",
}


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody with an account. The first of each kind has the address of the demo sign-in."""

    lead: Person
    managers: tuple[Person, ...]
    independents: tuple[Person, ...]
    partners: tuple[Person, ...]
    """Who answers for the police and for health."""
    readers: tuple[Person, ...]
    administrator: Person
    action_owner: Person
    practitioner: Person

    @property
    def count(self) -> int:
        """How many they are."""
        several = (self.managers, self.independents, self.partners, self.readers)
        return 4 + sum(map(len, several))


def sign_ins() -> list[dict[str, str]]:
    """The addresses that whoever tries the demo signs in with, by role."""
    return [
        {"role": ROLE_WORDS[role], "email": f"{name}@{DOMAIN}"} for role, name in _SIGN_INS.items()
    ]


def refuse_when_somebody_is_there(session: Session) -> None:
    """DemoFault when anybody has an account: invented data must never join a council's own."""
    if people(session):
        raise DemoFault(
            "Somebody already has an account in this database, so the demo council was not loaded "
            "and nothing was changed. Use an empty database."
        )


def hire(session: Session, request: DemoRequest, *, at: datetime, codes: str) -> Cast:
    """Add everybody; `codes` is the authenticator's secret that all of them share."""
    names = InventedNames(request.seed)
    hashed = hash_password(PASSWORD)

    def add(
        role: Role, teams: Sequence[str | None], called: Sequence[str] = ()
    ) -> tuple[Person, ...]:
        added = []
        called = called or (_SIGN_INS[role],)
        for place, team in enumerate(teams):
            name = names.next()
            local_part = called[place] if place < len(called) else _address(name)
            person = add_person(
                session,
                email=f"{local_part}@{DOMAIN}",
                name=name,
                roles=[role],
                team=team,
                password_hash=hashed,
                at=at,
            )
            person.tf_totp_secret = codes
            person.tf_primary_method = AUTHENTICATOR
            added.append(person)
        return tuple(added)

    seats = [*TEAMS, TEAMS[5], *[None] * HEADS_OF_SERVICE]
    return Cast(
        lead=add(Role.QA_LEAD, [None])[0],
        managers=add(Role.SENIOR_MANAGER, seats[: request.managers]),
        independents=add(Role.INDEPENDENT_MEMBER, [None] * 2),
        readers=add(Role.SUB_GROUP, [None] * 3),
        administrator=add(Role.ADMINISTRATOR, [None])[0],
        action_owner=add(Role.ACTION_OWNER, [None])[0],
        practitioner=add(Role.PRACTITIONER, [TEAMS[0]])[0],
        partners=add(Role.INDEPENDENT_MEMBER, [None] * len(PARTNERS), PARTNERS),
    )


class InventedNames:
    """British names that belong to nobody in particular, no two of them with one address."""

    def __init__(self, seed: int) -> None:
        """Start the list of this seed."""
        self._fake = Faker("en_GB")
        self._fake.seed_instance(seed)
        self._used: set[str] = set()

    def next(self) -> str:
        """Another name."""
        while True:
            name = f"{self._fake.first_name()} {self._fake.last_name()}"
            if _address(name) not in self._used:
                self._used.add(_address(name))
                return name


def _address(name: str) -> str:
    letters = (c for c in name.lower() if c.isascii() and (c.isalpha() or c == " "))
    return "".join(letters).replace(" ", ".")
