"""How failures are told."""

from __future__ import annotations

import json
import sys

import pytest
import typer

from pdfshift_async.cli.exit_codes import ExitCode
from pdfshift_async.cli.failures import one_line, reported
from pdfshift_async.errors import AuthenticationFailed, ConversionFailed


def test_an_error_is_one_line_and_an_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    """The line goes to standard error; standard output stays clean."""
    with pytest.raises(typer.Exit) as ended, reported():
        raise AuthenticationFailed("Invalid API Key provided.", status=401)
    assert ended.value.exit_code == ExitCode.REFUSED
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "error: the service answered 401: Invalid API Key provided (not billed). "
        "Check api_key or PDFSHIFT_API_KEY.\n"
    )


def test_the_words_of_the_service_cannot_break_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither line ends nor escape sequences of a terminal come through."""
    with pytest.raises(typer.Exit), reported():
        raise ConversionFailed("first\r\nsecond\x1b[2J third\u2028fourth")
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "first second [2J third fourth" in err


def test_an_error_as_json_says_all_that_the_error_knows(capsys: pytest.CaptureFixture[str]) -> None:
    """One object on standard output, nothing on standard error."""
    error = ConversionFailed("no", code=400)
    with pytest.raises(typer.Exit), reported(as_json=True):
        raise error.about("cv_1", "inv-1")
    out, err = capsys.readouterr()
    assert err == ""
    assert json.loads(out)["error"] == {
        "type": "ConversionFailed",
        "message": "conversion failed with 400: no",
        "hint": "Look at the source as the service sees it, then submit it again.",
        "phase": "convert",
        "billed": "unknown",
        "conversion_id": "cv_1",
        "key": "inv-1",
        "exit_code": 1,
    }


def test_ctrl_c_is_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with 130, as shells expect."""
    with pytest.raises(typer.Exit) as ended, reported(interrupted="stopped"):
        raise KeyboardInterrupt
    assert ended.value.exit_code == ExitCode.INTERRUPTED
    assert capsys.readouterr().err == "stopped\n"


def test_a_reader_that_has_gone_away_is_noticed_before_the_exit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While it can still be answered: what Python writes at exit it also complains about."""

    def refuse() -> None:
        raise BrokenPipeError

    with monkeypatch.context() as patch, pytest.raises(BrokenPipeError), reported():
        patch.setattr(sys.stdout, "flush", refuse)


def test_other_exceptions_are_bugs_and_show_themselves() -> None:
    """Only expected failures are put into words."""
    with pytest.raises(ZeroDivisionError), reported():
        raise ZeroDivisionError


def test_words_are_kept_as_they_are() -> None:
    """Umlauts and signs are printable."""
    assert one_line("Größe 5 €,  nicht\tmehr") == "Größe 5 €, nicht mehr"
