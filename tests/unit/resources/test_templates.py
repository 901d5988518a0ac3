"""Templates: stored, and made into documents."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx

from pdfshift_async import (
    Billed,
    InvalidOptions,
    NotFound,
    PDFOptions,
    PDFShift,
    Phase,
    PNGOptions,
    Retry,
    ServiceError,
    SubmitRejected,
    SubmitUnconfirmed,
    UnexpectedResponse,
    Via,
)
from pdfshift_async.testing import VirtualClock

PDF = b"%PDF-1.7 and so on"
PNG = b"\x89PNG\r\n\x1a\n and so on"
TEMPLATE = {"slug": "invoice", "created": 1734076868073, "name": "Invoice"}
STORED = {"success": True, "template": TEMPLATE}
MISSING = httpx.Response(404, json={"success": False, "error": "Template not found.", "code": 404})
HOSTED = {"success": True, "url": "https://s3.amazonaws.com/pdfshift/d/1.pdf"}


def sent(router: respx.MockRouter) -> Any:
    """Give the body of the only request."""
    (call,) = router.calls
    return json.loads(call.request.content)


async def test_the_list_holds_the_stored_templates(
    client: PDFShift, service: respx.MockRouter, page_of: Callable[..., Any]
) -> None:
    """The first request is exactly the documented one."""
    route = service.get("/templates").respond(
        json=page_of("templates", [TEMPLATE]), headers={"X-RateLimit-Remaining": "7"}
    )
    (template,) = [template async for template in client.templates.list()]
    assert (template.slug, template.name) == ("invoice", "Invoice")
    assert template.created == datetime(2024, 12, 13, 8, 1, 8, 73000, tzinfo=UTC)
    assert template.response.rate_remaining == 7
    assert route.calls[0].request.url.query == b""


async def test_a_list_asks_for_pages_by_their_number(
    client: PDFShift, service: respx.MockRouter, page_of: Callable[..., Any]
) -> None:
    """In the way that answers number them."""
    second = page_of("templates", [{"slug": "b"}], page=1)
    service.get("/templates", params={"page": "1"}).respond(json=second)
    service.get("/templates").respond(json=page_of("templates", [TEMPLATE], more=True))
    assert [template.slug async for template in client.templates.list()] == ["invoice", "b"]


async def test_the_content_is_text(client: PDFShift, service: respx.MockRouter) -> None:
    """As it is stored, of whatever size a document may have."""
    html = "<p>Zoë</p>" + "x" * 2_000_000
    service.get("/templates/invoice.html").respond(html=html, headers={"X-Request-Id": "r-1"})
    markup = await client.templates.get("invoice")
    assert markup.html == html
    assert markup.response.request_id == "r-1"
    assert repr(markup) == "Markup()"


async def test_a_slug_is_one_part_of_the_path(client: PDFShift, service: respx.MockRouter) -> None:
    """Whatever it holds: which characters the service allows is not documented."""
    route = service.route().respond(html="<p>hi</p>")
    await client.templates.get("a?b#c%2F;ü")
    assert route.calls[0].request.url.raw_path == b"/v3/templates/a%3Fb%23c%252F%3B%C3%BC.html"


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("", "slug: must not be empty, nor dots only"),
        ("..", "slug: must not be empty, nor dots only"),
        ("a/b", "slug: must be printable text without spaces and slashes"),
        ("a\\b", "slug: must be printable text without spaces and slashes"),
        ("a b", "slug: must be printable text without spaces and slashes"),
        ("a\nb", "slug: must be printable text without spaces and slashes"),
        ("\ud800", "slug: must be printable text without spaces and slashes"),
        ("a" * 201, "200 characters at most"),
        (None, "slug: must be text, not NoneType"),
    ],
    ids=ascii,
)
async def test_a_slug_that_leads_elsewhere_is_refused(
    client: PDFShift, service: respx.MockRouter, slug: Any, said: str
) -> None:
    """By every call, before anything is sent."""
    templates = client.templates
    calls: list[Callable[[], Awaitable[object]]] = [
        lambda: templates.get(slug),
        lambda: templates.create(slug, name="n", content="c"),
        lambda: templates.update(slug, content="c"),
        lambda: templates.delete(slug),
        lambda: templates.fill(slug),
        lambda: templates.submit(slug),
        lambda: templates.convert_direct(slug),
        lambda: templates.convert_hosted(slug, filename="invoice-1.pdf"),
    ]
    for call in calls:
        with pytest.raises(InvalidOptions) as caught:
            await call()
        assert said in str(caught.value)
    assert not service.calls


async def test_creating_stores_slug_name_and_content(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """The service answers 200 with the template."""
    service.post("/templates").respond(json=STORED)
    template = await client.templates.create("invoice", name="Invoice", content="<p>hi</p>")
    assert sent(service) == {"slug": "invoice", "name": "Invoice", "content": "<p>hi</p>"}
    assert template.slug == "invoice"


async def test_updating_leaves_a_name_that_is_not_given(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """Only what is given is sent."""
    route = service.put("/templates/invoice").respond(json=STORED)
    await client.templates.update("invoice", content="<p>ho</p>")
    await client.templates.update("invoice", content="<p>ho</p>", name="Other")
    bodies = [json.loads(call.request.content) for call in route.calls]
    assert bodies == [{"content": "<p>ho</p>"}, {"content": "<p>ho</p>", "name": "Other"}]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"content": "", "name": "n"}, "content: must not be empty"),
        ({"content": " \n", "name": ""}, "content: must not be empty; name: must not be empty"),
        ({"content": b"<p>", "name": "n"}, "content: must be text, not bytes"),
        ({"content": "\ud800", "name": "n"}, "content: must be valid Unicode"),
    ],
)
async def test_content_that_cannot_be_stored_is_refused(
    client: PDFShift, service: respx.MockRouter, given: Any, said: str
) -> None:
    """Everything that is wrong is named, and nothing is sent."""
    with pytest.raises(InvalidOptions) as caught:
        await client.templates.create("invoice", **given)
    assert said in str(caught.value)
    with pytest.raises(InvalidOptions):
        await client.templates.update("invoice", **given)
    assert not service.calls


async def test_a_slug_that_is_taken_is_a_refusal_with_its_field(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """The service's words are kept by field."""
    errors = {"success": False, "errors": {"slug": ["This slug is taken."]}, "code": 400}
    service.post("/templates").respond(400, json=errors)
    with pytest.raises(
        SubmitRejected, match=r"slug: This slug is taken \(template 'a'\)"
    ) as caught:
        await client.templates.create("a", name="n", content="c")
    assert caught.value.fields == {"slug": ("This slug is taken.",)}


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (httpx.Response(500, json={"error": "Oops."}), ServiceError),
        (httpx.ReadTimeout("silent"), SubmitUnconfirmed),
    ],
    ids=["500", "no answer"],
)
async def test_a_creation_that_may_have_been_done_is_not_repeated(
    client: PDFShift, service: respx.MockRouter, failure: Any, expected: type[Exception]
) -> None:
    """The caller is told to look first; a change of what exists is repeated."""
    creating = service.post("/templates")
    creating.side_effect = [failure]
    with pytest.raises(expected, match=r"It may have been done: look before you repeat it\."):
        await client.templates.create("a", name="n", content="c")
    assert creating.call_count == 1
    updating = service.put("/templates/a")
    updating.side_effect = [failure]
    quick = client.with_options(retry=Retry(max_elapsed=0))
    with pytest.raises(expected, match=r"repeating this call does no harm\."):
        await quick.templates.update("a", content="c")


