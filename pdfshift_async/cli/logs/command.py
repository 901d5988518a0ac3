"""``pdfshift logs``: the conversions that the service remembers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from pdfshift_async import LogEntry, PDFShift, Retry
from pdfshift_async._clock import Clock, SystemClock
from pdfshift_async._resources.logs import LogStatus
from pdfshift_async.cli.answers import (
    AsJSON,
    Field,
    line_of,
    show_entries,
    show_entry,
    values_of,
)
from pdfshift_async.cli.connections import APIKey, BaseURL, asked, client_of
from pdfshift_async.cli.failures import reported
from pdfshift_async.cli.logs.following import Following
from pdfshift_async.errors import ConfigurationError

__all__ = ["logs"]

_COLUMNS: Sequence[Field[LogEntry]] = (
    Field("Executed", lambda entry: entry.executed),
    Field("Code", lambda entry: entry.code, is_number=True),
    Field("Credits", lambda entry: entry.credits, is_number=True),
    Field("Bytes", lambda entry: entry.filesize, is_number=True),
    Field("Request", lambda entry: entry.request_id, folds=True),
    Field("Error", lambda entry: entry.error, folds=True),
)

_LINES: Sequence[Field[LogEntry]] = (
    Field("Entry", lambda entry: entry.id),
    Field("Request", lambda entry: entry.request_id),
    Field("Executed", lambda entry: entry.executed),
    Field("Code", lambda entry: entry.code),
    Field("Error", lambda entry: entry.error),
    Field("Credits", lambda entry: entry.credits),
    Field("Sandbox", lambda entry: entry.sandbox),
    Field("Bytes", lambda entry: entry.filesize),
    Field("Duration in ms", lambda entry: entry.duration),
    Field("User agent", lambda entry: entry.user_agent),
    Field("Query", lambda entry: entry.query),
)

_SMALLEST_PAGE: Final = 5
_LARGEST_PAGE: Final = 100
"""Entries. Source: PDFShift API v3, ``GET /logs`` (read 2026-11)."""

logs = typer.Typer(
    invoke_without_command=True, subcommand_metavar="[show REQUEST_ID]", rich_markup_mode=None
)


@logs.callback()
def list_entries(
    context: typer.Context,
    *,
    status: Annotated[LogStatus, typer.Option(help="Only failures, or only successes.")] = "all",
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="How many entries.")] = 20,
    before: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="Only older entries; ISO 8601, in UTC where it names no zone."
        ),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with new entries until Ctrl-C.")
    ] = False,
    pause: Annotated[
        float, typer.Option(min=1, metavar="SECONDS", help="Between two looks of --follow.")
    ] = 5.0,
    api_key: APIKey = None,
    base_url: BaseURL = None,
    as_json: AsJSON = False,
) -> None:
    """List the latest conversions, newest first.

    With --follow they come oldest first, one to a line.
    """
    with reported(as_json=as_json):
        if context.invoked_subcommand is not None:
            _refuse_options(context)
            return
        moment = _moment(before)
        if follow and moment is not None:
            raise ConfigurationError("--follow", "goes on with new entries, so without --before")
        client = client_of(api_key, base_url)
        if follow:
            with suppress(KeyboardInterrupt):
                asyncio.run(_follow(client, status, limit, pause, as_json=as_json))
            return
        found = asked(client, lambda opened: _latest(opened, status, limit, moment))
        show_entries("logs", found, _COLUMNS, as_json=as_json)


@logs.command("show")
def show_one(
    request_id: Annotated[str, typer.Argument(metavar="REQUEST_ID", help="Of a conversion.")],
    *,
    api_key: APIKey = None,
    base_url: BaseURL = None,
    as_json: AsJSON = False,
) -> None:
    """Show one conversion."""
    with reported(as_json=as_json):
        found = asked(client_of(api_key, base_url), lambda client: client.logs.get(request_id))
        show_entry(found, _LINES, as_json=as_json)


def _refuse_options(context: typer.Context) -> None:
    """Refuse options that stand before the name of the subcommand, where they would do nothing."""
    for name in context.params:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise ConfigurationError("logs show", "takes its options behind its name")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError(
            "--before", f"must be a time such as 2026-10-31T18:00:00Z, not {text!r}"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


async def _latest(
    client: PDFShift, status: LogStatus, limit: int, before: datetime | None
) -> Sequence[LogEntry]:
    size = min(max(limit, _SMALLEST_PAGE), _LARGEST_PAGE)
    found: list[LogEntry] = []
    async for entry in client.logs.list(status=status, limit=size, before=before):
        found.append(entry)
        if len(found) == limit:
            break
    return found


async def _follow(
    client: PDFShift, status: LogStatus, limit: int, pause: float, *, as_json: bool
) -> None:
    clock: Clock = SystemClock()
    async with client:
        following = Following()
        _print(await following.last(client.logs.list(status=status), limit), as_json=as_json)
        # Whoever follows for hours has typed the address right, and waits out an outage.
        patient = client.with_options(retry=Retry())
        while True:
            await clock.sleep(pause)
            _print(await following.new(patient.logs.list(status=status)), as_json=as_json)


def _print(entries: Iterable[LogEntry], *, as_json: bool) -> None:
    for entry in entries:
        line = json.dumps(values_of(entry)) if as_json else line_of(entry, _COLUMNS)
        print(line, flush=True)
