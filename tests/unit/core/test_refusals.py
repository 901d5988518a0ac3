"""The service's error bodies, their exceptions, and the way back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pdfshift_async._core.refusals import error_of, failure_in, failure_of, refusal_in
from pdfshift_async._core.wire import Answer
from pdfshift_async.errors import (
    AuthenticationFailed,
    Billed,
    ConfigurationError,
    ConversionFailed,
    CreditsExhausted,
    NotFound,
    PDFShiftError,
    PermissionDenied,
    Phase,
    RateLimited,
    ServiceError,
    ServiceUnreachable,
    SubmitRejected,
    SubmitUnconfirmed,
    UnexpectedResponse,
)
from pdfshift_async.models.outcomes import Failure

CREDITS = "No remaining credits left."
KEY = "Invalid API Key provided."
TOO_SLOW = "The requested page took too long to load."


def answered(status: int, content: dict[str, Any] | bytes, **headers: str) -> PDFShiftError:
    """Give the exception of an answer."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return error_of(refusal_in(Answer(status, headers, body)))


@given(st.integers(300, 599), st.binary())
def test_any_answer_that_is_no_success_has_an_error(status: int, body: bytes) -> None:
    """Whatever the body: an error page, rubbish or nothing."""
    failure = refusal_in(Answer(status, {}, body))
    assert failure.status == status
    assert str(status) in str(error_of(failure))


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (302, {}, SubmitRejected),
        (400, {"error": "The S3 destination you provided can not be accessed."}, SubmitRejected),
        (401, {"error": KEY}, AuthenticationFailed),
        (402, {}, SubmitRejected),
        (403, {"error": CREDITS}, CreditsExhausted),
        (404, {"error": "No such template."}, NotFound),
        (405, {}, SubmitRejected),
        (408, {"error": TOO_SLOW}, ConversionFailed),
        (429, {"error": "You have been rate limited."}, RateLimited),
        (500, {"error": "Internal error."}, ServiceError),
        (599, {}, ServiceError),
    ],
)
def test_the_status_decides_about_the_class(
    status: int, content: dict[str, Any], kind: type[PDFShiftError]
) -> None:
    """Texts change; statuses are documented."""
    assert type(answered(status, content)) is kind


@pytest.mark.parametrize("code", [200, 400, 500])
def test_the_status_beats_the_code_of_the_body(code: int) -> None:
    """What HTTP says is what happened to the request."""
    error = answered(401, {"error": KEY, "code": code})
    assert isinstance(error, AuthenticationFailed)
    assert error.status == 401


def test_a_403_without_credits_differs_from_one_with_a_wrong_key() -> None:
    """The reference has it for credits, an older table for the key: its words tell."""
    assert type(answered(403, {"error": CREDITS})) is CreditsExhausted
    assert type(answered(403, {"error": KEY})) is AuthenticationFailed


@pytest.mark.parametrize("body", [b"<html>Forbidden</html>", b"{}", b"[]", b""])
def test_a_403_without_a_word_of_the_service_blames_neither(body: bytes) -> None:
    """A firewall on the way answers like that, too."""
    error = answered(403, body)
    assert type(error) is PermissionDenied
    assert error.message == "the service answered 403: Forbidden"


@pytest.mark.parametrize(
    ("status", "content"),
    [(408, {"error": TOO_SLOW}), (400, {"error": TOO_SLOW, "identifier": "A74"})],
)
def test_a_page_that_took_too_long_is_no_refusal(status: int, content: dict[str, Any]) -> None:
    """It is 408 in an answer and 400 with A74 in a callback: the conversion was tried."""
    error = answered(status, content)
    assert isinstance(error, ConversionFailed)
    assert (error.phase, error.billed) == (Phase.CONVERT, Billed.UNKNOWN)
    assert error.code == status


def test_a_redirect_has_its_own_advice() -> None:
    """The document is sent nowhere else than where it was told to go."""
    assert answered(301, b"").hint == "Check base_url: it points to a redirect."


