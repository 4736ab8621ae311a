"""The house itself: settings, the shape of every answer, switches and tasks."""

__version__ = "0.1.0"
