"""``pdfshift demo``: a month of payments, as invoices, through the whole library."""
