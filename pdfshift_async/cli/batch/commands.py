"""``pdfshift batch``: many documents under one name, which a second run goes on with."""

from __future__ import annotations

import asyncio
import json
import shlex
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer

from pdfshift_async import PDFShift, Retry, open_store
from pdfshift_async._batch.report import released, write_members
from pdfshift_async._core.members import BatchStore, Ending
from pdfshift_async._settings import store_from
from pdfshift_async.cli.addresses import receiver_address
from pdfshift_async.cli.answers import AsJSON
from pdfshift_async.cli.connections import APIKey, BaseURL
from pdfshift_async.cli.exit_codes import ExitCode
from pdfshift_async.cli.failures import reported
from pdfshift_async.cli.targets import Format
from pdfshift_async.errors import ConfigurationError

from .display import numbers
from .manifests import Fill, Manifest
from .running import Run, run_batch

__all__ = ["batch"]

T = TypeVar("T")

_STORE: Final = "sqlite:///pdfshift.db"

_Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the batch.")]
_Store = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="What remembers the batch. Or PDFSHIFT_STORE.",
        show_default=_STORE,
    ),
]

batch = typer.Typer(
    help="Many documents under one name, which a second run goes on with.", rich_markup_mode=None
)


@batch.command()
def run(
    name: _Name,
    manifest: Annotated[
        str,
        typer.Argument(
            metavar="MANIFEST",
            help="CSV file or JSON lines with key, source and options; or a folder or quoted "
            "pattern of HTML files.",
        ),
    ],
    *,
    save_to: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="Where documents go, with {key} in it."),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Jinja2 template that each row of MANIFEST fills."),
    ] = None,
    kind: Annotated[Format, typer.Option("--format", help="Kind of document.")] = Format.PDF,
    assignments: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            metavar="NAME=VALUE",
            help="Option of the service for all documents, as for `pdfshift convert`.",
        ),
    ] = None,
    webhook_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Where callbacks come. Or PDFSHIFT_WEBHOOK_URL."),
    ] = None,
    listen: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            help="Receive them here; without it, `pdfshift receive` must be running.",
        ),
    ] = None,
    spend_cap: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Credits the batch may cost.")
    ] = None,
    tolerate: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Missing documents that do not stop it."),
    ] = None,
    store: _Store = None,
    api_key: APIKey = None,
    base_url: BaseURL = None,
    as_json: AsJSON = False,
) -> None:
    """Convert all documents of a manifest, or go on with those that are missing.

    What has been converted is neither sent nor paid for again. Ctrl-C sends nothing more, takes
    the callbacks of ten more seconds, and says how to go on.
    """
    with reported(as_json=as_json):
        address = None if listen is None else receiver_address(listen, webhook_url, direct=False)
        client = PDFShift(
            api_key,
            base_url=base_url,
            webhook_url=webhook_url,
            store=_lasting(store),
            retry=Retry(),
        )
        if client.webhook_url is None:
            raise ConfigurationError("--webhook-url", "is needed: it says where callbacks come")
        items = Manifest(manifest, kind, assignments or (), _fill(template)).items()
        started = client.batch(name, items, save_to=save_to, spend_cap=spend_cap, tolerate=tolerate)
        ran = asyncio.run(run_batch(client, started, address))
    _tell(ran, as_json=as_json)
    if code := _code_of(ran):
        raise typer.Exit(code)


@batch.command()
def status(name: _Name, *, store: _Store = None, as_json: AsJSON = False) -> None:
    """Tell how many documents are converted, failed, lost or open."""
    with reported(as_json=as_json):
        tally = _asked(store, lambda members: members.tally(name))
        _check_known(name, tally.total)
        counts = {str(ending): tally.endings.get(ending, 0) for ending in Ending}
        found = {"total": tally.total, **counts, "open": tally.endings.get(None, 0)}
        _print({"name": name, **found, "credits": tally.credits}, as_json=as_json)


@batch.command()
def retry(
    name: _Name,
    *,
    lost: Annotated[
        bool, typer.Option("--lost", help="Those without a callback as well; may bill again.")
    ] = False,
    store: _Store = None,
    as_json: AsJSON = False,
) -> None:
    """Let the next `pdfshift batch run` send again what has failed."""
    with reported(as_json=as_json):
        count = _asked(store, lambda members: released(members, name, lost=lost))
        _print({"name": name, "released": count}, as_json=as_json)


@batch.command()
def report(
    name: _Name,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Ends in .csv, .json or .jsonl.")],
    *,
    store: _Store = None,
    as_json: AsJSON = False,
) -> None:
    """Write a line for every document of a batch."""
    with reported(as_json=as_json):
        path = _asked(store, lambda members: write_members(members, name, file))
        _print({"name": name, "file": str(path)}, as_json=as_json)


@batch.command()
def forget(name: _Name, *, store: _Store = None, as_json: AsJSON = False) -> None:
    """Forget a batch; the next run of that name sends everything. Files stay."""
    with reported(as_json=as_json):
        count = _asked(store, lambda members: members.forget(name))
        _check_known(name, count)
        _print({"name": name, "forgotten": count}, as_json=as_json)


def _lasting(store: str | None) -> str:
    """Give the URL of the store, which must be one that the next run sees."""
    url = store_from(store)
    if url != "memory://":
        return url
    if store is None:
        return _STORE
    raise ConfigurationError("--store", "must outlive this process, and memory:// does not")


def _asked(store: str | None, question: Callable[[BatchStore], Awaitable[T]]) -> T:
    """Open the store, ask it one thing, and close it."""
    found = open_store(_lasting(store))
    if not isinstance(found, BatchStore):
        raise ConfigurationError("--store", "keeps no batches")

    async def answer() -> T:
        await found.open()
        try:
            return await question(found)
        finally:
            await found.close()

    return asyncio.run(answer())


def _fill(template: Path | None) -> Fill | None:
    if template is None:
        return None
    try:
        from .filling import fill_of  # noqa: PLC0415 -- nothing else needs Jinja2
    except ImportError as error:
        raise ConfigurationError(
            "--template",
            f"needs Jinja2, which cannot be loaded ({error})",
            hint="Install it with: pip install 'pdfshift-async[cli]'",
        ) from error
    return fill_of(template)


def _check_known(name: str, count: int) -> None:
    if not count:
        raise ConfigurationError("NAME", f"the store knows no batch {name!r}")


def _print(values: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(values))
    else:
        for title, value in values.items():
            print(f"{title}\t{value}")


def _tell(ran: Run, *, as_json: bool) -> None:
    progress = ran.batch.progress
    if as_json:
        counts = {"converted": progress.converted, "failed": progress.failed, "lost": progress.lost}
        rest = {"resumed": progress.resumed, "credits": progress.credits}
        print(
            json.dumps({"name": ran.batch.name, **counts, **rest, "interrupted": ran.interrupted})
        )
    else:
        print(numbers(progress))
    if ran.interrupted:
        print(f"interrupted; to go on: {shlex.join(['pdfshift', *sys.argv[1:]])}", file=sys.stderr)


def _code_of(ran: Run) -> ExitCode:
    if ran.interrupted:
        return ExitCode.INTERRUPTED
    outcomes = {item.outcome for item in (*ran.report.failed, *ran.report.lost)}
    if "lost" in outcomes:
        return ExitCode.UNKNOWN
    if "failed" in outcomes:
        return ExitCode.FAILED
    return ExitCode.NOT_SAVED if outcomes else ExitCode.OK
