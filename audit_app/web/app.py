"""The web application: what it is put together from."""

from __future__ import annotations

from flask import Blueprint, Flask

from audit_app.config import Settings
from audit_app.store.database import Database
from audit_app.version import VERSION
from audit_app.web.access import set_up_access
from audit_app.web.addresses import set_up_addresses
from audit_app.web.audits.routes import pages as audits
from audit_app.web.banks.routes import pages as banks
from audit_app.web.caseload.routes import pages as caseload
from audit_app.web.cycles.draw_routes import pages as draw
from audit_app.web.cycles.routes import pages as cycles
from audit_app.web.database import set_up_database
from audit_app.web.editions.routes import pages as editions
from audit_app.web.errors import set_up_errors
from audit_app.web.findings.routes import pages as findings
from audit_app.web.home.routes import pages as home
from audit_app.web.navigation import page_frame
from audit_app.web.results.routes import pages as results
from audit_app.web.security import set_up_security
from audit_app.web.sign_in import set_up_sign_in
from audit_app.web.templating import App, set_up_templates

PRODUCT = "Case file audit"
BLUEPRINTS: tuple[Blueprint, ...] = (
    home,
    audits,
    cycles,
    draw,
    results,
    findings,
    editions,
    caseload,
    banks,
)


def create_app(settings: Settings, database: Database) -> Flask:
    """Make the application on an open database whose schema is up to date."""
    app = App("audit_app.web")
    app.config.update(
        COUNCIL=settings.council,
        INSTANCE=settings.instance,
        PSEUDONYM_KEY=settings.pseudonym_key,
    )
    set_up_database(app, database)
    set_up_security(app, settings)
    set_up_templates(app)
    set_up_sign_in(app)
    set_up_access(app)
    set_up_errors(app)
    app.context_processor(page_frame)
    app.jinja_env.globals.update(product=PRODUCT, council=settings.council, version=VERSION)
    set_up_addresses(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
