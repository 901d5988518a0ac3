"""``pdfshift templates render``: one document of a template."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.filesize import decimal

from pdfshift_async import ConvertOptions, PDFShift
from pdfshift_async._downloads.drafts import drafted
from pdfshift_async.cli.connections import APIKey, BaseURL, asked, client_of
from pdfshift_async.cli.failures import reported
from pdfshift_async.cli.options import options_of
from pdfshift_async.cli.targets import Format, MadeAsJSON, Target
from pdfshift_async.cli.templates.variables import variables_of
from pdfshift_async.errors import ConfigurationError

__all__ = ["Rendering", "Slug", "render"]

Slug = Annotated[str, typer.Argument(metavar="SLUG", help="Names the template.")]


class Rendering(StrEnum):
    """What a template becomes."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"
    HTML = "html"


_Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Where the document goes; - is standard output.",
        show_default="named after SLUG",
    ),
]
_Kind = Annotated[
    Rendering | None,
    typer.Option(
        "--format",
        help="Kind of document; html is filled, but not converted.",
        show_default="the suffix of FILE, or pdf",
    ),
]
_Variable = Annotated[
    list[str] | None,
    typer.Option("--variable", metavar="NAME=VALUE", help="Variable, as text. May be repeated."),
]
_Variables = Annotated[
    str | None,
    typer.Option(
        "--variables",
        metavar="FILE",
        help="Variables as a JSON object; - is standard input. Those of --variable win.",
    ),
]
_Option = Annotated[
    list[str] | None,
    typer.Option(
        "--option",
        metavar="NAME=VALUE",
        help="Option of the service, as pdfshift convert takes it. May be repeated.",
    ),
]


def render(
    slug: Slug,
    *,
    output: _Output = None,
    kind: _Kind = None,
    variable: _Variable = None,
    variables: _Variables = None,
    assignments: _Option = None,
    api_key: APIKey = None,
    base_url: BaseURL = None,
    as_json: MadeAsJSON = False,
) -> None:
    """Fill a template, and make a document of it."""
    with reported(as_json=as_json):
        target = Target.choose(Rendering, output, kind, slug, as_json=as_json)
        options = _options(target.format, assignments or [])
        values = variables_of(variables, variable or ())
        target.check()
        client = client_of(api_key, base_url)
        with Console(stderr=True).status("rendering"):
            size = asked(client, lambda opened: _rendered(opened, slug, values, options, target))
        if target.path is not None:
            _report(target.path, target.format, size, as_json=as_json)


def _options(kind: Rendering, assignments: list[str]) -> ConvertOptions | None:
    """Give the options of the conversion, or None where there is none."""
    if kind is not Rendering.HTML:
        return options_of(Format(kind), assignments)
    if assignments:
        raise ConfigurationError("--option", "goes with a conversion, and html is not converted")
    return None


async def _rendered(
    client: PDFShift,
    slug: str,
    variables: Mapping[str, Any],
    options: ConvertOptions | None,
    target: Target[Rendering],
) -> int:
    """Write what the template becomes, and give its size in bytes."""
    if options is None:
        content = (await client.templates.fill(slug, variables)).html.encode()
    else:
        content = (await client.templates.convert_direct(slug, variables, options)).content
    if target.path is None:
        sys.stdout.buffer.write(content)
    else:
        async with drafted(target.path) as write:
            await write(content)
    return len(content)


def _report(path: Path, kind: Rendering, size: int, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"file": str(path), "format": kind, "filesize": size}))
    else:
        print(f"saved {path} ({decimal(size)})")
