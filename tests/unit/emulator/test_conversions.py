"""The service's own record."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from pdfshift_async.emulator.conversions import Conversion, Conversions, Delivery, Webhook

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _conversion(number: int) -> Conversion:
    return Conversion(
        number=number,
        request_id=f"id-{number}",
        kind="pdf",
        source_sha256="00",
        sandbox=False,
        accepted_at=NOON,
        webhook=Webhook("https://app.example.com/cb/t0ken", headers={"X-Secret": "s3cret"}),
    )


def test_only_the_newest_are_remembered() -> None:
    """The oldest makes room; both directions can be walked."""
    conversions = Conversions(2)
    for _ in range(3):
        conversions.add(_conversion(conversions.next_number()))

    assert [conversion.number for conversion in conversions] == [2, 3]
    assert [conversion.number for conversion in reversed(conversions)] == [3, 2]
    assert len(conversions) == 2
    assert conversions.get("id-1") is None


def test_the_record_of_a_conversion_is_json() -> None:
    """It tells the whole truth, deliveries included, however their bodies were damaged."""
    conversion = _conversion(1)
    conversion.deliveries.append(Delivery(NOON, b"\xff", 200))
    values = json.loads(json.dumps(conversion.values()))

    assert values["webhook_url"] == "https://app.example.com/cb/t0ken"
    assert values["deliveries"] == [
        {"at": "2026-11-24T12:00:00+00:00", "body": "\ufffd", "status": 200, "error": None}
    ]


def test_a_repr_has_no_secrets() -> None:
    """URLs and headers of webhooks hold the caller's tokens."""
    assert "t0ken" not in repr(_conversion(1))
    assert "s3cret" not in repr(_conversion(1))


def test_both_forms_of_a_webhook_are_read() -> None:
    """Nothing, a URL, and an object with every part."""
    assert Webhook.of(None) is None
    assert Webhook.of("https://a") == Webhook("https://a")
    assert Webhook.of({"url": "https://a"}) == Webhook("https://a")
    assert Webhook.of(
        {
            "url": "https://a",
            "method": "put",
            "auth": {"username": "u", "password": None},
            "headers": {"a": "b"},
        }
    ) == Webhook("https://a", "PUT", ("u", ""), {"a": "b"})
