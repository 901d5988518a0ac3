"""Batches from their items to their report."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pdfshift_async import (
    AuthenticationFailed,
    Batch,
    BatchFailed,
    BatchStopped,
    ConfigurationError,
    ContentChanged,
    ConversionFailed,
    DuplicateKey,
    FinishedItem,
    InvalidOptions,
    Item,
    PDFOptions,
    PDFShift,
    PDFShiftError,
    Progress,
    Report,
    ResultExpired,
    StoreUnavailable,
    SubmitRejected,
    UnknownConversion,
    WaitError,
)
from pdfshift_async.testing import VirtualClock

if TYPE_CHECKING:
    from .conftest import OpenClient, Service


def items_of(*sources: str) -> list[Item]:
    """Give items whose keys are the last words."""
    return [Item(source.split()[-1], source) for source in sources]


async def finished(batch: Batch) -> dict[str, FinishedItem]:
    """Run a batch to its end and give what became of each key."""
    async with batch:
        return {item.key: item async for item in batch}


async def until(condition: Callable[[], bool]) -> None:
    """Let others work, also in threads, until something is the case."""
    while not condition():  # noqa: ASYNC110 -- nobody tells
        await asyncio.sleep(0)


@asynccontextmanager
async def passing(clock: VirtualClock) -> AsyncIterator[None]:
    """Let time pass until the block ends."""

    async def pass_by() -> None:
        while True:
            await asyncio.sleep(0)
            await clock.advance(1)

    task = asyncio.ensure_future(pass_by())
    try:
        yield
    finally:
        task.cancel()


async def over_time(clock: VirtualClock, batch: Batch, seconds: float = 900) -> Report:
    """Run a batch to its end while time passes."""

    async def run() -> Report:
        async with batch:
            return await batch.finish()

    task = asyncio.ensure_future(run())
    while not task.done():
        # SQLite answers from threads, which take real time.
        await asyncio.sleep(0.002)
        await clock.advance(seconds / 30)
    return await task


async def test_items_come_back_by_key_as_they_finish(client: PDFShift) -> None:
    """Each with its result; the report counts them."""
    batch = client.batch("b", items_of("ok 1", "ok 2", "failed 3", "refused 4"))
    found = await finished(batch)
    assert {key: item.outcome for key, item in found.items()} == {
        "1": "converted",
        "2": "converted",
        "3": "failed",
        "4": "failed",
    }
    result = found["1"].result
    assert result is not None
    assert (result.key, found["1"].conversion_id) == ("1", result.conversion_id)
    assert found["1"].ok
    assert isinstance(found["3"].error, ConversionFailed)
    assert isinstance(found["4"].error, SubmitRejected)
    assert found["4"].error.key == "4"
    report = batch.report
    assert (report.ok, report.converted, report.missing) == (False, 2, 2)
    assert {item.key for item in report.failed} == {"3", "4"}
    assert report.lost == []
    with pytest.raises(BatchFailed, match="2 of 4 documents are missing") as caught:
        report.raise_if_failed()
    errors = [error for error in caught.value.exceptions if isinstance(error, PDFShiftError)]
    assert {error.key for error in errors} == {"3", "4"}
    assert repr(report) == "<Report 'b' 2 converted, 2 missing>"
    assert repr(batch) == "<Batch 'b'>"
    assert batch.name == "b"


async def test_a_failed_batch_can_be_split_by_kind(client: PDFShift) -> None:
    """`except*` gives groups of the same class."""
    report = await client.convert_many(items_of("failed 1", "refused 2"))
    with pytest.raises(BatchFailed) as caught:
        report.raise_if_failed()
    kind, rest = caught.value.split(ConversionFailed)
    assert isinstance(kind, BatchFailed)
    assert isinstance(rest, BatchFailed)
    assert [error.key for error in kind.exceptions if isinstance(error, ConversionFailed)] == ["1"]


async def test_nothing_missing_raises_nothing(client: PDFShift) -> None:
    """And an empty batch is fine."""
    report = await client.convert_many([])
    report.raise_if_failed()
    assert (report.ok, report.converted, report.missing) == (True, 0, 0)


async def test_running_it_again_sends_nothing(
    open_client: OpenClient, service_of_batches: Service
) -> None:
    """In another process, from an asynchronous iterator: results come from the store."""
    sources = ("ok 1", "failed 2")

    async def later() -> AsyncIterator[Item]:
        for item in items_of(*sources):
            yield item

    async with open_client() as client:
        await finished(client.batch("b", items_of(*sources)))
    async with open_client() as client:
        batch = client.batch("b", later())
        found = await finished(batch)
    assert service_of_batches.sent == {"ok 1": 1, "failed 2": 1}
    assert all(item.resumed for item in found.values())
    assert found["1"].result is not None
    assert isinstance(found["2"].error, ConversionFailed)
    assert batch.progress.credits == 1
    assert batch.progress.total is None


async def test_documents_are_saved_once(
    open_client: OpenClient, service_of_batches: Service, tmp_path: Path
) -> None:
    """Only a file that is gone, or is not what was saved, is fetched again."""
    items = items_of("ok 1", "ok 2", "ok 3", "ok 4")
    pattern = tmp_path / "out" / "{key}.pdf"
    async with open_client() as client:
        found = await finished(client.batch("b", items, save_to=pattern))
    assert found["1"].path == tmp_path / "out" / "1.pdf"
    assert found["1"].path.read_bytes().startswith(b"%PDF")
    (tmp_path / "out" / "1.pdf").unlink()
    (tmp_path / "out" / "2.pdf").write_bytes(b"cut")
    whole = (tmp_path / "out" / "3.pdf").read_bytes()
    (tmp_path / "out" / "3.pdf").write_bytes(whole[::-1])
    service_of_batches.fetched.clear()
    async with open_client() as client:
        found = await finished(client.batch("b", items, save_to=pattern))
    assert sorted(service_of_batches.fetched) == ["/d/2/1.pdf", "/d/2/2.pdf", "/d/2/3.pdf"]
    assert (tmp_path / "out" / "3.pdf").read_bytes() == whole
    assert found["4"].path == tmp_path / "out" / "4.pdf"
    assert len(service_of_batches.sources) == 4


async def test_a_document_that_cannot_be_fetched_is_billed_and_not_sent_again(
    open_client: OpenClient, service_of_batches: Service, clock: VirtualClock, tmp_path: Path
) -> None:
    """It is reported with its reason; the next run fetches it, if it is there still."""

    async def run() -> tuple[FinishedItem, Progress]:
        async with open_client() as client:
            batch = client.batch("b", items_of("ok 1"), save_to=tmp_path / "{key}.pdf")
            found = await finished(batch)
            return found["1"], batch.progress

    service_of_batches.gone = True
    item, progress = await run()
    assert (item.outcome, item.path) == ("unsaved", None)
    assert (progress.failed, progress.credits) == (1, 1)
    await clock.advance(3 * 24 * 3600)
    item, _ = await run()
    assert isinstance(item.error, ResultExpired)
    service_of_batches.gone = False
    item, progress = await run()
    assert (item.outcome, progress.credits) == ("converted", 1)
    assert service_of_batches.sent == {"ok 1": 1}


async def test_a_changed_document_is_refused(client: PDFShift, service_of_batches: Service) -> None:
    """Its key belongs to another one, which stays; options count as well."""
    await finished(client.batch("b", items_of("ok 1", "ok 2")))
    again = [Item("1", "changed 1"), Item("2", "ok 2", PDFOptions(landscape=True))]
    found = await finished(client.batch("b", again))
    assert all(isinstance(item.error, ContentChanged) for item in found.values())
    assert "(key '1')" in str(found["1"].error)
    assert service_of_batches.sent == {"ok 1": 1, "ok 2": 1}


async def test_a_changed_document_is_sent_where_that_is_asked_for(
    client: PDFShift, service_of_batches: Service
) -> None:
    """Once, and it counts under the old key from then on."""
    await finished(client.batch("b", items_of("ok 1")))
    await finished(client.batch("b", [Item("1", "changed 1")], on_changed="resubmit"))
    batch = client.batch("b", [Item("1", "changed 1")], on_changed="resubmit")
    assert (await finished(batch))["1"].outcome == "converted"
    assert service_of_batches.sent == {"ok 1": 1, "changed 1": 1}
    assert batch.progress.credits == 2


async def test_a_key_that_is_there_twice_stops_the_batch(client: PDFShift) -> None:
    """The error names both places."""
    items = [Item("1", "ok 1"), Item("2", "ok 2"), Item("1", "ok 3")]
    with pytest.raises(DuplicateKey, match="items 1 and 3 have the same key") as caught:
        await finished(client.batch("b", items))
    assert (caught.value.key, caught.value.first, caught.value.second) == ("1", 1, 3)


async def test_invalid_options_fail_their_item_alone(client: PDFShift) -> None:
    """Nothing is sent for it, and the others go on."""
    found = await finished(client.batch("b", [Item("1", " "), Item("2", "ok 2")]))
    assert isinstance(found["1"].error, InvalidOptions)
    assert (found["1"].error.key, found["2"].outcome) == ("1", "converted")


async def test_options_of_the_batch_count_where_an_item_has_none(
    client: PDFShift, service_of_batches: Service
) -> None:
    """A sandboxed batch costs nothing; an item's own options replace those of the batch."""
    items = [Item("1", "ok 1"), Item("2", "large 2", PDFOptions())]
    batch = client.batch("b", items, options=PDFOptions(sandbox=True))
    await finished(batch)
    assert batch.progress.credits == 2


