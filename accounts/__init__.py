"""Who someone is, and whether they are let in."""
