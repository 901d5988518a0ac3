"""What the views of one client share, and what each has of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, Literal, TypedDict, get_args

from ._clock import Clock
from ._conversions import Conversions
from ._core.interfaces import Observer, Store
from ._core.wire import Webhook
from ._downloads import Downloader
from ._engine.direct import Direct
from ._engine.in_flight import InFlight
from ._engine.overdue import Overdue
from ._engine.queueing import Queue
from ._engine.recovery import Recovery
from ._engine.repeating import Repeating
from ._engine.submitting import Submitting
from ._engine.waiting import Waiting
from ._http import Http
from ._resources import Caller
from ._settings import OnLost, Retry, seconds
from .errors import ConfigurationError

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


@dataclass(frozen=True, slots=True)
class Shared:
    """What there is once, however many views a client has."""

    store: Store
    http: Http
    queue: Queue
    in_flight: InFlight
    recovery: Recovery
    webhook: Webhook
    waiting: Waiting
    downloads: Downloader
    clock: Clock
    on_lost: OnLost
    observer: Observer | None

    def conversions(self, settings: ViewSettings) -> Conversions:
        """Build what converts by these settings."""
        return Conversions(
            submitting=self._submitting(settings),
            direct=self._direct(settings),
            waiting=self.waiting,
            downloads=self.downloads,
            clock=self.clock,
        )

    def overdue(self, settings: ViewSettings) -> Overdue:
        """Build what watches the deadlines, and sends again by these settings."""
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
