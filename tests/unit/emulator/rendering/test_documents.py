"""The values that go into a conversion and come out."""

from __future__ import annotations

import pickle

from pdfshift_async.emulator.rendering import RenderFailed


def test_a_failure_survives_pickle() -> None:
    """With everything it says."""
    failure = pickle.loads(pickle.dumps(RenderFailed(400, "No.", "A1")))  # noqa: S301
    assert (failure.code, failure.message, failure.identifier) == (400, "No.", "A1")
    assert str(failure) == "No."


def test_a_page_that_takes_too_long_fails_in_the_words_of_the_service() -> None:
    """Programs look for the identifier."""
    failure = RenderFailed.too_long()
    assert (failure.code, failure.identifier) == (400, "A74")
