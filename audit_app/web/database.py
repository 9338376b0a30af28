"""One session a request: committed once, at the end of an answer that is no error."""

from __future__ import annotations

from flask import Flask, Response, current_app, g

from audit_app.store.database import Database, Session, scoped_session

__all__ = ["Session", "Sessions", "db", "set_up_database"]

Sessions = scoped_session[Session]


def set_up_database(app: Flask, database: Database) -> Sessions:
    """Give each request its own session; nothing else in the web room commits or rolls back."""
    sessions = scoped_session(database.sessions, scopefunc=lambda: id(g._get_current_object()))
    app.extensions["sessions"] = sessions

    @app.after_request
    def commit_or_roll_back(response: Response) -> Response:
        if response.status_code < 400:
            sessions().commit()
        else:
            sessions().rollback()
        return response

    @app.teardown_appcontext
    def remove(_error: BaseException | None) -> None:
        sessions.remove()

    return sessions


def db() -> Session:
    """The session of this request."""
    session: Session = current_app.extensions["sessions"]()
    return session
