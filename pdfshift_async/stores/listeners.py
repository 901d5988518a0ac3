"""Who is told what settles."""

from __future__ import annotations

from collections.abc import Callable

from pdfshift_async._core.interfaces import Listener

__all__ = ["Listeners"]


class Listeners:
    """Calls each listener with the id of what settles, for as long as it listens."""

    def __init__(self) -> None:
        # By an object of its own: one listener may subscribe twice, and leaves each time alone.
        self._listeners: dict[object, Listener] = {}

    def __len__(self) -> int:
        return len(self._listeners)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call the listener from now on; give the way out, which may be taken more than once."""
        subscription = object()
        self._listeners[subscription] = listener

        def unsubscribe() -> None:
            self._listeners.pop(subscription, None)

        return unsubscribe

    def tell(self, conversion_id: str) -> None:
        """Call those that listen now; what one of them starts or ends counts for the next id."""
        for listener in tuple(self._listeners.values()):
            listener(conversion_id)
