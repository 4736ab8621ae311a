"""Counting how often somebody knocks: in memory, in a small table, or in Redis."""