@pytest.mark.parametrize(
    "errors",
    [
        {"page": ["must be a number", "is required"], "zoom": "too big"},
        {"page": ["must be a number", "is required"], "zoom": ["too big"]},
    ],
)
def test_refused_options_are_named(errors: dict[str, Any]) -> None:
    """Their messages come as a list or as one text."""
    error = answered(400, {"success": False, "errors": errors, "code": 400})
    assert isinstance(error, SubmitRejected)
    assert error.fields == {"page": ("must be a number", "is required"), "zoom": ("too big",)}
    assert error.detail == "page: must be a number is required; zoom: too big"


@pytest.mark.parametrize("errors", [None, [], "all of it", {}])
def test_errors_of_another_shape_name_nothing(errors: object) -> None:
    """The words are read all the same."""
    failure = failure_in({"errors": errors, "message": "no"}, "refused")
    assert (failure.fields, failure.detail) == ({}, "no")


@pytest.mark.parametrize("code", ["400", 400.5, True, None, [400]])
def test_a_code_that_is_no_whole_number_is_none(code: object) -> None:
    """True is one of Python's numbers, and no status."""
    assert failure_in({"error": "no", "code": code}, "reported").status is None


def test_identifier_and_request_id_are_kept() -> None:
    """The service's support asks for the one, the account's log for the other."""
    for status in (400, 429, 500):
        error = answered(status, {"error": "no", "identifier": "A96"}, **{"x-request-id": "r1"})
        assert isinstance(error, SubmitRejected | RateLimited | ServiceError)
        assert (error.identifier, error.request_id) == ("A96", "r1")
        assert f"{status} A96: no" in str(error)


@pytest.mark.parametrize(
    "error",
    [
        SubmitRejected(
            "page: no", status=400, fields={"page": ["no"]}, identifier="A1", request_id="r1"
        ),
        AuthenticationFailed(KEY, status=401),
        AuthenticationFailed(KEY, status=403),
        PermissionDenied(None, status=403),
        CreditsExhausted(CREDITS, status=403),
        NotFound(None, status=404),
        RateLimited("slower", identifier="A2", request_id="r2"),
        ServiceError("no", status=503),
        ServiceUnreachable("https://api.pdfshift.io: Connection refused"),
        SubmitUnconfirmed("ReadTimeout"),
        ConversionFailed(TOO_SLOW, code=408),
        ConversionFailed(None, code=400, identifier="A74"),
        ConversionFailed(None),
        UnexpectedResponse("no", phase=Phase.CONVERT, status=200, raw=b"<html>"),
        UnexpectedResponse("no", phase=Phase.CONVERT),
    ],
)
def test_an_error_that_was_stored_is_the_same_again(error: PDFShiftError) -> None:
    """Who awaits it in another process reads what was raised in the first."""
    stored = Failure.model_validate_json(failure_of(error).model_dump_json())
    again = error_of(stored)
    assert type(again) is type(error)
    assert vars(again) == vars(error)
    assert str(again) == str(error)


def test_an_error_of_another_kind_was_never_sent() -> None:
    """What is neither an answer nor a callback ends a conversion before its request."""
    error = error_of(failure_of(ConfigurationError("client", "is not open")))
    assert isinstance(error, ServiceUnreachable)
    assert error.reason == "client: is not open"


@pytest.mark.parametrize("kind", ["refused", "unsent", "unanswered", "reported", "unreadable"])
def test_a_failure_without_anything_has_an_error(kind: Any) -> None:
    """Stored by another version, it still ends an await."""
    assert str(error_of(Failure(kind=kind)))


def test_the_sandbox_bills_nothing() -> None:
    """Not even where it is unknown otherwise."""
    failure = Failure(kind="reported", detail="no")
    assert error_of(failure).billed is Billed.UNKNOWN
    assert error_of(failure, sandbox=True).billed is Billed.NO
