"""Phase, billing and words of every exception."""

from __future__ import annotations

import copy
import inspect
import pickle
from datetime import UTC, datetime

import pytest

from pdfshift_async import errors
from pdfshift_async.errors import (
    AuthenticationFailed,
    BatchError,
    BatchStopped,
    Billed,
    CallbackLost,
    CallbackOverdue,
    CallbackRejected,
    ConfigurationError,
    ContentChanged,
    ConversionFailed,
    CreditsExhausted,
    DocumentDamaged,
    DownloadError,
    DuplicateKey,
    InvalidOptions,
    NotFound,
    PDFShiftError,
    PermissionDenied,
    Phase,
    Problem,
    RateLimited,
    ResultExpired,
    ServiceError,
    ServiceUnreachable,
    StoreError,
    StoreTooNew,
    StoreUnavailable,
    SubmitError,
    SubmitRejected,
    SubmitUnconfirmed,
    UnexpectedResponse,
    UnknownConversion,
    WaitError,
)

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
PROBLEMS = [Problem("format", "must be a size", "for example A4"), Problem("zoom", "is too big")]

SAMPLES: dict[PDFShiftError, tuple[Phase, Billed, str]] = {
    PDFShiftError("it failed"): (Phase.PREPARE, Billed.UNKNOWN, "it failed."),
    ConfigurationError("webhook_url", "must be an http URL", hint="Pass another."): (
        Phase.PREPARE,
        Billed.NO,
        "webhook_url: must be an http URL. Pass another.",
    ),
    InvalidOptions(PROBLEMS, key="inv-1"): (
        Phase.PREPARE,
        Billed.NO,
        "format: must be a size (for example A4); zoom: is too big (key 'inv-1').",
    ),
    BatchError("it does not go on"): (Phase.PREPARE, Billed.NO, "it does not go on."),
    BatchStopped("its spend_cap of 5 credits is reached"): (
        Phase.PREPARE,
        Billed.NO,
        "the batch has stopped: its spend_cap of 5 credits is reached. "
        "Run the batch again under the same name: it goes on where it stopped.",
    ),
    ContentChanged("inv-1"): (
        Phase.PREPARE,
        Billed.NO,
        "source or options differ from what the batch has under this key (key 'inv-1'). Give the "
        'new document a key of its own, or pass on_changed="resubmit", which bills again.',
    ),
    DuplicateKey("inv-1", 3, 17): (
        Phase.PREPARE,
        Billed.NO,
        "items 3 and 17 have the same key (key 'inv-1'). Keys name documents: give each its own.",
    ),
    SubmitError("it was not accepted"): (
        Phase.SUBMIT,
        Billed.UNKNOWN,
        "it was not accepted (billing unknown).",
    ),
    SubmitRejected("No such bucket.", status=400, identifier="A96", fields={"a": ["b"]}): (
        Phase.SUBMIT,
        Billed.NO,
        "the service answered 400 A96: No such bucket (not billed). "
        "Correct the request before sending it again.",
    ),
    AuthenticationFailed("Invalid API Key provided.", status=401, request_id="r1"): (
        Phase.SUBMIT,
        Billed.NO,
        "the service answered 401: Invalid API Key provided (not billed). "
        "Check api_key or PDFSHIFT_API_KEY.",
    ),
    PermissionDenied(None, status=403): (
        Phase.SUBMIT,
        Billed.NO,
        "the service answered 403: Forbidden (not billed). "
        "Check the account's plan and its API key.",
    ),
    CreditsExhausted("No remaining credits left.", status=403): (
        Phase.SUBMIT,
        Billed.NO,
        "the service answered 403: No remaining credits left (not billed). "
        "Wait for the renewal date, raise the plan, or allow overage in the account.",
    ),
    NotFound(None, status=404): (
        Phase.SUBMIT,
        Billed.NO,
        "the service answered 404: Not Found (not billed). "
        "Check the name; if every call fails like this, check base_url.",
    ),
    RateLimited("You have been rate limited.", retry_after=3.5): (
        Phase.SUBMIT,
        Billed.NO,
        "the service answered 429: You have been rate limited (not billed). "
        "Send slower, or raise retry.max_elapsed.",
    ),
    ServiceUnreachable("https://api.pdfshift.io: Connection refused"): (
        Phase.SUBMIT,
        Billed.NO,
        "nothing was sent: https://api.pdfshift.io: Connection refused (not billed). "
        "Check the network and base_url; nothing was accepted, so it is safe to retry.",
    ),
    ServiceError(None, status=599): (
        Phase.SUBMIT,
        Billed.UNKNOWN,
        "the service answered 599: no reason given (billing unknown). "
        "Look into the account's log before sending it again.",
    ),
    SubmitUnconfirmed("ReadTimeout"): (
        Phase.SUBMIT,
        Billed.UNKNOWN,
        "sent, but no answer came back: ReadTimeout (billing unknown). "
        "Do not send it again before looking into the account's log.",
    ),
    WaitError("the client was closed").about("cv_one", "inv-1"): (
        Phase.WAIT,
        Billed.UNKNOWN,
        "the client was closed (key 'inv-1', cv_one, billing unknown).",
    ),
    CallbackOverdue(30).about("cv_one", "inv-1"): (
        Phase.WAIT,
        Billed.UNKNOWN,
        "no callback within 30 s (key 'inv-1', cv_one, billing unknown). "
        "Await the conversion again; the outcome is kept when it arrives.",
    ),
    CallbackLost(NOON, confirmed=True).about("cv_one", None): (
        Phase.WAIT,
        Billed.UNKNOWN,
        "accepted, and no callback by 2026-10-01 12:00:00 UTC (cv_one, billing unknown). "
        "Check that webhook_url reaches the receiver from the internet; "
        "submitting the document again may bill it again.",
    ),
    CallbackLost(NOON, confirmed=False): (
        Phase.WAIT,
        Billed.UNKNOWN,
        "sent, never confirmed, and no callback by 2026-10-01 12:00:00 UTC (billing unknown). "
        "Check that webhook_url reaches the receiver from the internet; "
        "submitting the document again may bill it again.",
    ),
    CallbackLost(NOON, confirmed=True, resubmits=2): (
        Phase.WAIT,
        Billed.UNKNOWN,
        "accepted, sent 3 times in all, and no callback by 2026-10-01 12:00:00 UTC "
        "(billing unknown). Check that webhook_url reaches the receiver from the internet; "
        "submitting the document again may bill it again.",
    ),
    CallbackLost(NOON, confirmed=True, resubmits=1, reason="the service answered 403: No."): (
        Phase.WAIT,
        Billed.UNKNOWN,
        "accepted, sent 2 times in all, and no callback by 2026-10-01 12:00:00 UTC; "
        "the last time, the service answered 403: No. (billing unknown). "
        "Check that webhook_url reaches the receiver from the internet; "
        "submitting the document again may bill it again.",
    ),
    ConversionFailed("It took too long.", code=400, identifier="A74"): (
        Phase.CONVERT,
        Billed.UNKNOWN,
        "conversion failed with 400 A74: It took too long (billing unknown). "
        "Look at the source as the service sees it, then submit it again.",
    ),
    ConversionFailed(None, billed=Billed.NO): (
        Phase.CONVERT,
        Billed.NO,
        "conversion failed: no reason given (not billed). "
        "Look at the source as the service sees it, then submit it again.",
    ),
    DownloadError("cannot write a.pdf: No space left on device"): (
        Phase.DOWNLOAD,
        Billed.YES,
        "cannot write a.pdf: No space left on device (billed). "
        "Save it again before it expires; that does not bill again.",
    ),
    ResultExpired(NOON): (
        Phase.DOWNLOAD,
        Billed.YES,
        "the hosted file is gone: it expired on 2026-10-01 12:00 UTC (billed). "
        "Submitting the document again bills it again.",
    ),
    ResultExpired(None): (
        Phase.DOWNLOAD,
        Billed.YES,
        "the hosted file is gone (billed). Submitting the document again bills it again.",
    ),
    DocumentDamaged("34 of 50 bytes"): (
        Phase.DOWNLOAD,
        Billed.YES,
        "the document arrived damaged: 34 of 50 bytes (billed). "
        "Save it again before it expires; that does not bill again.",
    ),
    UnexpectedResponse("the callback is not JSON", phase=Phase.CONVERT, status=200, raw=b"<"): (
        Phase.CONVERT,
        Billed.UNKNOWN,
        "unexpected response: the callback is not JSON (billing unknown). "
        "Look at error.raw; if the service changed, a newer library may understand it.",
    ),
    StoreError("the store failed"): (Phase.STORE, Billed.UNKNOWN, "the store failed."),
    StoreUnavailable("the database is locked"): (
        Phase.STORE,
        Billed.UNKNOWN,
        "the database is locked. Try again when the store answers; what it holds is not lost.",
    ),
    StoreTooNew("its schema is 3, and this library knows 2"): (
        Phase.STORE,
        Billed.UNKNOWN,
        "its schema is 3, and this library knows 2. Upgrade pdfshift-async, or name another store.",
    ),
    UnknownConversion("cv_one"): (
        Phase.STORE,
        Billed.UNKNOWN,
        "the store has no such conversion (cv_one). "
        "Use the store the conversion was submitted with; settled records age out.",
    ),
    CallbackRejected(405, "method not allowed", headers={"Allow": "POST"}): (
        Phase.RECEIVE,
        Billed.UNKNOWN,
        "405 method not allowed.",
    ),
}

