"""How often a link for a new password may be asked for; who asks too often is not told."""

from __future__ import annotations

from flask import current_app
from flask.sansio.app import App
from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

_OF_ADDRESS = RateLimitItemPerHour(3, namespace="link_address")
#: A whole council may come from one network address.
_OF_NETWORK = RateLimitItemPerHour(60, namespace="link_network")


def set_up_limits(app: App) -> None:
    """Give the site its own count, kept in memory."""
    app.extensions["link_limits"] = MovingWindowRateLimiter(MemoryStorage())


def may_ask(address: str, network: str) -> bool:
    """Count this, and say whether a link may be made; the same for any address, known or not."""
    limiter: MovingWindowRateLimiter = current_app.extensions["link_limits"]
    return bool(limiter.hit(_OF_NETWORK, network) and limiter.hit(_OF_ADDRESS, address))
