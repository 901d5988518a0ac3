"""The course of an item, from its reading to its file."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from pdfshift_async._core.members import Ending, Member, SavedFile
from pdfshift_async._core.records import Request
from pdfshift_async._core.tokens import new_id
from pdfshift_async.errors import (
    AuthenticationFailed,
    CallbackLost,
    ContentChanged,
    DownloadError,
    DuplicateKey,
    InvalidOptions,
    PDFShiftError,
    PermissionDenied,
    RateLimited,
    ServiceUnreachable,
    StoreError,
    UnexpectedResponse,
    UnknownConversion,
    WaitError,
)
from pdfshift_async.models.results import Result, Via

from .circuit import Budget, Circuit
from .elsewhere import Elsewhere
from .files import Folder, is_there, saved_file
from .gate import Gate
from .items import FinishedItem, Item, Outcome, content_of
from .means import Means
from .progress import Tracker
from .settings import BatchLimits

__all__ = ["Course", "Run"]

_UNSENT: Final = (ServiceUnreachable, RateLimited, AuthenticationFailed, PermissionDenied)
"""Nothing was accepted, and the document is not to blame: the next run sends it."""

_HOPELESS: Final = (AuthenticationFailed, PermissionDenied)
"""What the service answers to one document, it answers to all."""

_LATELY: Final = timedelta(minutes=10)
"""A callback of that age still shows that the receiver can be reached."""

_CREDIT: Final = 5_000_000
"""Bytes for one credit.

