"""The desks of the vocabulary, of the makers and of searches. They register themselves."""

from designs.admin.catalogue import DesignDesk
from designs.admin.imports import ImportDesk
from designs.admin.makers import CollectionDesk, MakerDesk
from designs.admin.searches import SearchDesk
from designs.admin.terms import TermDesk
from uploads.admin.tiles import PAGES

PAGES["design"] = ("admin:designs_design_change", "designs.edit_designs")

__all__ = ["CollectionDesk", "DesignDesk", "ImportDesk", "MakerDesk", "SearchDesk", "TermDesk"]