@pytest.mark.parametrize("key", ["", "a\nb", "x" * 501, 7, "\ud800"])
async def test_a_key_that_is_none_stops_the_batch(client: PDFShift, key: Any) -> None:
    """The error says which item."""
    with pytest.raises(ConfigurationError, match="the key of item 2 must be printable"):
        await finished(client.batch("b", [Item("1", "ok 1"), Item(key, "ok 2")]))


async def test_what_is_no_item_stops_the_batch(client: PDFShift) -> None:
    """Texts have no key."""
    with pytest.raises(ConfigurationError, match="item 1 must be an Item"):
        await finished(client.batch("b", ["ok 1"]))  # type: ignore[list-item]


async def test_an_error_of_the_items_comes_out_of_the_batch(client: PDFShift) -> None:
    """After what had been read until then."""

    def broken() -> Iterator[Item]:
        yield Item("1", "ok 1")
        yield from [Item(str(number), f"ok {number}") for number in (2, 3)]
        msg = "no more rows"
        raise LookupError(msg)

    with pytest.raises(LookupError, match="no more rows"):
        await over_soon(client.batch("b", broken(), grace=0.001))


async def over_soon(batch: Batch) -> None:
    """Run a batch that ends by itself."""
    async with batch:
        await batch.finish()


async def test_a_wrong_key_stops_the_batch_and_the_next_run_goes_on(
    client: PDFShift, service_of_batches: Service
) -> None:
    """What the service answers to one it answers to all; nothing was accepted."""
    with pytest.raises(AuthenticationFailed):
        await finished(client.batch("b", items_of("wrong-key 1")))
    tally = await client._store.tally("b")  # type: ignore[attr-defined]
    assert {str(ending): count for ending, count in tally.endings.items()} == {"unsent": 1}
    batch = client.batch("b", [Item("1", "ok 1")], on_changed="resubmit")
    assert (await finished(batch))["1"].outcome == "converted"


