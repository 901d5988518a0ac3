"""``pdfshift batch``: many documents under one name."""
