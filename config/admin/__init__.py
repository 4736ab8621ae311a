"""The house's own desks: what was done, and the switches."""

from config.admin.trail import TrailDesk

__all__ = ["TrailDesk"]
