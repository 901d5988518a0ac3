"""Templates over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.emulator.conftest import Api

TEMPLATE = {"slug": "inv", "name": "Invoice", "content": "<p>{{ customer }} €</p>"}


async def test_a_template_lives(api: Api) -> None:
    """Created, listed, read, changed, removed; each answer in the documented shape."""
    created = await api.call("POST", "/v3/templates", TEMPLATE)
    listed = await api.call("GET", "/v3/templates")
    content = await api.call("GET", "/v3/templates/inv.html")
    kept = await api.call("PUT", "/v3/templates/inv", {"content": "<b>", "slug": "other"})
    renamed = await api.call("PUT", "/v3/templates/inv", {"content": "<b>", "name": "Bill"})
    removed = await api.call("DELETE", "/v3/templates/inv")
    gone = await api.call("GET", "/v3/templates/inv.html")

    summary = {"slug": "inv", "created": 1_790_856_000_000, "name": "Invoice"}
    assert (created.status, created.json) == (200, {"success": True, "template": summary})
    assert listed.json["templates"]["data"] == [summary]
    assert content.headers["Content-Type"] == "text/html; charset=utf-8"
    assert content.body.decode() == TEMPLATE["content"]
    assert kept.json["template"] == summary
    assert renamed.json["template"]["name"] == "Bill"
    assert removed.json == {"success": True}
    assert (gone.status, gone.json["error"]) == (404, "Template not found.")


@pytest.mark.parametrize(
    ("method", "path", "body", "names"),
    [
        ("POST", "/v3/templates", {"slug": "a b"}, ["name", "content", "slug"]),
        ("POST", "/v3/templates", TEMPLATE, ["slug"]),
        ("PUT", "/v3/templates/inv", {"name": "x"}, ["content"]),
        ("POST", "/v3/templates/inv.pdf", {"zoom": 5}, ["zoom"]),
    ],
    ids=["incomplete", "taken", "no content", "option"],
)
async def test_what_is_wrong_with_a_template_is_named(
    api: Api, method: str, path: str, body: dict[str, str], names: list[str]
) -> None:
    """400 with the names of the parameters."""
    await api.call("POST", "/v3/templates", TEMPLATE)
    answer = await api.call(method, path, body)

    assert answer.status == 400
    assert list(answer.json["errors"]) == names


async def test_a_template_is_filled_and_converted(start: Callable[..., Api]) -> None:
    """Variables and options stand side by side, and no name is unknown, strict or not."""
    api = start(strict=True)
    await api.call("POST", "/v3/templates", TEMPLATE)
    body = {"customer": "Ünal", "format": "A5", "source": "not this"}
    answer = await api.call("POST", "/v3/templates/inv.pdf", body)

    assert answer.body == b"%PDF-1.7 fake"
    (request,) = api.renderer.requests
    assert (request.kind, request.source) == ("pdf", "<p>Ünal €</p>")
    assert request.parameters == {"format": "A5"}


async def test_a_filled_template_is_called_back_too(api: Api) -> None:
    """Everything a conversion can do, a template can."""
    await api.call("POST", "/v3/templates", TEMPLATE)
    answer = await api.call("POST", "/v3/templates/inv.png", {"webhook": "https://a/cb"})
    await api.service.background.drained()

    assert answer.status == 202
    assert json.loads(api.receiver.bodies[0])["url"].endswith(".png")


async def test_html_is_filled_and_not_converted(api: Api) -> None:
    """No renderer, no credit."""
    await api.call("POST", "/v3/templates", TEMPLATE)
    answer = await api.call("POST", "/v3/templates/inv.html", {"customer": "<Ünal>"})

    assert answer.body.decode() == "<p>&lt;Ünal&gt; €</p>"
    assert api.renderer.requests == []


async def test_a_kind_nobody_knows_is_not_found(api: Api) -> None:
    """As for conversions."""
    await api.call("POST", "/v3/templates", TEMPLATE)

    assert (await api.call("POST", "/v3/templates/inv.gif", {})).status == 404
    assert (await api.call("POST", "/v3/templates/other.pdf", {})).status == 404
    assert (await api.convert(kind="gif")).status == 404
