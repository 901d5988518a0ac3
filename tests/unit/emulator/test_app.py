"""The form every answer has."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest

if TYPE_CHECKING:
    from tests.unit.emulator.conftest import Api


async def test_an_unknown_route_is_not_found_with_or_without_a_key(api: Api) -> None:
    """In the service's form, and with rate headers."""
    for key in ("sk_test", None):
        answer = await api.call("GET", "/v3/nothing", key=key)
        assert answer.status == 404
        assert answer.json == {"success": False, "error": "Not Found", "code": 404}
        assert answer.headers["X-RateLimit-Remaining"] == "250"


async def test_a_wrong_method_is_told_the_right_ones(api: Api) -> None:
    """In the service's form."""
    answer = await api.call("GET", "/v3/convert/pdf")

    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert answer.json == {"success": False, "error": "Method Not Allowed", "code": 405}


async def test_a_wrong_key_is_refused_before_anything_else(api: Api) -> None:
    """The body is not even looked at, and nothing is counted."""
    answer = await api.call("POST", "/v3/convert/pdf", b"{", key="sk_other")

    assert answer.status == 401
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-RateLimit-Remaining"] == "250"


async def test_a_body_has_a_limit(api: Api) -> None:
    """413 in the service's form, after 50 MB."""
    answer = await api.call("POST", "/v3/convert/pdf", b" " * (50 * 1024 * 1024 + 1))

    assert (answer.status, answer.json["code"]) == (413, 413)


async def test_a_mistake_of_the_emulator_is_an_internal_error(
    api: Api, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller learns nothing more; the log has it all."""
    monkeypatch.setattr(api.service.account, "usage", Mock(side_effect=LookupError))
    answer = await api.call("GET", "/v3/credits/usage")

    assert answer.status == 500
    assert answer.json == {"success": False, "error": "Internal Server Error", "code": 500}
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [LookupError]
