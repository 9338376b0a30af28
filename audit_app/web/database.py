"""One session a request: committed once, at the end of an answer that is no error."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, has_request_context, request

from audit_app.store.database import Database, Session

__all__ = ["Session", "db", "let_others_write", "set_up_database", "take_turn_to_write"]


def set_up_database(app: Flask, database: Database) -> None:
    """Give each request its own session; no view of the web room commits or rolls back."""
    app.extensions["database"] = database

    @app.after_request
    def commit_or_roll_back(response: Response) -> Response:
        if "session" in g:
            if response.status_code < 400:
                g.session.commit()
            else:
                g.session.rollback()
        return response

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        session: Session | None = g.pop("session", None)
        if session is not None:
            session.close()


def db() -> Session:
    """The session of this request; one that is to write takes its turn before it reads."""
    if "session" not in g:
        database: Database = current_app.extensions["database"]
        reads = has_request_context() and request.method in ("GET", "HEAD", "OPTIONS")
        g.session = database.sessions() if reads else database.writing()
    session: Session = g.session
    return session


def let_others_write() -> None:
    """End this request's turn before something slow; what it read is read anew afterwards."""
    if "session" in g:
        g.session.rollback()


def take_turn_to_write() -> None:
    """Begin anew as one that writes: for a GET by which somebody else's site sends people back.

    What was read before belongs to a session that is over.
    """
    session: Session | None = g.pop("session", None)
    if session is not None:
        session.close()
    database: Database = current_app.extensions["database"]
    g.session = database.writing()
