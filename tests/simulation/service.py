"""A model of the service: small enough to be believed, and its own record is the truth."""

from __future__ import annotations

import asyncio
import json
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Final

import httpx

from .processes import CURRENT, Process
from .virtual import ShiftingClock

if TYPE_CHECKING:
    from pdfshift_async.receiver import Reply

    from .world import World

__all__ = ["Acceptance", "Delivery", "Service"]

_SEPARATE: Final = 10.0
"""Seconds within which the callbacks of one conversion come, faults aside."""


@dataclass
class Acceptance:
    """One conversion as the service remembers it: it is billed."""

    source: str
    number: int
    """Among all that were ever accepted."""
    converts: bool
    confirmed: bool = False
    """Whether an answer said so."""
    heard_by: Process | None = field(default=None, repr=False)
    """Who got the outcome in the answer, and not by a callback."""

    @property
    def url(self) -> str:
        """Where its document is."""
        return f"https://pdfshift.s3.amazonaws.com/d/2/2026-10/{self.number:032x}/document.pdf"

    @property
    def detail(self) -> str:
        """Why it failed."""
        return f"document {self.number} cannot be converted"

    def body(self) -> bytes:
        """Give the callback."""
        if self.converts:
            return json.dumps({"success": True, "url": self.url, "pdf_pages": 1}).encode()
        error = {"error": self.detail, "code": 400, "success": False}
        return json.dumps({"error": error}).encode()


@dataclass
class Delivery:
    """One callback, delivered as often as it takes."""

    source: str
    body: bytes
    acknowledged: bool = False
    """Whether a receiver said 200 or 202, heard or not."""


@dataclass
class _Request:
    """One request that has arrived."""

    source: str
    webhook: Mapping[str, Any] | None
    sender: Process | None
    answer: asyncio.Future[httpx.Response] = field(repr=False)


