"""Long tables in pages: which rows stand on this one, and the links to the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from flask import request, url_for

Row = TypeVar("Row")
ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows; `links` are the parameters of govukPagination, None for a single page."""

    rows: Sequence[Row]
    first: int
    last: int
    total: int
    links: dict[str, Any] | None


def page_of(rows: Sequence[Row], **kept: str) -> Page[Row]:
    """The page that the address asks for (`page=2`); one that does not exist is the nearest.

    `kept`: what else stands in the address of each page, such as a filter.
    """
    pages = max(-(-len(rows) // ROWS_A_PAGE), 1)
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    start = (number - 1) * ROWS_A_PAGE
    shown = rows[start : start + ROWS_A_PAGE]
    links = _links(number, pages, partial(_address, kept)) if pages > 1 else None
    return Page(shown, start + 1, start + len(shown), len(rows), links)


def _address(kept: Mapping[str, str], number: int) -> str:
    values = {**(request.view_args or {}), **kept, "page": number}
    return url_for(request.endpoint or "", **values)


def _links(number: int, pages: int, address: Callable[[int], str]) -> dict[str, Any]:
    """First, last, and the neighbours of this page, with dots for those left out."""
    near = sorted({1, pages, *range(max(1, number - 1), min(pages, number + 1) + 1)})
    items: list[dict[str, Any]] = []
    for place, other in enumerate(near):
        if place and other - near[place - 1] > 1:
            items.append({"ellipsis": True})
        items.append({"number": other, "href": address(other), "current": other == number})
    links: dict[str, Any] = {"items": items, "landmarkLabel": "Pages of this table"}
    if number > 1:
        links["previous"] = {"href": address(number - 1)}
    if number < pages:
        links["next"] = {"href": address(number + 1)}
    return links
