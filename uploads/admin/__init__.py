"""The pictures' desk: what is stored, who uses it, in and out."""

from uploads.admin.desk import PictureDesk
from uploads.admin.tiles import PAGES

__all__ = ["PAGES", "PictureDesk"]