EXCEPTIONS = {
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, PDFShiftError) and not kind.__name__.startswith("_")
}


def test_every_exception_has_a_sample() -> None:
    """A new one comes with its phase, its billing and its sentence, and is public."""
    assert {type(error) for error in SAMPLES} == EXCEPTIONS
    assert {kind.__name__ for kind in EXCEPTIONS} <= set(errors.__all__)
    assert sorted(errors.__all__) == errors.__all__


@pytest.mark.parametrize("error", SAMPLES)
def test_phase_and_billing_are_those_of_the_tree(error: PDFShiftError) -> None:
    """As the module draws it."""
    phase, billed, _ = SAMPLES[error]
    assert (error.phase, error.billed) == (phase, billed)


@pytest.mark.parametrize("error", SAMPLES)
def test_every_error_reads_well(error: PDFShiftError) -> None:
    """One line: the fact, what it is about, the billing, and what to do."""
    assert str(error) == SAMPLES[error][2]


@pytest.mark.parametrize("error", SAMPLES)
def test_the_repr_is_class_and_message(error: PDFShiftError) -> None:
    """In one line, as of every exception of Python."""
    assert repr(error) == f"{type(error).__name__}({error.message!r})"


@pytest.mark.parametrize("error", SAMPLES)
def test_every_error_survives_pickle_and_copy(error: PDFShiftError) -> None:
    """Attributes, text and notes, in another process too."""
    error.add_note("while saving")
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301 -- our own bytes
        assert type(again) is type(error)
        assert vars(again) == vars(error)
        assert vars(again) is not vars(error)
        assert again.args == error.args
        assert str(again) == str(error)
        assert (again.phase, again.billed) == (error.phase, error.billed)


