"""Answers of the calls that convert nothing, to values."""

from __future__ import annotations

from email.message import Message
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from pdfshift_async import _defaults
from pdfshift_async.errors import Phase, UnexpectedResponse
from pdfshift_async.models.pages import Page
from pdfshift_async.models.responses import Answered
from pdfshift_async.models.templates import Markup

from .refusals import refusal_in
from .wire import Answer, info_in

__all__ = ["confirm", "markup_in", "page_in", "value_in"]

T = TypeVar("T", bound=Answered)


def value_in(answer: Answer, name: str, model: type[T]) -> T:
    """Read what a JSON answer holds under a name.

    Raises:
        UnexpectedResponse: There is no such thing.
    """
    found = _object_in(answer).get(name)
    try:
        value = model.model_validate(found)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in (name, *problem["loc"]))
        raise _unexpected(answer, f"{place}: {problem['msg']}") from error
    return value.with_response(info_in(answer))


def page_in(answer: Answer, name: str, model: type[T]) -> Page[T]:
    """Read one page of a list.

    Raises:
        UnexpectedResponse: There is no such thing.
    """
    page: Page[T] = value_in(answer, name, Page[model])  # type: ignore[valid-type]
    entries = tuple(entry.with_response(page.response) for entry in page.data)
    return page.model_copy(update={"data": entries})


def markup_in(answer: Answer, phase: Phase = Phase.CALL) -> Markup:
    """Read HTML.

    Raises:
        UnexpectedResponse: There is none, or it cannot be decoded.
    """
    if not answer.body:
        raise _unexpected(answer, "an empty answer instead of HTML", phase)
    headers = Message()
    headers["content-type"] = answer.headers.get("content-type", "text/html")
    charset = headers.get_content_charset("utf-8")
    try:
        return Markup(answer.body.decode(charset), info_in(answer))
    except (LookupError, ValueError) as error:
        raise _unexpected(answer, f"the answer is no text in {charset}", phase) from error


def confirm(answer: Answer) -> None:
    """Check that an answer without a value is a success.

    Raises:
        UnexpectedResponse: It is something else.
    """
    _object_in(answer)


def _object_in(answer: Answer) -> dict[str, Any]:
    try:
        content = from_json(answer.body)
    except ValueError as error:
        given = answer.headers.get("content-type", "no content type")
        reason = f"no JSON in the answer, but {len(answer.body)} bytes of {given}"
        raise _unexpected(answer, reason) from error
    if not isinstance(content, dict):
        raise _unexpected(answer, "the JSON of the answer is no object")
    if content.get("success") is False:
        words = refusal_in(answer).detail or "no reason given"
        raise _unexpected(answer, f"status {answer.status}, but no success: {words}")
    return content


def _unexpected(answer: Answer, reason: str, phase: Phase = Phase.CALL) -> UnexpectedResponse:
    raw = answer.body[: _defaults.CALLBACK_LIMIT]
    return UnexpectedResponse(reason, phase=phase, status=answer.status, raw=raw)
