"""What every page of the site must be: valid HTML, one h1 that the title repeats, unique ids."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from html5lib.constants import E as HTML_FAULTS
from werkzeug.test import TestResponse

_VOID_INPUTS = {"hidden", "submit", "button"}


class CheckedClient(FlaskClient):
    """A client that checks each page it is given, and sends the CSRF token it was last given."""

    token = ""

    def open(self, *arguments, **options) -> TestResponse:
        """Open as usual; an HTML page is checked before it is handed on."""
        response = super().open(*arguments, **options)
        if response.mimetype == "text/html" and response.data.startswith(b"<!DOCTYPE html>"):
            page = response.get_data(as_text=True)
            check_page(page)
            found = re.search(r'name="csrf_token" value="([^"]+)"', page)
            self.token = found[1] if found else self.token
        return response

    def send(self, path: str, data: dict | None = None, **options) -> TestResponse:
        """Post a form as a browser would, with the token of the page before it."""
        if not self.token:
            self.get("/")
        return self.post(path, data={"csrf_token": self.token} | (data or {}), **options)

    def fill(self, path: str, data: dict) -> TestResponse:
        """Open an audit's page and send it as a browser would with these controls filled in.

        Of the places that the page shows, those in the data's own `question` are sent, or all.
        """
        shown = filled(self.get(path).text)
        hidden = {name: shown[name] for name in ("question", "stamp", "window", "number")}
        return self.send(path, hidden | data)


@lru_cache(maxsize=4)
def parse(page: str) -> Element:
    """The page as a tree, to be read only; raises on HTML that is not valid."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(page)
    faults = [f"{place}: {HTML_FAULTS[code] % data}" for place, code, data in parser.errors]
    assert not faults, faults
    return tree


def text_of(element: Element) -> str:
    """The words of an element, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def errors_of(page: str) -> dict[str, str]:
    """The error summary: target of each link (or its words, where there is none) → words."""
    return _errors(parse(page))


def _errors(tree: Element) -> dict[str, str]:
    summary = [e for e in tree.iter() if "govuk-error-summary" in _classes(e)]
    if not summary:
        return {}
    items = next(e for e in summary[0].iter("ul")).findall("li")
    return {_target(item) or text_of(item): text_of(item) for item in items}


def check_page(page: str) -> None:
    """Raise AssertionError with what is wrong with the page."""
    tree = parse(page)
    assert " object at 0x" not in page, "a page shows a thing of the program"
    headings = [text_of(heading) for heading in tree.iter("h1")]
    assert len(headings) == 1, f"h1: {headings}"
    title = text_of(next(tree.iter("title")))
    errors = _errors(tree)
    assert title.startswith("Error: ") == bool(errors), title
    assert title.removeprefix("Error: ").startswith(headings[0]), (title, headings)
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    assert not [found for found, count in ids.items() if count > 1], ids
    for element in tree.iter():
        _check_element(element, set(ids))
    for link in errors:
        assert not link.startswith("#") or link[1:] in ids, f"{link} leads nowhere"


def _check_element(element: Element, ids: set[str | None]) -> None:
    assert element.get("style") is None, f"inline style in {element.tag}"
    assert not [name for name in element.attrib if name.startswith("on")], element.attrib
    for name in ("for", "aria-describedby", "aria-labelledby"):
        for target in (element.get(name) or "").split():
            assert target in ids, f"{name} of {element.tag} names {target}, which is not there"
    if element.tag == "script":
        assert element.get("nonce"), "a script without nonce"
        assert not text_of(element), "an inline script"
    if element.tag == "form":
        assert element.get("novalidate") is not None, "a form without novalidate"
        if element.get("method") == "post":
            names = [e.get("name") for e in element.iter("input")]
            assert "csrf_token" in names, "a form without token"


def _target(item: Element) -> str:
    return next((link.get("href") or "" for link in item.iter("a")), "")


def _classes(element: Element) -> list[str]:
    return (element.get("class") or "").split()


def controls(page: str) -> Iterator[Element]:
    """Every control of the page that a person can change."""
    for element in parse(page).iter():
        if element.tag in ("textarea", "select") or (
            element.tag == "input" and element.get("type") not in _VOID_INPUTS
        ):
            yield element


def filled(page: str) -> dict[str, list[str]]:
    """What a browser would send of the page's audit form, unchanged, without its token."""
    form = next(e for e in parse(page).iter("form") if e.get("data-audit-form") is not None)
    sent: dict[str, list[str]] = {}
    for element in form.iter():
        name = element.get("name")
        if not name or name == "csrf_token" or element.tag == "button":
            continue
        if element.tag == "textarea":
            value = (element.text or "").removeprefix("\n")
        elif element.get("type") in ("radio", "checkbox"):
            if element.get("checked") is None:
                continue
            value = element.get("value") or ""
        else:
            value = element.get("value") or ""
        if value:
            sent.setdefault(name, []).append(value)
    return sent
