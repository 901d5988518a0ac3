"""The words between pool and worker: a JSON head and a binary body, each with its length.

JSON, not pickle: the worker parses hostile documents, so nothing it says may run in the parent.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pdfshift_async.emulator.rendering.documents import (
    FetchPolicy,
    Rendered,
    RenderFailed,
    RenderRequest,
)

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = [
    "LENGTHS",
    "READY",
    "Frame",
    "decode_answer",
    "decode_order",
    "encode_answer",
    "encode_order",
    "read_frame",
]

LENGTHS: Final = struct.Struct(">II")
"""Starts a frame: the number of bytes of its head and of its body."""

READY: Final = LENGTHS.pack(0, 0)
"""The first thing a worker says."""

Frame: TypeAlias = tuple[dict[str, Any], bytes]


def _frame(head: dict[str, Any], body: bytes = b"") -> bytes:
    encoded = json.dumps(head).encode()
    return LENGTHS.pack(len(encoded), len(body)) + encoded + body


def read_frame(stream: BinaryIO) -> Frame | None:
    """Read one frame; None when the other side is gone."""
    start = stream.read(LENGTHS.size)
    if len(start) < LENGTHS.size:
        return None
    head, body = LENGTHS.unpack(start)
    encoded, content = stream.read(head), stream.read(body)
    if len(encoded) < head or len(content) < body:
        return None
    return json.loads(encoded), content


def encode_order(request: RenderRequest, policy: FetchPolicy) -> bytes:
    """Pack what the worker is to do."""
    fields = {
        "kind": request.kind,
        "parameters": dict(request.parameters),
        "sandbox": request.sandbox,
        "policy": asdict(policy),
    }
    return _frame(fields, request.source.encode("utf-8", "surrogatepass"))


def decode_order(frame: Frame) -> tuple[RenderRequest, FetchPolicy]:
    """Unpack what `encode_order` packed."""
    head, body = frame
    hosts = head["policy"].pop("hosts")
    policy = FetchPolicy(**head.pop("policy"), hosts=hosts if hosts is None else tuple(hosts))
    return RenderRequest(**head, source=body.decode("utf-8", "surrogatepass")), policy


def encode_answer(answer: Rendered | RenderFailed) -> bytes:
    """Pack an outcome."""
    if isinstance(answer, RenderFailed):
        return _frame({"failed": answer.args})
    fields = asdict(answer)
    content = fields.pop("content")
    return _frame({"rendered": fields}, content)


def decode_answer(frame: Frame) -> Rendered:
    """Unpack an outcome.

    Raises:
        RenderFailed: The outcome is a failure.
    """
    head, body = frame
    if "failed" in head:
        code, message, identifier = head["failed"]
        raise RenderFailed(code, message, identifier)
    fields = head["rendered"]
    return Rendered(**fields | {"content": body, "unsupported": tuple(fields["unsupported"])})
