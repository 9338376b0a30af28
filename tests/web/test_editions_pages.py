"""Reports on the site: compiled outside the request, published by another person."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from factories import AT, make_council, make_person
from sqlalchemy import select
from web.page_checks import parse, text_of
from web.query_counts import counted_queries

from audit_app import clock
from audit_app.core.access import Role
from audit_app.core.lifecycle import EditionState
from audit_app.store.cycles import create_cycle
from audit_app.store.editions import store_edition
from audit_app.store.instruments import latest_form
from audit_app.store.jobs import end_job, report_progress, take_job
from audit_app.store.tables import Edition, HistoryEntry, Job, JobState

PDF = b"%PDF-1.7 an edition"


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 10, 0, tzinfo=UTC))


@pytest.fixture
def council(session):
    made = make_council(session)
    session.commit()
    return made


@pytest.fixture
def lead(council, signed_in):
    return signed_in(council.lead)


@pytest.fixture
def place(council):
    return f"/cycles/{council.cycle.key}/editions"


def compiled(session, cycle, by, number=1):
    edition = store_edition(
        session,
        cycle,
        design="qa_sub_group",
        number=number,
        title="Case file audit: November 2026",
        data_cut_off=date(2026, 11, 20),
        data_hash="0" * 64,
        content=PDF,
        page_count=30 + number,
        by_id=by.id,
        at=AT + timedelta(days=number),
    )
    session.commit()
    return edition


def refreshes(page):
    return '<meta http-equiv="refresh" content="2">' in page


def test_asking_enqueues_the_work_and_notes_it(lead, place, council, session):
    answer = lead.send(f"{place}/compile")
    job = session.scalars(select(Job)).one()
    assert (job.kind, job.state, job.asked_by_id) == ("compile", JobState.WAITING, council.lead.id)
    assert job.arguments == {"cycle": council.cycle.key, "design": "qa_sub_group"}
    assert answer.location == f"/editions/jobs/{job.id}"
    lead.send(f"{place}/compile", {"exempt": "yes"})
    session.rollback()
    marked = session.scalars(select(Job).order_by(Job.id.desc())).first()
    assert marked.arguments["exempt"] is True
    noted = session.execute(select(HistoryEntry.action, HistoryEntry.subject_id)).all()
    assert set(noted) == {("asked to compile", council.cycle.id)}


def test_the_page_asks_again_only_while_the_work_is_under_way(lead, place, council, session):
    here = lead.send(f"{place}/compile").location
    waiting = lead.get(here).text
    assert refreshes(waiting)
    assert "Waiting to begin" in waiting

    job = take_job(session, at=clock.now())
    report_progress(session, job.id, 4, 16, "Laying out page 4", at=clock.now())
    session.commit()
    running = lead.get(here).text
    assert refreshes(running)
    assert "Step 4 of 16: Laying out page 4" in running

    edition = compiled(session, council.cycle, council.lead)
    end_job(session.get(Job, job.id), at=clock.now(), result={"edition": edition.id, "new": True})
    session.commit()
    done = lead.get(here).text
    assert not refreshes(done)
    assert f'href="/editions/{edition.id}.pdf"' in done
    assert "Edition 1, 31 pages." in done
    end_job(session.get(Job, job.id), at=clock.now(), result={"edition": edition.id, "new": False})
    session.commit()
    assert "Nothing has changed since edition 1" in lead.get(here).text


def test_a_fault_is_said_with_compile_again(lead, place, session):
    here = lead.send(f"{place}/compile", {"exempt": "yes"}).location
    job = take_job(session, at=clock.now())
    end_job(job, at=clock.now(), fault="The design is missing. Nothing was lost.")
    session.commit()
    page = lead.get(here)
    assert not refreshes(page.text)
    assert "The design is missing. Nothing was lost." in page.text
    again = next(e for e in parse(page.text).iter("form") if "compile" in e.get("action"))
    data = {e.get("name"): e.get("value") for e in again.iter("input")}
    assert lead.send(again.get("action"), data).status_code == 302
    session.rollback()
    newest = session.scalars(select(Job).order_by(Job.id.desc())).first()
    assert (newest.state, newest.arguments["exempt"]) == (JobState.WAITING, True)


def test_another_persons_job_is_not_found(lead, place, as_role):
    here = lead.send(f"{place}/compile").location
    assert as_role(Role.QA_LEAD).get(here).status_code == 404


def test_before_the_draw_nothing_is_compiled(lead, council, session):
    version = latest_form(session, "monthly_sample")
    cycle = create_cycle(session, version, name="Next", month="2026-12", at=AT)
    session.commit()
    assert "before the sample is drawn" in lead.get(f"/cycles/{cycle.key}/editions").text
    assert lead.send(f"/cycles/{cycle.key}/editions/compile").location.endswith("/editions")
    assert session.scalars(select(Job)).all() == []


def test_the_pdf_opens_in_the_browser_and_stays_in_no_cache(lead, council, session):
    council.cycle.key = 'odd "key"\r\nX: y'
    edition = compiled(session, council.cycle, council.lead)
    answer = lead.get(f"/editions/{edition.id}.pdf")
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "application/pdf", PDF)
    assert answer.headers["Content-Disposition"] == (
        "inline; filename=qa-sub-group-odd-key-x-y-edition-1.pdf"
    )
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_another_person_publishes(lead, council, session, signed_in):
    edition = compiled(session, council.cycle, council.lead)
    here = f"/editions/{edition.id}"
    assert "A senior manager approves and publishes it" in lead.get(here).text
    assert lead.send(f"{here}/publish").status_code == 403

    manager = signed_in(council.managers[0])
    assert "Waiting for approval" in manager.get("/editions").text
    assert "Approve and publish" in manager.get(here).text
    assert manager.send(f"{here}/publish").location == here
    session.refresh(edition)
    assert (edition.state, edition.approved_by_id) == (
        EditionState.PUBLISHED,
        council.managers[0].id,
    )
    assert "Published" in manager.get(here).text
    manager.send(f"{here}/publish")
    assert "Nothing was changed" in manager.get(here).text
    noted = session.execute(select(HistoryEntry.action).where(HistoryEntry.subject == "edition"))
    assert [action for (action,) in noted] == ["published"]


def test_nobody_approves_what_they_compiled(council, session, person, signed_in):
    both = person(Role.QA_LEAD, Role.SENIOR_MANAGER)
    edition = compiled(session, council.cycle, both)
    client = signed_in(both)
    page = client.get(f"/editions/{edition.id}").text
    assert "You compiled this edition, so another person approves it." in page
    client.send(f"/editions/{edition.id}/publish")
    assert "approved by another person" in client.get(f"/editions/{edition.id}").text
    session.refresh(edition)
    assert edition.state is EditionState.COMPILED


@pytest.mark.parametrize("role", [Role.SUB_GROUP, Role.ACTION_OWNER])
def test_readers_see_what_is_published_and_nothing_else(council, session, signed_in, role):
    somebody = make_person(session, role)
    session.commit()
    reader = signed_in(somebody)
    edition = compiled(session, council.cycle, council.lead)
    assert "No report has been published yet." in reader.get("/editions").text
    for path in (f"/editions/{edition.id}", f"/editions/{edition.id}.pdf"):
        assert reader.get(path).status_code == 404
    edition.state = EditionState.PUBLISHED
    edition.approved_by_id = council.managers[0].id
    edition.published_at = clock.now()
    session.commit()
    page = reader.get("/editions").text
    rows = [text_of(row) for row in parse(page).iter("tr")][1:]
    assert len(rows) == 1
    assert edition.content_hash[:12] in rows[0]
    assert "31 pages" in rows[0]
    assert "Published" in rows[0]
    assert reader.get(f"/editions/{edition.id}.pdf").data == PDF
    assert council.lead.name not in reader.get(f"/editions/{edition.id}").text


def test_the_list_does_not_ask_once_an_edition_nor_read_a_pdf(lead, council, session, database):
    def queries():
        with counted_queries(database) as sent:
            assert lead.get("/editions").status_code == 200
        assert not [one for one in sent if "edition.content," in one]
        return len(sent)

    compiled(session, council.cycle, council.lead)
    few = queries()
    for number in range(2, 10):
        compiled(session, council.cycle, council.lead, number)
    assert queries() == few
    by_number = select(Edition).order_by(Edition.number)
    assert [edition.number for edition in session.scalars(by_number)] == list(range(1, 10))
