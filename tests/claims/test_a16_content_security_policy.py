"""A16: a policy with nonces and nothing unsafe on every answer, that a real browser keeps.

The crawl of every page without a violation is `tests/browser/test_every_page.py`.
"""

from __future__ import annotations

import re

import pytest
from browser.real_browser import BROWSER_MARKS, serving
from claims.every_page import SOME, addresses, make_full_site
from flask import abort
from markupsafe import Markup

from audit_app.web import access

SHUT = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
"""Of an attached file, which runs nothing at all."""

RULE = re.compile(r"([a-z-]+) (.+)")
WANTED = {
    "default-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "style-src": "'self'",
    "connect-src": "'self'",
}
SOURCES = re.compile(r"'none'|'self'|'nonce-[A-Za-z0-9_-]{22}'")


def check_policy(answer):
    """What the policy says of scripts."""
    [policy] = answer.headers.getlist("Content-Security-Policy")
    rules = dict(RULE.fullmatch(rule.strip()).groups() for rule in policy.split(";"))
    assert {name: rules[name] for name in WANTED} == WANTED
    for name, sources in rules.items():
        assert all(SOURCES.fullmatch(source) for source in sources.split()), (name, sources)
    assert "'nonce-" in rules["script-src"]
    assert "'self'" not in rules["script-src"]
    return rules["script-src"]


@pytest.mark.parametrize("role", SOME)
def test_every_answer_of_every_route(app, session, client, signed_in, role, tmp_path):
    site = make_full_site(session, tmp_path)
    sender = signed_in(site.people[role]) if role else client
    nonces = []
    for method in ("GET", "POST"):
        for rule, path in addresses(app, site, method):
            answer = sender.open(path, method=method, buffered=True)
            if rule.endpoint == "attachments.open_file" and answer.status_code == 200:
                assert answer.headers.getlist("Content-Security-Policy") == [SHUT]
            else:
                nonces.append(check_policy(answer))
    nonces.append(check_policy(sender.get("/nowhere")))
    nonces.append(check_policy(sender.put("/")))
    assert len(set(nonces)) == len(nonces), "a nonce was used twice"


PLANTED = Markup(
    '<!DOCTYPE html><html lang="en-GB"><head><title>Planted</title>'
    '<base href="https://elsewhere.example/">'
    "<style>p {{ color: rgb(1, 2, 3) }}</style></head>"
    '<body><p id="a" style="color: rgb(4, 5, 6)">A</p>'
    '<img src="x" alt="" onerror="document.title = \'handler\'">'
    '<object data="/planted-object"></object><iframe src="/sign-in"></iframe>'
    "<script>document.title = 'inline'</script>"
    "<script nonce=\"guessed\">document.title = 'guessed'</script>"
    '<script src="/static/js/planted.js"></script>'
    '<a id="b" href="javascript:document.title=\'link\'">B</a></body></html>'
)


class TestInABrowser:
    """What gets into a page in spite of everything does nothing there."""

    pytestmark = BROWSER_MARKS

    def test_planted_script_and_style_are_blocked(self, browser, fresh_app, monkeypatch):
        fresh_app.add_url_rule("/planted", "planted", lambda: PLANTED.format())
        fresh_app.add_url_rule("/planted-object", "never", lambda: abort(404))
        monkeypatch.setattr(access, "OPEN_ENDPOINTS", access.OPEN_ENDPOINTS | {"planted"})
        with serving(fresh_app) as address:
            page = browser.new_context().new_page()
            blocked = []
            page.on("console", lambda message: blocked.append(message.text))
            page.goto(f"{address}/planted")
            page.click("#b")
            page.wait_for_timeout(300)
            assert page.title() == "Planted"
            assert page.eval_on_selector("#a", "e => getComputedStyle(e).color") == "rgb(0, 0, 0)"
            assert page.evaluate("document.baseURI") == f"{address}/planted"
            said = "\n".join(blocked)
            for rule in ("script-src", "style-src", "base-uri", "object-src"):
                assert rule in said, said
            page.context.close()
