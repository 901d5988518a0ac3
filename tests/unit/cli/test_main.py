"""The entry point, with and without its extra."""

from __future__ import annotations

import sys

import pytest

from pdfshift_async.cli import ExitCode, main


def _forget(monkeypatch: pytest.MonkeyPatch, stand_in: object) -> None:
    """Let the next import of the commands meet this."""
    monkeypatch.delitem(sys.modules, "pdfshift_async.cli.app")
    monkeypatch.setitem(sys.modules, "typer", stand_in)


def test_the_entry_point_runs_the_arguments_of_the_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``pdfshift --version`` names the distribution, which ``pip`` knows as well."""
    monkeypatch.setattr(sys, "argv", ["pdfshift", "--version"])
    assert main() == ExitCode.OK
    assert capsys.readouterr().out.startswith("pdfshift-async 0.")


def test_without_the_extra_one_line_names_the_install_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, and the documented exit code."""
    _forget(monkeypatch, None)
    assert main() == ExitCode.BAD_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "error: the command line needs the package typer. "
        "Install it with: pip install 'pdfshift-async[cli]'\n"
    )


def test_another_missing_module_is_not_taken_for_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A broken installation must show where it is broken."""
    monkeypatch.delitem(sys.modules, "pdfshift_async.cli.app")
    monkeypatch.setitem(sys.modules, "pdfshift_async.cli.convert", None)
    with pytest.raises(ModuleNotFoundError, match=r"pdfshift_async\.cli\.convert"):
        main()


def test_interrupting_the_import_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing takes about a second; Ctrl-C in it ends the command like any other."""

    class Interrupted:
        def __getattr__(self, name: str) -> object:
            raise KeyboardInterrupt

    _forget(monkeypatch, Interrupted())
    assert main() == ExitCode.INTERRUPTED
