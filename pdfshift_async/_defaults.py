"""Every default, with its unit and its reason."""

from __future__ import annotations

from typing import Final

BASE_URL: Final = "https://api.pdfshift.io/v3"

MAX_OPEN_REQUESTS: Final = 50
"""Connections to the service.

Source: PDFShift FAQ, parallel conversions (read 2026-11): 50 at once on all plans.
"""

RATE_WINDOW: Final = 60.0
"""Seconds.

Source: PDFShift API v3, rate limits (read 2026-11): requests per minute.
"""

CONNECT_TIMEOUT: Final = 10.0
"""Seconds; the service's answer to a SYN does not depend on the document."""

ANSWER_TIMEOUT: Final = 30.0
"""Seconds of silence before a queued submission counts as unconfirmed: its 202 comes at once."""

CONVERSION_TIMEOUT: Final = 100.0
"""Seconds a conversion may take when its options say nothing.

Source: PDFShift FAQ (read 2026-11): 30 on the free plan, 100 on paid ones.
"""

WAIT_FOR_LIMIT: Final = 30.0
"""Seconds the service polls the `wait_for` function (PDFShift API v3, read 2026-11)."""

DIRECT_MARGIN: Final = 30.0
"""Seconds a direct answer may take on top of its conversion, for the network and the queue."""

CALLBACK_MARGIN: Final = 600.0
"""Seconds on top of the conversion before a callback is overdue.

How long the service queues is not documented; ten minutes is long enough for a busy hour and
short enough to notice an unreachable receiver the same morning.
"""

ANSWER_LIMIT: Final = 1024 * 1024
"""Bytes of a JSON answer or an error page that are read."""

LOG_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of a page of the log: with `log_request`, each of its entries may hold a whole source."""

DOCUMENT_LIMIT: Final = 512 * 1024 * 1024
"""Bytes of one document that are accepted: a hundred times what a large report needs."""

CALLBACK_LIMIT: Final = 64 * 1024
"""Bytes of a callback. The documented ones have under one KiB."""

CALLBACK_READ_TIMEOUT: Final = 10.0
"""Seconds a sender may take for the body of a callback."""

CALLBACK_KEEPALIVE_TIMEOUT: Final = 75.0
"""Seconds for which `Receiver.listen` keeps a connection that sends no whole request.

aiohttp counts them from the last answer, or from the start: headers that never end hold a
descriptor no longer than silence does.
"""

CHUNK: Final = 256 * 1024
"""Bytes handed to the disk at a time: few thread switches, little memory."""

RETRY_MAX_ELAPSED: Final = 180.0
RETRY_FIRST_PAUSE: Final = 0.5
RETRY_LONGEST_PAUSE: Final = 20.0
"""Seconds. A minute is the documented rate window; another user of the key may empty one, and be
seen in the next, so three are waited out."""

KEEP_SETTLED: Final = 100_000
"""Settled conversions a MemoryStore keeps: about 300 MB with their outcomes."""

KEEP_SETTLED_FOR: Final = 2 * 24 * 3600.0
"""Seconds a MemoryStore keeps a settled conversion: as long as the service keeps its file."""

KEEP_ORPHANS: Final = 10_000
"""Callbacks without a record that a MemoryStore keeps."""

OVERDUE_CHECK: Final = 1.0
"""Seconds between two looks at the earliest deadline: cheap, and never late by much."""

MAX_RESUBMITS: Final = 1
"""Times a conversion is sent again, where that is asked for at all: each may bill again."""

RECOVERY_CHECK: Final = 60.0
"""Seconds between two looks for what processes have left behind that have died."""

OVERDUE_AT_ONCE: Final = 50
"""Overdue conversions that are sent again at the same time, each with its document in memory."""

LOCK_TIMEOUT: Final = 30.0
"""Seconds an SQLiteStore waits for another program that is writing: as long as a backup takes."""

SERVER_TIMEOUT: Final = 5.0
"""Seconds a PostgresStore waits for its server: it restarts faster, and senders wait as long."""

BATCH_IN_HAND: Final = 500
"""Items of a batch that have been read and not finished, each with its document in memory: two
minutes' worth at the highest documented rate."""

BATCH_DOWNLOADS: Final = 8
"""Documents that a batch fetches at the same time."""

BATCH_CANARY: Final = 5
"""Documents that a batch sends before it has seen a callback: what an unreachable receiver costs."""

BATCH_GRACE: Final = 10.0
"""Seconds for which a batch that was stopped takes the callbacks of what it has sent."""

BATCH_LOOK: Final = 2.0
"""Seconds between two looks at what other processes do for the same batch: one query for all."""
