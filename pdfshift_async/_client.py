"""The client."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, Self

from . import _defaults
from ._clock import Clock, SystemClock
from ._conversion import Conversion
from ._core.documents import MEDIA_TYPES
from ._core.interfaces import Observer, Store
from ._core.states import State
from ._core.tokens import Tokens, derived_secret, is_id
from ._core.wire import Webhook, document_in, hosted_in, request_of
from ._downloads import Downloader
from ._engine.direct import Direct
from ._engine.overdue import Overdue
from ._engine.submitting import Submitting
from ._engine.waiting import Waiting
from ._http import Http
from ._settings import (
    Retry,
    api_key_from,
    base_url_from,
    seconds,
    secrets_from,
    store_from,
    webhook_auth_from,
    webhook_method_from,
    webhook_url_from,
)
from .errors import ConfigurationError
from .models.options import ConvertOptions, PDFOptions
from .models.responses import Document
from .models.results import Result, Via
from .receiver import Receiver
from .stores import open_store

if TYPE_CHECKING:
    import httpx

__all__ = ["PDFShift"]


class PDFShift:
    """Converts HTML and URLs to PDFs and images with the PDFShift service.

    Use it as ``async with PDFShift(...) as client:``; constructing it does no I/O.

    Args:
        api_key: Or ``PDFSHIFT_API_KEY``.
        webhook_url: Where the service reaches the receiver; or ``PDFSHIFT_WEBHOOK_URL``. Needed
            for `submit` and `convert`.
        store: A store, or the URL of one; or ``PDFSHIFT_STORE``; by default ``memory://``. A store
            object is opened but not closed: it may serve a receiver as well.
        webhook_secrets: Sign the webhook tokens, newest first; or ``PDFSHIFT_WEBHOOK_SECRET``
            (comma-separated); by default derived from the API key.
        webhook_auth: Where the signature travels: at the end of the ``url``, which every version
            of the service supports, or in a ``header``, so that access logs hold no credential.
        webhook_method: HTTP method of the callbacks.
        base_url: Or ``PDFSHIFT_BASE_URL``; by default the service's.
        http_client: Sends the requests as it is, and stays open; by default one on aiohttp.
        timeout: Seconds of silence before a submission counts as unconfirmed.
        callback_margin: Seconds on top of a conversion's own time before its callback is overdue.
        retry: How long unaccepted submissions are sent again.
        download_hosts: Further hosts that documents may be fetched from, beside the service's.
        observer: Is told of submissions, callbacks and outcomes.
        clock: Where the time comes from.

    Raises:
        ConfigurationError: A setting is missing or cannot work.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        webhook_url: str | None = None,
        store: Store | str | None = None,
        webhook_secrets: Sequence[str] | None = None,
        webhook_auth: Literal["url", "header"] = "url",
        webhook_method: str = "POST",
        base_url: str | None = None,
        http_client: httpx.AsyncClient | None = None,
        timeout: float | timedelta = _defaults.ANSWER_TIMEOUT,
        callback_margin: float | timedelta = _defaults.CALLBACK_MARGIN,
        retry: Retry | None = None,
        download_hosts: Collection[str] = (),
        observer: Observer | None = None,
        clock: Clock | None = None,
    ) -> None:
        api_key = api_key_from(api_key)
        secrets = secrets_from(webhook_secrets, derived_secret(api_key))
        webhook = Webhook(
            webhook_url_from(webhook_url),
            Tokens(secrets),
            webhook_auth_from(webhook_auth),
            webhook_method_from(webhook_method),
        )
        self._webhook_url = webhook.url
        self._base_url = base_url_from(base_url)
        self._clock = clock or SystemClock()
        self._store, self._owns_store = _store_of(store)
        self._receiver = Receiver(
            self._store,
            secrets,
            methods=[webhook.method],
            observer=observer,
            clock=self._clock,
        )
        self._http = Http(http_client, base_url=self._base_url, api_key=api_key, clock=self._clock)
        self._downloads = Downloader(
            base_url=self._base_url,
            download_hosts=frozenset(download_hosts),
            clock=self._clock,
            timeout=_defaults.ANSWER_TIMEOUT,
        )
        retry = retry or Retry()
        self._waiting = Waiting(self._store)
        self._overdue = Overdue(store=self._store, clock=self._clock, observer=observer)
        self._direct = Direct(http=self._http, clock=self._clock, retry=retry, observer=observer)
        self._submitting = Submitting(
            store=self._store,
            http=self._http,
            webhook=webhook,
            clock=self._clock,
            retry=retry,
            timeout=seconds("timeout", timeout),
            callback_margin=seconds("callback_margin", callback_margin),
            observer=observer,
        )

    def __repr__(self) -> str:
        return f"<PDFShift {self._base_url}>"

    @property
    def webhook_url(self) -> str | None:
        """Where the service reaches the receiver, without a slash at its end."""
        return self._webhook_url

    @property
    def receiver(self) -> Receiver:
        """Takes the callbacks: mount it in a web framework, or let it listen by itself."""
        return self._receiver

    async def open(self) -> None:
        """Open the store and make ready to send; opening twice does nothing.

        Raises:
            StoreError: The store cannot be opened.
        """
        await self._store.open()
        self._http.open()
        await self._downloads.open()
        self._waiting.open()
        self._overdue.start()

    async def close(self) -> None:
        """Close the connections and end every wait; closing twice does nothing.

        Conversions go on at the service. With a durable store their callbacks still count, and
        they can be awaited by a client that opens the same store.
        """
        await self._overdue.stop()
        self._waiting.close()
        await self._downloads.close()
        await self._http.close()
        if self._owns_store:
            await self._store.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()

    async def submit(
        self,
        source: str,
        options: ConvertOptions | None = None,
        *,
        key: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Conversion:
        """Queue one document and return without waiting for it.

        The record is written first, so a callback that overtakes the answer finds it. When no
        answer comes, the conversion counts as unconfirmed and is settled by its own callback;
        it is never sent a second time.

        Args:
            source: URL or HTML text.
            options: `PDFOptions` (the default), `PNGOptions`, `JPEGOptions` or `WebPOptions`: the
                class decides what comes out.
            key: Your own name for it; errors and results carry it.
            extra: Options of the service that are newer than this library.

        Raises:
            InvalidOptions: Source or options break a rule; nothing was sent (not billed).
            ConfigurationError: There is no ``webhook_url`` (not billed).
            SubmitRejected: The service refused it (not billed).
            RateLimited, ServiceUnreachable: Not accepted within the allowed retries (not billed).
            UnexpectedResponse: An answer that is not documented (billed: unknown); a callback may
                still come: ``client.conversion(error.conversion_id)``.
            StoreError: It could not be recorded.

        Source: PDFShift API v3, `webhook` option (read 2026-11).
        """
        request = request_of(source, options, extra, "queued")
        record = await self._submitting.submit(request, key)
        return self._conversion(record.id, key, state=record.state)

    async def convert(
        self,
        source: str,
        options: ConvertOptions | None = None,
        *,
        key: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Result:
        """Queue one document and give its result when the callback has come.

        Args:
            source: URL or HTML text.
            options: `PDFOptions` (the default), `PNGOptions`, `JPEGOptions` or `WebPOptions`.
            key: Your own name for it.
            extra: Options of the service that are newer than this library.

        Raises:
            PDFShiftError: Whatever `submit` and `Conversion.wait` raise.
        """
        return await (await self.submit(source, options, key=key, extra=extra))

    async def convert_direct(
        self,
        source: str,
        options: ConvertOptions | None = None,
        *,
        extra: Mapping[str, Any] | None = None,
    ) -> Document:
        """Convert one document and give its bytes from the answer; no receiver is needed.

        Args:
            source: URL or HTML text.
            options: `PDFOptions` (the default), `PNGOptions`, `JPEGOptions` or `WebPOptions`.
            extra: Options of the service that are newer than this library.

        Raises:
            InvalidOptions: Source or options break a rule; nothing was sent (not billed).
            SubmitRejected: The service refused it (not billed).
            RateLimited, ServiceUnreachable: Not accepted within the allowed retries (not billed).
            ConversionFailed: It could not be converted (billed: unknown).
            SubmitUnconfirmed, ServiceError: No whole answer came (billed: unknown).
            UnexpectedResponse: The answer is no such document (billed: unknown).
        """
        request = request_of(source, options, extra, "direct")
        answer = await self._direct.convert(request, limit=_defaults.DOCUMENT_LIMIT)
        return Document(
            content=answer.body,
            media_type=MEDIA_TYPES[request.endpoint],
            response=document_in(answer, request.endpoint),
            _writer=self._downloads,
        )

    async def convert_hosted(
        self,
        source: str,
        options: ConvertOptions | None = None,
        *,
        filename: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Result:
        """Convert one document and give the URL where the service hosts it for two days.

        Args:
            source: URL or HTML text.
            options: `PDFOptions` (the default), `PNGOptions`, `JPEGOptions` or `WebPOptions`;
                with ``s3_destination`` your own bucket keeps the document instead.
            filename: Name of the hosted file, at least 7 characters.
            extra: Options of the service that are newer than this library.

        Raises:
            PDFShiftError: Whatever `convert_direct` raises.

        Source: PDFShift API v3, `filename` and `s3_destination` options (read 2026-11).
        """
        chosen = PDFOptions() if options is None else options
        if filename is not None:
            chosen = chosen.replace(filename=filename)
        request = request_of(source, chosen, extra, "hosted")
        answer = await self._direct.convert(request, limit=_defaults.ANSWER_LIMIT)
        return Result.of(
            hosted_in(answer),
            self._downloads,
            via=Via.ANSWER,
            received_at=self._clock.now(),
            own_bucket=request.own_bucket,
        )

    def conversion(self, conversion_id: str) -> Conversion:
        """Give the handle of a conversion that was submitted earlier, or in another process.

        Raises:
            ConfigurationError: The text is no conversion id.
        """
        if not is_id(conversion_id):
            raise ConfigurationError(
                "conversion_id",
                f"{conversion_id[:40]!r} is none",
                hint="Pass the `id` of a Conversion: cv_ and 26 letters or digits.",
            )
        return self._conversion(conversion_id)

    def _conversion(
        self, conversion_id: str, key: str | None = None, *, state: State | None = None
    ) -> Conversion:
        return Conversion(
            conversion_id, key, state=state, waiting=self._waiting, downloads=self._downloads
        )


def _store_of(store: Store | str | None) -> tuple[Store, bool]:
    """Give the store, and whether it is the client's own to close."""
    if store is None or isinstance(store, str):
        return open_store(store_from(store)), True
    return store, False