async def test_an_odd_answer_leaves_the_callback_to_decide(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """Nobody knows whether it was accepted; without a callback it is lost."""
    report = await over_time(clock, client.batch("b", items_of("odd 1", "ok 2")))
    assert [item.key for item in report.lost] == ["1"]
    assert report.converted == 1


async def test_the_number_of_missing_documents_may_be_limited(client: PDFShift) -> None:
    """The batch stops with the first one too many."""
    sources = [f"failed {number}" for number in range(3)]
    with pytest.raises(BatchStopped, match="documents are missing, and 1 are tolerated"):
        await finished(client.batch("b", items_of(*sources), tolerate=1))


async def test_a_batch_can_be_entered_only_once(client: PDFShift) -> None:
    """Its items are used up."""
    batch = client.batch("b", [])
    await finished(batch)
    with pytest.raises(ConfigurationError, match="batch: can be entered only once"):
        await finished(batch)


async def test_leaving_the_block_early_stops_and_the_next_run_goes_on(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """What was not sent is not, what waits for its callback is waited for, nothing twice."""
    service_of_batches.silent = True
    items = items_of(*(f"ok {number}" for number in range(8)))
    async with passing(clock), client.batch("b", items, canary=2, grace=0.01) as batch:
        await until(lambda: len(service_of_batches.sources) == 2)
    assert (batch.progress.done, len(service_of_batches.sources)) == (0, 2)
    service_of_batches.silent = False
    again = client.batch("b", items, canary=2)
    running = asyncio.ensure_future(finished(again))
    await asyncio.sleep(0.05)
    assert not running.done()
    for source in list(service_of_batches.sources)[:2]:
        await service_of_batches.repeat(source)
    found = await running
    assert {item.outcome for item in found.values()} == {"converted"}
    assert set(service_of_batches.sent.values()) == {1}


async def test_what_was_written_down_and_never_planned_is_sent(
    client: PDFShift, service_of_batches: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies in between has sent nothing; the id stays the same."""

    async def dies(*arguments: object) -> None:
        raise StoreUnavailable("killed")

    with monkeypatch.context() as patched:
        patched.setattr(client._conversions, "submit", dies)
        with pytest.raises(StoreUnavailable):
            await finished(client.batch("b", items_of("ok 1")))
    (before,) = await client._store.members("b")  # type: ignore[attr-defined]
    found = await finished(client.batch("b", items_of("ok 1")))
    assert found["1"].conversion_id == before.conversion_id
    assert service_of_batches.sent == {"ok 1": 1}


async def test_what_was_planned_and_never_sent_is_sent(
    open_client: OpenClient, service_of_batches: Service, clock: VirtualClock
) -> None:
    """Those that waited for their turn when the client closed."""
    service_of_batches.silent = True
    items = items_of("ok 1", "ok 2")
    async with (
        open_client(max_in_flight=1) as client,
        passing(clock),
        client.batch("b", items, grace=0.01),
    ):
        await until(lambda: client.pacing.held_back == 1 == len(service_of_batches.sources))
    service_of_batches.silent = False
    async with open_client() as client:
        running = asyncio.ensure_future(finished(client.batch("b", items)))
        await until(lambda: len(service_of_batches.sources) == 2)
        await service_of_batches.repeat(service_of_batches.sources[0])
        assert {item.outcome for item in (await running).values()} == {"converted"}
    assert service_of_batches.sent == {"ok 1": 1, "ok 2": 1}


async def test_a_lost_document_is_reported_and_counts_as_spent(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """It is not sent again by itself; a late callback still counts in the next run."""
    report = await over_time(clock, client.batch("b", items_of("lost 1", "ok 2")))
    assert [item.key for item in report.lost] == ["1"]
    assert report.failed == []
    batch = client.batch("b", items_of("lost 1", "ok 2"))
    found = await finished(batch)
    assert (found["1"].outcome, batch.progress.credits) == ("lost", 2)
    (member, _) = await client._store.members("b")  # type: ignore[attr-defined]
    webhook = f"https://app.example.com/pdfshift/{client._shared.webhook.tokens.token(member.conversion_id)}"
    document = {"success": True, "url": "https://pdfshift.s3.amazonaws.com/d/2/1.pdf"}
    await service_of_batches.deliver(webhook, document)
    batch = client.batch("b", items_of("lost 1", "ok 2"))
    found = await finished(batch)
    assert (found["1"].outcome, batch.progress.credits) == ("converted", 2)
    assert service_of_batches.sent == {"lost 1": 1, "ok 2": 1}


async def test_a_lost_document_is_sent_again_as_often_as_allowed(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """And each time counts as spent."""
    batch = client.batch("b", items_of("lost 1", "ok 2"), max_resubmits=2)
    report = await over_time(clock, batch, 3000)
    assert [item.key for item in report.lost] == ["1"]
    assert service_of_batches.sent == {"lost 1": 3, "ok 2": 1}
    assert batch.progress.credits == 4


async def test_an_unreachable_receiver_costs_the_canary(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """Of ten thousand documents five are sent, and the error says what to check."""
    items = (Item(str(number), f"lost {number}") for number in range(10_000))
    with pytest.raises(BatchStopped, match="no callback has come for the last 5 documents") as told:
        await over_time(clock, client.batch("b", items, grace=1))
    assert len(service_of_batches.sources) == 5
    assert "webhook_url" in (told.value.hint or "")


async def test_a_batch_without_a_canary_sends_all(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """Whoever wants it so."""
    items = items_of(*(f"lost {number}" for number in range(9)))
    report = await over_time(clock, client.batch("b", items, canary=None))
    assert len(report.lost) == len(service_of_batches.sources) == 9


async def test_callbacks_let_everything_go(client: PDFShift, service_of_batches: Service) -> None:
    """More documents than may go before the first of them."""
    items = items_of(*(f"ok {number}" for number in range(600)))
    batch = client.batch("b", items)
    found = await finished(batch)
    assert len(found) == batch.progress.converted == 600


async def test_no_more_is_spent_than_the_cap(client: PDFShift, service_of_batches: Service) -> None:
    """What is on its way counts; a higher cap goes on."""
    items = items_of("large 1", "ok 2", "ok 3")
    with pytest.raises(BatchStopped, match="its spend_cap of 2 credits is reached"):
        await finished(client.batch("b", items, spend_cap=2))
    assert len(service_of_batches.sources) == 2
    batch = client.batch("b", items, spend_cap=4)
    await finished(batch)
    assert batch.progress.credits == 4
    assert len(service_of_batches.sources) == 3


async def test_failed_documents_are_sent_again_when_that_is_asked_for(
    open_client: OpenClient, service_of_batches: Service, clock: VirtualClock
) -> None:
    """By the next run; lost ones only by name, since that may bill them again."""
    items = items_of("failed 1", "lost 2", "ok 3")
    async with open_client() as client:
        report = await over_time(clock, client.batch("b", items))
        assert await report.retry_failed() == 1
        report = await over_time(clock, client.batch("b", items))
        assert service_of_batches.sent == {"failed 1": 2, "lost 2": 1, "ok 3": 1}
        assert await report.retry_failed(lost=True) == 2
        await over_time(clock, client.batch("b", items))
    assert service_of_batches.sent == {"failed 1": 3, "lost 2": 2, "ok 3": 1}


async def test_the_outcome_of_a_purged_conversion_is_not_asked_for_again(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """The batch knows that it was sent, and does not send it a second time."""
    items = items_of("ok 1", "failed 2")
    await finished(client.batch("b", items))
    await client._store.purge(older_than=clock.now().replace(year=2100))
    found = await finished(client.batch("b", items))
    assert {key: item.outcome for key, item in found.items()} == {"1": "unsaved", "2": "failed"}
    assert isinstance(found["1"].error, UnknownConversion)
    assert len(service_of_batches.sources) == 2


async def test_what_no_batch_has_noted_is_not_purged(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """Else the next run could not tell that it was sent."""
    service_of_batches.silent = True
    async with passing(clock), client.batch("b", items_of("ok 1"), grace=0.01):
        await until(lambda: not client.pacing.open and len(service_of_batches.sources) == 1)
    await service_of_batches.repeat("ok 1")
    later = clock.now().replace(year=2100)
    assert await client._store.purge(older_than=later) == 0
    found = await finished(client.batch("b", items_of("ok 1")))
    assert found["1"].outcome == "converted"
    assert await client._store.purge(older_than=later) == 1


async def test_a_batch_that_somebody_else_runs_is_left_alone(
    client: PDFShift, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of the two stops, before anything is sent twice."""

    async def taken(*arguments: object, **named: object) -> bool:
        return False

    await finished(client.batch("b", items_of("ok 1")))
    monkeypatch.setattr(client._store, "rewrite", taken)
    with pytest.raises(BatchStopped, match="somebody else is sending '1'"):
        await finished(client.batch("b", [Item("1", "new 1")], on_changed="resubmit"))


async def test_a_closed_client_stops_the_batch(
    open_client: OpenClient, service_of_batches: Service, clock: VirtualClock
) -> None:
    """The error says so, instead of waiting for ever."""
    service_of_batches.silent = True
    async with open_client() as client:
        batch = await client.batch("b", items_of("ok 1")).__aenter__()
        await until(lambda: not client.pacing.open and batch.progress.in_flight == 1)
    with pytest.raises(WaitError, match="the client was closed"):
        await batch.finish()
    async with passing(clock):
        await batch.__aexit__()


async def test_a_block_that_is_cancelled_while_it_stops_leaves_nothing_behind(
    client: PDFShift, service_of_batches: Service
) -> None:
    """A second Ctrl-C does not wait for the grace."""
    service_of_batches.silent = True
    left = asyncio.Event()

    async def run() -> None:
        async with client.batch("b", items_of("ok 1")) as batch:
            await until(lambda: batch.progress.in_flight == 1)
            left.set()

    task = asyncio.ensure_future(run())
    await left.wait()
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "pdfshift batch"]


async def test_a_batch_that_was_not_entered_can_be_left(client: PDFShift) -> None:
    """There is nothing to stop."""
    await client.batch("b", []).__aexit__()


async def test_progress_is_told_with_each_item(client: PDFShift) -> None:
    """To a function, or to whoever iterates over it."""
    told: list[Progress] = []
    batch = client.batch("b", items_of("ok 1", "failed 2"), progress=told.append)
    async with batch:
        watched = [progress async for progress in batch.progressing(every=0)]
        await batch.finish()
    assert [progress.done for progress in told] == [1, 2]
    assert told[-1].total == 2
    assert watched[-1].done == 2
    assert len(watched) > 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"name": ""}, "name: must be printable text"),
        ({"name": "a\n"}, "name: must be printable text"),
        ({"save_to": "out.pdf"}, "save_to: must have {key} in it"),
        ({"on_changed": "ignore"}, 'on_changed: must be "refuse" or "resubmit"'),
        ({"max_resubmits": -1}, "max_resubmits: must be a whole number, at least 0"),
        ({"spend_cap": 0}, "spend_cap: must be a whole number, at least 1"),
        ({"tolerate": True}, "tolerate: must be a whole number, at least 0"),
        ({"canary": 0}, "canary: must be a whole number, at least 1"),
        ({"grace": -1}, "grace: must be a positive number of seconds"),
    ],
    ids=str,
)
def test_a_setting_that_cannot_work_is_named(arguments: dict[str, Any], said: str) -> None:
    """Before anything is read or sent."""
    client = PDFShift("sk_test")
    with pytest.raises(ConfigurationError) as caught:
        client.batch(**{"name": "b", "items": [], **arguments})
    assert said in str(caught.value)


