"""How often somebody may try: without locking out the person whose account is tried.

Source: OWASP, "Slow Down Online Guessing Attacks with Device Cookies". A device on which a person
has signed in before holds a signed cookie and has tries of its own; all other devices share the
tries of an account. Whoever uses those up hinders only devices that nobody knows.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from audit_app.store.tables import Person
from audit_app.web.refusals import Refusals

KNOWN_FOR = timedelta(days=180)
TRIES = RateLimitItemPerMinute(10, 15)
"""Tries for one account in a quarter of an hour, from one known device or all others."""
PLACE = RateLimitItemPerMinute(100, 15)
"""Wrong passwords from one network address for whatever accounts."""
FEEDS = RateLimitItemPerMinute(60, 15)
"""Wrong addresses of calendar feeds from one network address."""
CODES = RateLimitItemPerMinute(5, 15)
"""Codes for one person in a quarter of an hour, from one known device or all others."""


class Guesses:
    """Counts tries; kept in the memory of this process."""

    def __init__(self, app: Flask) -> None:
        """Nothing was tried yet."""
        secret = app.secret_key
        assert isinstance(secret, str)
        self.refusals = Refusals()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._signer = URLSafeTimedSerializer(secret, salt="known device")
        self._key = secret.encode()
        self._secure = bool(app.config["SESSION_COOKIE_SECURE"])

    def may_try_password(self, address: str) -> bool:
        """Count one try, and say whether it may be made."""
        if not self._knows(address) and not self._limiter.test(PLACE, "place", _place()):
            return False
        return self._limiter.hit(TRIES, *self._bucket(address))

    def was_wrong(self) -> None:
        """One more password from this network address was wrong."""
        self._limiter.hit(PLACE, "place", _place())

    def was_right(self, address: str) -> None:
        """The tries of this account are given back."""
        self._limiter.clear(TRIES, *self._bucket(address))

    def may_try_code(self, person: Person) -> bool:
        """Count one code, and say whether it may be tried."""
        return self._limiter.hit(CODES, "code", *self._bucket(person.email))

    def may_try_feed(self) -> bool:
        """Whether this network address has not asked for too many feeds that are none."""
        return self._limiter.test(FEEDS, "feed", _place())

    def was_no_feed(self) -> None:
        """One more address from there was that of no feed."""
        self._limiter.hit(FEEDS, "feed", _place())

    def remember_device(self, person: Person) -> None:
        """Give this device, once the answer goes out, the cookie of one that the person uses."""
        self._limiter.clear(CODES, "code", *self._bucket(person.email))
        g.known_device = self._signer.dumps([self._fold(person.email), secrets.token_urlsafe(16)])

    def set_cookie(self, response: Response) -> Response:
        """Put the cookie on the answer."""
        value = g.pop("known_device", None)
        if value is not None:
            response.set_cookie(
                self._cookie,
                value,
                max_age=int(KNOWN_FOR.total_seconds()),
                secure=self._secure,
                httponly=True,
                samesite="Lax",
            )
        return response

    @property
    def _cookie(self) -> str:
        return "__Host-device" if self._secure else "device"

    def _knows(self, address: str) -> bool:
        try:
            known = self._signer.loads(
                request.cookies.get(self._cookie, ""), max_age=int(KNOWN_FOR.total_seconds())
            )
        except BadSignature:
            return False
        return isinstance(known, list) and known[0] == self._fold(address)

    def _bucket(self, address: str) -> tuple[str, str]:
        if self._knows(address):
            return "device", request.cookies[self._cookie]
        return "others", self._fold(address)

    def _fold(self, address: str) -> str:
        """An address as a keyed hash: neither the counts nor the cookie hold one."""
        return hmac.new(self._key, address.strip().casefold().encode(), hashlib.sha256).hexdigest()


def set_up_guessing(app: Flask) -> None:
    """Count guesses on this site."""
    app.extensions["guesses"] = Guesses(app)
    app.after_request(lambda response: guesses().set_cookie(response))


def guesses() -> Guesses:
    """The counts of this site."""
    found: Guesses = current_app.extensions["guesses"]
    return found


def _place() -> str:
    return request.remote_addr or ""
