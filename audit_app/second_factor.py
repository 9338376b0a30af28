"""Codes of an authenticator app: making secrets, and the code of this half minute.

The sign-in pages use the same factory through Flask-Security; this is what the command line needs.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from passlib.totp import TOTP

ISSUER = "Case file audit"
AUTHENTICATOR = "authenticator"


def totp_secrets(secret_key: str) -> dict[str, str]:
    """What secrets are encrypted with in the database, parted from the secret key."""
    return {"1": hmac.new(secret_key.encode(), b"one-time codes", hashlib.sha256).hexdigest()}


def make_totp_secret(secret_key: str, key: bytes | None = None) -> str:
    """A new secret, encrypted as the database keeps it; `key`: not a random one, for the demo."""
    factory = _factory(secret_key)
    made = factory.new() if key is None else factory(key=key, format="raw")
    written: str = made.to_json(encrypt=True)
    return written


def code_at(secret_key: str, stored: str, moment: int) -> str:
    """The six figures that the app shows at a moment, in seconds since 1970."""
    code: str = _factory(secret_key).from_source(stored).generate(time=moment).token
    return code


def _factory(secret_key: str) -> Any:  # noqa: ANN401 # passlib has no types
    return TOTP.using(issuer=ISSUER, secrets=totp_secrets(secret_key))
