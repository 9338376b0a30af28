"""What the worker does between jobs: mail, and an anchor a day; a failing chore stops nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from factories import AT
from sqlalchemy import func, select

from audit_app import jobs
from audit_app.anchors import FILE_NAME, read_anchors
from audit_app.config import Settings
from audit_app.store.database import Database
from audit_app.store.history import history_head, record_history
from audit_app.store.tables import Mail


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url,
        tmp_path,
        "an unlikely test secret 5Q",
        anchor_address="keeper@council.example",
    )


@pytest.fixture
def kept(database: Database) -> tuple[int, str]:
    with database.session() as session:
        record_history(session, None, "opened", "cycle", 1, at=AT)
        return history_head(session)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(jobs, "now", lambda: moment)


def test_the_head_is_anchored_once_each_english_day(
    database: Database,
    settings: Settings,
    kept: tuple[int, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evening = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # 23:30 in England
    for moment in (evening, evening + timedelta(minutes=29), evening + timedelta(minutes=31)):
        at(monkeypatch, moment)
        jobs.anchor_daily(database, settings)
    found = read_anchors(settings.anchor_folder)
    assert [one.at for one in found] == [evening, evening + timedelta(minutes=31)]
    assert {(one.number, one.hash) for one in found} == {kept}
    with database.session(writes=False) as session:
        assert session.scalar(select(func.count(Mail.id))) == 2


def test_where_the_file_cannot_be_written_no_mail_is_asked_for(
    database: Database, settings: Settings, kept: tuple[int, str]
) -> None:
    (settings.anchor_folder / FILE_NAME).mkdir(parents=True)
    with pytest.raises(OSError, match="director"):
        jobs.anchor_daily(database, settings)
    with database.session(writes=False) as session:
        assert session.scalar(select(func.count(Mail.id))) == 0


def test_a_failing_chore_is_said_without_content_and_stops_nothing(
    database: Database,
    settings: Settings,
    kept: tuple[int, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_database: Database, _settings: Settings) -> None:
        raise ValueError("a secret canary")

    chores = dict(jobs.CHORES) | {"sending mail": (fail, jobs.MAIL_SECONDS)}
    monkeypatch.setattr(jobs, "CHORES", chores)
    done_at = dict.fromkeys(chores, -jobs.ANCHOR_SECONDS)
    jobs.do_chores(database, settings, done_at)
    jobs.do_chores(database, settings, done_at)
    said = capsys.readouterr().out
    assert said == "A chore failed, to be tried again: sending mail, ValueError\n"
    assert len(read_anchors(settings.anchor_folder)) == 1