Source: PDFShift FAQ, credits (read 2026-11).
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What the items of one run share."""

    name: str
    id: str
    means: Means
    folder: Folder | None
    limits: BatchLimits
    circuit: Circuit
    budget: Budget
    tracker: Tracker
    gate: Gate
    elsewhere: Elsewhere


class Course:
    """Takes one item to its end.

    Args:
        run: What it shares with the others.
        number: Its place among them.
        item: It.
        sending: Is told whether something is to be sent for it; cancels it where nothing may be.
    """

    _request: Request
    _content: str

    def __init__(self, run: Run, number: int, item: Item, sending: Callable[[bool], None]) -> None:
        self._run = run
        self._number = number
        self._item = item
        self._sending = sending
        self._resumed = False
        self._resubmits = 0

    async def finish(self) -> FinishedItem:
        """Give what becomes of it.

        Raises:
            PDFShiftError: It is about the whole batch, which must not go on.
        """
        try:
            self._request = self._run.means.request(self._item)
        except InvalidOptions as error:
            return await self._invalid(error)
        self._content = content_of(self._request)
        fresh = self._fresh(self._content)
        member, in_hand = await self._enrolled(fresh)
        if member.conversion_id == fresh.conversion_id:
            return await self._send(member)
        changed = member.content != self._content and member.ending is not Ending.UNSENT
        if changed and self._run.limits.on_changed == "refuse":
            refused = ContentChanged(member.key)
            return FinishedItem(member.key, "failed", member.conversion_id, error=refused)
        if not in_hand:
            return await self._wait_for_others(member)
        return await self._resume(replace(member, run=self._run.id, number=self._number))

    def _fresh(self, content: str) -> Member:
        return Member(self._run.name, self._item.key, content, new_id(), self._run.id, self._number)

    async def _enrolled(self, fresh: Member) -> tuple[Member, bool]:
        """Give the member of the key, and whether it is in hand here."""
        member, in_hand = await self._run.means.members.enrol(fresh)
        another = member.conversion_id != fresh.conversion_id
        if another and in_hand and member.run == fresh.run:
            raise DuplicateKey(member.key, member.number, self._number)
        return member, in_hand

    async def _invalid(self, error: InvalidOptions) -> FinishedItem:
        """Write down, for the report, why nothing could be sent."""
        fresh = replace(self._fresh(""), ending=Ending.UNSENT, detail=error.message)
        member, _ = await self._enrolled(fresh)
        return FinishedItem(member.key, "failed", error=error.about(None, member.key))

    async def _wait_for_others(self, before: Member) -> FinishedItem:
        """Leave it to the process that has it in hand, and go on with what that leaves behind."""
        run = self._run
        run.budget.owe()
        member = await run.elsewhere.wait(before.key, self._number)
        run.budget.settle(member.credits - before.credits)
        if member.ending is Ending.CONVERTED:
            run.circuit.heard()
        return await self._resume(member)

    async def _resume(self, member: Member) -> FinishedItem:
        """Go on with what an earlier run has begun, or another process."""
        if member.content != self._content or member.ending is Ending.UNSENT:
            return await self._send_anew(member)
        if member.ending is None:
            if await self._run.means.records.get(member.conversion_id) is None:
                # It was written down and not yet planned when its process died.
                return await self._send(member)
            self._run.budget.owe()
        self._resumed = True
        if (path := await self._kept(member)) is not None:
            self._sending(False)
            return self._finished(member, "converted", path=path)
        return await self._await(member)

    async def _kept(self, member: Member) -> Path | None:
        """Give the file of an earlier run if it is there still."""
        if self._run.folder is None or member.file is None:
            return None
        path = self._run.folder.path_of(member)
        return path if await is_there(member.file, path) else None

    async def _send_anew(self, member: Member) -> FinishedItem:
        """Send it under another id."""
        self._sending(True)
        again = replace(
            member,
            content=self._content,
            conversion_id=new_id(),
            ending=None,
            detail=None,
            file=None,
        )
        if not await self._run.means.members.rewrite(again, instead_of=member.conversion_id):
            return await self._wait_for_others(member)  # somebody else sends it anew
        return await self._send(again)

    async def _send(self, member: Member) -> FinishedItem:
        """Send it when it may go, and wait for what becomes of it."""
        self._resumed = False
        await self._run.budget.reserve()
        await self._run.circuit.admit()
        try:
            submit = self._run.means.conversions.submit
            _ = await submit(self._request, member.key, member.conversion_id)
        except StoreError:
            raise
        except UnexpectedResponse:
            pass  # a callback may come all the same; else its deadline ends it
        except PDFShiftError as error:
            return await self._refused(member, error)
        return await self._await(member)

    async def _refused(self, member: Member, error: PDFShiftError) -> FinishedItem:
        self._run.budget.settle(0)
        self._run.circuit.unused()
        ending = Ending.UNSENT if isinstance(error, _UNSENT) else Ending.FAILED
        await self._note(member, ending, detail=error.message)
        if isinstance(error, _HOPELESS):
            raise error
        return self._finished(member, "failed", error=error)

    async def _await(self, member: Member) -> FinishedItem:
        """Wait for the outcome, and do what it asks for."""
        self._sending(False)
        outcome = await self._outcome_of(member)
        match outcome:
            case Result():
                return await self._converted(member, outcome)
            case CallbackLost():
                return await self._lost(member, outcome)
            case UnknownConversion():
                unsaved = member.ending is Ending.CONVERTED
                return self._finished(member, "unsaved" if unsaved else "failed", error=outcome)
            case StoreError() | WaitError():
                raise outcome
            case _:
                return await self._failed(member, outcome)

    async def _outcome_of(self, member: Member) -> Result | PDFShiftError:
        conversion = self._run.means.conversions.handle(member.conversion_id, member.key)
        with self._run.tracker.waiting():
            try:
                return await conversion.wait()
            except PDFShiftError as error:
                return error

    async def _lost(self, member: Member, error: CallbackLost) -> FinishedItem:
        if member.ending is not None:
            return self._finished(member, "lost", error=error)
        self._run.budget.settle(1)  # nobody knows whether it was billed, so it counts
        noted = await self._note(member, Ending.LOST, detail=error.message, cost=1)
        if not self._resumed:
            self._run.circuit.lost()
        if self._resubmits < self._run.limits.max_resubmits:
            self._resubmits += 1
            return await self._send_anew(noted)
        return self._finished(member, "lost", error=error)

    async def _failed(self, member: Member, error: PDFShiftError) -> FinishedItem:
        if member.ending is None:
            self._run.budget.settle(0)
            if isinstance(error, _UNSENT):  # its process ended before its turn came
                return await self._send_anew(member)
            if not self._resumed:
                self._run.circuit.heard()
            await self._note(member, Ending.FAILED, detail=error.message)
        return self._finished(member, "failed", error=error)

    async def _converted(self, member: Member, result: Result) -> FinishedItem:
        cost = 0
        if member.ending is None:
            cost = 0 if self._request.sandbox else _credits_of(result)
            self._run.budget.settle(cost)
        file, error = await self._save(member, result)
        detail = None if error is None else error.message
        await self._note(member, Ending.CONVERTED, detail=detail, cost=cost, file=file)
        self._hear(result)
        path = None if file is None else Path(file.path)
        outcome: Outcome = "converted" if error is None else "unsaved"
        return self._finished(member, outcome, result=result, path=path, error=error)

    def _hear(self, result: Result) -> None:
        """Take a document for a sign of the receiver, or for one that callbacks do not come."""
        age = self._run.means.clock.now() - result.received_at
        if result.via is not Via.DIRECT and age < _LATELY:
            self._run.circuit.heard()
        elif not self._resumed:
            self._run.circuit.lost()

    async def _save(
        self, member: Member, result: Result
    ) -> tuple[SavedFile | None, DownloadError | None]:
        """Fetch the document; one that has expired, or cannot be written, stays as it is."""
        if self._run.folder is None:
            return None, None
        path = self._run.folder.path_of(member)
        try:
            async with self._run.gate.passage(result.expires_at):
                await result.save(path)
                return await saved_file(path), None
        except DownloadError as error:
            return None, error

    async def _note(
        self,
        member: Member,
        ending: Ending,
        *,
        detail: str | None,
        cost: int = 0,
        file: SavedFile | None = None,
    ) -> Member:
        noted = replace(
            member, ending=ending, detail=detail, credits=member.credits + cost, file=file
        )
        await self._run.means.members.rewrite(noted, instead_of=member.conversion_id)
        return noted

    def _finished(
        self,
        member: Member,
        outcome: Outcome,
        *,
        result: Result | None = None,
        path: Path | None = None,
        error: PDFShiftError | None = None,
    ) -> FinishedItem:
        return FinishedItem(
            member.key, outcome, member.conversion_id, result, path, error, self._resumed
        )


def _credits_of(result: Result) -> int:
    return max(1, math.ceil((result.filesize or 0) / _CREDIT))
