"""Headers of every answer, and the cookies' settings."""

from __future__ import annotations

import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from flask_wtf import CSRFProtect

from audit_app.config import Settings

LARGEST_REQUEST = 50 * 1024 * 1024
#: A section of an audit form has some hundred fields; a caseload file is one part.
MOST_FORM_PARTS = 2_000
LARGEST_FORM_TEXT = 4 * 1024 * 1024
ONE_YEAR = int(timedelta(days=365).total_seconds())


def set_up_security(app: Flask, settings: Settings) -> None:
    """Set cookies, limits, CSRF protection and headers."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM_TEXT,
        MAX_FORM_PARTS=MOST_FORM_PARTS,
        SESSION_COOKIE_NAME="__Host-session" if settings.secure_cookies else "session",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session; a form may stay open for hours
    )
    CSRFProtect(app)
    forms_to = "'self'"
    if settings.single_sign_on is not None:
        provider = urlsplit(settings.single_sign_on.issuer)
        forms_to += f" {provider.scheme}://{provider.netloc}"

    app.jinja_env.globals["csp_nonce"] = _nonce

    @app.after_request
    def set_headers(response: Response) -> Response:
        headers = response.headers
        # An attached file brings a stricter one along.
        policy = content_security_policy(_nonce(), forms_to)
        headers.setdefault("Content-Security-Policy", policy)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        # Not no-referrer: over https the CSRF check wants to see that a form came from here.
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if request.endpoint != "static":
            headers["Cache-Control"] = "no-store"
        if settings.secure_cookies:
            headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}; includeSubDomains"
        return response


def content_security_policy(nonce: str, forms_to: str = "'self'") -> str:
    """Everything from here, scripts only with this request's nonce, nothing inline.

    `forms_to`: where a form may lead; besides here only the council's own sign-in, where it is set.
    """
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            f"form-action {forms_to}",
            "base-uri 'none'",
            "object-src 'none'",
            "frame-ancestors 'none'",
        ]
    )


def _nonce() -> str:
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce
