from designs.models.designs import Audience, Design, DesignTag, DesignTerm, ForbiddenMoveError, Moderation, Status
from designs.models.imports import Import
from designs.models.makers import Collection, Maker
from designs.models.pictures import DesignPicture
from designs.models.searches import Search
from designs.models.stats import Change, DailyStat, View
from designs.models.terms import PLURALS, SCALARS, Kind, Term

__all__ = [
    "PLURALS",
    "SCALARS",
    "Audience",
    "Change",
    "Collection",
    "DailyStat",
    "Design",
    "DesignPicture",
    "DesignTag",
    "DesignTerm",
    "ForbiddenMoveError",
    "Import",
    "Kind",
    "Maker",
    "Moderation",
    "Search",
    "Status",
    "Term",
    "View",
]
