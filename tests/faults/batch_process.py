"""A batch that goes on where it was killed: ``python batch_process.py COUNT FOLDER``.

How to reach everything is in the environment. At the end it prints what became of its items.
"""

from __future__ import annotations

import argparse
import asyncio
import json

from pdfshift_async import Item, PDFOptions, PDFShift


async def main() -> None:
    """Convert all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("folder")
    chosen = parser.parse_args()
    items = (Item(f"inv-{n}", f"<p>inv-{n}.</p>") for n in range(chosen.count))
    save_to = f"{chosen.folder}/{{key}}.pdf"
    options = PDFOptions(timeout=1)
    async with (
        PDFShift(callback_margin=4) as client,
        client.batch("october", items, save_to=save_to, options=options, canary=50) as batch,
    ):
        report = await batch.finish()
        keys = {
            "failed": [item.key for item in report.failed],
            "lost": [item.key for item in report.lost],
        }
        print(json.dumps({"converted": report.converted, **keys}))  # noqa: T201 -- the test reads it


if __name__ == "__main__":
    asyncio.run(main())
