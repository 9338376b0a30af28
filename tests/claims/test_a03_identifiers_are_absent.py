"""Claim A3: what tells who a child is stands in no page, file or report.

Marked numbers of the council, birthdays and workers' names are searched for in every page of every
role, in every export, and in the text and the metadata of a compiled report.
"""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO

import openpyxl
import pikepdf
import pypdf
import pytest
from claims.every_page import addresses, make_full_site
from claims.walking import said_in
from factories import AT, agree_with_suggestions, drafts_for, make_council
from sqlalchemy import select

from audit_app.core.access import MATRIX, Permission, Role
from audit_app.core.lifecycle import FindingKind
from audit_app.reports.compile import compile_pack
from audit_app.reports.designs import load_design
from audit_app.reports.gather import gather_pack
from audit_app.store.audits import Draft, audits_of, record_answers, submit_audit
from audit_app.store.council_keys import worker_key
from audit_app.store.findings import FindingText, confirm_finding, draft_finding
from audit_app.store.instruments import load_form
from audit_app.store.tables import Audit, CaseFile, CaseloadEntry, Cycle, RecordedState

LEAD, MEMBER = Role.QA_LEAD, Role.INDEPENDENT_MEMBER
COUNCIL_ID = "CANARY7731"
BORN = date(2015, 7, 23)
BIRTHDAYS = {"2015-07-23", "23/07/2015", "23 July 2015", "23 Jul 2015", "23.07.2015"}
WORKER = "Canarywren Madeup"
MARKS = {COUNCIL_ID, WORKER, *BIRTHDAYS}
WORDS = f"{WORKER} rang; born 23 July 2015, dob 23/07/2015, of M1 1AA, 0161 496 0000"


def mark(session):
    """Put the marks into every case file; the practitioner stays the worker of theirs."""
    for number, case_file in enumerate(session.scalars(select(CaseFile))):
        case_file.council_id = f"{COUNCIL_ID}-{number}"
    for entry in session.scalars(select(CaseloadEntry)):
        entry.date_of_birth = BORN
        entry.worker = WORKER
        entry.worker_key = worker_key(WORKER)
    session.flush()


@pytest.fixture
def site(session, tmp_path):
    made = make_full_site(session, tmp_path)
    mark(session)
    made.people[Role.PRACTITIONER].worker_name = WORKER
    session.commit()
    return made


@pytest.mark.parametrize("role", Role)
def test_no_page_names_a_child_or_a_worker(app, site, signed_in, role):
    client, opened = signed_in(site.people[role]), 0
    for _rule, path in addresses(app, site, "GET"):
        answer = client.get(path, buffered=True)
        opened += answer.status_code == 200
        text = f"{path}\n{answer.headers}\n{said_in(answer)}"
        assert {one for one in MARKS if one in text} == set(), path
    assert opened > 4


def test_the_marks_would_be_found(site, session, signed_in):
    """Where they are asked for they stand: a search that finds nothing would else prove nothing."""
    lead = signed_in(site.people[LEAD])
    case_file = session.scalars(select(CaseFile).join(Audit)).first()
    assert COUNCIL_ID in lead.send(f"/case-files/{case_file.id}/case-number").text
    everything = lead.send("/exports/case-file", {"named": case_file.reference, "json": "1"})
    assert {COUNCIL_ID, WORKER, "2015-07-23"} <= {one for one in MARKS if one in everything.text}


@pytest.mark.parametrize("role", [one for one in Role if Permission.EXPORT in MATRIX[one]])
def test_no_export_holds_them(site, session, signed_in, role):
    taken = 0
    for row in session.scalars(select(Audit)):
        for answer in row.answers:
            answer.quotable = True
            if role is MEMBER:  # reads what others wrote: names in it are masked
                answer.evidence = WORDS
    session.commit()
    for key in session.scalars(select(Cycle.key)).all():
        for chosen in ("json", "csv", "xlsx"):
            answer = signed_in(site.people[role]).send(
                f"/exports/cycles/{key}/file", {"as": chosen}
            )
            if answer.status_code == 200:
                taken += 1
                text = f"{answer.headers}{text_of(answer.data, chosen)}"
                assert {one for one in (*MARKS, "M1 1AA") if one in text} == set(), (key, chosen)
    assert taken >= 3


