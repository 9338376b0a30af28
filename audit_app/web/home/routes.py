"""The home page, by role."""

from __future__ import annotations

from flask import Blueprint, render_template

from audit_app.core.access import Permission
from audit_app.web.access import requires

pages = Blueprint("home", __name__, template_folder="templates")


@pages.get("/")
@requires(Permission.SEE_HOME)
def show_home() -> str:
    """What is this person's to do now."""
    return render_template("home/home.html", title="Home")
