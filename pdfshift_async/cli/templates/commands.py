"""``pdfshift templates``: what the service keeps, read and changed."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from pdfshift_async import PDFShift, Template
from pdfshift_async.cli.answers import AsJSON, Field, show_entries, values_of
from pdfshift_async.cli.connections import APIKey, BaseURL, asked, client_of
from pdfshift_async.cli.exit_codes import ExitCode
from pdfshift_async.cli.failures import reported
from pdfshift_async.cli.sources import read_text
from pdfshift_async.cli.templates.rendering import Slug, render
from pdfshift_async.errors import ConfigurationError

__all__ = ["templates"]

_FIELDS: Sequence[Field[Template]] = (
    Field("Slug", lambda template: template.slug),
    Field("Created", lambda template: template.created),
    Field("Name", lambda template: template.name, folds=True),
)

_File = Annotated[
    str, typer.Argument(metavar="FILE", help="Its HTML: a file, or - for standard input.")
]

templates = typer.Typer(
    help="HTML that the service keeps, and documents made of it.", rich_markup_mode=None
)


@templates.command("list")
def list_all(*, api_key: APIKey = None, base_url: BaseURL = None, as_json: AsJSON = False) -> None:
    """List the templates."""
    with reported(as_json=as_json):
        found = asked(client_of(api_key, base_url), _all)
        show_entries("templates", found, _FIELDS, as_json=as_json)


@templates.command()
def show(
    slug: Slug, *, api_key: APIKey = None, base_url: BaseURL = None, as_json: AsJSON = False
) -> None:
    """Print the HTML of a template as it is stored."""
    with reported(as_json=as_json):
        found = asked(client_of(api_key, base_url), lambda client: client.templates.get(slug))
        if as_json:
            print(json.dumps({"slug": slug, "html": found.html}))
        else:
            sys.stdout.buffer.write(found.html.encode())


@templates.command()
def create(
    slug: Slug,
    file: _File,
    *,
    name: Annotated[str, typer.Option(metavar="NAME", help="What people call it.")],
    api_key: APIKey = None,
    base_url: BaseURL = None,
    as_json: AsJSON = False,
) -> None:
    """Store a new template."""
    with reported(as_json=as_json):
        content = read_text(file, "FILE")
        stored = asked(
            client_of(api_key, base_url),
            lambda client: client.templates.create(slug, name=name, content=content),
        )
        _report("created", stored, as_json=as_json)


@templates.command()
def update(
    slug: Slug,
    file: _File,
    *,
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Another name.", show_default="the one it has"),
    ] = None,
    api_key: APIKey = None,
    base_url: BaseURL = None,
    as_json: AsJSON = False,
) -> None:
    """Store other HTML in a template."""
    with reported(as_json=as_json):
        content = read_text(file, "FILE")
        stored = asked(
            client_of(api_key, base_url),
            lambda client: client.templates.update(slug, content=content, name=name),
        )
        _report("updated", stored, as_json=as_json)


@templates.command()
def delete(
    slug: Slug,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    api_key: APIKey = None,
    base_url: BaseURL = None,
    as_json: AsJSON = False,
) -> None:
    """Delete a template, for good."""
    with reported(as_json=as_json):
        client = client_of(api_key, base_url)
        if not yes:
            _confirm(slug)
        asked(client, lambda opened: opened.templates.delete(slug))
        print(json.dumps({"slug": slug, "deleted": True}) if as_json else f"deleted {slug}")


templates.command()(render)


async def _all(client: PDFShift) -> list[Template]:
    return [template async for template in client.templates.list()]


def _report(done: str, template: Template, *, as_json: bool) -> None:
    print(json.dumps(values_of(template)) if as_json else f"{done} {template.slug}")


def _confirm(slug: str) -> None:
    """Ask whether to delete; end the command where the answer is no.

    Raises:
        ConfigurationError: There is nobody to ask.
    """
    if not sys.stdin.isatty():
        raise ConfigurationError("--yes", "is needed where nobody can be asked")
    # Not typer's question, which writes a blank to standard output.
    print(f"Delete the template {slug!r} for good? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        print("nothing was deleted", file=sys.stderr)
        raise typer.Exit(ExitCode.INTERRUPTED)
