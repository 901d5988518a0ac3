"""The commands, and what is common to them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from pdfshift_async import __version__
from pdfshift_async.cli.account import account
from pdfshift_async.cli.batch.commands import batch
from pdfshift_async.cli.convert import convert
from pdfshift_async.cli.credits import usage
from pdfshift_async.cli.demo.command import demo
from pdfshift_async.cli.emulator import emulator
from pdfshift_async.cli.exit_codes import ExitCode
from pdfshift_async.cli.failures import one_line
from pdfshift_async.cli.invoices import invoices
from pdfshift_async.cli.logs.command import logs
from pdfshift_async.cli.receive import receive
from pdfshift_async.cli.templates.commands import templates

__all__ = ["app", "run"]

_EXIT_CODES = "\n".join(f"{code:>5}  {code.meaning}" for code in ExitCode)

app = typer.Typer(
    name="pdfshift",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"\b\nExit codes:\n{_EXIT_CODES}",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(demo)
app.command()(convert)
app.command()(emulator)
app.command()(receive)
app.command("credits")(usage)
app.command()(account)
app.command()(invoices)
app.add_typer(batch, name="batch")
app.add_typer(logs, name="logs")
app.add_typer(templates, name="templates")


def _show_version(asked: bool) -> None:
    if asked:
        print(f"pdfshift-async {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _pdfshift(
    context: typer.Context,
    *,
    version: Annotated[  # noqa: ARG001 -- its callback does it all
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Convert HTML and web pages to PDFs and images with PDFShift."""
    if context.invoked_subcommand is None:
        print(context.get_help(), file=sys.stderr)
        raise typer.Exit(ExitCode.BAD_INPUT)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code.

    Args:
        arguments: Without the name of the program; by default those of this process.
    """
    try:
        code: int | None = app(arguments, prog_name="pdfshift", standalone_mode=False)
    except typer.TyperException as error:
        message = one_line(error.format_message()).rstrip(".")
        print(f"error: {message}. See --help.", file=sys.stderr)
        return ExitCode.BAD_INPUT
    return code or ExitCode.OK
