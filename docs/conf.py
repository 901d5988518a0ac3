"""Builds these pages with Sphinx; nothing is fetched from the network."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from pdfshift_async import __version__

project = "pdfshift_async"
author = "The pdfshift_async authors"
project_copyright = author
release = version = __version__

extensions = [
    "docstrings",
    "error_tree",
    "lifecycle",
    "proofs",
    "myst_parser",
    "sphinx.ext.autodoc",
]
exclude_patterns = ["_build"]

# A single backtick in a docstring is code: a link where it names something of the library.
default_role = "py:obj"
nitpick_ignore_regex = [
    # ... and no link where it names an option or a header of the service.
    (r"py:obj", r".*"),
    # Without a network there are no inventories of Python, httpx, aiohttp and pydantic to link to.
    (r"py:.*", r"(?!pdfshift_async\b).*"),
    # Shown as bases or annotations, but without an entry of their own.
    (
        r"py:class",
        r"pdfshift_async\.(errors\.service\._\w+|_views\.ViewChanges|_batch\.settings\.BatchSettings|models\.pages\.T)",
    ),
]

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
add_module_names = False
python_use_unqualified_type_names = True
maximum_signature_line_length = 80

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"pdfshift_async {__version__}"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_copy_source = False
html_show_sphinx = False