def test_a_store_may_keep_no_batches() -> None:
    """One of the application's own, with nothing but conversions."""

    class Plain:
        """Not all of a store."""

    client = PDFShift("sk_test", store=Plain())  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="store: keeps no batches"):
        client.batch("b", [])


async def test_a_failure_that_came_between_two_runs_counts(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """The next run finds it in the store, and sends nothing."""
    service_of_batches.silent = True
    async with passing(clock), client.batch("b", items_of("ok 1"), grace=0.01) as batch:
        await until(lambda: not client.pacing.open and batch.progress.in_flight == 1)
    webhook, _ = service_of_batches.callbacks["ok 1"]
    await service_of_batches.deliver(webhook, {"error": {"error": "No.", "code": 400}})
    found = await finished(client.batch("b", items_of("ok 1")))
    assert (found["1"].outcome, found["1"].resumed) == ("failed", True)
    assert len(service_of_batches.sources) == 1


async def test_what_an_earlier_run_has_lost_says_nothing_of_the_receiver(
    open_client: OpenClient, service_of_batches: Service, clock: VirtualClock
) -> None:
    """It is lost the moment the next run looks, while the first callbacks are on their way."""
    service_of_batches.silent = True
    async with (
        open_client() as client,
        passing(clock),
        client.batch("b", items_of("ok 1"), grace=0.01) as batch,
    ):
        await until(lambda: not client.pacing.open and batch.progress.in_flight == 1)
    await clock.advance(900)
    async with open_client() as client:
        running = asyncio.ensure_future(
            finished(client.batch("b", items_of("ok 1", "ok 2", "ok 3"), canary=1))
        )
        await until(lambda: len(service_of_batches.sources) == 2)
        await clock.advance(5)
        service_of_batches.silent = False
        await service_of_batches.repeat(service_of_batches.sources[1])
        found = await running
    assert sorted(item.outcome for item in found.values()) == ["converted", "converted", "lost"]


async def test_documents_that_come_without_their_callback_say_that_none_come(
    open_client: OpenClient, service_of_batches: Service, clock: VirtualClock
) -> None:
    """A client that converts directly what is overdue pays twice for each."""
    service_of_batches.silent = True
    async with open_client(on_lost="direct") as client:
        batch = client.batch("b", items_of("ok 1", "ok 2", "ok 3"), canary=2, grace=1)
        with pytest.raises(BatchStopped, match="no callback has come for the last 2 documents"):
            await over_time(clock, batch)
    assert "ok 3" not in service_of_batches.sources


async def test_a_stopped_batch_sends_nothing_again(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """Not even what is lost while it takes the last callbacks."""
    batch = client.batch("b", items_of("lost 1"), max_resubmits=3, grace=2000)
    async with passing(clock), batch:
        await until(lambda: not client.pacing.open and batch.progress.in_flight == 1)
    assert service_of_batches.sent == {"lost 1": 1}


async def test_an_error_of_the_progress_function_comes_out_of_the_batch(client: PDFShift) -> None:
    """It is the caller's own, and does not get lost."""

    def broken(progress: Progress) -> None:
        msg = "no such display"
        raise LookupError(msg)

    with pytest.raises(LookupError, match="no such display"):
        await finished(client.batch("b", items_of("ok 1"), progress=broken))
