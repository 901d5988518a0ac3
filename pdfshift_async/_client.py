"""The client."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, Unpack

from . import _defaults
from ._batch import Batch, BatchSettings, Items, Report
from ._clock import Clock, SystemClock
from ._conversion import Conversion
from ._core.interfaces import Observer, Store
from ._core.pacing import PacingStatistics
from ._core.tokens import Tokens, derived_secret
from ._core.wire import Webhook, named_options
from ._resources import AccountCalls, CreditCalls, InvoiceCalls, LogCalls, TemplateCalls
from ._settings import (
    Pacing,
    Retry,
    api_key_from,
    base_url_from,
    max_in_flight_from,
    on_lost_from,
    secrets_from,
    webhook_auth_from,
    webhook_method_from,
    webhook_url_from,
)
from ._views import ProcessorVersion, Shared, ViewChanges, ViewSettings
from .errors import ConfigurationError
from .models.options import ConvertOptions
from .models.responses import Document
from .models.results import Result
from .receiver import Receiver
from .stores.members import MemoryMembers

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
        pacing: How submissions are kept below the service's limits.
        max_in_flight: Queued conversions that may be unsettled at the same time; further
            submissions wait until one settles. By default any number.
        on_lost: What is done about a conversion when its callback is overdue: ``raise`` gives it
            up, ``resubmit`` sends it again as it was, ``direct`` converts it once more without a
            callback. The latter two may bill it again; `Result.via` tells.
        max_resubmits: How often one conversion is sent again by ``resubmit``.
        processor_version: Version of Chromium that converts sources, ``"116"`` or ``"142"``; by
            default the account's own.
        download_hosts: Further hosts that documents may be fetched from, beside the service's.
        observer: Is told of submissions, callbacks and outcomes.
        clock: Where the time comes from.

    Raises:
        ConfigurationError: A setting is missing or cannot work.
    """

    webhook_url: str | None
    """Where the service reaches the receiver, without a slash at its end."""
    receiver: Receiver
    """Takes the callbacks: mount it in a web framework, or let it listen by itself."""
    templates: TemplateCalls
    """HTML that the service keeps, and documents made of it."""
    credits: CreditCalls
    """What the account may convert."""
    account: AccountCalls
    """Who owns the API key, and the plan."""
    invoices: InvoiceCalls
    """What the account was billed."""
    logs: LogCalls
    """What the service remembers of the account's conversions."""

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
        pacing: Pacing | None = None,
        max_in_flight: int | None = None,
        on_lost: Literal["raise", "resubmit", "direct"] = "raise",
        max_resubmits: int = _defaults.MAX_RESUBMITS,
        processor_version: ProcessorVersion | None = None,
        download_hosts: Collection[str] = (),
        observer: Observer | None = None,
        clock: Clock | None = None,
    ) -> None:
        api_key = api_key_from(api_key)
        secrets = secrets_from(webhook_secrets, derived_secret(api_key))
        self.webhook_url = webhook_url_from(webhook_url)
        self._base_url = base_url_from(base_url)
        settings = ViewSettings.of(
            timeout=timeout,
            callback_margin=callback_margin,
            retry=retry or Retry(),
            processor_version=processor_version,
        )
        self._shared = Shared(
            settings,
            api_key=api_key,
            base_url=self._base_url,
            secrets=secrets,
            webhook=Webhook(
                self.webhook_url,
                Tokens(secrets),
                webhook_auth_from(webhook_auth),
                webhook_method_from(webhook_method),
            ),
            store=store,
            http_client=http_client,
            pacing=pacing or Pacing(),
            max_in_flight=max_in_flight_from(max_in_flight),
            on_lost=on_lost_from(on_lost, max_resubmits, self.webhook_url),
            download_hosts=frozenset(download_hosts),
            observer=observer,
            clock=clock or SystemClock(),
        )
        self.receiver = self._shared.receiver
        self._is_view = False
        self._use(settings)

    def _use(self, settings: ViewSettings) -> None:
        """Build what works by the settings, on what all views share."""
        self._settings = settings
        self._conversions = self._shared.conversions(settings)
        caller = self._shared.caller(settings)
        self.templates = TemplateCalls(caller, self._conversions)
        self.credits = CreditCalls(caller)
        self.account = AccountCalls(caller)
        self.invoices = InvoiceCalls(caller)
        self.logs = LogCalls(caller)

    def __repr__(self) -> str:
        return f"<PDFShift {self._base_url}>"

    @property
    def pacing(self) -> PacingStatistics:
        """How submissions flow at this moment: what waits, what is left, when the last may go."""
        return self._shared.pacing()

    def with_options(self, **changes: Unpack[ViewChanges]) -> PDFShift:
        """Give a view of this client with other settings.

        It shares everything else: store, connections, receiver, pace. It works while this client
        is open, and is not opened or closed by itself.

        Args:
            changes: Any of ``timeout``, ``callback_margin``, ``retry`` and ``processor_version``.

        Raises:
            ConfigurationError: A setting cannot work, or may not differ.
        """
        view = copy(self)
        view._is_view = True  # noqa: SLF001 -- its own class
        view._use(self._settings.changed(changes))  # noqa: SLF001 -- its own class
        return view

    async def open(self) -> None:
        """Open the store and make ready to send; opening twice does nothing.

        Raises:
            ConfigurationError: It is a view of another client.
            StoreError: The store cannot be opened.
        """
        self._refuse_views()
        await self._shared.open()

    async def close(self) -> None:
        """Close the connections and end every wait; closing twice does nothing.

        What still waits for its turn fails, and is not sent. Conversions go on at the service.
        With a durable store their callbacks still count, and they can be awaited by a client that
        opens the same store.

        Raises:
            ConfigurationError: It is a view of another client.
        """
        self._refuse_views()
        await self._shared.close()

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
        it is not sent a second time unless ``on_lost`` asks for that.

        Args:
            source: URL or HTML text.
            options: `PDFOptions` (the default), `PNGOptions`, `JPEGOptions` or `WebPOptions`: the
                class decides what comes out.
            key: Your own name for it; errors and results carry it.
            extra: Options of the service that are newer than this library.

        Raises:
            InvalidOptions: Source or options break a rule; nothing was sent (not billed).
            ConfigurationError: There is no ``webhook_url``, or the key is no valid text (not billed).
            SubmitRejected: The service refused it (not billed).
            RateLimited, ServiceUnreachable: Not accepted within the allowed retries (not billed).
            UnexpectedResponse: An answer that is not documented (billed: unknown); a callback may
                still come: ``client.conversion(error.conversion_id)``.
            StoreError: It could not be recorded.

        Source: PDFShift API v3, `webhook` option (read 2026-11).
        """
        request = self._conversions.request(source, options, extra, "queued")
        return await self._conversions.submit(request, key)

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
            StoreError: The pace is shared through a store that is away (not billed).
        """
        return await self._conversions.direct(
            self._conversions.request(source, options, extra, "direct")
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
        chosen = named_options(options, filename)
        return await self._conversions.hosted(
            self._conversions.request(source, chosen, extra, "hosted")
        )

    def batch(
        self,
        name: str,
        items: Items,
        *,
        save_to: str | Path | None = None,
        **settings: Unpack[BatchSettings],
    ) -> Batch:
        """Convert many documents under one name, which goes on where it stopped.

        Use it as ``async with client.batch(...) as batch`` and iterate over it. The same name and
        keys again send nothing that has been sent, and fetch nothing that is saved.

        Args:
            name: What the batch is resumed by.
            items: Any iterable or asynchronous iterable of `Item`; read as there is room.
            save_to: Where documents are saved, with ``{key}`` in it; by default nowhere.
            settings: ``options`` for items without their own; ``on_changed``: ``"refuse"`` or
                ``"resubmit"`` a document that has changed under its key; ``max_resubmits`` of
                a lost one, which may bill again; ``spend_cap`` in credits; ``tolerate``: how many
                missing documents do not stop the batch, by default any number; ``canary``: how
                many go before a callback is seen, None for all; ``grace``: seconds for callbacks
                after stopping; ``progress``: called with each `Progress`.

        Raises:
            ConfigurationError: A setting cannot work, or the store keeps no batches.
        """
        means = self._shared.means(self._shared.batches, self._conversions, settings.get("options"))
        return Batch(name, items, means, save_to=save_to, settings=settings)

    async def convert_many(
        self,
        items: Items,
        *,
        save_to: str | Path | None = None,
        **settings: Unpack[BatchSettings],
    ) -> Report:
        """Convert many documents in one go, and report; for what may be interrupted, use `batch`.

        Args:
            items: As for `batch`.
            save_to: As for `batch`.
            settings: As for `batch`.

        Raises:
            ConfigurationError: A setting cannot work.
            PDFShiftError: It had to stop before its end.
        """
        means = self._shared.means(MemoryMembers(), self._conversions, settings.get("options"))
        async with Batch("many", items, means, save_to=save_to, settings=settings) as batch:
            return await batch.finish()

    def conversion(self, conversion_id: str) -> Conversion:
        """Give the handle of a conversion that was submitted earlier, or in another process.

        Raises:
            ConfigurationError: The text is no conversion id.
        """
        return self._conversions.known(conversion_id)

    def _refuse_views(self) -> None:
        if self._is_view:
            raise ConfigurationError(
                "client",
                "a view is not opened or closed by itself",
                hint="Open the client that with_options was called on.",
            )
