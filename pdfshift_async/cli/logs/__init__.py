"""``pdfshift logs``."""
