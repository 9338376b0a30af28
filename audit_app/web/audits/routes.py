"""An auditor's own audits."""

from __future__ import annotations

from flask import Blueprint, render_template

from audit_app.core.access import Permission
from audit_app.store.audits import find_audit
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.database import db

pages = Blueprint("audits", __name__, template_folder="templates", url_prefix="/audits")


@pages.get("/<int:audit_id>")
@requires(Permission.DO_AUDITS)
def show_audit(audit_id: int) -> str:
    audit = find_audit(db(), current_person(), audit_id) or hidden("audit", audit_id)
    return render_template("layout.html", title="Audit")
