"""An audit's pages, from the home page to the read view."""

from __future__ import annotations

from audit_app.store.audits import audits_of


def first_audit(session, person):
    return audits_of(session, person)[0]


def test_smoke(council, session, signed_in):
    manager = council.managers[0]
    audit = first_audit(session, manager)
    client = signed_in(manager)
    for path in (
        "/",
        f"/audits/{audit.id}",
        f"/audits/{audit.id}/judgement",
        f"/audits/{audit.id}/check",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
    for key in ("chron_main", "voice_heard"):
        answer = client.get(f"/audits/{audit.id}/sections/{key}")
        print(answer.text)
        assert answer.status_code == 200
    answer = client.send(f"/audits/{audit.id}/case-number")
    assert answer.status_code == 200
    assert client.send(f"/audits/{audit.id}/check").status_code == 200
