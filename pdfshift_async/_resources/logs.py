"""``client.logs``."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final, Literal, get_args
from urllib.parse import urlencode

from pdfshift_async import _defaults
from pdfshift_async._core.paths import log_path
from pdfshift_async._core.values import page_in, value_in
from pdfshift_async.errors import InvalidOptions, Problem
from pdfshift_async.models.logs import LogEntry
from pdfshift_async.models.pages import Page

from .callers import Caller
from .listings import Listing

__all__ = ["LogCalls", "LogStatus"]

_log = logging.getLogger("pdfshift_async")

LogStatus = Literal["all", "error", "success"]

_LIMITS: Final = range(5, 101)


class LogCalls:
    """What the service remembers of the account's conversions."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list(
        self,
        *,
        status: LogStatus = "all",
        limit: int = 100,
        before: datetime | None = None,
    ) -> Listing[LogEntry]:
        """Give the entries of the log, newest first.

        The service could also filter by API key. That parameter is left out: it would put the key
        into a URL, and so into the logs of whatever is on the way.

        Args:
            status: Only failures, only successes, or all.
            limit: Entries of one page, 5 to 100.
            before: Only what happened before this moment, which must have a time zone.

        Raises:
            InvalidOptions: An argument breaks a rule; nothing was sent.

        Source: PDFShift API v3, ``GET /logs`` (read 2026-11).
        """
        if problems := _problems(status, limit, before):
            raise InvalidOptions(problems)
        query = {"limit": str(limit), "status": status}
        if before is not None:
            query["before"] = before.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return Listing(lambda: self._pages(query))

    async def get(self, request_id: str) -> LogEntry:
        """Give the entry of one conversion.

        Args:
            request_id: ``document.response.request_id``, or that of a `LogEntry`.

        Raises:
            NotFound: There is none.
            PDFShiftError: The service refused, or gave no usable answer.

        Source: PDFShift API v3, ``GET /logs/{request_id}`` (read 2026-11).
        """
        return await self._caller.get(
            log_path(request_id),
            f"log entry {request_id!r}",
            lambda answer: value_in(answer, "log", LogEntry),
            limit=_defaults.LOG_LIMIT,
        )

    async def _pages(self, query: dict[str, str]) -> AsyncIterator[Page[LogEntry]]:
        """Follow the cursor, which is the id of the last entry.

        Whether "after" means older entries is said nowhere, and the published sample contradicts
        itself. So nothing is given twice, and a page without news is the end: however the service
        reads the cursor, the list ends.
        """
        seen: set[int] = set()
        while True:
            page = await self._page(query)
            fresh = tuple(entry for entry in page.data if entry.id not in seen)
            if seen and not fresh:
                _log.warning("logs: behind entry %s the service gives nothing new", query["cursor"])
                return
            yield page.model_copy(update={"data": fresh})
            if not (page.has_more and fresh):
                return
            seen.update(entry.id for entry in fresh)
            query = {**query, "cursor": str(page.data[-1].id)}

    async def _page(self, query: dict[str, str]) -> Page[LogEntry]:
        return await self._caller.get(
            f"/logs?{urlencode(query)}",
            "logs",
            lambda answer: page_in(answer, "logs", LogEntry),
            limit=_defaults.LOG_LIMIT,
        )


def _problems(status: object, limit: object, before: object) -> list[Problem]:
    problems = []
    if status not in get_args(LogStatus):
        problems.append(Problem("status", f"must be one of {', '.join(get_args(LogStatus))}"))
    if type(limit) is not int or limit not in _LIMITS:
        rule = f"must be a whole number from {_LIMITS.start} to {_LIMITS.stop - 1}"
        problems.append(Problem("limit", rule))
    if before is not None and not (isinstance(before, datetime) and before.tzinfo):
        problems.append(Problem("before", "must be a datetime with a time zone"))
    return problems
