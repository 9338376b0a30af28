"""The council's identity provider: where it is, and whom it says that somebody is."""

from __future__ import annotations

import json
import re
import time
from typing import Any
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

# Requests wraps its transport's own error in some places only; here it is by its name there.
from requests.exceptions import BaseHTTPError, RequestException  # type: ignore[attr-defined]

from audit_app import clock
from audit_app.config import SingleSignOn
from audit_app.web.single_sign_on.claims import Asked, CouncilAccount, NotLetIn, check_claims
from audit_app.web.single_sign_on.in_time import InTime

TIMEOUT = 5.0
"""Seconds for everything that is asked of the provider in one request."""
LARGEST_ANSWER = 512 * 1024
KEPT = 3600.0
"""Seconds for which addresses and keys are kept; an unknown key makes them be read anew."""
#: Public keys only: with a shared secret, whoever can check a token can also make one.
ALGORITHMS = [f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)]
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ENTRA_CONTEXT = re.compile(r"c[1-9][0-9]?")


class ProviderFault(Exception):
    """The provider cannot be reached in time, or answers what it should not."""


class _Connection(OAuth2Session):  # type: ignore[misc] # the library says nothing of its types
    """Goes nowhere else, ends in time, and takes no more than so much."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        """The time begins now."""
        super().__init__(**options)
        self._until = time.monotonic() + TIMEOUT
        for scheme in ("https://", "http://"):
            self.mount(scheme, InTime())

    def send(self, request: Any, **options: Any) -> Any:  # noqa: ANN401
        """Send, and read the whole answer."""
        options.update(timeout=self._left(), allow_redirects=False, stream=True)
        response = super().send(request, **options)
        body = b""
        while piece := response.raw.read1(65536, decode_content=True):
            body += piece
            if len(body) > LARGEST_ANSWER:
                raise ProviderFault("the answer is too large")
            self._left()
        response._content = body
        return response

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise ProviderFault("the answer takes too long")
        return left


class Provider:
    """One identity provider; what it publishes is read when it is first needed."""

    def __init__(self, settings: SingleSignOn) -> None:
        """Nothing is asked yet."""
        self.settings = settings
        self._published: dict[str, str] = {}
        self._keys: KeySet | None = None
        self._read_at = 0.0

    def address(self, asked: Asked, back: str) -> str:
        """Where to send the person; `back` is where they come back to. ProviderFault."""
        with self._connect() as connection:
            published = self._publishes(connection)
            more: dict[str, object] = {}
            if asked.again:
                more = {"prompt": "login", "max_age": 0}
            if contexts := [s for s in self.settings.strength if _ENTRA_CONTEXT.fullmatch(s)]:
                wanted = {"acrs": {"essential": True, "value": contexts[0]}}
                more["claims"] = json.dumps({"id_token": wanted})
            address, _state = connection.create_authorization_url(
                published["authorization_endpoint"],
                state=asked.state,
                nonce=asked.nonce,
                code_verifier=asked.verifier,
                redirect_uri=back,
                **more,
            )
        return str(address)

    def whose(self, code: str, asked: Asked, back: str) -> CouncilAccount:
        """Whose code it is. NotLetIn where the provider or its token says no; ProviderFault."""
        with self._connect() as connection:
            published = self._publishes(connection)
            try:
                answer = connection.fetch_token(
                    published["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=asked.verifier,
                    redirect_uri=back,
                )
            except AuthlibBaseError:
                raise NotLetIn("code") from None
            except (RequestException, BaseHTTPError, ValueError, RecursionError) as fault:
                raise ProviderFault(type(fault).__name__) from None
            token = answer.get("id_token")
            if not isinstance(token, str):
                raise NotLetIn("token")
            claims = self._read(token, connection)
        now = clock.now().timestamp()
        return check_claims(claims, self.settings, published["issuer"], asked, now)

    def _connect(self) -> _Connection:
        return _Connection(
            client_id=self.settings.client_id,
            client_secret=self.settings.client_secret,
            token_endpoint_auth_method="client_secret_post",  # noqa: S106 # the name of a way
            scope="openid profile",  # Entra ID gives `oid` to who asks for the profile only
            code_challenge_method="S256",
        )

    def _publishes(self, connection: _Connection) -> dict[str, str]:
        """The addresses and the issuer's name, checked; kept for a while with the keys."""
        if self._published and time.monotonic() - self._read_at < KEPT:
            return self._published
        said = _get(connection, f"{self.settings.issuer}/.well-known/openid-configuration")
        found = {name: said.get(name) for name in ("issuer", *ENDPOINTS)}
        if str(found["issuer"]).rstrip("/") != self.settings.issuer:
            raise ProviderFault("it names another issuer")
        for name in ENDPOINTS:
            if not self._is_safe(str(found[name])):
                raise ProviderFault(f"its {name} is not an https address")
        self._published = {name: str(value) for name, value in found.items()}
        self._keys, self._read_at = None, time.monotonic()
        return self._published

    def _is_safe(self, address: str) -> bool:
        """Over https; for a provider on this machine, as when trying it out, also plainly on it."""
        try:
            parts, issuer = urlsplit(address), urlsplit(self.settings.issuer)
        except ValueError:
            return False
        if parts.scheme == "https":
            return bool(parts.hostname)
        local = parts.hostname in _LOOPBACK and issuer.hostname in _LOOPBACK
        return parts.scheme == "http" and local

    def _read(self, token: str, connection: _Connection) -> dict[str, object]:
        """What a token says, its signature checked with a key that the provider publishes."""
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        try:
            try:
                keys = self._keys or self._fetch_keys(connection)
                found = jwt.decode(token, keys, registry=registry)
            except InvalidKeyIdError:  # keys change: it may have a new one
                found = jwt.decode(token, self._fetch_keys(connection), registry=registry)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise NotLetIn("signature") from None
        return dict(found.claims)

    def _fetch_keys(self, connection: _Connection) -> KeySet:
        said = _get(connection, self._published["jwks_uri"])
        try:
            self._keys = KeySet.import_key_set(said)  # type: ignore[arg-type]
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as fault:
            raise ProviderFault("its keys cannot be read") from fault
        return self._keys


def _get(connection: _Connection, address: str) -> dict[str, object]:
    """A JSON object; ProviderFault for anything else."""
    try:
        response = connection.get(address, withhold_token=True)
        said = response.json() if response.status_code == 200 else None
    except (RequestException, BaseHTTPError, ValueError, RecursionError) as fault:
        raise ProviderFault(type(fault).__name__) from None
    if not isinstance(said, dict):
        raise ProviderFault("it answers what it should not")
    return said
