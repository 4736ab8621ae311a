"""Is this installation well? One page for ops, and what to do about each thing that is not."""
