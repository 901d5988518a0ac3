"""The rules: pure functions and values, without clock, network or anything awaited."""
