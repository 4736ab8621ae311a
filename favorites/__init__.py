"""Who keeps which design."""