@pytest.mark.parametrize("chosen", ["csv", "xlsx"])
def test_no_export_of_the_history_holds_them(site, session, signed_in, chosen):
    lead = signed_in(site.people[LEAD])
    case_file = session.scalars(select(CaseFile).join(Audit)).first()
    assert COUNCIL_ID in lead.send(f"/case-files/{case_file.id}/case-number").text
    administrator = signed_in(site.people[Role.ADMINISTRATOR])
    assert administrator.send(f"/history/export/{chosen}").status_code == 404
    answer = lead.send(f"/history/export/{chosen}")
    text = f"{answer.headers}{text_of(answer.data, chosen)}"
    assert "case number shown" in text
    assert {one for one in MARKS if one in text} == set()


def text_of(content, chosen):
    """Every cell as text, and what the file says of itself."""
    if chosen != "xlsx":
        text = content.decode()
        return json.dumps(json.loads(text), ensure_ascii=False) if chosen == "json" else text
    book = openpyxl.load_workbook(BytesIO(content))
    cells = [str(cell) for sheet in book for row in sheet.values for cell in row]
    return "\n".join([*cells, *book.sheetnames, repr(book.properties)])


def test_quotes_are_masked_for_whoever_reads_only_those(site, session, signed_in):
    cycle = session.scalars(select(Cycle).where(Cycle.key.like("protection_plans%"))).one()
    audits = session.scalars(select(Audit).where(Audit.cycle_id == cycle.id)).all()
    answer = next(one for audit in audits for one in audit.answers if one.outcome is not None)
    answer.evidence, answer.quotable = WORDS, True
    session.commit()
    bank = next(
        bank
        for bank in load_form(cycle.form_version).banks
        if answer.question_id in {question.id for question in bank.questions}
    )
    path = f"/cycles/{cycle.key}/results/{bank.key}/answers/{answer.question_id}"
    page = signed_in(site.people[MEMBER]).get(path).text
    assert "[name] rang; born [date of birth]" in page
    assert {one for one in (*MARKS, "M1 1AA", "0161 496 0000") if one in page} == set()
    assert WORDS in signed_in(site.people[LEAD]).get(path).text


def test_a_report_holds_none_in_its_text_or_metadata(session):
    pdf = compile_pack(load_design("qa_sub_group"), _contents(session), progress=lambda *_: None)
    text = words_of(pdf)
    assert text.count("[name]rang;born[dateofbirth]") >= 6, "the words are in the PDF, masked"
    about = metadata_of(pdf)
    assert "qa" in about.lower() or "case file" in about.lower()
    for one in (*MARKS, "M1 1AA", "0161 496 0000"):
        assert "".join(one.split()) not in text, one
        assert one not in about, one
        assert one.encode() not in pdf, one


def words_of(pdf):
    """The text without spaces, since lines break anywhere."""
    return "".join(
        "".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(pdf)).pages
    )


def metadata_of(pdf):
    """The document's information, its XMP, its outline and its link targets."""
    with pikepdf.open(BytesIO(pdf)) as document:
        said = [str(value) for value in document.docinfo.values()]
        if "/Metadata" in document.Root:
            said.append(document.Root.Metadata.read_bytes().decode())
        said += [
            str(item[name])
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary)
            for name in ("/Title", "/Alt", "/ActualText", "/Contents", "/URI")
            if name in item
        ]
    return "\n".join(said)


def _contents(session):
    """A pack whose every text names somebody."""
    council = make_council(session, managers=1)
    mark(session)
    audits = audits_of(session, council.managers[0])
    for audit in audits:
        drafts = drafts_for(load_form(audit.form_version))
        changed = [
            Draft(
                one.question_id,
                RecordedState.ANSWERED,
                value="not_met" if one.question_id == "sup_challenge" else one.value,
                evidence=WORDS,
                quotable=True,
            )
            for one in drafts
        ]
        record_answers(session, audit, changed, at=AT)
        agree_with_suggestions(session, audit)
        audit.done_well = audit.difference_made = audit.grade_reason = WORDS
        for theme in audit.themes:
            theme.grade_reason = WORDS
        submit_audit(session, audit, at=AT)
    text = FindingText(
        theme="supervision",
        question_id="sup_challenge",
        kind=FindingKind.AREA_FOR_DEVELOPMENT,
        statement=WORDS,
        k=0,
        n=2,
        root_cause=WORDS,
        action=WORDS,
        action_owner=WORKER,
        quotes=((audits[0].id, "sup_challenge"),),
    )
    finding = draft_finding(session, council.cycle, text, by=council.lead, at=AT)
    confirm_finding(finding, by=council.lead, at=AT)
    session.flush()
    session.expire_all()
    design = load_design("qa_sub_group")
    return gather_pack(session, council.cycle, design, edition=1, council="Anywhere Council")
