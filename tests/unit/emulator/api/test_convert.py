"""POST /v3/convert: what is accepted, and every refusal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pdfshift_async.emulator.faults import Fault
from pdfshift_async.emulator.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.emulator.conftest import Api

WEBHOOK = "https://app.example.com/cb"


async def test_a_list_of_sources_is_called_back_one_by_one(api: Api) -> None:
    """A conversion and a callback per item, and nothing that tells which is which."""
    answer = await api.queue(["<p>1</p>", "<p>2</p>"])

    assert answer.status == 202
    assert [request.source for request in api.renderer.requests] == ["<p>1</p>", "<p>2</p>"]
    assert len(api.receiver.calls) == 2


async def test_the_renderer_gets_the_parameters_that_concern_it(api: Api) -> None:
    """Neither those of the service itself, nor nulls, nor what nobody knows."""
    await api.convert(
        filename="result.pdf", log_request=True, format="A5", zoom=None, css="", full_height=1
    )

    assert api.renderer.requests[0].parameters == {"format": "A5", "css": ""}


async def test_the_request_is_kept_only_when_asked(api: Api) -> None:
    """Otherwise the record has a hash of the source and nothing else of it."""
    await api.convert("<p>one</p>")
    await api.convert("<p>\ud800</p>", log_request=True)

    one, two = api.service.conversions
    assert one.query is None
    assert "one" not in json.dumps(one.values())
    assert json.loads(two.query or "")["source"] == "<p>\ud800</p>"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"{", {"error": "The request body is not valid JSON."}),
        (b"", {"error": "The request body is not valid JSON."}),
        (b"\xff", {"error": "The request body is not valid JSON."}),
        (b"[" * 100_000, {"error": "The request body is not valid JSON."}),
        (b"[]", {"error": "The request body must be a JSON object."}),
        (b'{"html": "x"}', {"errors": {"source": ["This field is required."]}}),
    ],
    ids=["cut off", "empty", "no text", "too deep", "list", "no source"],
)
async def test_a_wrong_body_is_refused(api: Api, body: bytes, problem: dict[str, Any]) -> None:
    """400, in the one form for texts and the other for parameters."""
    answer = await api.call("POST", "/v3/convert/pdf", body)

    assert answer.status == 400
    assert answer.json == {"success": False, **problem, "code": 400}
    assert len(api.service.conversions) == 0


async def test_unknown_parameters_are_refused_only_by_a_strict_emulator(
    start: Callable[..., Api],
) -> None:
    """The service ignores them."""
    lenient = await start().convert(full_height=1)
    strict = await start(strict=True).convert(full_height=1)

    assert lenient.status == 200
    assert strict.json["errors"] == {"full_height": ["Unknown field."]}


async def test_credits_run_out(start: Callable[..., Api]) -> None:
    """403 from then on; the sandbox goes on."""
    api = start(credits=1)
    statuses = [
        (await api.convert()).status,
        (await api.convert()).status,
        (await api.convert(sandbox=True)).status,
    ]

    assert statuses == [200, 403, 200]


async def test_the_rate_is_limited_per_window(start: Callable[..., Api]) -> None:
    """429 with the moment of the reset, the sandbox apart, and again allowed afterwards."""
    api = start(limits=Limits(live=2, sandbox=1))
    answers = [await api.convert() for _ in range(3)]
    sandbox = [await api.convert(sandbox=True) for _ in range(2)]
    reset = int(answers[2].headers["X-RateLimit-Reset"])
    await api.clock.advance(reset - api.clock.now().timestamp())
    later = await api.convert()

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[2].json["reset"] == reset
    assert [answer.status for answer in sandbox] == [200, 429]
    assert sandbox[1].headers["X-RateLimit-Limit"] == "1"
    assert later.status == 200


async def test_open_conversions_are_limited(start: Callable[..., Api]) -> None:
    """One too many is a 429; queued ones do not count unless set."""
    api = start(limits=Limits(parallel=1, parallel_counts_queued=True))
    api.renderer.may_finish.clear()
    first = await api.convert(webhook=WEBHOOK)
    second = await api.convert()
    api.renderer.may_finish.set()
    await api.service.background.drained()
    third = await api.convert()
    fourth = await api.convert()

    assert [first.status, second.status, third.status, fourth.status] == [202, 429, 200, 200]


async def test_no_webhook_without_a_key(start: Callable[..., Api]) -> None:
    """The free tier converts directly only."""
    api = start(keyless=True)
    body = {"source": "<p>", "webhook": WEBHOOK}
    queued = await api.call("POST", "/v3/convert/pdf", body, key=None)
    direct = await api.call("POST", "/v3/convert/pdf", {"source": "<p>"}, key=None)

    assert (queued.status, direct.status) == (401, 200)
    assert direct.headers["X-RateLimit-Limit"] == "2"


async def test_a_request_may_be_refused_by_fault(api: Api) -> None:
    """429 and 5xx before acceptance leave no conversion behind."""
    api.service.faults.add(
        Fault(kind="rate_limited", times=1), Fault(kind="server_error", status=503, times=2)
    )
    limited = await api.convert()
    broken = await api.convert()
    fine = await api.convert()

    assert (limited.status, broken.status, fine.status) == (429, 503, 200)
    assert limited.headers["X-RateLimit-Remaining"] == "0"
    assert int(limited.headers["X-RateLimit-Reset"]) == limited.json["reset"]
    assert len(api.service.conversions) == 1


async def test_a_server_error_may_come_after_acceptance(api: Api) -> None:
    """The answer is an error, and the callback comes all the same."""
    api.service.faults.add(Fault(kind="server_error", accepted=True))
    answer = await api.queue()

    assert answer.status == 500
    assert len(api.receiver.calls) == 1


async def test_a_conversion_may_fail_by_fault(api: Api) -> None:
    """With the words of the fault, where its text is found."""
    api.service.faults.add(
        Fault(kind="conversion_failed", code=422, message="No.", identifier=None, match="bad")
    )
    await api.queue("<p>good</p>")
    await api.queue("<p>bad</p>")

    good, bad = map(json.loads, api.receiver.bodies)
    assert good["success"] is True
    assert bad == {"error": {"success": False, "error": "No.", "code": 422}}
