"""What is common to all commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pdfshift_async import __version__
from pdfshift_async.cli.app import run
from pdfshift_async.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.cli.conftest import Ended


_COMMANDS = (
    "demo",
    "convert",
    "emulator",
    "receive",
    "credits",
    "account",
    "invoices",
    "logs",
    "templates",
)


def test_the_help_lists_commands_and_exit_codes(pdfshift: Callable[..., Ended]) -> None:
    """Whoever writes a script finds every exit code there."""
    ended = pdfshift("--help")
    assert ended.code == ExitCode.OK
    for command in _COMMANDS:
        assert f"\n  {command} " in ended.out
    for option in ("--install-completion", "--show-completion"):
        assert f"\n  {option} " in ended.out
    for code in ExitCode:
        assert f"{int(code):>5}  {code.meaning}\n" in ended.out


def test_without_a_command_the_help_is_the_error(pdfshift: Callable[..., Ended]) -> None:
    """It goes to standard error, and a script notices."""
    ended = pdfshift()
    assert ended.code == ExitCode.BAD_INPUT
    assert ended.out == ""
    assert ended.err.startswith("Usage: pdfshift ")


@pytest.mark.parametrize("command", _COMMANDS)
def test_each_command_has_a_help(pdfshift: Callable[..., Ended], command: str) -> None:
    """``-h`` works as well as ``--help``."""
    ended = pdfshift(command, "-h")
    assert ended.code == ExitCode.OK
    assert f"Usage: pdfshift {command} [OPTIONS]" in ended.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["convert"], "error: Missing argument 'SOURCE'. See --help.\n"),
        (["convert", "--nope"], "error: No such option: --nope. See --help.\n"),
        (["nope"], "error: No such command 'nope'. See --help.\n"),
        (["templates"], "error: Missing command. See --help.\n"),
        (["logs", "show"], "error: Missing argument 'REQUEST_ID'. See --help.\n"),
    ],
)
def test_wrong_usage_is_one_line(
    pdfshift: Callable[..., Ended], arguments: list[str], message: str
) -> None:
    """It says what is wrong and where to look."""
    assert pdfshift(*arguments) == (ExitCode.BAD_INPUT, "", message)


def test_the_version_is_that_of_the_package(pdfshift: Callable[..., Ended]) -> None:
    """The name is what ``pip`` installs."""
    assert pdfshift("--version") == (ExitCode.OK, f"pdfshift-async {__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("pdfshift re", "receive"),
        ("pdfshift templates re", "render"),
        ("pdfshift logs --fol", "--follow"),
    ],
)
def test_shells_complete_commands_and_options(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    completed: str,
) -> None:
    """In the way that the script of ``--show-completion`` asks for it."""
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    monkeypatch.setenv("_PDFSHIFT_COMPLETE", "complete_bash")
    with pytest.raises(SystemExit):
        run([])
    assert capsys.readouterr().out.split() == [completed]


def test_the_script_for_a_shell_asks_the_command_itself(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it never grows old. ``--show-completion`` shows it for the shell that runs the command."""
    monkeypatch.setenv("_PDFSHIFT_COMPLETE", "source_zsh")
    with pytest.raises(SystemExit):
        run([])
    assert "_PDFSHIFT_COMPLETE=complete_zsh" in capsys.readouterr().out
