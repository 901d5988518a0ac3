"""``pdfshift templates``."""
