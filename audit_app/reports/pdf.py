"""HTML → accessible PDF. The only module that imports WeasyPrint and pikepdf.

Both cost most of a second to import, so jobs and the command line import this, never a page.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

import pikepdf
from pikepdf import Dictionary, Name
from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher

Progress = Callable[[int, int, str], None]
"""Called with (pages done, pages expected, what is being done)."""

PRINT_FLAG = 4
"""Bit 3 of an annotation's F: it is printed (ISO 32000-1, table 165)."""


def write_pdf(html: str, css: str, *, expected_pages: int, progress: Progress) -> bytes:
    """One tagged PDF/UA-1 document; the same html and css always give the same bytes.

    Nothing is read from disk or network on the document's behalf: it has no base address, and
    the fetcher knows `data:` only. `expected_pages` is a guess that steers `progress`.
    """
    fetcher = URLFetcher(allowed_protocols={"data"}, allow_redirects=False)
    total = expected_pages + 2
    with _follow_layout(expected_pages, total, progress):
        document = HTML(string=html, url_fetcher=fetcher, media_type="print").render(
            stylesheets=[CSS(string=css, url_fetcher=fetcher)], pdf_variant="pdf/ua-1"
        )
        progress(expected_pages, total, "Writing the PDF")
        written = document.write_pdf(pdf_variant="pdf/ua-1")
    progress(expected_pages + 1, total, "Checking the tags")
    mended = mend_tags(written)
    progress(total, total, f"{len(document.pages)} pages are ready")
    return mended


def count_pages(written: bytes) -> int:
    """How many pages a PDF has."""
    with pikepdf.open(BytesIO(written)) as document:
        return len(document.pages)


@contextmanager
def _follow_layout(expected: int, total: int, progress: Progress) -> Iterator[None]:
    """Turn WeasyPrint's log of pages laid out into progress, for this thread only."""
    logger = logging.getLogger("weasyprint.progress")
    handler = _PageCounter(expected, total, progress)
    level, propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate


class _PageCounter(logging.Handler):
    def __init__(self, expected: int, total: int, progress: Progress) -> None:
        super().__init__()
        self._thread = threading.get_ident()
        self._expected, self._total, self._progress = expected, total, progress
        self._done = 0

    def emit(self, record: logging.LogRecord) -> None:
        page = re.search(r"Page (\d+)$", record.getMessage())
        if page is None or record.thread != self._thread:
            return
        # Page numbers in the contents make WeasyPrint lay out again: never count backwards.
        done = min(int(page[1]), self._expected)
        if done > self._done:
            self._done = done
            self._progress(done, self._total, f"Laying out page {page[1]}")


def mend_tags(written: bytes) -> bytes:
    """Give header cells a Scope, links the Print flag and pages an order for the Tab key.

    PDF/UA-1 (ISO 14289-1) 7.5 and 7.18 ask for them and WeasyPrint 70 leaves them out. The
    file's ID comes from its contents, so the bytes stay the same for the same input.
    """
    with pikepdf.open(BytesIO(written)) as document:
        for item in document.objects:
            if isinstance(item, Dictionary) and item.get("/S") == Name.TH:
                column = item["/P"].get("/P", item).get("/S") == Name.THead
                item["/A"]["/Scope"] = Name.Column if column else Name.Row
        for page in document.pages:
            for annotation in page.get("/Annots", []):
                annotation["/F"] = int(annotation.get("/F", 0)) | PRINT_FLAG
                page.obj["/Tabs"] = Name.S
        mended = BytesIO()
        document.save(
            mended,
            deterministic_id=True,
            linearize=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return mended.getvalue()
