"""What the applications do: submit documents, and await each in many ways until it has ended."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from pdfshift_async import (
    CallbackOverdue,
    Conversion,
    PDFOptions,
    PDFShift,
    Result,
    StoreUnavailable,
    UnknownConversion,
)
from pdfshift_async.errors import ConfigurationError, WaitError

if TYPE_CHECKING:
    from .processes import Process
    from .world import World

__all__ = ["Ending", "attended"]

T = TypeVar("T")


@dataclass(frozen=True)
class Ending:
    """How something ended that an application waited for."""

    source: str
    conversion_id: str | None
    """None for what was converted without a callback."""
    result: Result | None
    error: BaseException | None


@dataclass(frozen=True)
class _Patience:
    """How one await is made: until when, and whether that is its own limit or a cancellation."""

    timeout: float | None = None
    cancelled_after: float | None = None


async def attended(world: World, number: int) -> None:
    """Bring one document to its end, whatever becomes of the processes on the way."""
    await asyncio.sleep(world.rng.random() * world.scenario.spread)
    if world.chance(world.scenario.hosted):
        await _hosted(world, f"document {number}, hosted")
        return
    for attempt in count():
        source = f"document {number}, {attempt}"
        await _submitted(world, source)
        if conversion_id := world.disk.ids.get(source):
            awaits = [
                _awaited(world, source, conversion_id) for _ in range(world.rng.randint(1, 3))
            ]
            async with asyncio.TaskGroup() as group:
                for each in awaits:
                    group.create_task(each)
            return
        await asyncio.sleep(0.5)


async def _hosted(world: World, source: str) -> None:
    process = await world.ready()
    task = process.spawn(
        _client(process).convert_hosted(source, _options(world), filename="document.pdf")
    )
    ended = await _outcome(world, process, task)
    if ended is not None and not _passes(world, process, ended[1]):
        world.seen[_kind_of(*ended)] += 1
        world.endings.append(Ending(source, None, *ended))


async def _submitted(world: World, source: str) -> None:
    """Submit it; the world knows better than the application what came of it."""
    process = await world.ready()
    task = process.spawn(_client(process).submit(source, _options(world), key=source))
    patience = world.rng.random() * world.rng.choice((1, 10)) if world.chance(0.15) else None
    ended = await _outcome(world, process, task, cancelled_after=patience)
    if ended is None:
        return
    conversion, error = ended
    if isinstance(conversion, Conversion):
        world.note(f"{process}: submitted {conversion}")
        return
    conversion_id = world.disk.ids.get(source)
    if not _passes(world, process, error, conversion_id):
        world.endings.append(Ending(source, conversion_id, None, error))


async def _awaited(world: World, source: str, conversion_id: str) -> None:
    """Await it: first in ways that may end without an answer, and at last until there is one."""
    while True:
        process = await world.ready()
        patience = _patience(world)
        conversion = _client(process).conversion(conversion_id)
        task = process.spawn(conversion.wait(timeout=patience.timeout))
        ended = await _outcome(world, process, task, cancelled_after=patience.cancelled_after)
        if ended is not None:
            result, error = ended
            world.seen[_kind_of(result, error)] += 1
            overdue = isinstance(error, CallbackOverdue) and patience.timeout is not None
            if not overdue and not _passes(world, process, error, conversion_id):
                world.endings.append(Ending(source, conversion_id, result, error))
                return
        await asyncio.sleep(world.rng.random())


async def _outcome(
    world: World, process: Process, task: asyncio.Task[T], *, cancelled_after: float | None = None
) -> tuple[T | None, BaseException | None] | None:
    """Give result or error; None where the process died or the await was cancelled."""
    await asyncio.wait([task], timeout=cancelled_after)
    asked = not task.done()
    while not task.done():
        world.seen["cancellation"] += 1
        task.cancel()
        await asyncio.wait([task], timeout=world.rng.random())
    if task.cancelled():
        if process.alive and not asked:
            world.blame(f"{process}: cancelled by nobody: {task}")
        return None
    error = task.exception()
    if asked and error is not None and isinstance(error.__context__, asyncio.CancelledError):
        world.blame(f"{process}: a cancellation became {error!r}")
    return (None, error) if error else (task.result(), None)


def _kind_of(result: Result | None, error: BaseException | None) -> str:
    return type(error).__name__ if result is None else result.via


def _passes(
    world: World,
    process: Process,
    error: BaseException | None,
    conversion_id: str | None = None,
) -> bool:
    """Whether an error is of this process and this moment, and not of the conversion."""
    if isinstance(error, UnknownConversion):
        return conversion_id in world.disk.absent
    if isinstance(error, StoreUnavailable):
        return True
    closed = isinstance(error, ConfigurationError) or type(error) is WaitError
    return closed and not process.ready


def _patience(world: World) -> _Patience:
    some = world.rng.random() * 20
    kind = world.rng.random()
    if kind < 0.2:
        return _Patience(timeout=some + 0.01)
    return _Patience(cancelled_after=some) if kind < 0.4 else _Patience()


def _options(world: World) -> PDFOptions:
    return PDFOptions(timeout=world.scenario.loading)


def _client(process: Process) -> PDFShift:
    assert process.client is not None
    return process.client
