"""``client.templates``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pdfshift_async import _defaults
from pdfshift_async._conversion import Conversion
from pdfshift_async._conversions import Conversions
from pdfshift_async._core.paths import template_path
from pdfshift_async._core.templates import content_of, filling_of, generation_of
from pdfshift_async._core.values import markup_in, page_in, value_in
from pdfshift_async._core.wire import Answer, named_options
from pdfshift_async.errors import PDFShiftError
from pdfshift_async.models.options import ConvertOptions
from pdfshift_async.models.pages import Page
from pdfshift_async.models.responses import Document
from pdfshift_async.models.results import Result
from pdfshift_async.models.templates import Markup, Template

from .callers import Caller
from .listings import Listing, numbered

__all__ = ["TemplateCalls"]


class TemplateCalls:
    """HTML that the service keeps under a slug, and documents made of it.

    How a template refers to its variables is the service's affair: it documents no syntax.
    """

    def __init__(self, caller: Caller, conversions: Conversions) -> None:
        self._caller = caller
        self._conversions = conversions

    def list(self) -> Listing[Template]:
        """Give the stored templates, without their content.

        Source: PDFShift API v3, ``GET /templates`` (read 2026-11); it documents no way to the
        second page, see `Page.total`.
        """
        return Listing(lambda: numbered(self._page, "templates"))

    async def get(self, slug: str) -> Markup:
        """Give the content of a template, as it is stored.

        Raises:
            InvalidOptions: There can be no such slug; nothing was sent.
            NotFound: There is no such template.
            PDFShiftError: The service refused, or gave no usable answer.

        Source: PDFShift API v3, ``GET /templates/{slug}.html`` (read 2026-11).
        """
        return await self._caller.get(
            template_path(slug, ".html"),
            _named(slug),
            markup_in,
            limit=_defaults.DOCUMENT_LIMIT,
        )

    async def create(self, slug: str, *, name: str, content: str) -> Template:
        """Store a new template.

        Args:
            slug: Names it in every call, and cannot be changed.
            name: For people.
            content: HTML.

        Raises:
            InvalidOptions: An argument breaks a rule; nothing was sent.
            SubmitRejected: The service refused, for example because the slug is taken.
            SubmitUnconfirmed, ServiceError: It may have been stored or not; `get` tells.
            PDFShiftError: The service gave no usable answer.

        Source: PDFShift API v3, ``POST /templates`` (read 2026-11).
        """
        body = {"slug": slug, **content_of(slug, content=content, name=name)}
        return await self._caller.change("POST", "/templates", _named(slug), body, _template_in)

    async def update(self, slug: str, *, content: str, name: str | None = None) -> Template:
        """Store other content, and another name where one is given.

        Raises:
            InvalidOptions: An argument breaks a rule; nothing was sent.
            NotFound: There is no such template.
            PDFShiftError: The service refused, or gave no usable answer.

        Source: PDFShift API v3, ``PUT /templates/{slug}`` (read 2026-11).
        """
        body = content_of(slug, content=content, name=name)
        return await self._caller.change(
            "PUT", template_path(slug), _named(slug), body, _template_in
        )

    async def delete(self, slug: str) -> None:
        """Delete a template.

        Raises:
            InvalidOptions: There can be no such slug; nothing was sent.
            NotFound: There is no such template.
            PDFShiftError: The service refused, or gave no usable answer.

        Source: PDFShift API v3, ``DELETE /templates/{slug}`` (read 2026-11).
        """
        await self._caller.delete(template_path(slug), _named(slug))

    async def fill(self, slug: str, variables: Mapping[str, Any] | None = None) -> Markup:
        """Fill a template and give the HTML, without converting it.

        Whether the service bills this is documented nowhere; it is sent like a conversion, once.

        Args:
            slug: Of the template.
            variables: JSON values by name; no name may be that of an option.

        Raises:
            PDFShiftError: Whatever `convert_direct` raises.

        Source: PDFShift API v3, ``POST /templates/{slug}.html`` (read 2026-11).
        """
        with _about(slug):
            return await self._conversions.filled(filling_of(slug, variables))

    async def submit(
        self,
        slug: str,
        variables: Mapping[str, Any] | None = None,
        options: ConvertOptions | None = None,
        *,
        key: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Conversion:
        """Queue one document of a template and return without waiting for it.

        Args:
            slug: Of the template.
            variables: JSON values by name; no name may be that of an option.
            options: `PDFOptions` (the default), `PNGOptions`, `JPEGOptions` or `WebPOptions`.
            key: Your own name for it; errors and results carry it.
            extra: Options of the service that are newer than this library.

        Raises:
            NotFound: There is no such template (not billed).
            PDFShiftError: Whatever `PDFShift.submit` raises.

        Source: PDFShift API v3, ``POST /templates/{slug}.{ext}`` (read 2026-11).
        """
        with _about(slug):
            request = generation_of(slug, variables, options, extra, "queued")
            return await self._conversions.submit(request, key)

    async def convert(
        self,
        slug: str,
        variables: Mapping[str, Any] | None = None,
        options: ConvertOptions | None = None,
        *,
        key: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Result:
        """Queue one document of a template and give its result when the callback has come.

        Takes what `submit` takes.

        Raises:
            PDFShiftError: Whatever `submit` and `Conversion.wait` raise.
        """
        return await (await self.submit(slug, variables, options, key=key, extra=extra))

    async def convert_direct(
        self,
        slug: str,
        variables: Mapping[str, Any] | None = None,
        options: ConvertOptions | None = None,
        *,
        extra: Mapping[str, Any] | None = None,
    ) -> Document:
        """Make one document of a template and give its bytes from the answer.

        Takes what `submit` takes, without the key.

        Raises:
            NotFound: There is no such template (not billed).
            PDFShiftError: Whatever `PDFShift.convert_direct` raises.
        """
        with _about(slug):
            request = generation_of(slug, variables, options, extra, "direct")
            return await self._conversions.direct(request)

    async def convert_hosted(
        self,
        slug: str,
        variables: Mapping[str, Any] | None = None,
        options: ConvertOptions | None = None,
        *,
        filename: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Result:
        """Make one document of a template and give the URL where the service hosts it.

        Takes what `convert_direct` takes, and the name of the file.

        Raises:
            NotFound: There is no such template (not billed).
            PDFShiftError: Whatever `PDFShift.convert_hosted` raises.
        """
        with _about(slug):
            request = generation_of(
                slug, variables, named_options(options, filename), extra, "hosted"
            )
            return await self._conversions.hosted(request)

    async def _page(self, number: int) -> Page[Template]:
        path = "/templates" if number == 0 else f"/templates?page={number}"
        return await self._caller.get(
            path, "templates", lambda answer: page_in(answer, "templates", Template)
        )


def _template_in(answer: Answer) -> Template:
    return value_in(answer, "template", Template)


def _named(slug: str) -> str:
    return f"template {slug!r}"


@contextmanager
def _about(slug: str) -> Iterator[None]:
    """Let errors name the template."""
    try:
        yield
    except PDFShiftError as error:
        error.subject = _named(slug)
        raise
