"""What must be true of every world, whatever its seed chose."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from pdfshift_async import CallbackLost, Result
from pdfshift_async._core.callbacks import outcome_of
from pdfshift_async._core.records import Record
from pdfshift_async._core.refusals import error_of
from pdfshift_async._engine.queueing import Queue
from pdfshift_async.errors import (
    Billed,
    ConversionFailed,
    PDFShiftError,
    Phase,
    RateLimited,
    ServiceError,
    ServiceUnreachable,
    SubmitRejected,
    SubmitUnconfirmed,
    UnexpectedResponse,
)
from pdfshift_async.models.outcomes import Converted, Failed, Lost

from .service import Acceptance, Delivery, Service

if TYPE_CHECKING:
    from .application import Ending
    from .processes import Process
    from .world import World

_EXPECTED = (
    CallbackLost,
    ConversionFailed,
    SubmitRejected,
    RateLimited,
    ServiceUnreachable,
    SubmitUnconfirmed,
    ServiceError,
    UnexpectedResponse,
)
"""What may become of a conversion here; the rest is a mistake."""

__all__ = ["at_rest", "empty", "truthful_endings", "truthful_records"]


def truthful_records(world: World) -> Iterator[str]:
    """Compare what the disk says in the end with what the service remembers."""
    for record in world.disk.records():
        source = world.disk.source_of(record.id)
        accepted = world.service.accepted[source]
        if not record.settled:
            yield f"{record.id} never ended: {record.state}"
        yield from _bills(world, record, accepted)
        yield from _contradictions(world.service, record, source)
        told, settled = world.told[record.id], world.disk.settlements[record.id]
        if told > settled:
            yield f"{record.id} settled {settled} times, and its observer heard of {told}"


def _bills(world: World, record: Record, accepted: list[Acceptance]) -> Iterator[str]:
    if record.resubmits > world.scenario.repeats:
        yield f"{record.id} was sent again {record.resubmits} times"
    if len(accepted) > 1 + record.resubmits:
        yield f"{record.id} is billed {len(accepted)} times, sent again {record.resubmits} times"


def _contradictions(service: Service, record: Record, source: str) -> Iterator[str]:
    """Say what the service knows better."""
    accepted = service.accepted[source]
    delivered = [each for each in service.deliveries if each.source == source]
    match record.outcome:
        case Converted() as outcome:
            yield from _invented_document(outcome, accepted, delivered)
        case Failed(failure=failure) if failure.kind in {"refused", "unsent"}:
            if accepted:
                yield f"{record.id} counts as {failure.kind}: {accepted}"
            if failure.status == HTTPStatus.BAD_REQUEST and source not in service.refused:
                yield f"{record.id} was never refused"
        case Failed() as outcome:
            yield from _invented_failure(outcome, accepted, delivered)
        case Lost() as outcome:
            yield from _hasty_loss(record.id, outcome, accepted, delivered)
        case None:
            pass


def _invented_document(
    outcome: Converted, accepted: list[Acceptance], delivered: list[Delivery]
) -> Iterator[str]:
    url = outcome.document.url
    if not any(each.converts and each.url == url for each in accepted):
        yield f"{url} is none of {accepted}"
    if not outcome.direct and outcome not in [outcome_of(each.body) for each in delivered]:
        yield f"{url} was in no callback"


def _invented_failure(
    outcome: Failed, accepted: list[Acceptance], delivered: list[Delivery]
) -> Iterator[str]:
    answered = [each.detail for each in accepted if not each.converts]
    reported = [outcome_of(each.body) for each in delivered]
    if outcome not in reported and outcome.failure.detail not in answered:
        yield f"{outcome} was never reported: {accepted}"


def _hasty_loss(
    conversion_id: str, lost: Lost, accepted: list[Acceptance], delivered: list[Delivery]
) -> Iterator[str]:
    if any(each.acknowledged for each in delivered):
        yield f"{conversion_id} is lost, and its callback was acknowledged"
    if lost.confirmed and not any(each.confirmed for each in accepted):
        yield f"{conversion_id} counts as confirmed, and never was"
    if any(each.heard_by is not None and each.heard_by.ready for each in accepted):
        yield f"{conversion_id} is lost, and its document was in an answer"


def truthful_endings(world: World) -> Iterator[str]:
    """Compare what the applications were told with what the service and the disk remember."""
    for ending in world.endings:
        accepted = world.service.accepted[ending.source]
        if ending.conversion_id is None:
            if len(accepted) > 1:
                yield f"{ending.source} is billed {len(accepted)} times"
            urls = [each.url for each in accepted if each.converts]
            if isinstance(ending.result, Result) and ending.result.url not in urls:
                yield f"{ending.source} was given {ending.result.url}"
        yield from _misleading(world, ending, accepted)


def _misleading(world: World, ending: Ending, accepted: list[Acceptance]) -> Iterator[str]:
    error = ending.error
    record = None if ending.conversion_id is None else world.disk.record(ending.conversion_id)
    if error is not None and not isinstance(error, _EXPECTED):
        yield f"{ending.source}: nobody expects {error!r}"
    elif error is not None and error.billed is Billed.NO and accepted:
        yield f"{ending.source}: {error!r} says not billed: {accepted}"
    elif isinstance(error, CallbackLost):
        if ending.conversion_id not in world.disk.lost:
            yield f"{ending.source}: {error!r}, and it was never lost"
    elif record is not None and not _agrees(ending, record):
        yield f"{ending.source}: {ending.result or error!r}, and the disk has {record.outcome}"


def _agrees(ending: Ending, record: Record) -> bool:
    match record.outcome:
        case Converted(document=document):
            same = ending.result is not None and ending.result.url == document.url
        case Failed(failure=failure):
            same = str(error_of(failure).message) == getattr(ending.error, "message", None)
        case _:
            same = False
    return same or _is_of_submission(ending.error)


def _is_of_submission(error: BaseException | None) -> bool:
    """Whether the error is about one answer and leaves open what becomes of the conversion."""
    return isinstance(error, PDFShiftError) and (
        error.phase is Phase.SUBMIT and error.billed is Billed.UNKNOWN
    )


def at_rest(process: Process) -> Iterator[str]:
    """Say what an open client still holds when there is nothing to do any more."""
    client = process.client
    if client is None:
        return
    pacing, shared = client.pacing, client._shared
    held = (pacing.open, pacing.in_flight or 0, pacing.held_back)
    if any(held) or pacing.live.waiting or pacing.sandbox.waiting:
        yield f"{process} is not at rest: {pacing}, in flight {sorted(shared.in_flight._inside)}"
    if shared.waiting._waiters:
        yield f"{process} still has waiters: {shared.waiting._waiters}"
    if shared.overdue._in_hand:
        yield f"{process} still has in hand: {shared.overdue._in_hand}"


def empty(process: Process) -> Iterator[str]:
    """Say what a client that was closed has left behind."""
    client = process.client
    if client is None:
        return
    shared = client._shared
    if shared.waiting._waiters or shared.in_flight.waiting or shared.queue.open:
        yield f"{process} has left waiters"
    assert isinstance(shared.queue, Queue)
    if any(lane.line._queue for lane in (shared.queue._live, shared.queue._sandbox)):
        yield f"{process} has left a queue"
    if shared.in_flight._inside:
        yield f"{process} has left conversions in flight"
