"""Whether the pages that were read are all: what interfaces usually say of it, asked for or not.

An interface of another kind of paging than was said gives its first page, and that must not pass for everything.
"""

from collections.abc import Iterator, Mapping
from typing import cast

from watchroom.sources.connectors.contract import FailureCode, FetchError
from watchroom.sources.connectors.page import Page

NO_TOTAL = "none"
"""What is said of a page whose usual names of totals mean something else."""
# Objects of a page in which such names stand, beside the page itself.
_WITHIN = ("page", "meta", "_meta", "metadata", "pagination", "paging", "pageInfo", "page_info", "links", "_links")
_TOTALS = (
    "total",
    "totalElements",
    "totalCount",
    "totalRecords",
    "totalResults",
    "totalItems",
    "total_count",
    "total_records",
    "total_results",
    "total_items",
    "@odata.count",
)
_PAGES = ("totalPages", "total_pages", "pageCount", "page_count", "lastPage", "last_page")
_MORE = ("hasNext", "has_next", "hasMore", "has_more", "hasNextPage", "has_next_page", "more")
_LAST = ("last", "isLast", "is_last")
_NEXT = (
    "next",
    "nextLink",
    "next_link",
    "@odata.nextLink",
    "nextPage",
    "next_page",
    "nextCursor",
    "next_cursor",
    "nextPageToken",
    "next_page_token",
    "nextToken",
    "next_token",
    "continuationToken",
)


def totals_of(page: Page, *, path: str) -> set[str]:
    """How many records a page says that there are, of all pages together.

    Args:
        page: as it came.
        path: where it says so; empty: where such is usual, `none`: nowhere.
    """
    if path == NO_TOTAL:
        return set()
    if path:
        told = page.told(path)
        return {told} if told else set()
    found = [within.get(name) for within in _objects(page.beside) for name in _TOTALS]
    return {total for total in found if isinstance(total, str) and total.isdecimal()}


def require_end(page: Page, *, paging: str, number: int, has_link: bool) -> None:
    """Nothing, unless the last page that was read says that there is more.

    Args:
        page: the last one.
        paging: how pages lead to the next; by number the end is a page without records.
        number: of pages that were read.
        has_link: its header names a next one.

    Raises:
        FetchError: there is more.
    """
    told = next(_more(page, number=number), None)
    if paging != "page" and told is None and has_link and paging != "link":
        told = "the header `Link`"
    if told is not None and (paging != "page" or told in _PAGES):
        message = f"the source says by {told if ' ' in told else f'`{told}`'} that there is more than was read; say how"
        raise FetchError(FailureCode.UNREADABLE, f"{message} its pages follow with the option `paging`")


def _more(page: Page, *, number: int) -> Iterator[str]:
    """The names by which a page says that others follow."""
    for within in _objects(page.beside):
        for name in _PAGES:
            told = within.get(name)
            if isinstance(told, str) and told.isdecimal() and int(told) > number:
                yield name
        yield from (name for name in _MORE if within.get(name) is True)
        yield from (name for name in _LAST if within.get(name) is False)
        yield from (name for name in _NEXT if within.get(name) not in (None, "", False) and within.get(name) != {})
    links = page.beside.get("links")
    for link in cast(list[object], links) if isinstance(links, list) else []:
        if isinstance(link, dict) and "next" in (link.get("rel"), link.get("relation")):
            yield "links"


def _objects(beside: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield beside
    for name in _WITHIN:
        found = beside.get(name)
        if isinstance(found, dict):
            yield cast(dict[str, object], found)
