"""Jobs: long work as rows, enqueued in the transaction that asks for it, taken under a lease.

A worker that dies leaves its lease to run out, and the job is taken again; after `MOST_ATTEMPTS`
it is faulty and says so. Rows in the same database are what makes asking and enqueuing one step.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from audit_app.store.tables import Job, JobState, Person

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3


def enqueue_job(
    session: Session, kind: str, arguments: dict[str, object], *, by: Person | None, at: datetime
) -> Job:
    """Ask for work; it begins once the transaction is committed."""
    job = Job(
        kind=kind,
        arguments=arguments,
        state=JobState.WAITING,
        asked_at=at,
        asked_by_id=by.id if by is not None else None,
    )
    session.add(job)
    session.flush()
    return job


def find_job(session: Session, person: Person, job_id: int) -> Job | None:
    """A job that the person asked for."""
    return session.scalar(select(Job).where(Job.id == job_id, Job.asked_by_id == person.id))


def take_job(session: Session, *, at: datetime) -> Job | None:
    """Take the oldest waiting job, or one whose lease ran out; None when there is nothing to do."""
    free = or_(
        Job.state == JobState.WAITING,
        and_(Job.state == JobState.RUNNING, Job.leased_until < at),
    )
    next_free = select(Job).where(free).order_by(Job.id).limit(1).with_for_update(skip_locked=True)
    job = session.scalar(next_free)
    while job is not None and job.attempts >= MOST_ATTEMPTS:
        end_job(
            job,
            at=at,
            fault="The work was begun three times and never came to its end. "
            "Nothing was lost: ask for it again.",
        )
        job = session.scalar(next_free)
    if job is None:
        return None
    # On SQLite nothing is locked by the query above, so the row is taken only if it is still free.
    taken = session.execute(
        update(Job)
        .where(Job.id == job.id, free, Job.attempts == job.attempts)
        .values(state=JobState.RUNNING, attempts=job.attempts + 1, leased_until=at + LEASE)
        .execution_options(synchronize_session=False)
    )
    if getattr(taken, "rowcount", 0) != 1:
        return None
    session.refresh(job)
    return job


def report_progress(
    session: Session, job_id: int, done: int, of: int, note: str, *, at: datetime
) -> None:
    """Say how far the work is, and renew the lease."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.RUNNING)
        .values(steps_done=done, steps_all=of, note=note, leased_until=at + LEASE)
    )


def end_job(
    job: Job, *, at: datetime, result: dict[str, object] | None = None, fault: str = ""
) -> None:
    """Say that the work is done, or what went wrong."""
    job.state = JobState.FAULTY if fault else JobState.DONE
    job.fault = fault
    job.result = result
    job.leased_until = None
    job.ended_at = at
