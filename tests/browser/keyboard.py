"""A person with a keyboard and nothing else, who always sees where the focus is."""

from __future__ import annotations

from re import Pattern

from playwright.sync_api import ElementHandle, Page, expect

FURTHEST = 40
"""So many stops lie between two controls at most; further on, a person would be lost."""

# What has the focus, and what is wrong with it: it has none, it is not seen, or nothing marks it.
_FOCUS = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return "the focus is lost";
  if (here.tabIndex < 0) return "";  // where a link of the page leads: no control
  const shape = here.getBoundingClientRect();
  const [x, y] = [shape.x + shape.width / 2, shape.y + Math.min(shape.height, innerHeight) / 2];
  const top = document.elementFromPoint(x, y);
  const own = top && (here.contains(top) || top.contains(here)
    || [...(here.labels || [])].some(label => label.contains(top)));
  if (!own) return `${here.outerHTML.slice(0, 80)} is not seen at ${x}, ${y}`;
  const marked = [here, ...here.children, ...(here.labels || [])].flatMap(one => [
    getComputedStyle(one), getComputedStyle(one, "::before")]);
  const yellow = "rgb(255, 221, 0)";
  const marks = style => style.boxShadow.includes(yellow) || style.backgroundColor === yellow
    || style.borderTopColor === yellow
    || (style.outlineColor === yellow && style.outlineStyle !== "none");
  return marked.some(marks) ? "" : `nothing marks ${here.outerHTML.slice(0, 80)}`;
}"""


class Keyboard:
    """Keys pressed on one page, and how many; text that is typed is counted apart."""

    def __init__(self, page: Page) -> None:
        """Nothing is pressed yet."""
        self.page = page
        self.keys = 0
        self.letters = 0

    def press(self, key: str, times: int = 1) -> None:
        """Press a key that stays on the page; the focus is seen after each."""
        for _ in range(times):
            self._press(key)
            self.see_focus()

    def go(self, heading: str | Pattern[str], key: str = "Enter") -> None:
        """Press a key that leads to another page, and wait for its heading."""
        with self.page.expect_navigation():
            self._press(key)
        expect(self.page.locator("h1")).to_have_text(heading)

    def write(self, words: str) -> None:
        """Type words where the focus is."""
        self.page.keyboard.type(words)
        self.letters += len(words)
        self.see_focus()

    def tab_to(self, selector: str, words: str = "") -> ElementHandle:
        """Press Tab until something that matches, and begins with the words, has the focus."""
        for _ in range(FURTHEST):
            self.press("Tab")
            here = self.page.evaluate_handle("document.activeElement").as_element()
            if here.evaluate(
                "(here, [selector, words]) => here.matches(selector)"
                " && here.textContent.trim().startsWith(words)",
                [selector, words],
            ):
                return here
        raise AssertionError(f"{FURTHEST} times Tab do not reach {selector} {words}")

    def skip_to_content(self) -> None:
        """Past the header, by the first link of the page; it holds for the next page of a form."""
        if self.page.url.endswith("#main-content"):
            return
        self.tab_to(".govuk-skip-link")
        self.press("Enter")

    def see_focus(self) -> None:
        """AssertionError where the focus is lost, out of sight or not marked."""
        amiss = self.page.evaluate(_FOCUS)
        assert not amiss, f"{amiss} on {self.page.url}"

    def _press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1
