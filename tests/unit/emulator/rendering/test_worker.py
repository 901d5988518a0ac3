"""The worker, without a process around it."""

from __future__ import annotations

import io
import os
import resource
import signal
import sys
from typing import Any

import pytest

from pdfshift_async.emulator.rendering import (
    FetchPolicy,
    Rendered,
    RenderFailed,
    RenderRequest,
    worker,
)
from pdfshift_async.emulator.rendering.frames import (
    READY,
    decode_answer,
    encode_order,
    read_frame,
)


def order(html: str = "<p>x", **parameters: Any) -> bytes:
    """Pack the order for a PDF."""
    return encode_order(RenderRequest("pdf", html, parameters), FetchPolicy())


def answered(frame: bytes) -> Rendered | RenderFailed:
    """Let the worker answer one order."""
    read = read_frame(io.BytesIO(frame))
    assert read is not None
    return worker.answer(read)


def test_orders_are_answered_one_after_the_other() -> None:
    """After the word that all is ready; at the end of orders the worker leaves."""
    left: list[bool] = []
    incoming = worker.orders(io.BytesIO(order() + order(format="no")), lambda: left.append(True))
    outgoing = io.BytesIO()
    worker.serve(incoming, outgoing)
    assert left == [True]
    assert outgoing.getvalue().startswith(READY)
    outgoing.seek(len(READY))
    first, second = read_frame(outgoing), read_frame(outgoing)
    assert first is not None
    assert second is not None
    assert decode_answer(first).pages == 1
    with pytest.raises(RenderFailed, match="format"):
        decode_answer(second)


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (MemoryError(), 400, "memory"),
        (ValueError("a secret of the document"), 500, "could not be converted"),
    ],
)
def test_whatever_goes_wrong_fails_one_document(
    error: Exception, code: int, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says nothing of what was in it."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(worker, "convert", fail)
    failure = answered(order())
    assert isinstance(failure, RenderFailed)
    assert failure.code == code
    assert text in failure.message
    assert "secret" not in failure.message


@pytest.mark.parametrize(
    ("hard", "expected"), [(resource.RLIM_INFINITY, 1000), (500, 500), (2000, 1000)]
)
def test_memory_is_limited_as_far_as_allowed(
    hard: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a crash leaves no core file."""
    limits: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "getrlimit", lambda _: (0, hard))
    monkeypatch.setattr(resource, "setrlimit", limits.__setitem__)
    monkeypatch.setattr(sys, "platform", "linux")
    worker.limit_memory(1000)
    assert limits == {resource.RLIMIT_AS: (expected, hard), resource.RLIMIT_CORE: (0, 0)}


def test_elsewhere_memory_is_not_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows cannot, and macOS does not mean it."""
    monkeypatch.setattr(resource, "setrlimit", lambda *_: pytest.fail("limited"))
    monkeypatch.setattr(sys, "platform", "darwin")
    worker.limit_memory(1000)


def test_a_process_reads_orders_and_keeps_its_output_clean(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What else is printed goes to standard error; Ctrl-C is for the parent."""
    answers, outgoing = os.pipe()
    moved: list[tuple[int, int]] = []
    ignored: list[object] = []
    codes: list[int] = []
    monkeypatch.setattr(sys, "argv", ["worker", "1000"])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(order())))
    monkeypatch.setattr(worker, "limit_memory", ignored.append)
    monkeypatch.setattr(signal, "signal", lambda *what: ignored.append(what))
    monkeypatch.setattr(os, "dup", lambda _: outgoing)
    monkeypatch.setattr(os, "dup2", lambda *fds: moved.append(fds))
    monkeypatch.setattr(os, "_exit", codes.append)
    worker.main()
    with os.fdopen(answers, "rb") as stream:
        assert stream.read(len(READY)) == READY
        assert read_frame(stream) is not None
    assert moved == [(2, 1)]
    assert codes == [0]
    assert ignored == [(signal.SIGINT, signal.SIG_IGN), 1000]
