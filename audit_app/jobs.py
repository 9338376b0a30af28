"""Long work outside the request: compiling an edition, taken from the jobs table by a worker.

A worker is a process of its own (`audit-app work`, which `audit-app serve` starts), so that a
compile can neither slow a page nor take the site down with it. Between two jobs it does its
chores: it sends mail, and anchors the history once a day.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic

from audit_app.anchors import anchor_history, is_anchored_today
from audit_app.clock import local_time, now
from audit_app.config import Settings
from audit_app.core.faults import Refusal
from audit_app.mail import send_due_mail
from audit_app.reports.compile import compile_pack
from audit_app.reports.contents import PackContents
from audit_app.reports.designs import Design, design_hash, load_design
from audit_app.reports.gather import gather_pack
from audit_app.reports.pdf import count_pages
from audit_app.store.concerns import escalate_overdue
from audit_app.store.cycles import find_cycle
from audit_app.store.database import Database, Session
from audit_app.store.editions import latest_edition, store_edition
from audit_app.store.history import record_history
from audit_app.store.jobs import end_job, report_progress, take_job
from audit_app.store.reminders import send_reminders
from audit_app.store.tables import Edition, Job, JobState, Person

Progress = Callable[[int, int, str], None]
IDLE_SECONDS = 1.0
COMPILE = "compile"
MAIL_SECONDS = 5.0
CONCERN_SECONDS = 30.0
REMINDER_SECONDS = 120.0
FIRST_HOUR = 7
"""From when on in the day people are reminded of their audits."""
ANCHOR_SECONDS = 300.0


class CompileFault(Refusal):
    """One sentence: why no edition was compiled."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """An edition: `new` is False where nothing had changed since it was compiled."""

    edition_id: int
    number: int
    pages: int
    content: bytes
    new: bool


def compile_edition(
    database: Database,
    settings: Settings,
    cycle_key: str,
    design_key: str,
    *,
    exempt: bool,
    by_id: int | None,
    progress: Progress,
) -> Compiled:
    """Compile a cycle's next edition and keep it; no transaction is open while it is laid out.

    Where the contents and the design are those of the newest edition, that one is returned.
    """
    design = load_design(design_key)
    with database.session(writes=False) as session:
        gathered = _gather_next(session, settings, cycle_key, design, exempt=exempt)
    if isinstance(gathered, Compiled):
        return gathered
    content = compile_pack(design, gathered, progress=progress)
    at = now()
    with database.session() as session:
        cycle = find_cycle(session, cycle_key)
        assert cycle is not None
        edition = store_edition(
            session,
            cycle,
            design=design.key,
            number=gathered.cover.edition,
            title=gathered.cover.title,
            data_cut_off=gathered.cover.data_cut_off,
            data_hash=_data_hash(design, gathered),
            content=content,
            page_count=count_pages(content),
            by_id=by_id,
            at=at,
        )
        by = session.get(Person, by_id) if by_id is not None else None
        record_history(session, by, "compiled", "edition", edition.id, at=at)
        return _compiled(edition, new=True)


def work_once(database: Database, settings: Settings) -> bool:
    """Take one job and bring it to its end; False when there was none."""
    with database.session() as session:
        job = take_job(session, at=now())
    if job is None:
        return False
    try:
        result = _run(database, settings, job)
    except Refusal as fault:
        _end(database, job, fault=str(fault))
    except Exception as fault:
        _end(
            database,
            job,
            fault=f"The work stopped at “{type(fault).__name__}”, which is a fault of the "
            "program. Nothing was lost. Ask for it again, and tell whoever keeps this site.",
        )
        raise
    else:
        _end(database, job, result=result)
    return True


def work(database: Database, settings: Settings) -> None:
    """Take jobs and do the chores until the process that started this one is gone."""
    parent, done_at = os.getppid(), dict.fromkeys(CHORES, -ANCHOR_SECONDS)
    while os.getppid() == parent:
        do_chores(database, settings, done_at)
        try:
            busy = work_once(database, settings)
        except Exception as fault:  # the next job must not suffer for this one
            print(f"A job ended with {type(fault).__name__}.", flush=True)
            busy = True
        if not busy:
            time.sleep(IDLE_SECONDS)


def do_chores(database: Database, settings: Settings, done_at: dict[str, float]) -> None:
    """Do each chore whose time has come again; `done_at`: when each was done last, monotonic.

    One that fails is said, without what it was about, and tried again when its time comes.
    """
    for name, (chore, seconds) in CHORES.items():
        if monotonic() - done_at[name] < seconds:
            continue
        done_at[name] = monotonic()
        try:
            chore(database, settings)
        except Exception as fault:  # jobs and the other chores must not suffer for it
            print(f"A chore failed, to be tried again: {name}, {type(fault).__name__}", flush=True)


def anchor_daily(database: Database, settings: Settings) -> None:
    """Keep the head of the history outside the database, once each English day."""
    at = now()
    if not is_anchored_today(settings, at):
        with database.session() as session:
            anchor_history(session, settings, at=at, mail=True)


def escalate_concerns(database: Database, settings: Settings) -> None:
    """Tell the next people of immediate concerns that nobody has acknowledged in time."""
    with database.session() as session:
        escalate_overdue(session, site_url=settings.site_url, at=now())


def remind_auditors(database: Database, settings: Settings) -> None:
    """Remind people of audits that are due, from the morning on."""
    at = now()
    if local_time(at).hour >= FIRST_HOUR:
        with database.session() as session:
            send_reminders(session, site_url=settings.site_url, at=at)


#: What the worker does beside its jobs, and after how many seconds again.
CHORES: Mapping[str, tuple[Callable[[Database, Settings], object], float]] = {
    "sending mail": (send_due_mail, MAIL_SECONDS),
    "escalating concerns": (escalate_concerns, CONCERN_SECONDS),
    "reminding auditors": (remind_auditors, REMINDER_SECONDS),
    "anchoring the history": (anchor_daily, ANCHOR_SECONDS),
}


def _gather_next(
    session: Session, settings: Settings, cycle_key: str, design: Design, *, exempt: bool
) -> PackContents | Compiled:
    """The contents of the next edition, or the newest one where it says the same."""
    cycle = find_cycle(session, cycle_key)
    if cycle is None:
        raise CompileFault(f"There is no cycle “{cycle_key}”, so nothing was compiled.")
    latest = latest_edition(session, cycle, design.key)
    number = latest.number if latest is not None else 1
    contents = gather_pack(
        session, cycle, design, edition=number, council=settings.council, exempt=exempt
    )
    if latest is None:
        return contents
    if latest.data_hash == _data_hash(design, contents):
        return _compiled(latest, new=False)
    return gather_pack(
        session, cycle, design, edition=number + 1, council=settings.council, exempt=exempt
    )


def _run(database: Database, settings: Settings, job: Job) -> dict[str, object]:
    if job.kind != COMPILE:
        raise CompileFault(f"Nobody knows how to do “{job.kind}”. Nothing was done.")

    def progress(done: int, of: int, note: str) -> None:
        with database.session() as session:
            report_progress(session, job.id, done, of, note, at=now())

    compiled = compile_edition(
        database,
        settings,
        str(job.arguments["cycle"]),
        str(job.arguments["design"]),
        exempt=job.arguments.get("exempt") is True,
        by_id=job.asked_by_id,
        progress=progress,
    )
    return {"edition": compiled.edition_id, "new": compiled.new}


def _end(
    database: Database,
    taken: Job,
    *,
    result: dict[str, object] | None = None,
    fault: str = "",
) -> None:
    """End the job, unless its lease ran out and another worker has it now."""
    with database.session() as session:
        job = session.get(Job, taken.id, with_for_update=True)
        if job is not None and job.state is JobState.RUNNING and job.attempts == taken.attempts:
            end_job(job, at=now(), result=result, fault=fault)


def _data_hash(design: Design, contents: PackContents) -> str:
    return hashlib.sha256(f"{design_hash(design)}\n{contents!r}".encode()).hexdigest()


def _compiled(edition: Edition, *, new: bool) -> Compiled:
    return Compiled(edition.id, edition.number, edition.page_count, edition.content, new)
