"""Await PDFShift conversions: an asyncio client with a built-in webhook receiver."""

__version__ = "0.1.0"
