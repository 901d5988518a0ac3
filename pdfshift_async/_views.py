"""What the views of one client share, and what each has of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, TypedDict, get_args

from . import _defaults
from ._batch import Item, Means
from ._clock import Clock
from ._conversions import Conversions
from ._core.interfaces import Observer, PaceStore, Store
from ._core.members import BatchStore
from ._core.pacing import PacingStatistics
from ._core.records import Request
from ._core.tokens import pace_name
from ._core.wire import Webhook
from ._downloads import Downloader
from ._engine.direct import Direct
from ._engine.in_flight import InFlight
from ._engine.overdue import Overdue
from ._engine.queueing import Queue
from ._engine.recovery import Recovery
from ._engine.repeating import Repeating
from ._engine.sharing import SharedQueue
from ._engine.submitting import Submitting
from ._engine.waiting import Waiting
from ._http import Http
from ._resources import Caller
from ._settings import OnLost, Pacing, Retry, seconds, store_from
from .errors import ConfigurationError
from .models.options import ConvertOptions
from .receiver import Receiver
from .stores import open_store

if TYPE_CHECKING:
    import httpx

__all__ = ["ProcessorVersion", "Shared", "ViewChanges", "ViewSettings"]

ProcessorVersion = Literal["116", "142"]


class ViewChanges(TypedDict, total=False):
    """What `PDFShift.with_options` takes."""

    timeout: float | timedelta
    callback_margin: float | timedelta
    retry: Retry
    processor_version: ProcessorVersion | None


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """What may differ between the views of one client; `of` checks it."""

    timeout: float
    callback_margin: float
    retry: Retry
    processor_version: ProcessorVersion | None

    @classmethod
    def of(
        cls,
        *,
        timeout: float | timedelta,
        callback_margin: float | timedelta,
        retry: Retry,
        processor_version: ProcessorVersion | None,
    ) -> ViewSettings:
        """Check the arguments.

        Raises:
            ConfigurationError: One cannot work.

        Source: PDFShift API v3, `X-Processor-Version` (read 2026-11).
        """
        if processor_version is not None and processor_version not in get_args(ProcessorVersion):
            rule = f"must be {' or '.join(map(repr, get_args(ProcessorVersion)))}"
            raise ConfigurationError("processor_version", rule)
        return cls(
            seconds("timeout", timeout),
            seconds("callback_margin", callback_margin),
            retry,
            processor_version,
        )

    def changed(self, changes: Mapping[str, Any]) -> ViewSettings:
        """Give settings with other values.

        Raises:
            ConfigurationError: A value cannot work, or may not differ.
        """
        now: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        for name in changes:
            if name not in now:
                rule = "cannot differ between the views of one client"
                hint = f"Only {', '.join(now)} can; make another client for the rest."
                raise ConfigurationError(name, rule, hint=hint)
        return ViewSettings.of(**{**now, **changes})


class Shared:
    """What there is once, however many views a client has, and is opened and closed together."""

    def __init__(
        self,
        settings: ViewSettings,
        *,
        api_key: str,
        base_url: str,
        secrets: Sequence[str],
        webhook: Webhook,
        store: Store | str | None,
        http_client: httpx.AsyncClient | None,
        pacing: Pacing,
        max_in_flight: int | None,
        on_lost: OnLost,
        download_hosts: frozenset[str],
        observer: Observer | None,
        clock: Clock,
    ) -> None:
        self._owns_store = store is None or isinstance(store, str)
        self.store = _store_of(store)
        self.webhook = webhook
        self.on_lost = on_lost
        self.observer = observer
        self.clock = clock
        self.receiver = Receiver(
            self.store, secrets, methods=[webhook.method], observer=observer, clock=clock
        )
        self.http = Http(http_client, base_url=base_url, api_key=api_key, clock=clock)
        self.downloads = Downloader(
            base_url=base_url,
            download_hosts=download_hosts,
            clock=clock,
            timeout=_defaults.ANSWER_TIMEOUT,
        )
        self.queue = _queue_of(self.store, pace_name(api_key, base_url), clock, pacing)
        self.in_flight = InFlight(self.store, max_in_flight)
        self.recovery = Recovery(self.store, clock, observer)
        self.waiting = Waiting(self.store)
        self.overdue = self._overdue(settings)

    async def open(self) -> None:
        """Open the store and make ready to send; opening twice does nothing."""
        await self.store.open()
        try:
            await self.recovery.recover()
            self.http.open()
            await self.downloads.open()
        except BaseException:
            await self.close()
            raise
        self.in_flight.open()
        self.waiting.open()
        self.overdue.start()

    async def close(self) -> None:
        """Close the connections and end every wait; closing twice does nothing."""
        await self.overdue.stop()
        self.in_flight.close()
        await self.queue.close()
        await self.waiting.close()
        await self.downloads.close()
        await self.http.close()
        if self._owns_store:
            await self.store.close()

    def pacing(self) -> PacingStatistics:
        """Give what flows at this moment."""
        live, sandbox = self.queue.statistics()
        return PacingStatistics(
            open=self.queue.open,
            in_flight=self.in_flight.count,
            held_back=self.in_flight.waiting,
            live=live,
            sandbox=sandbox,
        )

    @property
    def batches(self) -> BatchStore:
        """The store, as batches need it.

        Raises:
            ConfigurationError: It keeps none.
        """
        if not isinstance(self.store, BatchStore):
            raise ConfigurationError("store", "keeps no batches", hint="Those of this library do.")
        return self.store

    def means(
        self, members: BatchStore, conversions: Conversions, options: ConvertOptions | None
    ) -> Means:
        """Give what a batch works with; the options are for items without their own."""

        def request(item: Item) -> Request:
            return conversions.request(item.source, item.options or options, item.extra, "queued")

        return Means(
            conversions=conversions,
            records=self.store,
            members=members,
            clock=self.clock,
            request=request,
            refusals=lambda: sum(lane.refused for lane in self.queue.statistics()),
            recover=self.recovery.recover,
        )

    def conversions(self, settings: ViewSettings) -> Conversions:
        """Build what converts by these settings."""
        return Conversions(
            submitting=self._submitting(settings),
            direct=self._direct(settings),
            waiting=self.waiting,
            downloads=self.downloads,
            clock=self.clock,
            processor_version=settings.processor_version,
        )

    def _overdue(self, settings: ViewSettings) -> Overdue:
        repeating = Repeating(
            store=self.store,
            queue=self.queue,
            webhook=self.webhook,
            submitting=self._submitting(settings),
            direct=self._direct(settings),
            clock=self.clock,
            retry=settings.retry,
            callback_margin=settings.callback_margin,
            on_lost=self.on_lost,
            observer=self.observer,
        )
        return Overdue(
            store=self.store,
            repeat=repeating.repeat,
            recovery=self.recovery,
            clock=self.clock,
            on_lost=self.on_lost,
            observer=self.observer,
        )

    def _submitting(self, settings: ViewSettings) -> Submitting:
        return Submitting(
            store=self.store,
            http=self.http,
            queue=self.queue,
            in_flight=self.in_flight,
            recovery=self.recovery,
            webhook=self.webhook,
            clock=self.clock,
            retry=settings.retry,
            timeout=settings.timeout,
            callback_margin=settings.callback_margin,
            on_lost=self.on_lost,
            observer=self.observer,
        )

    def _direct(self, settings: ViewSettings) -> Direct:
        return Direct(
            http=self.http,
            queue=self.queue,
            clock=self.clock,
            retry=settings.retry,
            observer=self.observer,
        )

    def caller(self, settings: ViewSettings) -> Caller:
        """Build what makes every other call by these settings."""
        return Caller(
            http=self.http,
            clock=self.clock,
            retry=settings.retry,
            timeout=settings.timeout,
            observer=self.observer,
        )


def _store_of(store: Store | str | None) -> Store:
    return open_store(store_from(store)) if store is None or isinstance(store, str) else store


def _queue_of(store: Store, name: str, clock: Clock, pacing: Pacing) -> Queue | SharedQueue:
    if isinstance(store, PaceStore):
        return SharedQueue(store, name, clock=clock, pacing=pacing)
    return Queue(clock=clock, pacing=pacing)
