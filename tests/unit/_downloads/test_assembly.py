"""Documents put together from answers."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pdfshift_async._downloads.assembly import Assembly
from pdfshift_async.errors import DocumentDamaged, DownloadError

DOCUMENT = b"%PDF-1.7\n" + bytes(range(256)) * 4
TAG = '"5d41402a"'


def assembly(filesize: int | None = None, limit: int = 1024 * 1024) -> Assembly:
    """Begin with a limit that documents here do not reach."""
    return Assembly(filesize=filesize, limit=limit)


def feed(part: Assembly, *chunks: bytes) -> bytes:
    """Give what is handed on for the chunks."""
    return b"".join(part.feed(chunk) for chunk in chunks)


@pytest.mark.parametrize(
    "head",
    [b"%PDF-1.7\n%....", b"\x89PNG\r\n\x1a\n....", b"\xff\xd8\xff.........", b"RIFF....WEBP"],
)
def test_every_kind_of_document_passes(head: bytes) -> None:
    """PDF, PNG, JPEG and WebP are told by their first bytes."""
    part = assembly()
    part.begin(200, {})
    assert feed(part, head, b"rest") == head + b"rest"
    part.end()


def test_nothing_is_handed_on_before_its_kind_is_known() -> None:
    """However small the first chunks are."""
    part = assembly()
    part.begin(200, {})
    assert feed(part, DOCUMENT[:5], DOCUMENT[5:11]) == b""
    assert feed(part, DOCUMENT[11:12]) == DOCUMENT[:12]


def test_an_error_page_is_no_document() -> None:
    """Not even when it comes with 200, and whatever its length."""
    part = assembly(filesize=4)
    part.begin(200, {"content-length": "26"})
    with pytest.raises(DocumentDamaged, match="no PDF, PNG, JPEG or WebP"):
        feed(part, b"<html>Please log in</html>")


@pytest.mark.parametrize("content", [b"", b"%PDF-"])
def test_a_few_bytes_are_no_document(content: bytes) -> None:
    """An empty answer and one that ends within its head."""
    part = assembly()
    part.begin(200, {})
    assert feed(part, content) == b""
    with pytest.raises(DocumentDamaged, match=f"it has {len(content)} bytes only"):
        part.end()


@pytest.mark.parametrize(
    ("filesize", "headers"),
    [(len(DOCUMENT), {}), (None, {"content-length": str(len(DOCUMENT))})],
)
def test_a_document_shorter_than_announced_is_damaged(
    filesize: int | None, headers: dict[str, str]
) -> None:
    """By the callback or by the answer."""
    part = assembly(filesize)
    part.begin(200, headers)
    feed(part, DOCUMENT[:-1])
    assert not part.complete
    with pytest.raises(DocumentDamaged, match="1032 of 1033 bytes"):
        part.end()


def test_a_document_longer_than_announced_is_damaged() -> None:
    """It is refused at the first byte too many."""
    part = assembly(filesize=len(DOCUMENT))
    part.begin(200, {})
    assert feed(part, DOCUMENT) == DOCUMENT
    assert part.complete
    with pytest.raises(DocumentDamaged, match="longer than the 1033 bytes"):
        part.feed(b"!")


def test_the_size_in_the_callback_counts_more_than_that_of_the_answer() -> None:
    """A document cut short in the storage is announced with its wrong length."""
    part = assembly(filesize=len(DOCUMENT))
    part.begin(200, {"content-length": "500"})
    feed(part, DOCUMENT[:500])
    with pytest.raises(DocumentDamaged, match="500 of 1033 bytes"):
        part.end()


@pytest.mark.parametrize("length", ["", "-1", "many", "9" * 5000])
def test_a_length_that_is_none_is_left_aside(length: str) -> None:
    """The document is judged by the rest."""
    part = assembly()
    part.begin(200, {"content-length": length})
    assert feed(part, DOCUMENT) == DOCUMENT
    part.end()


def test_a_large_document_is_refused_before_it_comes() -> None:
    """Its announced length is enough."""
    with pytest.raises(DownloadError, match="larger than 100 bytes"):
        assembly(limit=100).begin(200, {"content-length": "101"})


def test_a_document_without_a_length_is_refused_when_it_grows_too_large() -> None:
    """An endless answer ends."""
    part = assembly(limit=1032)
    part.begin(200, {})
    with pytest.raises(DownloadError, match="larger than 1032 bytes"):
        feed(part, DOCUMENT)


def test_lengths_of_an_encoded_answer_are_not_compared() -> None:
    """They count encoded bytes; and such an answer cannot be continued."""
    part = assembly(filesize=4)
    part.begin(200, {"content-length": "4", "content-encoding": "gzip", "etag": TAG})
    assert feed(part, DOCUMENT) == DOCUMENT
    assert part.headers == {}
    part.end()


def test_the_rest_is_asked_for_when_the_server_can_tell_documents_apart() -> None:
    """With the tag, so that a changed document comes whole."""
    part = assembly()
    part.begin(200, {"etag": TAG})
    assert part.headers == {}
    feed(part, DOCUMENT[:500])
    assert part.headers == {"Range": "bytes=500-", "If-Range": TAG}


@pytest.mark.parametrize("headers", [{}, {"etag": f"W/{TAG}"}])
def test_the_rest_is_not_asked_for_without_a_strong_tag(headers: dict[str, str]) -> None:
    """A weak one allows other bytes."""
    part = assembly()
    part.begin(200, headers)
    feed(part, DOCUMENT[:500])
    assert part.headers == {}


def test_the_rest_is_appended() -> None:
    """Also when the head itself was cut."""
    part = assembly(filesize=len(DOCUMENT))
    part.begin(200, {"etag": TAG})
    first = feed(part, DOCUMENT[:7])
    part.begin(206, {"content-range": "bytes 7-1032/1033"})
    assert first + feed(part, DOCUMENT[7:]) == DOCUMENT
    assert part.complete
    part.end()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-range": "bytes 499-1032/1033"},
        {"content-range": "bytes */1033"},
        {"content-range": "pages 500-600/1033"},
    ],
)
def test_another_part_than_the_rest_is_not_appended(headers: dict[str, str]) -> None:
    """A gap or an overlap would make a document that opens and is wrong."""
    part = assembly()
    part.begin(200, {"etag": TAG})
    feed(part, DOCUMENT[:500])
    with pytest.raises(DocumentDamaged, match="another part"):
        part.begin(206, headers)


def test_a_part_that_nobody_asked_for_is_refused() -> None:
    """It may be less than the document."""
    with pytest.raises(DocumentDamaged, match="another part"):
        assembly().begin(206, {"content-range": "bytes 0-99/1033"})


def test_a_document_that_starts_again_is_handed_on_once() -> None:
    """Its first bytes are compared with those that had come, and left out."""
    part = assembly()
    part.begin(200, {})
    got = feed(part, DOCUMENT[:500])
    part.begin(200, {})
    got += feed(part, DOCUMENT[:100])
    part.begin(200, {})
    got += feed(part, DOCUMENT[:300], DOCUMENT[300:700], DOCUMENT[700:])
    part.end()
    assert got == DOCUMENT


def test_a_document_that_changed_is_damaged() -> None:
    """Half of one and half of another is no document."""
    part = assembly()
    part.begin(200, {})
    feed(part, DOCUMENT[:500])
    part.begin(200, {})
    with pytest.raises(DocumentDamaged, match="changed"):
        feed(part, DOCUMENT.replace(b"1.7", b"1.4"))


def test_a_document_that_became_shorter_is_damaged() -> None:
    """What had come cannot be compared to its end."""
    part = assembly()
    part.begin(200, {})
    feed(part, DOCUMENT[:500])
    part.begin(200, {})
    assert feed(part, DOCUMENT[:499]) == b""
    with pytest.raises(DocumentDamaged, match="shorter"):
        part.end()


@given(st.data())
def test_however_it_is_cut_the_document_is_handed_on_whole_and_once(data: st.DataObject) -> None:
    """Any chunks, any breaks, with and without ranges."""
    document = b"%PDF-" + data.draw(st.binary(min_size=20, max_size=200))
    part = assembly(data.draw(st.sampled_from([None, len(document)])))
    cuts = data.draw(st.lists(st.integers(0, len(document)), max_size=5))
    got = b""
    for stop in [*cuts, len(document)]:
        asked = part.headers.get("Range")
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        if asked:
            part.begin(206, {"content-range": f"bytes {start}-{len(document) - 1}/*"})
        else:
            tag = data.draw(st.sampled_from([{}, {"etag": TAG}]))
            part.begin(200, {"content-length": str(len(document)), **tag})
        step = data.draw(st.integers(1, 50))
        got += feed(part, *(document[at : min(at + step, stop)] for at in range(start, stop, step)))
        assert document.startswith(got)
        if part.complete:
            break
    part.end()
    assert got == document
