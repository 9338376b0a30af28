"""Settings from the environment; a missing or weak secret is refused."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from audit_app.core.faults import Refusal
from audit_app.core.retention import DEFAULT_MONTHS, Kept

SHORTEST_SECRET = 16
MEGABYTE = 1_048_576
_WELL_KNOWN = frozenset({"changeme", "change-me", "secret", "dev", "development", "password"})


class SettingsFault(Refusal):
    """One sentence: which setting is missing or unfit, and what to do."""


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """The council's identity provider (OpenID Connect), such as Entra ID.

    `tenant`: the `tid` that a token must carry. `strength`: the values of which a token's `amr`
    or `acr` must name one, so that a second factor was asked for there.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    tenant: str
    strength: tuple[str, ...] = ("mfa",)


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs."""

    database_url: str
    instance: Path
    secret_key: str = field(repr=False)
    council: str = "Children’s services"
    secure_cookies: bool = False
    site_url: str = "http://127.0.0.1:5000"
    """Where links in mails lead, without a slash at the end."""
    smtp_url: str = field(default="", repr=False)
    """`smtp://user:password@host:587` (STARTTLS), `smtps://…`; empty: mail is written to files."""
    mail_from: str = "case-file-audit@localhost"
    own_pseudonym_key: str = field(default="", repr=False)
    single_sign_on: SingleSignOn | None = None
    keep_months: Mapping[Kept, int] = field(default_factory=lambda: dict(DEFAULT_MONTHS))
    trusted_proxies: int = 0
    """How many web servers stand before this one and tell the visitor's address and host."""
    anchor_address: str = ""
    """Who is mailed the head of the history each day; empty: nobody."""
    concern_hours: int = 2
    """Within how many hours somebody must acknowledge an immediate concern."""

    largest_attachment: int = 10 * MEGABYTE
    """Bytes that an attached file may have."""
    clamav_socket: str = ""
    """Where a ClamAV daemon listens: a path, or host:port of this machine; empty: no scan."""

    @property
    def pseudonym_key(self) -> bytes:
        """The key of case file references, parted from the secret so that neither gives the other.

        A pseudonym without a key could be undone by trying every short case number.
        """
        if self.own_pseudonym_key:
            return hashlib.sha256(self.own_pseudonym_key.encode()).digest()
        return hmac.digest(self.secret_key.encode(), b"case file reference", hashlib.sha256)

    @property
    def mail_folder(self) -> Path:
        """Where mail is written when no mail server is set."""
        return self.instance / "mail"

    @property
    def anchor_folder(self) -> Path:
        """Where heads of the history are written, to be carried away by the backup."""
        return self.instance / "anchors"


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
        site_url=(environment.get("AUDIT_APP_SITE_URL") or "http://127.0.0.1:5000").rstrip("/"),
        smtp_url=_read_smtp(environment),
        mail_from=environment.get("AUDIT_APP_MAIL_FROM") or "case-file-audit@localhost",
        own_pseudonym_key=_read_pseudonym_key(environment),
        single_sign_on=_read_single_sign_on(environment),
        keep_months={kind: _read_months(environment, kind) for kind in Kept},
        trusted_proxies=_read_number(environment, "AUDIT_APP_PROXIES", 0, 0, 5),
        anchor_address=environment.get("AUDIT_APP_ANCHOR_TO") or "",
        concern_hours=_read_number(environment, "AUDIT_APP_CONCERN_HOURS", 2, 1, 72),
        largest_attachment=MEGABYTE
        * _read_number(environment, "AUDIT_APP_LARGEST_ATTACHMENT_MB", 10, 1, 40),
        clamav_socket=_read_clamav(environment),
    )


def _read_smtp(environment: Mapping[str, str]) -> str:
    url = environment.get("AUDIT_APP_SMTP_URL") or ""
    if url and urlsplit(url).scheme not in ("smtp", "smtps"):
        raise SettingsFault(
            "AUDIT_APP_SMTP_URL is not the address of a mail server, such as "
            "smtp://user:password@mail.council.example:587."
        )
    return url


def _read_clamav(environment: Mapping[str, str]) -> str:
    """A path, or host and port of this machine: files go to the scanner unencrypted."""
    address = environment.get("AUDIT_APP_CLAMAV_SOCKET") or ""
    host, _colon, port = address.rpartition(":")
    of_machine = host in ("127.0.0.1", "localhost", "::1") and port.isdigit()
    if address and not of_machine and not address.startswith("/"):
        raise SettingsFault(
            "AUDIT_APP_CLAMAV_SOCKET is neither the path of a socket, such as "
            "/run/clamav/clamd.ctl, nor a port of this machine, such as 127.0.0.1:3310."
        )
    return address


def _read_pseudonym_key(environment: Mapping[str, str]) -> str:
    key = environment.get("AUDIT_APP_PSEUDONYM_KEY") or ""
    if key and _is_weak(key):
        raise SettingsFault(
            f"AUDIT_APP_PSEUDONYM_KEY is too weak: use at least {SHORTEST_SECRET} random "
            "characters."
        )
    return key


def _read_single_sign_on(environment: Mapping[str, str]) -> SingleSignOn | None:
    """All four settings, or none."""
    names = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "TENANT")
    found = {name: environment.get(f"AUDIT_APP_SSO_{name}") or "" for name in names}
    if not any(found.values()):
        return None
    missing = [f"AUDIT_APP_SSO_{name}" for name, value in found.items() if not value]
    if missing:
        raise SettingsFault(f"Single sign-on is set up in part only: {', '.join(missing)} missing.")
    issuer = urlsplit(found["ISSUER"])
    if issuer.scheme != "https" and issuer.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise SettingsFault("AUDIT_APP_SSO_ISSUER must be an https address.")
    strength = (environment.get("AUDIT_APP_SSO_STRENGTH") or "mfa").split()
    return SingleSignOn(
        found["ISSUER"].rstrip("/"),
        found["CLIENT_ID"],
        found["CLIENT_SECRET"],
        found["TENANT"],
        tuple(strength),
    )


def _read_months(environment: Mapping[str, str], kind: Kept) -> int:
    name = f"AUDIT_APP_KEEP_{kind.value.upper()}_MONTHS"
    return _read_number(environment, name, DEFAULT_MONTHS[kind], 1, 1200)


def _read_number(
    environment: Mapping[str, str], name: str, default: int, least: int, most: int
) -> int:
    written = environment.get(name) or str(default)
    if not written.isascii() or not written.isdigit() or not least <= int(written) <= most:
        raise SettingsFault(f"{name} is not a number from {least} to {most}.")
    return int(written)


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
    if _is_weak(secret):
        raise SettingsFault(
            f"AUDIT_APP_SECRET_KEY is too weak: use at least {SHORTEST_SECRET} random characters."
        )


def _is_weak(secret: str) -> bool:
    short = len(secret) < SHORTEST_SECRET or len(set(secret)) < 6
    return short or secret.lower() in _WELL_KNOWN
