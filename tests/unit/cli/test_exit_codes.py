"""What an exit code tells."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pdfshift_async import errors
from pdfshift_async.cli.exit_codes import ExitCode


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ConfigurationError("a", "b"), ExitCode.BAD_INPUT),
        (errors.InvalidOptions([]), ExitCode.BAD_INPUT),
        (errors.ServiceUnreachable("refused"), ExitCode.UNREACHABLE),
        (errors.AuthenticationFailed("no", status=401), ExitCode.REFUSED),
        (errors.CreditsExhausted("no", status=403), ExitCode.REFUSED),
        (errors.NotFound("no", status=404), ExitCode.REFUSED),
        (errors.RateLimited("no"), ExitCode.REFUSED),
        (errors.SubmitRejected("no", status=400), ExitCode.FAILED),
        (errors.ConversionFailed("no"), ExitCode.FAILED),
        (errors.DownloadError("no"), ExitCode.NOT_SAVED),
        (errors.ServiceError("no", status=500), ExitCode.UNKNOWN),
        (errors.SubmitUnconfirmed("reset"), ExitCode.UNKNOWN),
        (errors.CallbackLost(datetime(2026, 11, 1, tzinfo=UTC), confirmed=True), ExitCode.UNKNOWN),
        (errors.StoreUnavailable("no"), ExitCode.UNKNOWN),
    ],
)
def test_each_error_has_its_exit_code(error: errors.PDFShiftError, code: ExitCode) -> None:
    """A script can tell from the number whether running it again may bill again."""
    assert ExitCode.of(error) is code


def test_nothing_that_may_have_been_billed_looks_safe_to_repeat() -> None:
    """The codes which say that nothing was sent belong to errors that are never billed."""
    for cls in (errors.ConfigurationError, errors.InvalidOptions, errors.ServiceUnreachable):
        assert cls.billed is errors.Billed.NO


def test_each_exit_code_has_a_number_and_a_meaning() -> None:
    """130 is what shells give for Ctrl-C, and 2 what programs give for wrong usage."""
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4, 5, 6, 130]
    assert all(code.meaning for code in ExitCode)


def test_the_readme_lists_every_exit_code() -> None:
    """In the same words as the help."""
    readme = Path(__file__).parents[3].joinpath("README.md").read_text(encoding="utf-8")
    table = [f"| {int(code)} | {code.meaning} |" for code in ExitCode]
    assert "\n".join(["|---|---|", *table, ""]) in readme
