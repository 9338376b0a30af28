"""A20: no template is made from input, and YAML is read by safe loaders only.

The check of the program's own text is in `tests/architecture/test_reach.py`; here what a person
types into every field of every form comes back as text, in pages and in the PDF.
"""

from __future__ import annotations

import ast
from io import BytesIO
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pypdf
import pytest
from claims.every_page import addresses, make_full_site
from markupsafe import escape
from web.page_checks import parse

from audit_app.core.access import Role
from audit_app.core.lifecycle import FindingState
from audit_app.reports.compile import compile_pack
from audit_app.reports.designs import load_design
from audit_app.reports.gather import gather_pack
from audit_app.store.cycles import find_cycle
from audit_app.store.findings import confirm_finding, findings_of

PACKAGE = Path(__file__).resolve().parents[2] / "audit_app"
CANARY = "{{7919*7907}}{% x %}<script>boo()</script><img src=x onerror=boo()>\"'&amp;${7919*7907}"
RECKONED = str(7919 * 7907)
DRAWN = "made.to_string(encoding='unicode')"
"""The squares that the QR library draws of a key; no word of anybody stands in them."""
MARKUP_MAKERS = {
    "audit_app/reports/svg.py",
    "audit_app/reports/charts.py",
    "audit_app/reports/heat_map.py",
    "audit_app/reports/run_chart.py",
    "audit_app/web/sign_in.py",
}
"""These join shapes of their own; what is put between the tags goes through `format` and `join`."""


def test_markup_is_made_in_the_charts_only_and_of_fixed_words() -> None:
    """`Markup(x)` of anything but a literal would let a person's words through."""
    makers = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Markup"):
                makers.add(str(path.relative_to(PACKAGE.parent)))
                [argument] = node.args
                fixed = isinstance(argument, ast.Constant)
                assert fixed or ast.unparse(argument) == DRAWN, f"{path}:{node.lineno}"
    assert makers <= MARKUP_MAKERS


def test_no_template_switches_escaping_off() -> None:
    folders = (PACKAGE / "web", PACKAGE.parent / "reports")
    templates = [
        path
        for folder in folders
        for path in folder.rglob("*.html")
        if "node_modules" not in path.parts
    ]
    assert len(templates) > 30
    for path in templates:
        text = "".join(path.read_text("utf-8").split())
        for word in ("|safe", "autoescapefalse", "|forceescape", "Markup("):
            assert word not in text, (path, word)


def forms_of(page: str, path: str):
    """Each form that posts: where to, and what a person would send who typed the canary."""
    for form in (e for e in parse(page).iter("form") if e.get("method") == "post"):
        data: dict[str, object] = {}
        for field in form.iter():
            name, kind = field.get("name"), field.get("type", "text")
            if not name or name == "csrf_token":
                continue
            if field.tag == "textarea" or (field.tag == "input" and kind in _TYPED):
                data.setdefault(name, CANARY)
            elif kind in ("radio", "checkbox", "hidden"):
                data.setdefault(name, field.get("value", ""))
            elif field.tag == "select":
                data.setdefault(name, next(e for e in field.iter("option")).get("value", ""))
            elif kind == "file":
                data[name] = (BytesIO(CANARY.encode()), f"{CANARY}.csv")
        yield urljoin(path, form.get("action") or path), data


TYPISTS = (
    Role.ADMINISTRATOR,
    Role.QA_LEAD,
    Role.SENIOR_MANAGER,
    Role.INDEPENDENT_MEMBER,
    Role.PRACTITIONER,
)
_TYPED = {"text", "email", "password", "search", "tel", "number", "url"}


def check_escaped(page: str, where: str) -> bool:
    """Whether the canary is in the page, as text; a page's scripts are checked by the client."""
    assert RECKONED not in page, where
    assert "<script>boo" not in page, where
    assert "<img src=x" not in page, where
    return str(escape("<script>boo()")) in page


@pytest.mark.parametrize("role", TYPISTS)
def test_what_is_typed_into_every_form_comes_back_as_text(
    app, session, signed_in, role, tmp_path
) -> None:
    site = make_full_site(session, tmp_path)
    client = signed_in(site.people[role])
    walk = [path for _, path in addresses(app, site, "GET")]
    sent = shown = 0
    for path in walk:
        page = client.get(path, buffered=True)
        if page.mimetype != "text/html":
            continue
        for action, data in forms_of(page.text, path):
            if urlsplit(action).path == "/sign-out":
                continue
            files = any(isinstance(value, tuple) for value in data.values())
            more = {"content_type": "multipart/form-data"} if files else {}
            answer = client.send(action, data, **more)
            assert answer.status_code < 500, (action, data)
            if answer.mimetype == "text/html":
                shown += check_escaped(answer.text, action)
            sent += CANARY in data.values()
    for path in walk:
        page = client.get(path, buffered=True)
        if page.mimetype == "text/html":
            shown += check_escaped(page.text, path)
    if role in (Role.QA_LEAD, Role.SENIOR_MANAGER, Role.INDEPENDENT_MEMBER):
        assert sent >= 3, "nothing was typed"
        assert shown >= 3, "nothing came back"


def test_what_was_typed_comes_out_of_the_pdf_as_text(session, app, signed_in, tmp_path) -> None:
    site = make_full_site(session, tmp_path)
    lead = signed_in(site.people[Role.QA_LEAD])
    key = site.parts["key"][1]
    typed = {
        "kind": "strength",
        "statement": CANARY,
        "root_cause": CANARY,
        "action": CANARY,
        "action_owner": CANARY,
    }
    address = f"/cycles/{key}/findings/new?theme=supervision"
    lead.get(address)
    assert lead.send(address, typed).status_code == 302
    session.rollback()
    cycle = find_cycle(session, str(key))
    assert cycle is not None
    for finding in findings_of(session, cycle):
        if finding.state is FindingState.DRAFT:
            confirm_finding(finding, by=site.people[Role.QA_LEAD], at=finding.drafted_at)
    session.commit()
    design = load_design("qa_sub_group")
    contents = gather_pack(session, cycle, design, edition=1, council=CANARY)
    pdf = compile_pack(design, contents, progress=lambda *_: None)
    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    assert text.count("".join(CANARY.split())) >= 4
    assert RECKONED not in text
