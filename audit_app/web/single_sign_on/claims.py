"""What an ID token must say before anybody is let in by it."""

from __future__ import annotations

import hmac
import math
from collections.abc import Mapping
from dataclasses import dataclass

from audit_app.config import SingleSignOn

LEEWAY = 60
"""Seconds by which two clocks may differ."""
LONGEST_ID = 255


class NotLetIn(Exception):
    """Somebody is not let in; `why` is a code for the history, never what a token holds."""

    def __init__(self, why: str) -> None:
        """Say why."""
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of the provider, kept in the signed cookie until the person comes back.

    `at`: seconds since 1970. `then`: the page to go to. `again`: somebody who is signed in proves
    anew who they are. `link`: the token of the invitation that was followed.
    """

    state: str
    nonce: str
    verifier: str
    at: int
    then: str
    again: bool
    link: str


@dataclass(frozen=True, slots=True)
class CouncilAccount:
    """By what a person is known: never by an address, which can be changed or given anew."""

    tenant: str
    object_id: str


def check_claims(
    claims: Mapping[str, object], settings: SingleSignOn, issuer: str, asked: Asked, now: float
) -> CouncilAccount:
    """Whose token it is. NotLetIn, with the name of the first claim that does not hold."""
    object_id = claims.get("oid")
    holds = {
        "iss": claims.get("iss") == issuer,
        "aud": _is_for(claims, settings.client_id),
        "azp": claims.get("azp", settings.client_id) == settings.client_id,
        "exp": now - LEEWAY < _seconds(claims, "exp"),
        "iat": _seconds(claims, "iat") <= now + LEEWAY,
        "nbf": "nbf" not in claims or _seconds(claims, "nbf") <= now + LEEWAY,
        "nonce": hmac.compare_digest(str(claims.get("nonce")).encode(), asked.nonce.encode()),
        "tid": claims.get("tid") == settings.tenant,
        "oid": isinstance(object_id, str) and 0 < len(object_id) <= LONGEST_ID,
        "strength": bool(_strength(claims) & set(settings.strength)),
        "auth_time": not asked.again or asked.at - LEEWAY <= _seconds(claims, "auth_time"),
    }
    for claim, is_right in holds.items():
        if not is_right:
            raise NotLetIn(claim)
    return CouncilAccount(settings.tenant, str(object_id))


def _is_for(claims: Mapping[str, object], client_id: str) -> bool:
    """For this site; where it is for others, too, `azp` must say who asked for it."""
    audience = claims.get("aud")
    if isinstance(audience, list) and len(audience) > 1:
        return client_id in audience and "azp" in claims
    return audience in (client_id, [client_id])


def _seconds(claims: Mapping[str, object], name: str) -> float:
    """A moment; what is none compares as false with everything."""
    moment = claims.get(name)
    is_number = isinstance(moment, int | float) and not isinstance(moment, bool)
    return moment if is_number and math.isfinite(moment) else math.nan  # type: ignore[arg-type,return-value]


def _strength(claims: Mapping[str, object]) -> set[str]:
    """How the person was known there: methods (`amr`) and contexts (`acr`; `acrs` in Entra ID)."""
    found: set[str] = set()
    for name in ("amr", "acr", "acrs"):
        said = claims.get(name)
        found.update(v for v in (said if isinstance(said, list) else [said]) if isinstance(v, str))
    return found
