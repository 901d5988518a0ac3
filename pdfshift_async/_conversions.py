"""The three ways from a request to its document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from . import _defaults
from ._clock import Clock
from ._conversion import Conversion
from ._core.documents import MEDIA_TYPES
from ._core.records import Request
from ._core.states import State
from ._core.tokens import is_id, new_id
from ._core.values import markup_in
from ._core.wire import document_in, hosted_in, info_in, request_of
from ._downloads import Downloader
from ._engine.direct import Direct
from ._engine.submitting import Submitting
from ._engine.waiting import Waiting
from .errors import ConfigurationError, Phase
from .models.options import ConvertOptions, Delivery
from .models.responses import Document
from .models.results import Result, Via
from .models.templates import Markup

__all__ = ["Conversions"]

_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
"""What one store could keep and another could not."""


class Conversions:
    """Makes requests of sources, and converts those and the ones that are made of templates."""

    def __init__(
        self,
        *,
        submitting: Submitting,
        direct: Direct,
        waiting: Waiting,
        downloads: Downloader,
        clock: Clock,
        processor_version: str | None,
    ) -> None:
        self._submitting = submitting
        self._direct = direct
        self._waiting = waiting
        self._downloads = downloads
        self._clock = clock
        self._processor_version = processor_version

    def request(
        self,
        source: str,
        options: ConvertOptions | None,
        extra: Mapping[str, Any] | None,
        delivery: Delivery,
    ) -> Request:
        """Check what is to be converted, and give what is sent for it."""
        version = self._processor_version
        return request_of(source, options, extra, delivery, processor_version=version)

    async def submit(
        self, request: Request, key: str | None, conversion_id: str | None = None
    ) -> Conversion:
        """Queue a conversion.

        Raises:
            ConfigurationError: The key cannot be stored.
        """
        if key is not None and _UNSTORABLE.search(key):
            raise ConfigurationError(
                "key", "must be valid Unicode, without NUL", hint="Decode the text correctly."
            )
        conversion_id = conversion_id or new_id()
        with self._waiting.expecting(conversion_id):
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

    def known(self, conversion_id: str) -> Conversion:
        """Give what awaits a conversion whose id somebody has kept.

        Raises:
            ConfigurationError: It is no id.
        """
        if not is_id(conversion_id):
            raise ConfigurationError(
                "conversion_id",
                f"{conversion_id[:40]!r} is none",
                hint="Pass the `id` of a Conversion: cv_ and 26 letters or digits.",
            )
        return self.handle(conversion_id)

    def handle(
        self, conversion_id: str, key: str | None = None, *, state: State | None = None
    ) -> Conversion:
        """Give what awaits a conversion."""
        return Conversion(
            conversion_id, key, state=state, waiting=self._waiting, downloads=self._downloads
        )
