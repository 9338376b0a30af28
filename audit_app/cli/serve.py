"""`audit-app serve` and `audit-app work`."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
import waitress

from audit_app.config import settings_from_environment
from audit_app.jobs import work as take_jobs
from audit_app.jobs import work_once
from audit_app.store.database import Database
from audit_app.store.schema import check_schema
from audit_app.web.app import create_app


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
@click.option("--worker/--no-worker", default=True, help="Also run the process that compiles.")
def serve(host: str, port: int, threads: int, worker: bool) -> None:
    """Serve the site with a production server, and compile reports beside it."""
    settings = settings_from_environment()
    database = Database(settings.database_url)
    check_schema(database)
    app = create_app(settings, database)
    signal.signal(signal.SIGTERM, _stop)
    server = waitress.create_server(app, host=host, port=port, threads=threads, ident=None)
    with _worker_beside(worker):
        click.echo(f"Case file audit is at http://{host}:{port}/ (Ctrl+C stops it)")
        try:
            server.run()
        except KeyboardInterrupt:
            click.echo("Stopped.")
        finally:
            server.close()
            database.close()


@click.command()
@click.option("--once", is_flag=True, help="Stop when no job is waiting.")
def work(once: bool) -> None:
    """Compile what people ask for on the site, one job after another."""
    settings = settings_from_environment()
    database = Database(settings.database_url)
    check_schema(database)
    try:
        if once:
            while work_once(database, settings):
                pass
        else:
            take_jobs(database, settings)
    except KeyboardInterrupt:
        pass
    finally:
        database.close()


def _stop(_signal: int, _frame: object) -> None:
    """End as Ctrl+C does, so that the worker is ended too."""
    raise KeyboardInterrupt


@contextmanager
def _worker_beside(wanted: bool) -> Iterator[None]:
    if not wanted:
        yield
        return
    worker = subprocess.Popen([sys.executable, "-m", "audit_app.cli", "work"])
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(timeout=10)
