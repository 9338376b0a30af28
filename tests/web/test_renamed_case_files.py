"""After the key of references was changed, what was drawn before is still seen to be right."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from factories import AT
from sqlalchemy import select
from web.page_checks import parse, text_of

from audit_app.core.sampling import ticket_of
from audit_app.store.references import rotate_references
from audit_app.store.tables import Audit, CaseFile

NEW = "They have new ones since then"


def rows_of(page, number):
    """The cells of one table's rows, without its head."""
    table = list(parse(page).iter("table"))[number]
    rows = [[text_of(cell) for cell in row] for row in table.iter("tr")]
    return rows[1:]


@pytest.fixture
def lead(council, signed_in):
    return signed_in(council.lead)


def test_a_draw_can_be_checked_after_a_change_of_key(lead, council, session):
    address = f"/cycles/{council.cycle.key}"
    sample = council.cycle.sample
    before = {page: lead.get(f"{address}/{page}").text for page in ("method", "frame")}
    assert NEW not in before["method"] + before["frame"]
    rotate_references(session, b"another key, for tests only ....", at=AT + timedelta(days=9))
    session.commit()

    method = lead.get(f"{address}/method").text
    assert "gave the same case files to the same people" in method
    assert NEW in method
    for number in range(4):
        assert rows_of(method, number) == rows_of(before["method"], number)

    page = lead.get(f"{address}/frame").text
    frame = rows_of(page, 0)
    assert NEW in page
    assert frame == rows_of(before["frame"], 0)
    lines = sorted(f"{row[1]}\t{row[2]}\n" for row in frame)
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == sample.frame_hash
    assert all(row[4] == ticket_of(sample.seed, row[1]) for row in frame)
    assert {row[1] for row in frame if row[3] == "drawn"} == {row[1] for row in rows_of(method, 1)}

    session.expire_all()
    renamed = set(session.scalars(select(CaseFile.reference).join(Audit)))
    overview = lead.get(address).text
    assert all(reference in overview for reference in renamed)
    assert not renamed & {row[1] for row in frame}
