"""How well search finds: a catalogue as sellers write one, queries as people type them, and figures."""
