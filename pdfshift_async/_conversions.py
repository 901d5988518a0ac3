"""The three ways from a request to its document."""

from __future__ import annotations

from . import _defaults
from ._clock import Clock
from ._conversion import Conversion
from ._core.documents import MEDIA_TYPES
from ._core.records import Request
from ._core.states import State
from ._core.values import markup_in
from ._core.wire import document_in, hosted_in, info_in
from ._downloads import Downloader
from ._engine.direct import Direct
from ._engine.submitting import Submitting
from ._engine.waiting import Waiting
from .errors import Phase
from .models.responses import Document
from .models.results import Result, Via
from .models.templates import Markup

__all__ = ["Conversions"]


class Conversions:
    """Converts requests that are already checked, whether of a source or of a template."""

    def __init__(
        self,
        *,
        submitting: Submitting,
        direct: Direct,
        waiting: Waiting,
        downloads: Downloader,
        clock: Clock,
    ) -> None:
        self._submitting = submitting
        self._direct = direct
        self._waiting = waiting
        self._downloads = downloads
        self._clock = clock

    async def submit(
        self, request: Request, key: str | None, conversion_id: str | None = None
    ) -> Conversion:
        """Queue a conversion."""
        record = await self._submitting.submit(request, key, conversion_id)
        return self.handle(record.id, key, state=record.state)

    async def direct(self, request: Request) -> Document:
        """Give the document in the answer."""
        answer = await self._direct.convert(request, limit=_defaults.DOCUMENT_LIMIT)
        return Document(
            content=answer.body,
            media_type=MEDIA_TYPES[request.endpoint],
            response=document_in(answer, request.endpoint),
            _writer=self._downloads,
        )

    async def hosted(self, request: Request) -> Result:
        """Give the document whose URL is in the answer."""
        answer = await self._direct.convert(request, limit=_defaults.ANSWER_LIMIT)
        return Result.of(
            hosted_in(answer),
            self._downloads,
            via=Via.ANSWER,
            received_at=self._clock.now(),
            own_bucket=request.own_bucket,
            response=info_in(answer),
        )

    async def filled(self, request: Request) -> Markup:
        """Give the HTML of a template that is only filled."""
        answer = await self._direct.convert(request, limit=_defaults.DOCUMENT_LIMIT)
        return markup_in(answer, Phase.SUBMIT)

    def handle(
        self, conversion_id: str, key: str | None = None, *, state: State | None = None
    ) -> Conversion:
        """Give what awaits a conversion."""
        return Conversion(
            conversion_id, key, state=state, waiting=self._waiting, downloads=self._downloads
        )
