"""What the service never shows: its record, and its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pdfshift_async.emulator.faults import Fault

if TYPE_CHECKING:
    from tests.unit.emulator.conftest import Api


async def test_health_tells_what_is_to_be_done(api: Api) -> None:
    """No key is needed."""
    api.renderer.may_finish.clear()
    await api.convert(webhook="https://a/cb")
    answer = await api.call("GET", "/_emulator/health", key=None)

    assert answer.json == {"status": "ok", "conversions": 1, "running": 1}


async def test_the_record_shows_every_conversion(api: Api) -> None:
    """With its webhook and its deliveries."""
    await api.queue()
    answer = await api.call("GET", "/_emulator/conversions", key=None)

    (record,) = answer.json["conversions"]
    assert record["state"] == "converted"
    assert record["webhook_url"] == "https://app.example.com/cb"
    assert [delivery["status"] for delivery in record["deliveries"]] == [200]


async def test_a_lost_callback_can_be_sent_after_all(api: Api) -> None:
    """The answer tells how the receiver took it."""
    api.service.faults.add(Fault(kind="callback_lost"))
    await api.queue()
    (conversion,) = api.service.conversions
    path = f"/_emulator/conversions/{conversion.request_id}/deliveries"
    answer = await api.call("POST", path, key=None)

    assert answer.json["status"] == 200
    assert len(api.receiver.calls) == 1
    assert [delivery.status for delivery in conversion.deliveries] == [None, 200]


async def test_what_has_no_callback_is_not_sent(api: Api) -> None:
    """A direct conversion, and one that never was."""
    await api.convert()
    (conversion,) = api.service.conversions

    for request_id in (conversion.request_id, "nobody"):
        path = f"/_emulator/conversions/{request_id}/deliveries"
        assert (await api.call("POST", path)).status == 404


async def test_faults_are_added_listed_and_cleared(api: Api) -> None:
    """One, or a list; each answer shows what is in store."""
    one = await api.call("POST", "/_emulator/faults", {"kind": "callback_lost", "times": 1})
    two = await api.call("POST", "/_emulator/faults", [{"kind": "cut_before"}])
    listed = await api.call("GET", "/_emulator/faults")
    cleared = await api.call("DELETE", "/_emulator/faults")

    assert [fault["kind"] for fault in one.json["faults"]] == ["callback_lost"]
    assert [fault["kind"] for fault in two.json["faults"]] == ["callback_lost", "cut_before"]
    assert listed.json == two.json
    assert cleared.json == {"faults": []}


@pytest.mark.parametrize("body", [{"kind": "gone"}, [1], b"{"], ids=["kind", "list", "no JSON"])
async def test_wrong_faults_are_refused(api: Api, body: Any) -> None:
    """400 with the reason, and none of them is added."""
    answer = await api.call("POST", "/_emulator/faults", body)

    assert answer.status == 400
    assert answer.json["error"]
    assert list(api.service.faults) == []
