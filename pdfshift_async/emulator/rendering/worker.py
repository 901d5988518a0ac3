"""The process that converts: orders come in on standard input, answers leave on standard output.

The pool starts it by calling `main` in a new interpreter. It is alone with what it parses, so a
document that crashes it takes nothing else along.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from pdfshift_async.emulator.rendering.conversion import convert
from pdfshift_async.emulator.rendering.documents import Rendered, RenderFailed
from pdfshift_async.emulator.rendering.frames import READY, decode_order, encode_answer, read_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from pdfshift_async.emulator.rendering.frames import Frame

__all__ = ["answer", "limit_memory", "main", "orders", "serve"]


def orders(stream: BinaryIO, leave: Callable[[], object]) -> Iterator[Frame]:
    """Give the orders of the parent; leave as soon as it is gone, even in mid-conversion.

    A thread of its own reads them: the engine lets it run while it works on a document, and a
    parent that was killed only shows as the end of this stream.
    """
    queue: SimpleQueue[Frame | None] = SimpleQueue()

    def receive() -> None:
        while (order := read_frame(stream)) is not None:
            queue.put(order)
        leave()
        queue.put(None)

    Thread(target=receive, daemon=True).start()
    while (order := queue.get()) is not None:
        yield order


def answer(order: Frame) -> Rendered | RenderFailed:
    """Carry out one order; whatever goes wrong is the failure of this document alone."""
    try:
        return convert(*decode_order(order))
    except RenderFailed as failure:
        return failure
    except MemoryError:
        return RenderFailed(400, "The document needs more memory than a conversion may take.")
    except Exception:  # noqa: BLE001 - the document is hostile until proven otherwise
        traceback.print_exc()
        return RenderFailed(500, "The document could not be converted.")


def serve(incoming: Iterator[Frame], outgoing: BinaryIO) -> None:
    """Say that the worker is ready, then answer order after order."""
    outgoing.write(READY)
    outgoing.flush()
    for order in incoming:
        outgoing.write(encode_answer(answer(order)))
        outgoing.flush()


def limit_memory(size: int) -> None:
    """Bound the address space, where the system can: allocations beyond it fail."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - Windows has no such module

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        bound = size if hard == resource.RLIM_INFINITY else min(size, hard)
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
        # What runs into the limit aborts, and would leave a file as large as the limit behind.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Serve the parent until it is gone."""
    # Ctrl-C on a terminal reaches every process; when to stop is for the parent to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit_memory(int(sys.argv[1]))
    # Standard output belongs to the answers; what the engine prints goes to standard error.
    with os.fdopen(os.dup(1), "wb") as outgoing:
        os.dup2(2, 1)
        serve(orders(sys.stdin.buffer, lambda: os._exit(0)), outgoing)
