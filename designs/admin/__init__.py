"""The desks of the vocabulary and of the makers. They register themselves."""

from designs.admin.catalogue import DesignDesk
from designs.admin.imports import ImportDesk
from designs.admin.makers import CollectionDesk, MakerDesk
from designs.admin.terms import TermDesk
from uploads.admin.tiles import PAGES

PAGES["design"] = ("admin:designs_design_change", "designs.edit_designs")

__all__ = ["CollectionDesk", "DesignDesk", "ImportDesk", "MakerDesk", "TermDesk"]
