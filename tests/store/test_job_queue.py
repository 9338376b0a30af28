"""The jobs table: a lease, three attempts, and never one job for two workers."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from factories import AT
from sqlalchemy.orm import Session

from audit_app.store.database import Database
from audit_app.store.jobs import (
    LEASE,
    MOST_ATTEMPTS,
    end_job,
    enqueue_job,
    report_progress,
    take_job,
)
from audit_app.store.tables import Job, JobState


def ask(session: Session, count: int = 1) -> list[int]:
    return [enqueue_job(session, "compile", {"n": n}, by=None, at=AT).id for n in range(count)]


def test_jobs_are_taken_in_order_under_a_lease(session: Session) -> None:
    first, second = ask(session, 2)
    taken = [take_job(session, at=AT) for _ in range(3)]
    assert [job.id if job else None for job in taken] == [first, second, None]
    job = taken[0]
    assert job is not None
    assert (job.state, job.attempts, job.leased_until) == (JobState.RUNNING, 1, AT + LEASE)


def test_a_job_is_not_there_until_its_transaction_is_committed(database: Database) -> None:
    with database.sessions() as session:
        ask(session)
        session.rollback()
    with database.session() as session:
        assert take_job(session, at=AT) is None


def test_a_job_whose_worker_died_is_taken_again(session: Session) -> None:
    (number,) = ask(session)
    assert take_job(session, at=AT) is not None
    assert take_job(session, at=AT + LEASE) is None
    again = take_job(session, at=AT + LEASE + timedelta(seconds=1))
    assert again is not None
    assert (again.id, again.attempts) == (number, 2)


def test_progress_renews_the_lease(session: Session) -> None:
    (number,) = ask(session)
    take_job(session, at=AT)
    report_progress(session, number, 3, 9, "Drawing charts", at=AT + LEASE)
    session.expire_all()
    job = session.get_one(Job, number)
    assert (job.steps_done, job.steps_all, job.note) == (3, 9, "Drawing charts")
    assert take_job(session, at=AT + LEASE + LEASE) is None


def test_after_three_attempts_it_is_faulty_and_the_next_is_taken(session: Session) -> None:
    worn, next_ = ask(session, 2)
    at = AT
    for attempt in range(MOST_ATTEMPTS):
        job = take_job(session, at=at)
        assert job is not None
        assert (job.id, job.attempts) == (worn, attempt + 1)
        at += LEASE + timedelta(seconds=1)
    job = take_job(session, at=at)
    assert job is not None
    assert job.id == next_
    session.flush()
    session.expire_all()
    faulty = session.get_one(Job, worn)
    assert (faulty.state, faulty.ended_at, faulty.leased_until) == (JobState.FAULTY, at, None)
    assert "three times" in faulty.fault


def test_a_job_that_ended_is_not_taken_and_not_reported_on(session: Session) -> None:
    (number,) = ask(session)
    job = take_job(session, at=AT)
    assert job is not None
    end_job(job, at=AT, result={"edition": 4})
    session.flush()
    report_progress(session, number, 9, 9, "Late", at=AT)
    session.expire_all()
    assert (job.state, job.result, job.note) == (JobState.DONE, {"edition": 4}, "")
    assert take_job(session, at=AT + LEASE + LEASE) is None


@pytest.mark.parametrize("expired", [False, True])
def test_two_workers_never_have_the_same_job(database: Database, expired: bool) -> None:
    with database.session() as session:
        numbers = ask(session, 8)
        if expired:
            for _ in numbers:
                assert take_job(session, at=AT - LEASE - LEASE) is not None
    workers = 4
    start = Barrier(workers)
    taken: list[int] = []
    faults: list[Exception] = []

    def work() -> None:
        start.wait()
        try:
            while True:
                with database.session() as session:
                    job = take_job(session, at=AT)
                if job is None:
                    return
                taken.append(job.id)
        except Exception as fault:
            faults.append(fault)

    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(taken) == numbers
