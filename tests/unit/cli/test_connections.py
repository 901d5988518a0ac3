"""How a command reaches the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pdfshift_async import MemoryStore
from pdfshift_async.cli.connections import client_of
from pdfshift_async.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import respx

    from tests.unit.cli.conftest import Ended


def test_the_store_of_the_environment_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening it would take part in the work of the programs that use it."""
    monkeypatch.setenv("PDFSHIFT_STORE", f"sqlite:///{tmp_path}/pdfshift.db")
    assert isinstance(client_of("sk_test", None)._shared.store, MemoryStore)


@pytest.mark.parametrize(
    "arguments",
    [
        ["credits"],
        ["account"],
        ["invoices"],
        ["logs"],
        ["logs", "--follow"],
        ["logs", "show", "r1"],
        ["templates", "list"],
        ["templates", "show", "a"],
        ["templates", "delete", "a", "--yes"],
        ["templates", "render", "a"],
    ],
)
def test_every_command_takes_key_and_address(
    pdfshift: Callable[..., Ended], api: respx.MockRouter, arguments: list[str]
) -> None:
    """They win over the environment, and a refusal is one line with its exit code."""
    refusal = {"success": False, "error": "Invalid API Key provided.", "code": 401}
    other = "https://api.pdfshift.test/v3/other"
    route = api.route(url__startswith=other).respond(401, json=refusal)
    options = ["--api-key", "sk_other", "--base-url", other]
    ended = pdfshift(*arguments, *options)
    assert (ended.code, ended.out) == (ExitCode.REFUSED, "")
    assert ended.err.startswith("error: the service answered 401: Invalid API Key provided")
    assert ended.err.count("\n") == 1
    assert route.calls.last.request.headers["X-API-Key"] == "sk_other"


def test_without_a_key_nothing_is_sent(pdfshift: Callable[..., Ended]) -> None:
    """The error says where it may come from."""
    ended = pdfshift("credits")
    assert ended.code == ExitCode.BAD_INPUT
    assert ended.err == "error: api_key: is missing. Pass api_key= or set PDFSHIFT_API_KEY.\n"
