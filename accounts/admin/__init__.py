"""The approval desk: who waits, who they are, and the decisions."""

from accounts.admin.groups import GroupDesk
from accounts.admin.people import PersonAdmin

__all__ = ["GroupDesk", "PersonAdmin"]