class Service(httpx.AsyncBaseTransport):
    """Accepts, converts and calls back; whatever goes wrong is chosen by the world's seed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._faults = world.scenario.faults
        self._clock = ShiftingClock(0.0)
        self.accepted: defaultdict[str, list[Acceptance]] = defaultdict(list)
        """What is billed, by source."""
        self.refused: set[str] = set()
        """Sources that it said no to, other than for the moment."""
        self.deliveries: list[Delivery] = []
        self.open = 0
        """Requests without an answer."""
        self._count = 0
        self._window = 0
        self._used = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Take one request."""
        self.open += 1
        try:
            return await self._carry(request)
        finally:
            self.open -= 1

    async def _carry(self, request: httpx.Request) -> httpx.Response:
        """Carry it over a network that may fail at any point."""
        fault = self._world.choice(self._faults.request)
        await self._world.pause()
        if fault == "no connection":
            raise httpx.ConnectError("refused", request=request)
        answer: asyncio.Future[httpx.Response] = asyncio.get_running_loop().create_future()
        content = json.loads(request.content)
        webhook = content.get("webhook")
        if isinstance(webhook, str):
            webhook = {"url": webhook}
        arrived = _Request(content["source"], webhook, CURRENT.get(), answer)
        # What has been sent arrives, whether or not its sender still lives.
        self._world.spawn(self._serve(arrived, fault))
        patience = request.extensions["timeout"]["read"]
        try:
            async with asyncio.timeout(patience):
                return await answer
        except TimeoutError as error:
            raise httpx.ReadTimeout("silence", request=request) from error

    async def _serve(self, request: _Request, fault: str | None) -> None:
        await self._world.pause()
        self._world.note(f"service: {request.source}, {fault or 'no fault'}")
        if fault == "cut before acceptance":
            _cut(request)
        elif fault == "500 before acceptance":
            await self._answer(request, 500, {"error": "failed", "code": 500})
        elif fault == "429" or not self._has_room():
            await self._answer(request, 429, {"error": "rate limited", "code": 429})
        elif fault == "refused":
            self.refused.add(request.source)
            await self._answer(request, 400, {"errors": {"source": ["is odd"]}, "code": 400})
        else:
            await self._accept(request, fault)

    async def _accept(self, request: _Request, fault: str | None) -> None:
        self._count += 1
        converts = not self._world.chance(self._faults.failure)
        accepted = Acceptance(request.source, self._count, converts)
        self.accepted[request.source].append(accepted)
        self._world.note(f"service: {accepted}")
        if request.webhook is not None:
            self._call_back(accepted, request.webhook)
        else:
            await asyncio.sleep(self._world.rng.random() * self._world.scenario.loading)
        if fault == "slow answer":
            await asyncio.sleep(self._world.rng.random() * 3 * self._world.scenario.answer_timeout)
        await self._reply(request, accepted, fault)

    async def _reply(self, request: _Request, accepted: Acceptance, fault: str | None) -> None:
        if fault == "cut after acceptance":
            _cut(request)
        elif fault == "500 after acceptance":
            await self._answer(request, 500, {"error": "failed", "code": 500})
        elif fault == "odd answer":
            await self._answer(request, 200, {"fine": True})
        elif request.webhook is not None:
            accepted.confirmed = True
            await self._answer(request, 202, {"queued": True})
        elif accepted.converts:
            await self._answer(request, 200, json.loads(accepted.body()))
            if not request.answer.cancelled():
                accepted.heard_by = request.sender
        else:
            await self._answer(request, 408, {"error": accepted.detail, "code": 408})

    async def _answer(self, request: _Request, status: int, content: Mapping[str, Any]) -> None:
        response = httpx.Response(status, headers=self._headers(), json=content)
        await self._world.pause()
        if not request.answer.done():
            request.answer.set_result(response)

    def _has_room(self) -> bool:
        limit = self._world.scenario.limit
        window = math.floor(self._world.time / self._world.scenario.window)
        if window != self._window:
            self._window, self._used = window, 0
        if limit is None or self._used >= limit:
            return limit is None
        self._used += 1
        return True

    def _headers(self) -> dict[str, str]:
        now = self._clock.now()
        headers = {"date": format_datetime(now, usegmt=True)}
        limit = self._world.scenario.limit
        if limit is None:
            return headers
        length = self._world.scenario.window
        reset = (math.floor(now.timestamp() / length) + 1) * length
        return {
            **headers,
            "x-ratelimit-limit": str(limit),
            "x-ratelimit-remaining": str(limit - self._used),
            "x-ratelimit-reset": str(round(reset)),
        }

    def _call_back(self, accepted: Acceptance, webhook: Mapping[str, Any]) -> None:
        """Decide what the receiver will get, and when."""
        fault = self._world.choice(self._faults.callback)
        self._world.note(f"service: the callback of {accepted.number}, {fault or 'no fault'}")
        if self._world.chance(self._faults.forgery):
            self._world.spawn(self._forge(webhook))
        if fault == "lost":
            return
        scenario = self._world.scenario
        soon = self._world.rng.random() * min(_SEPARATE, scenario.loading)
        whole = scenario.loading + scenario.margin
        delay = {"early": 0.0, "late": whole * (0.8 + self._world.rng.random())}.get(
            fault or "", soon
        )
        body = {"damaged": accepted.body()[:-9], "empty": b""}.get(fault or "", accepted.body())
        reply_lost = fault == "reply lost"
        self._world.spawn(self._deliver(accepted, webhook, body, delay, reply_lost=reply_lost))
        for _ in range(self._world.rng.randint(1, 2) if fault == "twice" else 0):
            again = self._world.rng.random() * _SEPARATE
            other = self._world.chance(0.3)
            body = json.dumps({"error": "contradiction"}).encode() if other else accepted.body()
            self._world.spawn(self._deliver(accepted, webhook, body, again, reply_lost=False))

    async def _deliver(
        self,
        accepted: Acceptance,
        webhook: Mapping[str, Any],
        body: bytes,
        delay: float,
        *,
        reply_lost: bool,
    ) -> None:
        delivery = Delivery(accepted.source, body)
        self.deliveries.append(delivery)
        await asyncio.sleep(delay)
        for _ in range(1 + self._world.scenario.redeliveries):
            reply = await self._world.post(webhook, body)
            self._world.note(f"service: callback of {accepted.number} answered {reply}")
            self._world.seen["no reply" if reply is None else reply.body.decode()] += 1
            if reply is not None and reply.status in {200, 202}:
                delivery.acknowledged = True
                if not reply_lost:
                    return
            elif reply is not None and reply.status != 503:
                self._world.blame(f"a genuine callback was answered {reply}")
            await asyncio.sleep(self._world.rng.random() * 5)

    async def _forge(self, webhook: Mapping[str, Any]) -> None:
        """Let somebody try his luck who has seen an id."""
        self._world.seen["forgery"] += 1
        await asyncio.sleep(self._world.rng.random() * _SEPARATE)
        forged = {"url": f"{_bare(webhook['url'])}.{'a' * 26}"}
        reply: Reply | None = await self._world.post(forged, b'{"url": "https://evil.example"}')
        if reply is not None and reply.status != 404:
            self._world.blame(f"a forged callback was answered {reply}")


def _bare(url: str) -> str:
    """Give the callback URL without its signature."""
    folder, _, segment = url.rpartition("/")
    return f"{folder}/{segment.partition('.')[0]}"


def _cut(request: _Request) -> None:
    if not request.answer.done():
        request.answer.set_exception(httpx.ReadError("reset"))
