"""A process: client and receiver, running until they are closed or die."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from pdfshift_async import (
    PDFShift,
    Receiver,
    Retry,
    StoreError,
)
from pdfshift_async._settings import Pacing
from pdfshift_async.events import Event, Settled

from .virtual import ShiftingClock

if TYPE_CHECKING:
    from .world import World

__all__ = ["CURRENT", "Process"]

T = TypeVar("T")

CURRENT: ContextVar[Process | None] = ContextVar("CURRENT", default=None)
"""The process that a task belongs to, as do the tasks that it starts."""

_SECRET = "a secret of the simulation"
_ROUNDS = 1000


class Process:
    """One life of an application, or of a receiver apart.

    Args:
        world: Where it lives.
        name: Shown in the trace.
        converts: Whether it has a client.
        receives: Whether callbacks reach it.
    """

    def __init__(self, world: World, name: str, *, converts: bool, receives: bool) -> None:
        self._world = world
        self._name = name
        self.alive = True
        self.ready = False
        self.tasks: dict[asyncio.Task[Any], None] = {}
        self._context = copy_context()
        self._context.run(CURRENT.set, self)
        self._started: asyncio.Task[None] | None = None
        self.clock = ShiftingClock((world.rng.random() - 0.5) * world.scenario.skew)
        self.store = world.disk.store_for(self)
        self.client = self._client() if converts else None
        self.receives = receives
        self.receiver = self.client.receiver if self.client is not None else self._receiver()

    def __repr__(self) -> str:
        return self._name

    def notify(self, event: Event) -> None:
        """Count what the library says has settled."""
        if isinstance(event, Settled):
            self._world.told[event.conversion_id] += 1

    def _client(self) -> PDFShift:
        scenario = self._world.scenario
        return PDFShift(
            "sk_simulated",
            webhook_url="https://app.example.com/pdfshift",
            store=self.store,
            webhook_secrets=[_SECRET],
            webhook_auth=scenario.webhook_auth,
            http_client=httpx.AsyncClient(transport=self._world.service, trust_env=False),
            timeout=scenario.answer_timeout,
            callback_margin=scenario.margin,
            retry=Retry(max_elapsed=scenario.retry_for),
            pacing=Pacing(max_open=scenario.max_open, window=scenario.window),
            max_in_flight=scenario.max_in_flight,
            on_lost=scenario.on_lost,
            max_resubmits=scenario.max_resubmits,
            observer=self,
            clock=self.clock,
        )

    def _receiver(self) -> Receiver:
        return Receiver(self.store, [_SECRET], observer=self, clock=self.clock)

    def spawn(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run something in this process."""
        return asyncio.get_running_loop().create_task(coroutine, context=self._context)

    def start(self) -> None:
        """Begin to open the client; what supervises it tries again as long as the store fails."""
        self._started = self.spawn(self._start())

    async def _start(self) -> None:
        while not self.ready:
            try:
                await (self.store if self.client is None else self.client).open()
                self.ready = True
            except StoreError:
                await asyncio.sleep(0.5)

    async def crash(self) -> None:
        """Die: nothing it has in hand is written, sent or cleaned up any more."""
        self._world.note(f"{self} crashes")
        self._world.seen["crash"] += 1
        await self._end()

    async def _end(self) -> None:
        """Be gone.

        Its tasks are cancelled only to be rid of them: the disk is out of their reach.
        """
        self.alive = self.ready = self.receives = False
        self.store.listeners.clear()
        for _ in range(_ROUNDS):
            if not self.tasks:
                return
            for task in list(self.tasks):
                task.cancel()
            await asyncio.sleep(0)
        self._world.blame(f"{self} has tasks that cannot be cancelled: {list(self.tasks)}")

    async def close(self) -> None:
        """End as an application should: what is under way ends by itself."""
        self._world.note(f"{self} closes")
        self._world.seen["close"] += 1
        self.ready = False
        if self._started is not None:
            self._started.cancel()
        patience = self._world.time + self._world.scenario.bound
        if self.client is not None:
            closing = self.spawn(self.client.close())
            await asyncio.wait([closing], timeout=self._world.scenario.bound)
            if closing.done() and (error := closing.exception()):
                self._world.blame(f"closing {self} raised {error!r}")
        self.receives = False
        while self.tasks and self._world.time < patience:
            await asyncio.wait(list(self.tasks), timeout=1)
        for task in list(self.tasks):
            self._world.blame(f"{self} has closed and still runs {task}")
        for listener in self.store.listeners.values():
            self._world.blame(f"{self} has closed, and its store still tells {listener}")
        await self._end()
