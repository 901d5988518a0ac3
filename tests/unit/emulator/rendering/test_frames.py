"""What pool and worker say to each other."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, strategies as st

from pdfshift_async.emulator.rendering import FetchPolicy, Rendered, RenderFailed, RenderRequest
from pdfshift_async.emulator.rendering.frames import (
    decode_answer,
    decode_order,
    encode_answer,
    encode_order,
    read_frame,
)

RENDERED = Rendered(
    content=b"%PDF\0\xff",
    pages=2,
    source_status=None,
    source_duration=1.5,
    requests=3,
    source_length=4,
    unsupported=("javascript",),
)


@given(
    st.text(st.characters(codec=None)),
    st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text()),
    st.booleans(),
    st.none() | st.lists(st.text()).map(tuple),
)
def test_an_order_arrives_as_it_was_sent(
    source: str, parameters: dict[str, object], sandbox: bool, hosts: tuple[str, ...] | None
) -> None:
    """Any text survives, half a surrogate pair too."""
    request = RenderRequest("pdf", source, parameters, sandbox)
    policy = FetchPolicy(hosts=hosts, timeout=1.5)
    frame = read_frame(io.BytesIO(encode_order(request, policy)))
    assert frame is not None
    assert decode_order(frame) == (request, policy)


def test_an_outcome_arrives_as_it_was_sent() -> None:
    """With its bytes."""
    frame = read_frame(io.BytesIO(encode_answer(RENDERED)))
    assert frame is not None
    assert decode_answer(frame) == RENDERED


def test_a_failure_is_raised_where_it_arrives() -> None:
    """With all three parts."""
    frame = read_frame(io.BytesIO(encode_answer(RenderFailed(400, "No.", "A1"))))
    assert frame is not None
    with pytest.raises(RenderFailed) as failure:
        decode_answer(frame)
    assert failure.value.args == (400, "No.", "A1")


def test_a_cut_frame_is_no_frame() -> None:
    """Wherever it was cut, the other side is gone."""
    whole = encode_answer(RENDERED)
    assert [read_frame(io.BytesIO(whole[:end])) for end in range(len(whole))] == [None] * len(whole)
