"""Pages as the service sends them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

PageOf = Callable[..., dict[str, Any]]


@pytest.fixture
def page_of() -> PageOf:
    """Build the answer of a list."""

    def build(
        name: str, data: Iterable[dict[str, Any]], *, more: bool = False, page: int = 0
    ) -> dict[str, Any]:
        entries = list(data)
        content = {"has_more": more, "data": entries, "limit": 10, "page": page, "total": 28}
        return {"success": True, name: content}

    return build
