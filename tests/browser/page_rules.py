"""What every page keeps in a real browser: axe, the size of targets, no sideways scrolling."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SMALLEST = 24
"""CSS pixels: WCAG 2.2, 2.5.8 Target size (minimum)."""
# The rule for target size is off by itself; it knows the exceptions (in a sentence, well apart).
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# What may break on a narrow page that holds on a wide one: sizes and what scrolls. No width shows
# something else or colours it otherwise, but for the menu above each page.
BY_WIDTH = {
    "resultTypes": ["violations"],
    "runOnly": ["target-size", "scrollable-region-focusable"],
}

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


# How a part of a page is built: elements, classes, states and where there are words; what repeats
# within its parent once. Where this is the same, axe finds the same.
_SHAPES = """() => {
  const said = ["class", "role", "type", "scope"];
  const shape = element => {
    const names = element.getAttributeNames().sort();
    const states = names.map(one => said.includes(one) ? element.getAttribute(one) : one);
    const words = [...element.childNodes].some(one => one.nodeType === 3 && one.data.trim());
    const within = new Set([...element.children].filter(one => one.tagName !== "MAIN").map(shape));
    return `${element.tagName} ${states}${words ? " words" : ""}(${[...within].join()})`;
  };
  return [document.querySelector("main"), document.body].map(shape);
}"""


class SeenShapes:
    """What axe has measured: it measures a page where the page or what frames it is built anew."""

    def __init__(self) -> None:
        self._seen: set[tuple[bool, str]] = set()

    def rules_for(self, page: Page, *, narrow: bool) -> dict[str, object] | None:
        """What axe has to measure yet, None where it is nothing; it counts as measured then."""
        main, frame = ((narrow, shape) for shape in page.evaluate(_SHAPES))
        new = {main, frame} - self._seen
        self._seen |= new
        if not new:
            return None
        return BY_WIDTH if narrow and frame not in new else RULES


def check_rules(page: Page, seen: SeenShapes | None = None, *, narrow: bool = False) -> None:
    """No violation of axe, no target that is too small; AssertionError with the page's address."""
    rules = RULES if seen is None else seen.rules_for(page, narrow=narrow)
    if rules is not None:
        found = Axe().run(page, options=rules)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    small = page.evaluate(_SMALL_CONTROLS, SMALLEST)
    assert small == [], page.url


def check_narrow(page: Page, width: int = 320, seen: SeenShapes | None = None) -> None:
    """The same on a phone, where the page itself does not scroll sideways (WCAG 1.4.10)."""
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    check_rules(page, seen, narrow=True)
    page.set_viewport_size(before)


# A status, an error or a warning that only a colour tells, and a control that has no visible mark.
_WORDLESS = """() => {
  const chosen = ".govuk-tag, .govuk-task-list__status, .govuk-error-message, .app-concern-banner,"
    + " .govuk-notification-banner__title, .app-card--late";
  return [...document.querySelectorAll(chosen)]
    .filter(one => one.checkVisibility() && !one.innerText.trim())
    .map(one => one.outerHTML.slice(0, 120));
}"""

# Every control in its turn gets the focus; what does not show a point of itself is hidden.
_HIDDEN_FOCUS = """() => {
  const chosen = "a[href], button, summary, select, textarea, input:not([type=hidden]),"
    + " [tabindex='0']";
  const hidden = [];
  for (const one of document.querySelectorAll(chosen)) {
    if (one.disabled || !one.checkVisibility()) continue;
    one.focus();
    const shape = one.getBoundingClientRect();
    const right = Math.min(shape.right, innerWidth), bottom = Math.min(shape.bottom, innerHeight);
    const left = Math.max(shape.left, 0), top = Math.max(shape.top, 0);
    const seen = [0.1, 0.5, 0.9].some(across => [0.1, 0.5, 0.9].some(down => {
      const point = document.elementFromPoint(
        left + across * (right - left), top + down * (bottom - top));
      return point && (one.contains(point) || point.contains(one)
        || [...(one.labels || [])].some(label => label.contains(point)));
    }));
    if (!seen) hidden.push(one.outerHTML.slice(0, 120));
  }
  return hidden;
}"""


# Words that lie on other words before anybody scrolls; what is drawn there cannot be read.
_COVERED_WORDS = """() => {
  scrollTo(0, 0);
  const saved = document.querySelector(".app-saved");
  if (!saved || !saved.innerText.trim()) return [];
  const shapeOf = node => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()];
  };
  const own = shapeOf(saved);
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const covered = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || saved.contains(node)) continue;
    if (!node.parentElement.checkVisibility()) continue;
    const meets = shapeOf(node).some(one => own.some(other =>
      one.left < other.right && other.left < one.right
      && one.top < other.bottom && other.top < one.bottom));
    if (meets) covered.push(node.data.trim());
  }
  return covered;
}"""


def check_no_words_are_covered(page: Page) -> None:
    """What is said of saving lies on no other words."""
    assert page.evaluate(_COVERED_WORDS) == [], page.url


def check_words_for_colours(page: Page) -> None:
    """Whatever a colour tells is told in words as well."""
    assert page.evaluate(_WORDLESS) == [], page.url


def check_focus_is_seen(page: Page) -> None:
    """No control is hidden under something that stays in its place while it has the focus."""
    assert page.evaluate(_HIDDEN_FOCUS) == [], page.url
