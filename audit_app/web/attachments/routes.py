"""Files attached to an audit: listed, added, opened and removed; all without scripts."""

from __future__ import annotations

from http import HTTPStatus

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.attachments.folder import AttachmentFolder
from audit_app.attachments.kinds import (
    MEDIA_TYPES,
    NOT_KEPT,
    AttachmentFault,
    CheckedFile,
    check_file,
)
from audit_app.config import MEGABYTE
from audit_app.core.access import Permission
from audit_app.core.lifecycle import IllegalMove
from audit_app.store.attachments import (
    MOST_FILES,
    OF_AUDIT,
    add_attachment,
    belongs_to_version,
    find_attachment,
    find_own_attachment,
    remove_attachment,
)
from audit_app.store.audits import find_audit, form_of
from audit_app.store.tables import Reading
from audit_app.virus_scan import ScanFault, scan
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.attachments.lists import attached_to, of_place
from audit_app.web.database import db, let_others_write
from audit_app.web.exports.files import as_file
from audit_app.web.history.noting import note_reading

pages = Blueprint("attachments", __name__, template_folder="templates", url_prefix="/audits")

#: Whoever opens a file in a browser all the same runs nothing of it, and it loads nothing.
SHUT = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"


@pages.get("/<int:audit_id>/attachments")
@requires(Permission.FILL_IN)
def show_of_audit(audit_id: int) -> ResponseReturnValue:
    """The files of an audit as a whole, and where the others are."""
    return _page(_own_audit(audit_id), OF_AUDIT)


@pages.get("/<int:audit_id>/questions/<question_id>/attachments")
@requires(Permission.FILL_IN)
def show_of_question(audit_id: int, question_id: str) -> ResponseReturnValue:
    """The files of one question."""
    audit = _own_audit(audit_id)
    return _page(audit, _asked(audit, question_id))


@pages.post("/<int:audit_id>/attachments")
@requires(Permission.FILL_IN)
def add_to_audit(audit_id: int) -> ResponseReturnValue:
    """Attach a file to the audit as a whole."""
    return _add(_own_audit(audit_id), OF_AUDIT)


@pages.post("/<int:audit_id>/questions/<question_id>/attachments")
@requires(Permission.FILL_IN)
def add_to_question(audit_id: int, question_id: str) -> ResponseReturnValue:
    """Attach a file to a question."""
    audit = _own_audit(audit_id)
    return _add(audit, _asked(audit, question_id))


@pages.get("/attachments/<int:attachment_id>")
@requires(Permission.FILL_IN)
def open_file(attachment_id: int) -> ResponseReturnValue:
    """Give a file to somebody who may read the audit in full; who opened it is noted."""
    found = find_attachment(db(), current_person(), attachment_id)
    attachment = found or hidden("attachment", attachment_id)
    name, media_type = attachment.name, MEDIA_TYPES[attachment.kind]
    content = _folder().read(attachment.stored_as, attachment.sha256)
    if content is None:
        current_app.logger.error("attachment %s is missing or changed", attachment_id)
        abort(HTTPStatus.GONE)
    note_reading("opened attachment", "attachment", attachment_id)
    answer: Response = as_file(content, name, media_type)
    answer.headers["Content-Security-Policy"] = SHUT
    return answer


@pages.post("/attachments/<int:attachment_id>/remove")
@requires(Permission.FILL_IN)
def remove(attachment_id: int) -> ResponseReturnValue:
    """Delete a file of an audit that is not submitted yet."""
    found = find_own_attachment(db(), current_person(), attachment_id)
    attachment = found or hidden("attachment", attachment_id)
    audit, question_id = attachment.audit, attachment.question_id
    try:
        remove_attachment(db(), current_person(), attachment, _folder(), at=clock.now())
    except (AttachmentFault, IllegalMove) as refusal:
        flash(str(refusal), "error")
    else:
        flash("The file is removed, and deleted here.")
    return redirect(_address(audit, question_id))


def _own_audit(audit_id: int) -> Reading:
    return find_audit(db(), current_person(), audit_id) or hidden("audit", audit_id)


def _asked(audit: Reading, question_id: str) -> str:
    return question_id if question_id in form_of(audit).questions else hidden("audit", audit.id)


def _folder() -> AttachmentFolder:
    return AttachmentFolder.of(current_app.config["INSTANCE"])


def _address(audit: Reading, question_id: str) -> str:
    if question_id not in form_of(audit).questions:
        return url_for("attachments.show_of_audit", audit_id=audit.id)
    return url_for("attachments.show_of_question", audit_id=audit.id, question_id=question_id)


def _add(audit: Reading, question_id: str) -> ResponseReturnValue:
    audit_id = audit.id
    if audit.is_settled:
        return redirect(_address(audit, question_id))
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(audit, question_id, f"Choose a file. {NOT_KEPT}")
    largest: int = current_app.config["LARGEST_ATTACHMENT"]
    content = sent.stream.read(largest + 1)
    try:
        file = check_file(sent.filename, content, largest=largest)
        let_others_write()
        _refuse_virus(file)
        audit = _own_audit(audit_id)  # read anew: the scan may have taken a while
        add_attachment(db(), current_person(), audit, question_id, file, _folder(), at=clock.now())
    except (AttachmentFault, IllegalMove) as refusal:
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if len(content) > largest else HTTPStatus.OK
        return _page(_own_audit(audit_id), question_id, str(refusal)), status
    flash(f"“{file.name}” is attached.")
    return redirect(_address(audit, question_id))


def _refuse_virus(file: CheckedFile) -> None:
    address: str = current_app.config["CLAMAV_SOCKET"]
    if not address:
        return
    try:
        found = scan(file.content, address)
    except ScanFault as fault:
        current_app.logger.error("virus scan failed: %s", fault)
        raise AttachmentFault(
            f"The file could not be checked for viruses just now. {NOT_KEPT} Try again in a few "
            "minutes; if it happens again, tell an administrator."
        ) from None
    if found is not None:
        current_app.logger.warning("virus scan found %s", found[:80].encode("ascii", "replace"))
        raise AttachmentFault(
            f"The virus scanner found something in this file. {NOT_KEPT} Do not open the file "
            "again, and tell those who look after your computers."
        )


def _page(audit: Reading, question_id: str, fault: str = "") -> str:
    form, everything = form_of(audit), attached_to(audit)
    question = form.questions.get(question_id)
    section = next(
        (one for _, one in form.sections if question is not None and question in one.questions),
        None,
    )
    rows = of_place(form, everything, question_id)
    return render_template(
        "attachments/attachments.html",
        title="Files attached to a question" if question else "Files attached to the audit",
        audit=audit,
        question=question,
        number=list(form.questions).index(question_id) + 1 if question else None,
        section=section,
        rows=rows,
        elsewhere=[row for row in everything if row not in rows],
        stays={row.file.id for row in rows if belongs_to_version(db(), row.file)},
        open=not audit.is_settled,
        fault=fault,
        most=MOST_FILES,
        largest=current_app.config["LARGEST_ATTACHMENT"] // MEGABYTE,
        page_errors=[{"text": fault, "href": "#file"}] if fault else [],
    )
