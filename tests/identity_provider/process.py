"""The identity provider's process, and a browser's way through it without a browser."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from identity_provider.server import CLIENT, SECRET, TENANT
from web.page_checks import CheckedClient
from werkzeug.test import TestResponse

from audit_app.config import SingleSignOn
from audit_app.web.single_sign_on import provider as provider_module

BEGIN = "/sign-in/council"
OBJECT = "object-1"


class IdentityProvider:
    """A provider that listens on this machine."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        """It listens already."""
        self.port, self.issuer = port, f"http://{host}:{port}"
        self.settings = SingleSignOn(self.issuer, CLIENT, SECRET, TENANT)

    def tell(self, **lies: object) -> None:
        """What is to be wrong from now on; nothing: all is right again."""
        requests.post(f"{self.issuer}/tell", data=json.dumps(lies), timeout=5)

    def seen(self) -> dict:
        """What it was asked last."""
        return requests.get(f"{self.issuer}/seen", timeout=5).json()

    def press_button(self, address: str) -> str:
        """What a person does there; the path, on this site, that they are sent back to."""
        form = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        answer = requests.post(address, data=form, allow_redirects=False, timeout=5)
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"

    def sign_in(self, client: CheckedClient, begin: str = BEGIN) -> TestResponse:
        """The whole way, as a browser goes it."""
        return client.get(self.press_button(client.get(begin).location))


@pytest.fixture(scope="module")
def running_provider() -> Iterator[IdentityProvider]:
    """A provider for the tests of a module."""
    script = Path(__file__).with_name("server.py")
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield IdentityProvider(int(process.stdout.readline()))
        process.terminate()


@pytest.fixture
def provider(
    running_provider: IdentityProvider, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> IdentityProvider:
    """The provider, set up on the site, telling the truth; the site waits half a second for it."""
    running_provider.tell()
    monkeypatch.setitem(app.config, "SINGLE_SIGN_ON", running_provider.settings)
    monkeypatch.delitem(app.extensions, "identity_provider", raising=False)
    monkeypatch.setattr(provider_module, "TIMEOUT", 1.0)
    return running_provider
