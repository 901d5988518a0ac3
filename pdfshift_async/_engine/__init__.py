"""Moves conversions along: submits them, wakes who waits, ends or sends again what is overdue."""
