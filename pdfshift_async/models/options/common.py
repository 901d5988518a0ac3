"""What all conversions have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from pdfshift_async.errors import Problem

from ._model import OptionModel, Part
from ._rules import between
from ._text import (
    BucketURL,
    CookieName,
    CookieValue,
    FileName,
    FunctionName,
    Headers,
    Password,
    Text,
    UserName,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Endpoint = Literal["pdf", "png", "jpeg", "webp"]
Delivery = Literal["queued", "direct", "hosted"]

RESERVED = {
    "encode": "the library delivers bytes; base64 would only be undone again",
    "source": "the source is the first argument of the call",
    "webhook": "the client sets it from its webhook_url",
}
"""Parameters of the service which are no options here, and why."""


class BasicAuth(OptionModel):
    """Name and password for HTTP basic authentication.

    Source: PDFShift API v3, ``BasicAuthForm`` (read 2026-11).
    """

    username: UserName | None = Field(default=None, repr=False)
    """Without a colon (RFC 7617)."""
    password: Password | None = Field(default=None, repr=False)


class Cookie(OptionModel):
    """A cookie that is sent when the source is loaded.

    Source: PDFShift API v3, ``CookieForm`` (read 2026-11).
    """

    _foreign_names: ClassVar = {
        "httpOnly": "did you mean http_only?",
        "httponly": "did you mean http_only?",
    }

    name: CookieName
    value: CookieValue = Field(repr=False)
    secure: bool = False
    """Sent over https only. Default: false."""
    http_only: bool = False
    """Out of reach of the document's scripts. Default: false."""


class ConvertOptions(OptionModel):
    """The options of every conversion; the class derived from it picks the endpoint.

    Source: PDFShift API v3, ``POST /convert/*`` (read 2026-11); rules that come from elsewhere
    name their source.
    """

    _foreign_names: ClassVar = RESERVED | {
        "avoid_conversion_on_error": "did you mean raise_for_status?",
        "disable_images": "the service no longer has it; hide images with css",
        "disable_links": "the service no longer has it; restyle links with css",
        "headers": "did you mean http_headers?",
        "html": "the HTML is the first argument of the call",
        "s3": "did you mean s3_destination?",
        "time_limit": "did you mean timeout?",
        "url": "the URL is the first argument of the call",
    }

    sandbox: bool = False
    """Costs no credit, carries a watermark, and is limited to 10 conversions a minute.

    Default: false.
    """
    filename: FileName | None = None
    """Name of the hosted file, which the service keeps for two days.

    At least 7 characters out of letters, digits, ``-``, ``_`` and ``.``: the reference does not
    name the dot, but every example of it has one. Default: a random name.
    """
    s3_destination: BucketURL | None = None
    """Where in a bucket of yours the document goes: ``s3://bucket/key``.

    Google's storage works too; its scheme is documented nowhere, so others than ``s3`` are
    accepted. Paid plans only (PDFShift FAQ, read 2026-11). Default: the service's own storage.
    """
    use_print: bool = False
    """Apply the styles for print, not those for the screen. Default: false."""
    css: Text | None = Field(default=None, repr=False)
    """Styles to append: rules, or the URL of a style sheet. Default: none."""
    javascript: Text | None = Field(default=None, repr=False)
    """Script to run before the document is captured: code, or its URL. Default: none."""
    delay: Annotated[int, between(0, 10_000, "ms")] = 0
    """Milliseconds to wait before the document is captured, 0 to 10000. Default: 0."""
    timeout: Annotated[int, between(0, 900, "s")] | None = None
    """Seconds after which loading ends and what is there is converted, 0 to 900.

    A guide of the vendor says that it fails the conversion; the reference says that it does not.
    Default: the limit of the account, which is 30 or 100 (PDFShift FAQ, read 2026-11).
    """
    wait_for: FunctionName | None = None
    """Name of a global function that is called until it returns something truthy.

    After 30 seconds without that, the conversion fails. A selector or an expression is no name,
    whatever a guide shows. Default: none.
    """
    wait_for_network: bool = True
    """Wait until there was no request for 500 ms. Default: true."""
    ignore_long_polling: bool = False
    """Do not wait for requests that stay open, such as web sockets; needs ``wait_for_network``.

    Default: false.
    """
    disable_javascript: bool = False
    """Run no script of the document. Default: false."""
    lazy_load_images: bool = False
    """Scroll to the end before capturing, so that lazy images load. Default: false."""
    raise_for_status: bool = False
    """Fail the conversion when the source URL does not answer 2xx. Default: false."""
    auth: Part[BasicAuth] | None = None
    """For loading the source. Default: none."""
    http_headers: Headers | None = Field(default=None, repr=False)
    """Sent when the source is loaded. Default: none."""
    cookies: Annotated[Sequence[Part[Cookie]], AfterValidator(tuple)] = ()
    """Sent when the source is loaded. Default: none."""
    is_hipaa: bool = False
    """Let the service keep nothing, as HIPAA asks: no ``filename`` and no queue, unless
    ``s3_destination`` names storage of yours. Default: false.
    """
    is_gdpr: bool = False
    """As ``is_hipaa``, for the GDPR. Default: false."""
    log_request: bool = False
    """Let the service keep the request, source included, for its support. Default: false."""

    @property
    @abstractmethod
    def endpoint(self) -> Endpoint:
        """What the service makes; each class has its own."""

    def problems_for(self, delivery: Delivery) -> tuple[Problem, ...]:
        """Say what forbids these options in one of the three ways to get the document.

        ``queued`` calls back, ``direct`` answers with the document, ``hosted`` with its URL.
        """
        return tuple(self._delivery_problems(delivery))

    def _delivery_problems(self, delivery: Delivery) -> Iterator[Problem]:
        named = [name for name in ("filename", "s3_destination") if getattr(self, name) is not None]
        if delivery == "direct":
            for name in named:
                rule = "makes the service answer with a URL, not with the document"
                yield Problem(name, rule, "leave it out, or convert hosted or queued")
        elif delivery == "hosted" and not named:
            yield Problem("filename", "is required, unless s3_destination is given")
        elif delivery == "queued" and self.s3_destination is None:
            for name in ("is_hipaa", "is_gdpr"):
                if getattr(self, name):
                    rule = "cannot be queued without s3_destination"
                    hint = "the service would keep the document; name a bucket or convert directly"
                    yield Problem(name, rule, hint)

    @classmethod
    def _conflicts(cls, given: Mapping[str, Any], /) -> Iterable[Problem]:
        if given.get("ignore_long_polling") is True and given.get("wait_for_network") is False:
            yield Problem("ignore_long_polling", "needs wait_for_network")
        if given.get("filename") is not None and given.get("s3_destination") is None:
            for name in ("is_hipaa", "is_gdpr"):
                if given.get(name) is True:
                    rule = f"cannot be used with {name} without s3_destination"
                    yield Problem("filename", rule, "the service would keep the document")

    @classmethod
    def _hint(cls, name: str) -> str | None:
        owners = [
            owner.__name__ for owner in _endpoints(ConvertOptions) if name in owner.model_fields
        ]
        return f"it belongs to {', '.join(owners)}" if owners else super()._hint(name)


def _endpoints(base: type[OptionModel]) -> list[type[OptionModel]]:
    derived = base.__subclasses__()
    return [end for child in derived for end in _endpoints(child)] or [base]
