"""The catalogue's desk: what is shown, in which order, and whether it may be seen."""

from designs.admin.catalogue.desk import DesignDesk

__all__ = ["DesignDesk"]
