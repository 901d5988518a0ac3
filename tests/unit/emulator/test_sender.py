"""Callbacks: what is sent, to where, and with which faults."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from pdfshift_async.emulator.conversions import Conversion, Webhook
from pdfshift_async.emulator.faults import Fault
from pdfshift_async.emulator.sender import Sender

if TYPE_CHECKING:
    from collections.abc import Callable

    from pdfshift_async.testing import VirtualClock
    from tests.unit.emulator.conftest import Api

URL = "https://app.example.com/cb/t0ken"
CALLBACK = {"success": True, "url": "https://files/x.pdf"}


def _conversion(clock: VirtualClock, *faults: Fault, webhook: Webhook | None = None) -> Conversion:
    return Conversion(
        number=1,
        request_id="id-1",
        kind="pdf",
        source_sha256="00",
        sandbox=False,
        accepted_at=clock.now(),
        webhook=webhook or Webhook(URL),
        faults={fault.kind: fault for fault in faults},
        callback=CALLBACK,
    )


async def test_a_callback_is_one_post_of_json(api: Api, clock: VirtualClock) -> None:
    """To the URL as given, without following redirects; the answer is on record."""
    conversion = _conversion(clock)
    await api.service.sender.deliver(conversion)

    (call,) = api.receiver.calls
    assert (call["method"], call["url"], call["allow_redirects"]) == ("POST", URL, False)
    assert json.loads(call["data"]) == CALLBACK
    assert dict(call["headers"]) == {"Content-Type": "application/json"}
    (delivery,) = conversion.deliveries
    assert (delivery.status, delivery.error, delivery.at) == (200, None, clock.now())


async def test_the_object_form_sets_method_auth_and_headers(api: Api, clock: VirtualClock) -> None:
    """Headers of the webhook win over those of the sender, whatever their case."""
    webhook = Webhook(URL, "PUT", ("us", "pä"), {"content-type": "text/x", "X-Mine": "1"})
    await api.service.sender.deliver(_conversion(clock, webhook=webhook))

    (call,) = api.receiver.calls
    assert call["method"] == "PUT"
    assert sorted(call["headers"].items()) == [
        ("Authorization", "Basic " + base64.b64encode("us:pä".encode()).decode()),
        ("X-Mine", "1"),
        ("content-type", "text/x"),
    ]


@pytest.mark.parametrize(
    "failure", [aiohttp.ClientError(URL), TimeoutError(), ValueError(URL)], ids=repr
)
async def test_an_unreachable_receiver_is_recorded_without_its_token(
    api: Api, clock: VirtualClock, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    """There is no second try; the log names the host and the kind of error only."""
    api.receiver.failure = failure
    conversion = _conversion(clock)
    await api.service.sender.deliver(conversion)

    (delivery,) = conversion.deliveries
    assert (delivery.status, delivery.error) == (None, type(failure).__name__)
    assert len(api.receiver.calls) == 1
    assert "app.example.com" in caplog.text
    assert "t0ken" not in caplog.text


async def test_a_lost_callback_is_on_record_and_never_sent(api: Api, clock: VirtualClock) -> None:
    """The truth stays visible to tests."""
    conversion = _conversion(clock, Fault(kind="callback_lost"))
    await api.service.sender.deliver(conversion)

    assert api.receiver.calls == []
    (delivery,) = conversion.deliveries
    assert (delivery.status, delivery.error) == (None, "withheld by callback_lost")
    assert json.loads(delivery.body) == CALLBACK


async def test_a_delayed_callback_waits_in_scaled_time(
    start: Callable[..., Api], clock: VirtualClock
) -> None:
    """Five seconds at ten times the speed are half a second."""
    api = start(time_scale=10.0)
    conversion = _conversion(clock, Fault(kind="callback_delayed", seconds=5))
    api.service.background.start(api.service.sender.deliver(conversion))

    await clock.advance(0.4)
    before = len(api.receiver.calls)
    await clock.advance(0.1)
    await api.service.background.drained()

    assert (before, len(api.receiver.calls)) == (0, 1)


async def test_a_duplicated_callback_comes_as_often_as_said(api: Api, clock: VirtualClock) -> None:
    """Each copy is the same, and a delivery of its own."""
    conversion = _conversion(clock, Fault(kind="callback_duplicated", copies=3))
    await api.service.sender.deliver(conversion)

    assert len(set(api.receiver.bodies)) == 1
    assert len(conversion.deliveries) == len(api.receiver.calls) == 3


@pytest.mark.parametrize("damage", ["empty", "shape", "text", "truncated"])
async def test_a_damaged_callback_is_not_the_documented_one(
    api: Api, clock: VirtualClock, damage: Any
) -> None:
    """It is neither a success nor a failure that anybody documents."""
    await api.service.sender.deliver(
        _conversion(clock, Fault(kind="callback_damaged", damage=damage))
    )

    (body,) = api.receiver.bodies
    try:
        told = json.loads(body)
    except ValueError:
        told = {}
    assert not {"success", "error"} & told.keys()
    assert (body == b"") is (damage == "empty")


async def test_a_reordered_callback_lets_the_next_one_pass(api: Api, clock: VirtualClock) -> None:
    """Of two that are both to be reordered, the second overtakes the first."""
    fault = Fault(kind="callback_reordered", seconds=60)
    sender, background = api.service.sender, api.service.background
    background.start(sender.deliver(_conversion(clock, fault, webhook=Webhook("https://a/first"))))
    await asyncio.sleep(0)
    background.start(sender.deliver(_conversion(clock, fault, webhook=Webhook("https://a/second"))))
    await background.drained()

    assert api.receiver.urls == ["https://a/second", "https://a/first"]


async def test_a_reordered_callback_without_a_next_one_still_comes(
    api: Api, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """It gives up waiting after its seconds, and says so."""
    caplog.set_level(logging.DEBUG)
    await api.service.sender.deliver(
        _conversion(clock, Fault(kind="callback_reordered", seconds=0))
    )

    assert len(api.receiver.calls) == 1
    assert "overtake" in caplog.text


async def test_sending_again_ignores_faults(api: Api, clock: VirtualClock) -> None:
    """The true outcome goes out once, whatever went wrong before."""
    conversion = _conversion(
        clock, Fault(kind="callback_lost"), Fault(kind="callback_damaged", damage="empty")
    )
    await api.service.sender.send(conversion)

    assert [json.loads(body) for body in api.receiver.bodies] == [CALLBACK]


async def test_what_cannot_be_sent_is_a_mistake_of_the_caller(clock: VirtualClock) -> None:
    """No webhook, and no open sender."""
    sender = Sender(clock, time_scale=1, time_limit=1)
    conversion = _conversion(clock)
    with pytest.raises(RuntimeError, match="closed"):
        await sender.send(conversion)
    conversion.webhook = None
    with pytest.raises(ValueError, match="has no webhook"):
        await sender.send(conversion)


async def test_a_sender_closes_what_it_opened(clock: VirtualClock) -> None:
    """The HTTP client is closed on leaving."""
    sender = Sender(clock, time_scale=1, time_limit=1)
    async with sender.open():
        session = sender._session

    assert session is not None
    assert session.closed
