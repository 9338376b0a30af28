"""The web application: what it is put together from."""

from __future__ import annotations

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from audit_app.config import Settings
from audit_app.store.database import Database
from audit_app.version import VERSION
from audit_app.web.access import set_up_access
from audit_app.web.account.feed_routes import pages as feed
from audit_app.web.account.first_factor_routes import pages as first_factor
from audit_app.web.account.routes import pages as account
from audit_app.web.account.sign_in_routes import pages as own_sign_ins
from audit_app.web.actions.making_routes import pages as action_making
from audit_app.web.actions.routes import pages as actions
from audit_app.web.addresses import set_up_addresses
from audit_app.web.agencies.routes import pages as agencies
from audit_app.web.attachments.routes import pages as attachments
from audit_app.web.audits.autosave_routes import pages as autosave
from audit_app.web.audits.entry_routes import pages as entries
from audit_app.web.audits.routes import pages as audits
from audit_app.web.banks.draft_routes import pages as bank_drafts
from audit_app.web.banks.edit_routes import pages as bank_edits
from audit_app.web.banks.publish_routes import pages as bank_publishing
from audit_app.web.banks.routes import pages as banks
from audit_app.web.banks.trial_routes import pages as bank_trials
from audit_app.web.calibrations.routes import pages as calibrations
from audit_app.web.case_files.routes import pages as case_files
from audit_app.web.caseload.routes import pages as caseload
from audit_app.web.concerns.routes import pages as concerns
from audit_app.web.cycles.draw_routes import pages as draw
from audit_app.web.cycles.reassign_routes import pages as reassign
from audit_app.web.cycles.reminder_routes import pages as reminders
from audit_app.web.cycles.routes import pages as cycles
from audit_app.web.cycles.size_routes import pages as sizes
from audit_app.web.cycles.withdraw_routes import pages as withdraw
from audit_app.web.database import set_up_database
from audit_app.web.editions.routes import pages as editions
from audit_app.web.errors import set_up_errors
from audit_app.web.exemptions.routes import pages as exemptions
from audit_app.web.exports.routes import pages as exports
from audit_app.web.findings.routes import pages as findings
from audit_app.web.history.routes import pages as history
from audit_app.web.home.own_routes import pages as my_audits
from audit_app.web.home.routes import pages as home
from audit_app.web.invitation.routes import pages as invitation
from audit_app.web.moderation.naming_routes import pages as second_readings
from audit_app.web.moderation.routes import pages as moderation
from audit_app.web.navigation import page_frame
from audit_app.web.people.account_routes import pages as accounts
from audit_app.web.people.routes import pages as people
from audit_app.web.plan.reporting_routes import pages as reporting
from audit_app.web.plan.routes import pages as plan
from audit_app.web.replies.routes import pages as replies
from audit_app.web.results.routes import pages as results
from audit_app.web.retention.routes import pages as retention
from audit_app.web.security import set_up_security
from audit_app.web.service.routes import pages as service
from audit_app.web.sign_in import set_up_sign_in
from audit_app.web.single_sign_on.routes import pages as single_sign_on
from audit_app.web.templating import App, set_up_templates

PRODUCT = "Case file audit"
BLUEPRINTS: tuple[Blueprint, ...] = (
    home,
    my_audits,
    audits,
    entries,
    autosave,
    attachments,
    concerns,
    actions,
    action_making,
    plan,
    reporting,
    cycles,
    sizes,
    draw,
    reassign,
    withdraw,
    reminders,
    exemptions,
    second_readings,
    moderation,
    agencies,
    calibrations,
    results,
    replies,
    service,
    findings,
    editions,
    caseload,
    banks,
    bank_drafts,
    bank_edits,
    bank_publishing,
    bank_trials,
    case_files,
    people,
    accounts,
    account,
    own_sign_ins,
    feed,
    first_factor,
    invitation,
    single_sign_on,
    history,
    exports,
    retention,
)


def create_app(settings: Settings, database: Database) -> Flask:
    """Make the application on an open database whose schema is up to date."""
    app = App("audit_app.web")
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.config.update(
        COUNCIL=settings.council,
        INSTANCE=settings.instance,
        KEEP_MONTHS=settings.keep_months,
        PSEUDONYM_KEY=settings.pseudonym_key,
        SINGLE_SIGN_ON=settings.single_sign_on,
        SITE_URL=settings.site_url,
        CONCERN_HOURS=settings.concern_hours,
        LARGEST_ATTACHMENT=settings.largest_attachment,
        CLAMAV_SOCKET=settings.clamav_socket,
        ANCHOR_FOLDER=settings.anchor_folder,
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
