"""PDFShift on this machine, for development and tests.

`Emulator` serves the API of the service with documents of its own making, its limits, its errors
and its callbacks; `Fault` says what goes wrong on the way.
"""

from __future__ import annotations

from pdfshift_async.emulator.conversions import Conversion, Conversions, Delivery, Webhook
from pdfshift_async.emulator.faults import Fault, Faults
from pdfshift_async.emulator.limits import Limits
from pdfshift_async.emulator.server import Emulator

__all__ = [
    "Conversion",
    "Conversions",
    "Delivery",
    "Emulator",
    "Fault",
    "Faults",
    "Limits",
    "Webhook",
]
