"""What of a URL may be shown."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pdfshift_async._core.redaction import shown_url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://app.example.com/pdfshift/cv_one.secret", "https://app.example.com"),
        ("https://app.example.com:8443/?signature=secret", "https://app.example.com:8443"),
        ("https://name:secret@app.example.com/", "https://app.example.com"),
        ("http://[::1]:8765/v3#secret", "http://[::1]:8765"),
        ("http://[::1]/v3", "http://[::1]"),
        ("/secret", "://"),
        ("http://app.example.com:secret/", "a URL that cannot be read"),
        ("http://[secret", "a URL that cannot be read"),
    ],
)
def test_only_scheme_host_and_port_are_shown(url: str, shown: str) -> None:
    """Tokens are in paths, signatures in queries, passwords before the host."""
    assert shown_url(url) == shown


@given(st.text(), st.text())
def test_no_text_breaks_it_and_no_path_is_shown(start: str, path: str) -> None:
    """It stands in error messages, where nothing may fail."""
    assert "#" not in shown_url(start)
    assert shown_url(f"https://app.example.com/{path}") == "https://app.example.com"
