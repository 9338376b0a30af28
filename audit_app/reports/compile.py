"""Compile a pack: contents → HTML → PDF. For jobs and the command line; pages use `render`."""

from __future__ import annotations

from collections.abc import Callable

from audit_app.reports.contents import PackContents
from audit_app.reports.designs import Design
from audit_app.reports.limits import COMPILE_LIMITS, Limits, run_within
from audit_app.reports.pdf import write_pdf
from audit_app.reports.render import render_html

FRONT_PAGES, PAGES_A_THEME = 8, 2
"""A guess at the length before it is known, for the progress bar alone."""


def compile_pack(
    design: Design,
    contents: PackContents,
    *,
    progress: Callable[[int, int, str], None],
    limits: Limits = COMPILE_LIMITS,
) -> bytes:
    """The pack as PDF/UA-1 bytes; the same design and contents always give the same bytes.

    `progress(done, total, what)` is called with rising `done`, in pages, up to `total`. It is
    laid out in a process of its own; WorkStopped where that comes to the end of its limits.
    """
    return run_within(limits, _lay_out, design, contents, progress=progress)


def _lay_out(
    design: Design, contents: PackContents, *, progress: Callable[[int, int, str], None]
) -> bytes:
    expected = FRONT_PAGES + PAGES_A_THEME * len(contents.themes) + len(contents.appendix)
    progress(0, expected + 2, "Putting the contents into the design")
    html = render_html(design, contents)
    css = (design.folder / "print.css").read_text(encoding="utf-8")
    return write_pdf(html, css, expected_pages=expected, progress=progress)
