"""One world under one seed: everything that happens in it, and what must be true afterwards."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import Context
from random import Random
from typing import Any, Final
from unittest import mock
from urllib.parse import urlsplit

from pdfshift_async._downloads import downloader
from pdfshift_async.receiver import Reply

from .application import Ending, attended
from .disk import Disk
from .invariants import at_rest, empty, truthful_endings, truthful_records
from .processes import CURRENT, Process
from .scenario import Life, Moment, scenario_of
from .service import Service
from .virtual import Standstill, VirtualLoop

__all__ = ["Violation", "World"]


_SHOWN: Final = 5


class Violation(AssertionError):
    """A promise was broken in the world of a seed."""

    def __init__(self, seed: int, violations: Sequence[str]) -> None:
        shown = "\n  ".join(violations[:_SHOWN])
        super().__init__(f"seed {seed}:\n  {shown}\nreplay: scripts/simulate --seed {seed} -v")


class World:
    """Client, receiver, store and service in one loop on virtual time.

    Args:
        seed: Chooses everything that is left to chance.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.rng = Random(seed)  # noqa: S311 -- to be the same again
        self.scenario = scenario_of(self.rng)
        self.trace: list[tuple[float, str]] = []
        self.violations: list[str] = []
        self.endings: list[Ending] = []
        self.seen: Counter[str] = Counter()
        """What has happened, and how often."""
        self.told: Counter[str] = Counter()
        """How often an observer heard that a conversion has settled."""
        self.disk = Disk(self)
        self.service = Service(self)
        self._processes: dict[str, Process] = {}
        self._background: dict[asyncio.Task[Any], None] = {}

    @property
    def time(self) -> float:
        """Virtual seconds since the beginning."""
        return asyncio.get_running_loop().time()

    def note(self, text: str) -> None:
        """Write a line of the trace."""
        self.trace.append((self.time, text))

    def blame(self, text: str) -> None:
        """Write down a broken promise."""
        self.note(f"VIOLATION: {text}")
        self.violations.append(text)

    def chance(self, rate: float) -> bool:
        """Throw dice."""
        return self.rng.random() < rate

    def choice(self, rates: Mapping[str, float]) -> str | None:
        """Choose one fault, or none."""
        chosen = next((name for name, rate in rates.items() if self.chance(rate)), None)
        self.seen[chosen or "no fault"] += 1
        return chosen

    async def pause(self) -> None:
        """Take the time of a packet's way."""
        await asyncio.sleep(self.rng.random() * self.scenario.latency)

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run something that belongs to no process."""
        task = asyncio.get_running_loop().create_task(coroutine, context=Context())
        self._background[task] = None
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._background[task]
        if not task.cancelled() and (error := task.exception()):
            self.blame(f"the simulation failed: {error!r}")

    async def ready(self) -> Process:
        """Give a process whose client is open, as soon as there is one."""
        while True:
            clients = [each for each in self._processes.values() if each.ready and each.client]
            if clients:
                return self.rng.choice(clients)
            await asyncio.sleep(0.25)

    async def post(self, webhook: Mapping[str, Any], body: bytes) -> Reply | None:
        """Call a receiver; gives None where none is reached, or none lives until it answers."""
        await self.pause()
        receivers = [each for each in self._processes.values() if each.ready and each.receives]
        if not receivers:
            return None
        process = self.rng.choice(receivers)
        headers = webhook.get("headers", {})
        path = urlsplit(webhook["url"]).path
        task = process.spawn(process.receiver.handle("POST", path, headers, body))
        await asyncio.wait([task])
        if task.cancelled():
            return None
        if error := task.exception():
            self.blame(f"the receiver raised {error!r}")
            return None
        return task.result()

    def story(self) -> str:
        """Give the trace as text."""
        return "\n".join(f"{moment:9.3f}  {text}" for moment, text in self.trace)

    def simulate(self) -> None:
        """Let everything happen that the seed says.

        Raises:
            Violation: A promise was broken; its text tells how to see the whole story.
        """
        with _seeded(self), _logging_to(self):
            try:
                with asyncio.Runner(loop_factory=lambda: VirtualLoop(_belong)) as runner:
                    runner.run(self._run())
            except Standstill as end:
                self.violations.append(str(end))
        if self.violations:
            raise Violation(self.seed, self.violations)

    async def _run(self) -> None:
        asyncio.get_running_loop().set_exception_handler(self._unhandled)
        try:
            async with asyncio.timeout(self.scenario.bound):
                async with asyncio.TaskGroup() as group:
                    for happening in self._happenings():
                        group.create_task(happening)
                await self._rest()
        except TimeoutError:
            self.blame(f"not over after {self.scenario.bound:g} s: {list(self._unfinished())}")
        self._blame_all(truthful_records(self))
        self._blame_all(truthful_endings(self))
        for process in self._processes.values():
            await self._close(process)
        await self._check_end()

    def _happenings(self) -> Iterator[Coroutine[Any, Any, None]]:
        receives = self.scenario.receiver is None
        for number, lives in enumerate(self.scenario.processes):
            yield self._live(f"app {number}", lives, converts=True, receives=receives)
        if self.scenario.receiver is not None:
            yield self._live("receiver", self.scenario.receiver, converts=False, receives=True)
        for moment in self.scenario.moments:
            yield self._happen(moment)
        for number in range(self.scenario.documents):
            yield attended(self, number)

    async def _live(
        self, name: str, lives: Iterable[Life], *, converts: bool, receives: bool
    ) -> None:
        """Let a process live as often as the seed says; its last life lasts until the end."""

        def begin() -> Process:
            process = Process(self, name, converts=converts, receives=receives)
            self._processes[name] = process
            process.start()
            return process

        for life in lives:
            process = begin()
            await asyncio.sleep(life.seconds)
            await (process.crash() if life.crash else self._close(process))
            await asyncio.sleep(life.downtime)
        begin()

    async def _close(self, process: Process) -> None:
        await process.close()
        self._blame_all(empty(process))

    async def _happen(self, moment: Moment) -> None:
        await asyncio.sleep(moment.at)
        self.note(f"{moment}")
        self.seen[moment.kind] += 1
        match moment.kind:
            case "jump":
                for process in self._processes.values():
                    process.clock.jump(moment.amount)
            case "outage":
                self.disk.down_until = self.time + moment.amount
            case "restore":
                await self.disk.restore(moment.amount)

    async def _rest(self) -> None:
        """Wait until the service has nothing to do, and no conversion is open."""
        while self._background or self.service.open or any(self._unfinished()):  # noqa: ASYNC110 -- virtual seconds cost nothing
            await asyncio.sleep(1)
        await asyncio.sleep(1)

    def _unfinished(self) -> Iterator[str]:
        for record in self.disk.records():
            if not record.settled:
                yield f"{record.id} is {record.state}"
        for process in self._processes.values():
            yield from at_rest(process)

    async def _check_end(self) -> None:
        """Nothing of the library runs any more, or is going to."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        if self.violations:
            return
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            self.blame(f"a task is left: {task}")
        for timer in loop.timers():
            self.blame(f"a timer is left: {timer}")

    def _blame_all(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.blame(text)

    def _unhandled(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.blame(f"unhandled: {context}")


def _belong(task: asyncio.Task[Any], context: Context) -> None:
    """Let a process know its tasks, so that they can die with it."""
    process = context.get(CURRENT)
    if process is not None:
        process.tasks[task] = None
        task.add_done_callback(process.tasks.pop)


@contextmanager
def _seeded(world: World) -> Iterator[None]:
    """Take every chance of the library from the seed, and no connection."""
    with (
        mock.patch("random.random", world.rng.random),
        mock.patch.object(secrets, "token_bytes", world.rng.randbytes),
        mock.patch.object(downloader, "new_transport", return_value=world.service),
    ):
        yield


class _Trace(logging.Handler):
    """Puts what the library logs into the trace; a logged exception is nobody's intention."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def emit(self, record: logging.LogRecord) -> None:
        """Take one line."""
        self._world.note(f"log: {record.getMessage()}")
        if record.exc_info:
            self._world.blame(f"{record.getMessage()}: {record.exc_info[1]!r}")


@contextmanager
def _logging_to(world: World) -> Iterator[None]:
    logger = logging.getLogger("pdfshift_async")
    handler, propagates = _Trace(world), logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield
    finally:
        logger.propagate = propagates
        logger.removeHandler(handler)
