"""Settings from the environment; a missing or weak secret is refused."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from audit_app.core.faults import Refusal

SHORTEST_SECRET = 16
_WELL_KNOWN = frozenset({"changeme", "change-me", "secret", "dev", "development", "password"})


class SettingsFault(Refusal):
    """One sentence: which setting is missing or unfit, and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs."""

    database_url: str
    instance: Path
    secret_key: str = field(repr=False)
    council: str = "Children’s services"
    secure_cookies: bool = False

    @property
    def pseudonym_key(self) -> bytes:
        """The key of case file references, parted from the secret so that neither gives the other.

        A pseudonym without a key could be undone by trying every short case number.
        """
        return hmac.digest(self.secret_key.encode(), b"case file reference", hashlib.sha256)


def settings_from_environment(
    environment: Mapping[str, str] = os.environ, *, needs_secret: bool = True
) -> Settings:
    """Read the settings. Without AUDIT_APP_SECRET_KEY the key file in the instance folder is used.

    SettingsFault when a secret is needed and is missing or weak.
    """
    instance = Path(environment.get("AUDIT_APP_INSTANCE") or "instance").resolve()
    secret = environment.get("AUDIT_APP_SECRET_KEY", "") or _read_key(instance)
    if needs_secret:
        _check_secret(secret, instance)
    return Settings(
        database_url=environment.get("AUDIT_APP_DATABASE_URL")
        or f"sqlite:///{instance / 'audit.db'}",
        instance=instance,
        secret_key=secret,
        council=environment.get("AUDIT_APP_COUNCIL") or "Children’s services",
        secure_cookies=environment.get("AUDIT_APP_HTTPS", "") == "1",
    )


def make_key(instance: Path) -> None:
    """Write a random key into the instance folder, for its owner alone, unless there is one."""
    path = key_file(instance)
    if path.exists():
        return
    instance.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))


def key_file(instance: Path) -> Path:
    """Where the key lies when it is not in the environment."""
    return instance / "secret.key"


def _read_key(instance: Path) -> str:
    try:
        return key_file(instance).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def _check_secret(secret: str, instance: Path) -> None:
    if not secret:
        raise SettingsFault(
            "There is no secret key: set AUDIT_APP_SECRET_KEY, or run 'audit-app migrate', "
            f"which writes one to {key_file(instance)}."
        )
    weak = len(secret) < SHORTEST_SECRET or len(set(secret)) < 6
    if weak or secret.lower() in _WELL_KNOWN:
        raise SettingsFault(
            f"AUDIT_APP_SECRET_KEY is too weak: use at least {SHORTEST_SECRET} random characters."
        )
