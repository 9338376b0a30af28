"""A real mail server on loopback that speaks as much SMTP as a client needs, TLS included."""

from __future__ import annotations

import email
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class MailServer:
    """What the server was given; `refuses` are the addresses that it takes no mail for."""

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    hangs_up: bool = False
    tls: ssl.SSLContext | None = None
    implicit: bool = False


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    def setup(self) -> None:
        self.mail: MailServer = self.server.mail  # type: ignore[attr-defined]
        self.secure = False
        if self.mail.implicit:
            self._encrypt()
        super().setup()

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            words = line.decode().strip()
            verb = words.upper().split(" ")[0]
            if verb == "EHLO":
                offers = ["AUTH PLAIN"]
                if self.mail.tls is not None and not self.secure:
                    offers.append("STARTTLS")
                self._say("250-here")
                self._say(f"250-{offers[0]}") if len(offers) > 1 else None
                self._say(f"250 {offers[-1]}")
            elif verb == "STARTTLS":
                self._say("220 go on")
                super().finish()
                self._encrypt()
                super().setup()
            elif verb == "AUTH":
                self.mail.logins.append(words.split(" ")[2])
                self._say("235 welcome")
            elif verb == "RCPT":
                address = words[words.index("<") + 1 : words.index(">")]
                refused = address in self.mail.refuses
                self.mail.recipients += [] if refused else [address]
                self._say("550 no such person" if refused else "250 ok")
            elif verb == "DATA":
                if self.mail.hangs_up:
                    return
                self._say("354 go on")
                self._take()
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def finish(self) -> None:
        super().finish()
        self.request.close()  # the server knows only of the one before TLS

    def _take(self) -> None:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        message = email.message_from_bytes(b"".join(lines), policy=default)
        assert isinstance(message, EmailMessage)
        self.mail.received.append(message)
        self.mail.encrypted.append(self.secure)

    def _encrypt(self) -> None:
        assert self.mail.tls is not None
        self.request = self.mail.tls.wrap_socket(self.request, server_side=True)
        self.secure = True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, *_about: object) -> None:
        """A client that hangs up, as over a certificate that it does not trust, is no fault."""


@contextmanager
def mail_server(port: int = 0, **how: object) -> Iterator[MailServer]:
    """A mail server that answers while the block runs; `port` 0 takes a free one."""
    mail = MailServer(**how)  # type: ignore[arg-type]
    with _Server(("0.0.0.0", port), _Talk) as server:
        server.mail = mail  # type: ignore[attr-defined]
        mail.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield mail
        finally:
            server.shutdown()
            thread.join(timeout=10)


def make_certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that nobody has signed but itself, and a server's context."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.council.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    return certificate, context
