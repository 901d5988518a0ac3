"""Connections that break, and services that fail, around a submission."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pdfshift_async import Billed, PDFOptions, ServiceError, State, SubmitUnconfirmed
from pdfshift_async.emulator import Fault

if TYPE_CHECKING:
    from .conftest import World


async def test_a_connection_cut_after_acceptance_is_settled_by_the_callback(world: World) -> None:
    """No answer came, the document did; it was converted once."""
    world.emulator.faults.add(Fault(kind="cut_after"))
    conversion = await world.client.submit("<p>cut</p>")
    assert await (await conversion).read() == b"%PDF-1.7\n<p>cut</p>"
    assert len(list(world.emulator.conversions)) == 1


async def test_a_connection_cut_before_acceptance_is_not_repeated(world: World) -> None:
    """From outside it looks the same, so the library does not gamble with a second bill."""
    world.emulator.faults.add(Fault(kind="cut_before", times=1))
    conversion = await world.client.submit("<p>cut</p>")
    assert conversion.state is State.UNCONFIRMED
    assert list(world.emulator.conversions) == []


async def test_a_cut_on_a_reused_connection_is_unconfirmed_as_well(world: World) -> None:
    """The transport names it a connect timeout, and only its cause tells that it was sent."""
    await world.client.convert("<p>first</p>")
    world.emulator.faults.add(Fault(kind="cut_after", times=1))
    conversion = await world.client.submit("<p>second</p>")
    assert await (await conversion).read() == b"%PDF-1.7\n<p>second</p>"
    assert len(list(world.emulator.conversions)) == 2


async def test_a_500_that_was_accepted_is_settled_by_the_callback(world: World) -> None:
    """The service failed after it had queued the conversion."""
    world.emulator.faults.add(Fault(kind="server_error", status=502, accepted=True))
    conversion = await world.client.submit("<p>bad gateway</p>")
    assert await (await conversion).read() == b"%PDF-1.7\n<p>bad gateway</p>"


@pytest.mark.parametrize(
    ("kind", "expected"), [("cut_after", SubmitUnconfirmed), ("server_error", ServiceError)]
)
async def test_a_direct_conversion_without_an_answer_is_raised(
    world: World, kind: str, expected: type[Exception]
) -> None:
    """There is no callback to wait for: the caller decides, knowing that it may be billed."""
    world.emulator.faults.add(Fault.parse(kind))
    with pytest.raises(expected) as caught:
        await world.client.convert_direct("<p>hi</p>")
    assert caught.value.billed is Billed.UNKNOWN  # type: ignore[attr-defined]
    with pytest.raises(expected) as caught:
        await world.client.convert_direct("<p>hi</p>", PDFOptions(sandbox=True))
    assert caught.value.billed is Billed.NO  # type: ignore[attr-defined]
