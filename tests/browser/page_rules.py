"""What every page keeps in a real browser: axe, the size of targets, no sideways scrolling."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SMALLEST = 24
"""CSS pixels: WCAG 2.2, 2.5.8 Target size (minimum)."""
# The rule for target size is off by itself; it knows the exceptions (in a sentence, well apart).
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}

# Controls of our own get no exception: the label of a box or circle is part of its target.
_SMALL_CONTROLS = """smallest => {
  const sized = element => {
    const shapes = [element, ...(element.labels || [])].map(one => one.getBoundingClientRect());
    return Math.max(...shapes.map(shape => Math.min(shape.width, shape.height)));
  };
  const chosen = "button, .govuk-button, summary, textarea, select, input:not([type=hidden])";
  return [...document.querySelectorAll(chosen)]
    .filter(one => one.checkVisibility() && !one.closest(".govuk-skip-link"))
    .filter(one => sized(one) < smallest)
    .map(one => one.outerHTML.slice(0, 120));
}"""


def check_rules(page: Page) -> None:
    """No violation of axe, no target that is too small; AssertionError with the page's address."""
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    small = page.evaluate(_SMALL_CONTROLS, SMALLEST)
    assert small == [], page.url


def check_narrow(page: Page, width: int = 320) -> None:
    """The same on a phone, where the page itself does not scroll sideways (WCAG 1.4.10)."""
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    check_rules(page)
    page.set_viewport_size(before)
