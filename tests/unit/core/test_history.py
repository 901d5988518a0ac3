"""Which own requests the service may still count."""

from __future__ import annotations

import math

from pdfshift_async._core.history import History


def test_a_request_is_remembered_from_its_sending_until_it_is_forgotten() -> None:
    """Answered ones leave in order; open ones stay, whatever their age."""
    history = History()
    for _ in range(3):
        history.send()
    history.close(5.0, counted=True)
    history.close(6.0, counted=True)
    assert (history.count, history.answered, history.open) == (3, 2, 1)
    assert not history.forget(4.9)
    assert history.forget(5.0)
    assert (history.count, history.left) == (2, 1)
    assert (history.answered_at(0), history.answered_at(1)) == (6.0, math.inf)


def test_what_the_service_did_not_count_is_not_remembered() -> None:
    """Such as a request that found no connection."""
    history = History()
    history.send()
    history.close(5.0, counted=False)
    assert (history.count, history.left) == (0, 0)
