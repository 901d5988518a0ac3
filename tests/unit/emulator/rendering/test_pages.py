"""HTML to PDF, page by page."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest

from pdfshift_async.emulator.rendering import RenderFailed
from pdfshift_async.emulator.rendering.fetching import BASE_URL, Fetcher
from pdfshift_async.emulator.rendering.pages import compose
from pdfshift_async.emulator.rendering.running import today
from pdfshift_async.emulator.rendering.sources import Source

Texts = Callable[[bytes], list[str]]
Sizes = Callable[[bytes], list[tuple[int, int]]]
Printing = Callable[..., bytes]

THREE = "<p>one</p><p style='break-before:page'>two</p><p style='break-before:page'>three</p>"


@pytest.fixture
def printed(offline: Fetcher) -> Printing:
    """Print HTML with some parameters."""

    def print_(html: str, *, sandbox: bool = False, css: str = "", **parameters: Any) -> bytes:
        source = Source(html, BASE_URL, "http://shop.test/?a&b", None, 0, len(html))
        content, pages = compose(source, css, parameters, offline, sandbox=sandbox)
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert len(pdf.pages) == pages
        return content

    return print_


def test_text_of_european_languages_is_there(printed: Printing, texts: Texts) -> None:
    """A search in the document finds it."""
    text = "Größe 12,50 € łódź ½ Ελλάδα Привет"
    assert texts(printed(f"<p>{text}</p>")) == [text.replace(" ", "")]


def test_without_parameters_the_paper_is_a4(printed: Printing, sizes: Sizes) -> None:
    """The default of the service."""
    assert sizes(printed("<p>x")) == [(595, 842)]


def test_a_document_chooses_its_own_paper(printed: Printing, sizes: Sizes) -> None:
    """As long as no parameter does."""
    html = "<style>@page{size:A5 landscape}</style><p>x"
    assert sizes(printed(html)) == [(595, 420)]
    assert sizes(printed(html, format="Letter")) == [(612, 792)]
    assert sizes(printed(html, landscape=True)) == [(842, 595)]
    assert sizes(printed(html, zoom=0.5)) == [(595, 842)]


def test_parameters_beat_important_rules(printed: Printing, sizes: Sizes) -> None:
    """The size of the paper is the caller's to say."""
    html = "<style>@page{size:A5!important}</style><p>x"
    assert sizes(printed(html, format="A4")) == [(595, 842)]


def test_a_growing_page_holds_everything(printed: Printing, sizes: Sizes) -> None:
    """Content, margin and footer on one page."""
    html = "<body style='margin:0'><div style='height:3000px'>x</div>"
    footer = {"source": "<div style='height:40px'>f</div>"}
    content = printed(html, format="400xauto", margin=20, footer=footer)
    assert sizes(content) == [(300, round((3000 + 40 + 40 + 1) * 0.75))]


