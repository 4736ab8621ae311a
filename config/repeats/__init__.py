"""Asking again with the same Idempotency-Key gives the first answer again."""
