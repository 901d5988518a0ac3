"""A replica that has requests under way until it is killed: ``python sending_process.py WINDOW OPEN``.

How to reach everything is in the environment.
"""

from __future__ import annotations

import asyncio
import sys

from pdfshift_async import Pacing, PDFShift


async def main(window: float, max_open: int) -> None:
    """Learn the limit, and then send as many as may be open."""
    async with PDFShift(pacing=Pacing(window=window, max_open=max_open)) as client:
        await client.convert_direct("<p>quick</p>")
        await asyncio.gather(*(client.convert_direct("<p>slow</p>") for _ in range(max_open)))


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]), int(sys.argv[2])))
