"""Who did what to which object, when: written beside each change, never edited."""
