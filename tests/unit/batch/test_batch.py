"""Batches from their items to their report."""

from __future__ import annotations

from typing import Any

import pytest

from pdfshift_async import (
    BatchFailed,
    ConfigurationError,
    ConversionFailed,
    InvalidOptions,
    Item,
    PDFOptions,
    PDFShift,
    PDFShiftError,
    Progress,
    SubmitRejected,
)
from pdfshift_async.stores import Ending
from pdfshift_async.testing import VirtualClock

from .conftest import Service, finished, items_of, over_time


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


async def test_invalid_options_fail_their_item_alone(client: PDFShift) -> None:
    """Nothing is sent for it, and the others go on; once it is mended, it is sent."""
    batch = client.batch("b", [Item("1", " "), Item("2", "ok 2")])
    found = await finished(batch)
    assert isinstance(found["1"].error, InvalidOptions)
    assert (found["1"].error.key, found["2"].outcome) == ("1", "converted")
    tally = await batch._means.members.tally("b")
    assert tally.endings == {Ending.UNSENT: 1, Ending.CONVERTED: 1}
    mended = await finished(client.batch("b", items_of("ok 1", "ok 2")))
    assert {key: item.outcome for key, item in mended.items()} == dict.fromkeys("12", "converted")


async def test_options_of_the_batch_count_where_an_item_has_none(
    client: PDFShift, service_of_batches: Service
) -> None:
    """A sandboxed batch costs nothing; an item's own options replace those of the batch."""
    items = [Item("1", "ok 1"), Item("2", "large 2", PDFOptions())]
    batch = client.batch("b", items, options=PDFOptions(sandbox=True))
    await finished(batch)
    assert batch.progress.credits == 2


async def test_an_odd_answer_leaves_the_callback_to_decide(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """Nobody knows whether it was accepted; without a callback it is lost."""
    report = await over_time(clock, client.batch("b", items_of("odd 1", "ok 2")))
    assert [item.key for item in report.lost] == ["1"]
    assert report.converted == 1


async def test_a_batch_can_be_entered_only_once(client: PDFShift) -> None:
    """Its items are used up."""
    batch = client.batch("b", [])
    await finished(batch)
    with pytest.raises(ConfigurationError, match="batch: can be entered only once"):
        await finished(batch)


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
