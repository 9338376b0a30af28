"""An identity provider in a process of its own, which can be told to lie.

`POST /tell` takes a JSON object: what is to be wrong from now on. `GET /seen` answers with what was
asked of it last. Run as a script; it prints its port.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

CLIENT, SECRET, TENANT = "case-file-audit", "a client secret for tests only", "tenant-of-council"
KEYS = {name: RSAKey.generate_key(2048, {"kid": name}) for name in ("first", "second")}
KEYS["elliptic"] = ECKey.generate_key("P-256", {"kid": "elliptic"})
STRANGER = RSAKey.generate_key(2048, {"kid": "first"})


class State:
    """What this process knows."""

    told: ClassVar[dict] = {}
    codes: ClassVar[dict] = {}
    seen: ClassVar[dict] = {}
    asked_for_keys = 0
    went_elsewhere = False


class Answers(BaseHTTPRequestHandler):
    """Discovery, keys, the page with the button, and tokens for codes."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_words) -> None:
        """Say nothing."""

    @property
    def issuer(self) -> str:
        """By whatever name it was called: for a browser, `localhost` is another site."""
        return f"http://{self.headers['Host']}"

    def do_GET(self) -> None:
        """Answer."""
        path = urlsplit(self.path).path
        if self.misbehaves(path):
            return
        State.went_elsewhere |= path.startswith("/elsewhere")
        path = path.removeprefix("/elsewhere")
        if path == "/.well-known/openid-configuration":
            self.send_json(self.metadata())
        elif path == "/keys":
            State.asked_for_keys += 1
            names = State.told.get("keys", ["first", "elliptic"])
            self.send_json({"keys": [KEYS[name].as_dict(private=False) for name in names]})
        elif path == "/authorize":
            asked = dict(parse_qsl(urlsplit(self.path).query))
            fields = "".join(
                f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">'
                for k, v in asked.items()
            )
            page = '<link rel="icon" href="data:,"><title>Council</title><h1>Council</h1>'
            page += f'<form method="post">{fields}<button>Sign in as yourself</button></form>'
            self.send(page.encode(), "text/html")
        elif path == "/seen":
            counts = {"asked_for_keys": State.asked_for_keys}
            self.send_json(State.seen | counts | {"went_elsewhere": State.went_elsewhere})
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        """Answer."""
        path, body = urlsplit(self.path).path, self.body()
        if path == "/tell":
            State.told = json.loads(body)
            self.send_json({})
            return
        if self.misbehaves(path):
            return
        State.went_elsewhere |= path.startswith("/elsewhere")
        path = path.removeprefix("/elsewhere")
        form = dict(parse_qsl(body.decode()))
        if path == "/authorize":
            self.authorize(form)
        elif path == "/token":
            self.token(form)
        else:
            self.send_error(404)

    def metadata(self) -> dict:
        made = {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"}
        made |= {f"{w}_endpoint": f"{self.issuer}/{p}" for w, p in PATHS.items()}
        return made | State.told.get("metadata", {})

    def authorize(self, asked: dict) -> None:
        """Send the browser back with a code, or with what was told."""
        code = secrets.token_urlsafe(16)
        State.seen = asked
        State.codes[code] = asked
        back = {"code": code, "state": asked["state"]} | State.told.get("back", {})
        kept = {name: value for name, value in back.items() if value is not None}
        self.send_response(303)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(kept)}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def token(self, form: dict) -> None:
        """A token for a code: once, to who has the secret and the verifier."""
        asked = State.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET)
            or form.get("redirect_uri") != asked["redirect_uri"]
            or asked.get("code_challenge_method") != "S256"
            or not secrets.compare_digest(challenge, asked["code_challenge"])
        ):
            self.send_json({"error": "invalid_grant"}, 400)
            return
        answer = {"access_token": "none of your business", "token_type": "Bearer"}
        answer["id_token"] = self.signed(self.claims(asked))
        answer |= State.told.get("answer", {})
        self.send_json({k: v for k, v in answer.items() if v is not None})

    def claims(self, asked: dict) -> dict:
        now = int(time.time())
        made = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "subject",
            "tid": TENANT,
            "oid": "object-1",
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "amr": ["pwd", "mfa"],
            "email": "somebody@council.example",
        } | State.told.get("claims", {})
        if "profile" not in asked["scope"].split():
            del made["oid"]  # as Entra ID does
        for name, seconds in State.told.get("from_now", {}).items():
            made[name] = now + seconds
        return {name: value for name, value in made.items() if value is not None}

    def signed(self, claims: dict) -> str:
        way = State.told.get("signed", "first")
        if way == "none":
            parts = ({"alg": "none", "typ": "JWT"}, claims)
            return ".".join([*(encoded(json.dumps(part).encode()) for part in parts), ""])
        if way in ("public key", "client secret"):
            public = KEYS["first"].as_pem(private=False)
            key = public if way == "public key" else SECRET.encode()
            header = {"alg": "HS256", "kid": "first"}
            # By hand, since no library signs with a public key as if it were a secret.
            head = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
            digest = hmac.digest(key, head.encode(), "sha256")
            return f"{head}.{encoded(digest)}"
        key = STRANGER if way == "stranger" else KEYS[way]
        algorithm = "ES256" if way == "elliptic" else "RS256"
        registry = JWSRegistry(algorithms=[algorithm])
        return jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key, registry=registry)

    def misbehaves(self, path: str) -> bool:
        """Whether this path was told to answer in a way of its own."""
        how = State.told.get("ways", {}).get(path)
        if how == "slow":
            time.sleep(State.told["seconds"])
        elif how == "huge":
            self.send(b'{"issuer": "' + b"x" * 2_000_000 + b'"}', "application/json")
        elif how == "redirect":
            self.send_response(307)
            self.send_header("Location", f"{self.issuer}/elsewhere{path}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif how == "dripping":
            self.drip()
        elif how == "dripping headers":
            self.drip(headers=True)
        elif how == "broken":
            self.send(b"<html>Sorry</html>", "text/html", 502)
        elif how == "list":
            self.send_json([])
        elif how == "deep":
            self.send(b"[" * 200_000, "application/json")
        return how is not None and how != "slow"

    def drip(self, *, headers: bool = False) -> None:
        """A byte now and then, for as long as somebody listens; of the body, or of a header."""
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        if headers:
            self.flush_headers()
        else:
            self.end_headers()
        try:
            for _ in range(200):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            self.close_connection = True

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def send_json(self, said: object, status: int = 200) -> None:
        self.send(json.dumps(said).encode(), "application/json", status)

    def send(self, body: bytes, kind: str, status: int = 200) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True


PATHS = {"authorization": "authorize", "token": "token"}


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    print(server.server_port, flush=True)
    server.serve_forever()