def test_some_errors_are_also_errors_of_python() -> None:
    """Code that knows nothing of this library catches them."""
    assert issubclass(CallbackOverdue, TimeoutError)
    assert issubclass(InvalidOptions, ValueError)


def test_the_tree_is_the_one_that_is_drawn() -> None:
    """Each line of the module's docstring names a class below the one it is indented under."""
    drawn: dict[str, str] = {}
    above: dict[int, str] = {}
    for line in (errors.__doc__ or "").splitlines():
        name = line.lstrip(" │├└─").partition(" ")[0]
        if name in errors.__all__ and ("──" in line or name == "PDFShiftError"):
            depth = line.index(name) // 4
            above[depth] = name
            drawn[name] = above.get(depth - 1, "PDFShiftError")
    assert set(drawn) == {kind.__name__ for kind in EXCEPTIONS}
    for name, parent in drawn.items():
        kind = getattr(errors, name)
        assert getattr(errors, parent) in kind.__mro__
        public = [base.__name__ for base in kind.__mro__[1:] if base in EXCEPTIONS]
        assert public[:1] == ([parent] if name != "PDFShiftError" else [])


def test_what_the_caller_names_beats_the_class() -> None:
    """Hint, billing and phase of one error; the class keeps its own."""
    error = PDFShiftError("it failed", hint="Wait.", billed=Billed.NO, phase=Phase.SUBMIT)
    assert str(error) == "it failed (not billed). Wait."
    assert PDFShiftError.billed is Billed.UNKNOWN
    assert PDFShiftError.phase is Phase.PREPARE


def test_an_error_can_be_told_what_it_is_about() -> None:
    """Where the conversion is known, above the place where it failed."""
    error = ServiceError("broken", status=500)
    assert error.about("cv_one", "inv-1") is error
    assert (error.conversion_id, error.key) == ("cv_one", "inv-1")


def test_the_words_of_the_service_cannot_break_a_log() -> None:
    """Line ends and terminal codes are blanks, and an error page is cut; `detail` has it all."""
    page = "first\r\n\x1b[31msecond\u2028third" + "x" * 100_000
    for error in (SubmitRejected(page, status=400), ConversionFailed(page)):
        text = str(error)
        assert text.isprintable()
        assert "first   [31msecond third" in text
        assert "…" in text
        assert len(text) < 1200
        assert error.detail == page


def test_problems_are_kept_one_by_one() -> None:
    """A form can show each beside its field."""
    error = InvalidOptions(PROBLEMS)
    assert error.problems == tuple(PROBLEMS)
    assert str(PROBLEMS[1]) == "zoom: is too big"


def test_rejections_keep_their_own_headers() -> None:
    """Changing them changes no other answer."""
    headers = {"Allow": "POST"}
    error = CallbackRejected(405, "method not allowed", headers=headers)
    headers.clear()
    assert error.headers == {"Allow": "POST"}
    assert CallbackRejected(404, "not found").headers == {}
