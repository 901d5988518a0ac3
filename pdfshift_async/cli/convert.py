"""``pdfshift convert``: one document."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.filesize import decimal

from pdfshift_async import ConvertOptions, Document, PDFShift, Result
from pdfshift_async.cli.addresses import Address, receiver_address
from pdfshift_async.cli.connections import RETRY, APIKey, BaseURL
from pdfshift_async.cli.failures import reported
from pdfshift_async.cli.options import options_of
from pdfshift_async.cli.sources import read_source, stem_of
from pdfshift_async.cli.targets import Format, MadeAsJSON, Target
from pdfshift_async.errors import ConfigurationError, WaitError

__all__ = ["convert"]

_MAY_BE_BILLED = "What was sent may still be converted and billed; look into the account's log."


_Source = Annotated[
    str, typer.Argument(metavar="SOURCE", help="File, URL, or - for standard input.")
]
_Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Where the document goes; - is standard output.",
        show_default="named after SOURCE",
    ),
]
_Kind = Annotated[
    Format | None,
    typer.Option("--format", help="Kind of document.", show_default="the suffix of FILE, or pdf"),
]
_Assignments = Annotated[
    list[str] | None,
    typer.Option(
        "--option",
        metavar="NAME=VALUE",
        help="Option of the service, such as landscape=true, format=A5, margin.top=2cm or "
        "footer.source=@footer.html. VALUE is JSON, text, or @FILE. May be repeated.",
    ),
]
_Direct = Annotated[
    bool, typer.Option("--direct", help="Take the document from the answer: the default.")
]
_WebhookURL = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Queue the document; the service calls back here. Or PDFSHIFT_WEBHOOK_URL.",
    ),
]
_Listen = Annotated[
    str | None,
    typer.Option(metavar="HOST:PORT", help="Where on this machine the callback arrives."),
]
_Timeout = Annotated[
    float | None,
    typer.Option(min=0.1, metavar="SECONDS", help="How long to wait for the document."),
]


def convert(
    source: _Source,
    *,
    output: _Output = None,
    kind: _Kind = None,
    assignments: _Assignments = None,
    direct: _Direct = False,
    webhook_url: _WebhookURL = None,
    listen: _Listen = None,
    api_key: APIKey = None,
    base_url: BaseURL = None,
    timeout: _Timeout = None,
    as_json: MadeAsJSON = False,
) -> None:
    """Convert a file, web page or text.

    The document comes in the answer, unless --webhook-url and --listen say where a callback goes.
    """
    with reported(as_json=as_json, interrupted=f"interrupted. {_MAY_BE_BILLED}"):
        target = Target.choose(Format, output, kind, stem_of(source), as_json=as_json)
        options = options_of(target.format, assignments or ())
        address = receiver_address(listen, webhook_url, direct=direct)
        content = read_source(source)
        target.check()
        client = PDFShift(api_key, base_url=base_url, webhook_url=webhook_url, retry=RETRY)
        if address and client.webhook_url is None:
            raise ConfigurationError("--listen", "needs --webhook-url or PDFSHIFT_WEBHOOK_URL")
        with Console(stderr=True).status("converting"):
            made = asyncio.run(
                _run(client, content, options, address=address, target=target, timeout=timeout)
            )
        if target.path is not None:
            _report(made, target.format, target.path, as_json=as_json)


async def _run(
    client: PDFShift,
    source: str,
    options: ConvertOptions,
    *,
    address: Address | None,
    target: Target[Format],
    timeout: float | None,
) -> Document | Result:
    async with client:
        try:
            async with asyncio.timeout(timeout):
                made = await _made(client, source, options, address)
        except TimeoutError as error:
            raise WaitError(f"no document within {timeout:g} s", hint=_MAY_BE_BILLED) from error
        if target.path is not None:
            await made.save(target.path)
        else:
            content = made.content if isinstance(made, Document) else await made.read()
            sys.stdout.buffer.write(content)
        return made


async def _made(
    client: PDFShift, source: str, options: ConvertOptions, address: Address | None
) -> Document | Result:
    if address is None:
        return await client.convert_direct(source, options)
    async with client.receiver.listen(*address):
        return await client.convert(source, options)


def _report(made: Document | Result, kind: Format, path: Path, *, as_json: bool) -> None:
    pages = made.pages if isinstance(made, Result) else None
    size = path.stat().st_size
    if as_json:
        described: dict[str, Any] = {
            "file": str(path),
            "format": kind,
            "filesize": size,
            "pages": pages,
            "conversion_id": made.conversion_id if isinstance(made, Result) else None,
        }
        print(json.dumps(described))
    else:
        counted = f", {pages} {'page' if pages == 1 else 'pages'}" if pages else ""
        print(f"saved {path} ({decimal(size)}{counted})")
