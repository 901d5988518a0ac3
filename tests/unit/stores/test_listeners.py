"""Those who are told what settles."""

from __future__ import annotations

from pdfshift_async.stores.listeners import Listeners


def test_each_is_told_as_often_as_it_subscribed() -> None:
    """The same function may listen for two that know nothing of each other."""
    listeners, told = Listeners(), list[str]()
    leave = listeners.subscribe(told.append)
    listeners.subscribe(told.append)
    listeners.tell("cv_one")
    assert told == ["cv_one", "cv_one"]
    leave()
    leave()
    listeners.tell("cv_two")
    assert told == ["cv_one", "cv_one", "cv_two"]


def test_one_who_leaves_while_being_told_hears_nothing_more() -> None:
    """What the first of them starts is not told of the id at hand."""
    listeners, told = Listeners(), list[str]()

    def once(conversion_id: str) -> None:
        leave()
        listeners.subscribe(told.append)

    leave = listeners.subscribe(once)
    listeners.tell("cv_one")
    assert told == []
    listeners.tell("cv_two")
    assert told == ["cv_two"]


def test_it_is_true_while_somebody_listens() -> None:
    """Stores look for what settled elsewhere only for listeners."""
    listeners = Listeners()
    assert not listeners
    leave = listeners.subscribe(lambda conversion_id: None)
    assert listeners
    leave()
    assert not listeners
