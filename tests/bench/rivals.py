"""Rivals to measure against: the least that Flask, SQLAlchemy and WTForms need for the same."""

from __future__ import annotations

from flask import Flask, jsonify, render_template_string, request
from flask.testing import FlaskClient
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select, update
from wtforms import BooleanField, Form, RadioField, StringField, TextAreaField

from audit_app.store.database import Database
from audit_app.store.tables import RecordedAnswer

ROWS = 50
CHOICES = [(key, key.title()) for key in ("met", "partly", "not met", "none", "not recorded")]
PAGE = """<!DOCTYPE html><html lang="en"><title>Page</title><form method="post">
{% for field in form %}<p>{{ field.label }} {{ field() }}</p>{% endfor %}</form>"""
LIST = """<!DOCTYPE html><html lang="en"><title>List</title><ul>
{% for row in rows %}<li>{{ row.question_id }}: {{ row.state.value }}</li>{% endfor %}</ul>"""


def make_rival(database: Database, questions: int) -> FlaskClient:
    """A site without sign-in, history, checks or styles, on the same database and its settings."""
    app = Flask(__name__)
    table = Table(
        "bench_row", MetaData(), Column("id", Integer, primary_key=True), Column("words", String)
    )
    table.create(database.engine)
    with database.session() as session:
        session.execute(insert(table), [{"id": number, "words": ""} for number in range(ROWS)])
    fields: dict[str, object] = {}
    for number in range(questions):
        fields[f"q{number}"] = RadioField(choices=CHOICES)
        fields[f"q{number}_evidence"] = TextAreaField("What you saw")
        fields[f"q{number}_place"] = StringField("Where on the file")
        fields[f"q{number}_quotable"] = BooleanField("May be quoted")
    form_of_page = type("PageForm", (Form,), fields)

    @app.post("/save")
    def save() -> object:
        values = {"words": request.form["words"]}
        with database.session() as session:
            session.execute(update(table).where(table.c.id == int(request.form["row"])), values)
        return jsonify(saved=True)

    @app.get("/page")
    def page() -> str:
        return render_template_string(PAGE, form=form_of_page())

    @app.get("/audits/<int:audit_id>")
    def list_answers(audit_id: int) -> str:
        with database.session(writes=False) as session:
            rows = session.scalars(
                select(RecordedAnswer)
                .where(RecordedAnswer.audit_id == audit_id)
                .order_by(RecordedAnswer.question_id)
            ).all()
        return render_template_string(LIST, rows=rows)

    return app.test_client()
