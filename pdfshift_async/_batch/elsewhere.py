"""Items that other processes have in hand."""

from __future__ import annotations

import asyncio

from pdfshift_async import _defaults
from pdfshift_async._core.members import Member
from pdfshift_async.errors import DuplicateKey

from .means import Means

__all__ = ["Elsewhere"]


class Elsewhere:
    """Waits for what other processes do with items, and takes over what they leave behind.

    Args:
        name: Of the batch.
        run: Takes over.
        means: Where the members are.
    """

    def __init__(self, name: str, run: str, means: Means) -> None:
        self._name = name
        self._run = run
        self._means = means
        self._waiting: dict[str, tuple[int, asyncio.Future[Member]]] = {}

    async def wait(self, key: str, number: int) -> Member:
        """Give a member that has ended, or that is in hand here from now on.

        Raises:
            DuplicateKey: An earlier item of this run waits for it already.
        """
        if key in self._waiting:
            raise DuplicateKey(key, self._waiting[key][0], number)
        over: asyncio.Future[Member] = asyncio.get_running_loop().create_future()
        self._waiting[key] = number, over
        try:
            return await over
        finally:
            del self._waiting[key]

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self._means.clock.sleep(_defaults.BATCH_LOOK)
            if self._waiting:
                await self._look()

    async def _look(self) -> None:
        waiting = dict(self._waiting)
        leased = await self._means.members.lease(self._name, list(waiting), self._run)
        if any(member.ending is None for member in leased):
            # Of a process that has died: what it was sending waits for nobody's answer now.
            await self._means.recover()
        for member in leased:
            _, over = waiting[member.key]
            if not over.done():  # else cancelled meanwhile
                over.set_result(member)
