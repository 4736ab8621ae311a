"""Demo pictures: Indian textiles and garments, drawn from a seed."""

from config.demo.textiles.choice import of_design
from config.demo.textiles.painting import PATTERNS, SHAPES, Cloth, contact_sheet, jpeg, paint

__all__ = ["PATTERNS", "SHAPES", "Cloth", "contact_sheet", "jpeg", "of_design", "paint"]