async def test_deleting_gives_nothing(client: PDFShift, service: respx.MockRouter) -> None:
    """What is not there cannot be deleted, and a success without its body is none."""
    route = service.delete("/templates/invoice").respond(json={"success": True})
    await client.templates.delete("invoice")
    route.mock(return_value=MISSING)
    with pytest.raises(NotFound, match=r"Template not found \(template 'invoice'\)"):
        await client.templates.delete("invoice")
    route.respond(200)
    with pytest.raises(UnexpectedResponse, match="no JSON in the answer, but 0 bytes"):
        await client.templates.delete("invoice")


async def test_what_an_unanswered_attempt_has_deleted_is_deleted(
    client: PDFShift, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """The second attempt finds nothing, because the first one did its work."""
    route = service.delete("/templates/invoice")
    route.side_effect = [httpx.ReadTimeout("silent"), MISSING]
    deleting = asyncio.ensure_future(client.templates.delete("invoice"))
    await clock.advance(30)
    await deleting
    assert route.call_count == 2


async def test_a_template_is_filled_without_a_conversion(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """The answer is HTML."""
    service.post("/templates/invoice.html").respond(html="<p>Zoë</p>")
    markup = await client.templates.fill("invoice", {"who": "Zoë"})
    assert markup.html == "<p>Zoë</p>"
    assert sent(service) == {"who": "Zoë"}


async def test_an_empty_answer_is_no_html(client: PDFShift, service: respx.MockRouter) -> None:
    """Neither of a stored template nor of a filled one, which may have been billed."""
    service.get("/templates/invoice.html").respond(200)
    service.post("/templates/invoice.html").respond(200)
    with pytest.raises(UnexpectedResponse, match="an empty answer instead of HTML") as caught:
        await client.templates.get("invoice")
    assert (caught.value.phase, caught.value.billed) == (Phase.CALL, Billed.NO)
    with pytest.raises(
        UnexpectedResponse, match=r"\(template 'invoice', billing unknown\)"
    ) as caught:
        await client.templates.fill("invoice")
    assert (caught.value.phase, caught.value.billed) == (Phase.SUBMIT, Billed.UNKNOWN)


async def test_variables_and_options_are_sent_side_by_side(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """The class of the options picks what comes out; no version of the processor is sent."""
    route = service.post("/templates/invoice.png").respond(
        content=PNG, headers={"X-Credits-Cost": "1"}
    )
    document = await client.with_options(processor_version="142").templates.convert_direct(
        "invoice", {"who": "Zoë", "rows": [1, 2]}, PNGOptions(fullpage=True), extra={"newer": True}
    )
    assert (document.content, document.media_type) == (PNG, "image/png")
    assert document.response.credits_cost == 1
    assert sent(service) == {"who": "Zoë", "rows": [1, 2], "fullpage": True, "newer": True}
    assert "x-processor-version" not in route.calls[0].request.headers


async def test_a_hosted_document_has_a_url_and_headers(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """The name may be given beside the options, as with sources."""
    service.post("/templates/invoice.pdf").respond(json=HOSTED, headers={"X-Request-Id": "r-1"})
    result = await client.templates.convert_hosted("invoice", filename="invoice-1.pdf")
    assert (result.url, result.via) == (HOSTED["url"], Via.ANSWER)
    assert result.response is not None
    assert result.response.request_id == "r-1"
    assert sent(service) == {"filename": "invoice-1.pdf"}


async def test_a_queued_document_is_awaited_like_any_other(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """Same record, same token, same callback."""

    async def call_back(request: httpx.Request) -> httpx.Response:
        webhook = json.loads(request.content)["webhook"]
        assert webhook.startswith("https://app.example.com/pdfshift/cv_")
        reply = await client.receiver.handle("POST", webhook, {}, json.dumps(HOSTED).encode())
        assert reply.status == 200
        return httpx.Response(202, json={"queued": True})

    service.post("/templates/invoice.pdf").mock(side_effect=call_back)
    result = await client.templates.convert("invoice", {"who": "Zoë"}, key="inv-1")
    assert (result.key, result.via) == ("inv-1", Via.CALLBACK)
    assert result.response is None


@pytest.mark.parametrize("delivery", ["submit", "convert_direct", "fill"])
async def test_a_template_that_does_not_exist_is_named(
    client: PDFShift, service: respx.MockRouter, delivery: str
) -> None:
    """Nothing was converted, so nothing was billed."""
    service.post(url__regex=r".*/templates/nope\..*").mock(return_value=MISSING)
    with pytest.raises(
        NotFound, match=r"Template not found \(template 'nope', .*not billed\)"
    ) as e:
        await getattr(client.templates, delivery)("nope")
    assert e.value.phase is Phase.SUBMIT
    assert e.value.billed is Billed.NO


@pytest.mark.parametrize(
    ("variables", "extra", "said"),
    [
        ({"pages": 3}, None, "variables.pages: has the name of an option of the service"),
        ({"quality": 3}, None, "variables.quality: has the name of an option of the service"),
        ({"source": ""}, None, "variables.source: has the name of an option of the service"),
        ({"webhook": ""}, None, "variables.webhook: has the name of an option of the service"),
        ({"x": 1}, {"x": 2}, "variables.x: has the name of an extra option"),
        ({"when": datetime(2026, 1, 1, tzinfo=UTC)}, None, "variables.when: must be a JSON value"),
        ({"rate": float("nan")}, None, "variables.rate: must be a JSON value"),
        ({"who": "\ud800"}, None, "variables.who: must be a JSON value"),
        ({1: "one"}, None, "variables: must be a mapping with names as its keys"),
        ([("a", 1)], None, "variables: must be a mapping with names as its keys"),
        ({}, {"zoom": 2}, "zoom: is no extra option"),
    ],
)
async def test_variables_that_cannot_work_are_refused(
    client: PDFShift, service: respx.MockRouter, variables: Any, extra: Any, said: str
) -> None:
    """Above all one that the service would take for an option."""
    with pytest.raises(InvalidOptions) as caught:
        await client.templates.convert_direct("invoice", variables, extra=extra)
    assert said in str(caught.value)
    if extra is None:
        with pytest.raises(InvalidOptions):
            await client.templates.fill("invoice", variables)
    assert not service.calls


async def test_everything_that_is_wrong_is_said_at_once(client: PDFShift) -> None:
    """Slug, variables, delivery and extra options."""
    with pytest.raises(InvalidOptions) as caught:
        await client.templates.convert_direct(
            "", {"pages": 1}, PDFOptions(filename="invoice-1.pdf"), extra={"source": "x"}
        )
    options = [problem.option for problem in caught.value.problems]
    assert options == ["slug", "variables.pages", "filename", "source"]


async def test_options_of_another_kind_are_refused(client: PDFShift) -> None:
    """A dictionary is not options, also where a name is to be added to it."""
    with pytest.raises(InvalidOptions, match="options: must be PDFOptions"):
        await client.templates.convert_hosted(
            "invoice",
            {},
            {"format": "A4"},  # type: ignore[arg-type]
            filename="invoice-1.pdf",
        )
