"""``pdfshift emulator``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from pdfshift_async.cli.exit_codes import ExitCode
from pdfshift_async.emulator import Fault
from pdfshift_async.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from tests.unit.cli.conftest import Ended


class FakeEmulator:
    """Remembers its arguments and listens nowhere."""

    url = "http://127.0.0.1:4711"
    base_url = "http://127.0.0.1:4711/v3"

    def __init__(self, failure: BaseException | None = None) -> None:
        self.arguments: dict[str, Any] = {}
        self.failure = failure
        self.closed = False

    def __call__(self, **arguments: Any) -> Self:
        self.arguments = arguments
        return self

    @property
    def api_key(self) -> str:
        key: str = self.arguments["api_key"]
        return key

    async def __aenter__(self) -> Self:
        if self.failure:
            raise self.failure
        return self

    async def __aexit__(self, *exception: object) -> None:
        self.closed = True


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> FakeEmulator:
    """An emulator that is asked to stop at once."""
    fake = FakeEmulator()

    def stopped() -> asyncio.Event:
        stop = asyncio.Event()
        stop.set()
        return stop

    monkeypatch.setattr("pdfshift_async.cli.emulator.Emulator", fake)
    monkeypatch.setattr("pdfshift_async.cli.emulator.stop_event", stopped)
    return fake


def test_the_first_line_says_where_it_listens(
    pdfshift: Callable[..., Ended], emulator: FakeEmulator
) -> None:
    """Programs read that line; everything else goes to standard error."""
    ended = pdfshift("emulator")
    assert ended.code == ExitCode.OK
    assert ended.out == "listening on http://127.0.0.1:4711\n"
    assert "PDFSHIFT_BASE_URL=http://127.0.0.1:4711/v3 PDFSHIFT_API_KEY=sk_test\n" in ended.err
    assert emulator.closed


def test_the_options_reach_the_emulator(
    pdfshift: Callable[..., Ended], emulator: FakeEmulator
) -> None:
    """Each under its own name, faults in the form that they have everywhere."""
    faults = ["--fault", "callback_lost", "--fault", "rate_limited:times=3"]
    settings = ["--host", "::1", "--port", "0", "--api-key", "sk_a", "--time-scale", "60"]
    assert pdfshift("emulator", *settings, *faults).code == ExitCode.OK
    assert emulator.arguments == {
        "host": "::1",
        "port": 0,
        "api_key": "sk_a",
        "time_scale": 60.0,
        "faults": [Fault(kind="callback_lost"), Fault(kind="rate_limited", times=3)],
    }


def test_a_fault_that_does_not_exist_is_refused(
    pdfshift: Callable[..., Ended], emulator: FakeEmulator
) -> None:
    """The message names those that do."""
    ended = pdfshift("emulator", "--fault", "callback_eaten")
    assert ended.code == ExitCode.BAD_INPUT
    assert "'callback_lost'" in ended.err


def test_without_its_extra_the_install_command_is_named(
    pdfshift: Callable[..., Ended], emulator: FakeEmulator
) -> None:
    """In one line, and nothing says that it listens."""
    hint = "Install it with: pip install 'pdfshift-async[emulator]'"
    emulator.failure = ConfigurationError("emulator", "needs the package plutoprint", hint=hint)
    assert pdfshift("emulator") == (
        ExitCode.BAD_INPUT,
        "",
        f"error: emulator: needs the package plutoprint. {hint}\n",
    )


def test_ctrl_c_ends_it_well_where_loops_take_no_signals(
    pdfshift: Callable[..., Ended], emulator: FakeEmulator
) -> None:
    """It is the ordinary end of the command."""
    emulator.failure = KeyboardInterrupt()
    assert pdfshift("emulator") == (ExitCode.OK, "", "")
