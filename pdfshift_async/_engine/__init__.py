"""Moves conversions along: submits them, wakes who waits, gives up what is overdue."""