def _first_text(content: bytes) -> tuple[float, float, float]:
    """Give size, left and distance from the top of the first text, in points."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        matrix = pikepdf.Matrix()
        stack = []
        for instruction in pikepdf.parse_content_stream(pdf.pages[0]):
            operands: Any = instruction.operands
            match str(instruction.operator):
                case "q":
                    stack.append(matrix)
                case "Q":
                    matrix = stack.pop()
                case "cm":
                    matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
                case "Tm":
                    placed = pikepdf.Matrix(*map(float, operands)) @ matrix
                    height = float(pdf.pages[0].mediabox[3])
                    return round(placed.a, 1), round(placed.e, 1), round(height - placed.f, 1)
                case _:
                    pass
        pytest.fail("no text")


def test_margins_move_the_content(printed: Printing) -> None:
    """By their own size."""
    html = "<body style='margin:0;font-size:20px'>x"
    _, left, top = _first_text(printed(html))
    assert _first_text(printed(html, margin="100 0 0 200"))[1:] == (left + 150, top + 75)


def test_zoom_scales_content_but_not_margins(printed: Printing) -> None:
    """A letter of 20 pixels has 7.5 points at one half."""
    html = "<body style='margin:0;font-size:20px'>x"
    size, left, _ = _first_text(printed(html, zoom=0.5, margin=100))
    assert (size, left) == (7.5, 75)


def test_style_of_the_request_is_applied(printed: Printing) -> None:
    """Against the rules of the document."""
    assert (
        _first_text(printed("<p style='font-size:20px'>x", css="p{font-size:40px!important}"))[0]
        == 30
    )


def test_print_style_on_demand(printed: Printing, texts: Texts) -> None:
    """Screen is the default, also on paper."""
    html = "<style>@media print{i{display:none}} @media screen{b{display:none}}</style><i>s</i><b>p</b>"
    assert texts(printed(html)) == ["s"]
    assert texts(printed(html, use_print=True)) == ["p"]


def test_backgrounds_can_be_left_out(printed: Printing) -> None:
    """Nothing is filled then."""
    html = "<body style='background:#fed'><p>x"
    filled, plain = printed(html), printed(html, disable_backgrounds=True)
    with pikepdf.open(io.BytesIO(filled)) as one, pikepdf.open(io.BytesIO(plain)) as other:
        assert b" re f" in one.pages[0].Contents.read_bytes()
        assert b" re f" not in other.pages[0].Contents.read_bytes()


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ("2", ["two"]),
        ("3,1", ["one", "three"]),
        ("2-9", ["two", "three"]),
        ("1-2,2", ["one", "two"]),
    ],
)
def test_pages_are_chosen(pages: str, expected: list[str], printed: Printing, texts: Texts) -> None:
    """In their order, each once; what lies beyond the end is ignored."""
    assert texts(printed(THREE, pages=pages)) == expected


@pytest.mark.parametrize("pages", ["9", "0", "x", "3-1"])
def test_choosing_no_page_fails(pages: str, printed: Printing) -> None:
    """There is no such PDF."""
    with pytest.raises(RenderFailed):
        printed(THREE, pages=pages)


def test_a_document_without_pages_fails(printed: Printing) -> None:
    """Paper without a size holds none."""
    with pytest.raises(RenderFailed, match="no page"):
        printed("<style>@page{size:0 0}</style>x")


def test_the_last_page_is_removed_if_blank(printed: Printing, texts: Texts) -> None:
    """Only on demand, and only if there is nothing on it."""
    html = "<p>one</p><div style='break-before:page;height:10px'></div>"
    assert texts(printed(html)) == ["one", ""]
    assert texts(printed(html, remove_blank=True)) == ["one"]
    assert texts(printed(THREE, remove_blank=True)) == ["one", "two", "three"]


def test_the_only_page_stays_even_if_blank(printed: Printing, texts: Texts) -> None:
    """A PDF has a page."""
    assert texts(printed("", remove_blank=True)) == [""]


def test_headers_and_footers_know_their_page(printed: Printing, texts: Texts) -> None:
    """Numbers are those of the whole document; values are no HTML."""
    content = printed(
        "<title>&lt;i>T</title>" + THREE,
        pages="2-3",
        header={"source": "{{ page }}/{{total}}:{{title}}"},
        footer={"source": "<p>{{url}}{{date}}</p>", "start_at": 3},
    )
    url = "http://shop.test/?a&b"
    assert texts(content) == ["two2/3:<i>T", f"three3/3:<i>T{url}{today()}"]


def test_a_header_keeps_its_style_to_itself(printed: Printing) -> None:
    """It is a document of its own."""
    header = {"source": "<style>*{font-size:99px}</style>h"}
    assert _first_text(printed("<p style='font-size:20px'>x", header=header))[0] == 15


def test_content_keeps_clear_of_header_and_footer(printed: Printing) -> None:
    """The band has at least the height that was asked for."""
    html = "<body style='margin:0;font-size:20px'>x"
    _, _, top = _first_text(printed(html))
    header = {"source": "h", "height": "1in"}
    assert _first_text(printed(html, header=header, margin=0))[2] == top + 72


def test_watermark_and_sandbox_are_on_every_page(printed: Printing, texts: Texts) -> None:
    """One over the other."""
    content = printed(THREE, sandbox=True, watermark={"text": "DRAFT"})
    assert texts(content) == [f"{word}DRAFTSANDBOX" for word in ("one", "two", "three")]


def test_links_work_outwards_and_inwards(printed: Printing) -> None:
    """An address, and a place in the document."""
    html = "<a href='http://a.test/'>out</a> <a href='#end'>in</a><p id=end style='break-before:page'>e"
    with pikepdf.open(io.BytesIO(printed(html))) as pdf:
        links: Any = pdf.pages[0].Annots
        assert str(links[0].A.URI) == "http://a.test/"
        assert str(links[1].Dest) == "end"


def test_metadata_of_the_document_is_kept(printed: Printing) -> None:
    """What its head says."""
    html = "<title>T ü</title><meta name=author content='A ł'><p>x"
    with pikepdf.open(io.BytesIO(printed(html))) as pdf:
        assert (str(pdf.docinfo["/Title"]), str(pdf.docinfo["/Author"])) == ("T ü", "A ł")
