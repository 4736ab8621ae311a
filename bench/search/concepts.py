"""What a query is about, as a test on the columns of a row. The form is the one of a file of predicates:
{"any": [{"f": columns, "re" or "in": ..., "cat_not": categories}]}.
"""

from typing import Any

from bench.search.words import GARMENTS, MISSPELT, listed

Concept = dict[str, Any]
TEXT = ["title", "description", "style", "fabric"]
CATEGORIES = [garment.category for garment in GARMENTS]


def forms(word: str) -> list[str]:
    """As it is written right, and as sellers write it; a misspelling of Palazzos is one of Palazzo, too."""
    wrong = (*MISSPELT.get(word, ()), *MISSPELT.get(f"{word}s", ()))
    return [spelling.lower() for spelling in (word, *wrong)]


def whole(pattern: str) -> str:
    return rf"(?<![a-z])(?:{pattern})(?![a-z])"


def pattern(*words: str) -> str:
    return whole("|".join(f"{form}s?" for word in words for form in forms(word)))


def garment(categories: str, words: str, *, also: str = "", behind: str = "") -> Concept:
    """By its category, or by a title that ends so where the category is empty or `also` allows. What stands behind
    "with" or "&" comes with another garment.
    """
    own, others = listed(categories), {*listed(categories), *listed(also)}
    says = rf"(?<!with )(?<!& ){pattern(*listed(words))}{behind}"
    title = {"f": ["title"], "re": says, "cat_not": [name for name in CATEGORIES if name not in others]}
    return {"any": [{"f": ["category"], "in": list(own)}, title]}


def says(columns: list[str], *words: str) -> Concept:
    return {"any": [{"f": columns, "re": pattern(*words)}]}


NO_SAREE = r"(?! (?:blouse|petticoat|pettycoat|peticoat|shapewear|mart))"
GARMENT_CONCEPTS = {
    "saree": garment("Saree", "Saree", behind=NO_SAREE),
    "lehenga": garment("Lehenga", "Lehenga, Chaniya, Ghagra"),
    "kurta": garment("Kurta, Kurti, Men Kurta, Kurta Set", "Kurta, Kurti", also="Boys Clothing Set"),
    "kurti": garment("Kurti", "Kurti", also="Kurta Set"),
    "kurta set": garment("Kurta Set", "Kurta Set", also="Boys Clothing Set"),
    "men kurta": garment("Men Kurta", "Men Kurta"),
    "dupatta": garment("Dupatta", "Dupatta"),
    "leggings": garment("Leggings & Salwar", "Legging, Churidar"),
    "salwar": garment("Leggings & Salwar, Salwar Suit", "Salwar, Salwar Suit"),
    "blouse": garment("Blouse", "Blouse"),
    "palazzo": garment("Palazzo", "Palazzo"),
    "gown": garment("Gown", "Gown"),
    "nehru": garment("Nehru Jacket", "Nehru Jacket, Waistcoat"),
    "jutti": garment("Jutti", "Jutti, Mojari"),
    "sherwani": garment("Sherwani", "Sherwani, Achkan"),
    "petticoat": garment("Petticoat", "Petticoat"),
    "shawl": garment("Shawl", "Shawl"),
    "dhoti": garment("Dhoti", "Dhoti, Lungi, Veshti"),
    "sharara": garment("Sharara", "Sharara, Gharara"),
    "chaniya": garment("Lehenga", "Chaniya, Ghagra"),
    "anarkali": says(["title", "style"], "Anarkali"),
    "patiala": says(["title", "style"], "Patiala"),
}
WEAVE_WORDS = {
    **{name.lower(): (name,) for name in listed("Banarasi, Kanjivaram, Chanderi, Maheshwari, Patola, Paithani")},
    **{name.lower(): (name,) for name in listed("Jamdani, Sambalpuri, Kasavu, Mangalagiri, Bhagalpuri, Gadwal")},
    "ikat": ("Ikat", "Pochampally"),
    "pochampally": ("Pochampally",),
    "kota": ("Kota Doria",),
}
CRAFT_WORDS = {
    **{name.lower(): (name,) for name in listed("Kalamkari, Chikankari, Zari, Leheriya, Ajrakh, Zardozi, Phulkari")},
    **{name.lower(): (name,) for name in listed("Kantha, Batik, Shibori, Madhubani, Mirror Work, Gota Patti")},
    **{name.lower(): (name,) for name in listed("Floral, Block Printed, Sequinned, Applique, Ruffle")},
    "bandhani": ("Bandhani", "Tie & Dye"),
    "embroidered": ("Embroidered",),
    "printed": ("Printed",),
    "solid": ("Solid",),
    "straight": ("Straight",),
    "a-line": ("A-Line",),
    "ready": ("Ready to Wear",),
    "mirror": ("Mirror Work",),
}
FABRIC_WORDS = {
    **{name.lower(): (name,) for name in listed("Silk, Georgette, Chiffon, Organza, Net, Satin, Velvet, Linen, Khadi")},
    **{name.lower(): (name,) for name in listed("Art Silk, Tussar Silk, Crepe, Tissue, Mulmul, Leather, Brocade")},
    "cotton": ("Cotton", "Khadi", "Mulmul"),
    "rayon": ("Rayon", "Liva"),
    "pashmina": ("Pashmina", "Wool", "Woollen"),
}
COLOUR_WORDS = {
    **{name.lower(): (name,) for name in listed("Red, Pink, Green, Black, Yellow, Maroon, Beige, Purple, Orange")},
    **{name.lower(): (name,) for name in listed("Mustard, Peach, Magenta, Teal, Turquoise, Rust, Lavender, White")},
    **{name.lower(): (name,) for name in listed("Sea Green, Navy Blue, Sky Blue, Rani Pink, Brown, Cream, Wine, Blue")},
    **{name.lower(): (name,) for name in listed("Burgundy, Bottle Green, Off White, Mint Green, Royal Blue, Violet")},
    **{name.lower(): (name,) for name in listed("Saffron, Grey")},
    "gold": ("Gold", "Gold-Toned"),
    "silver": ("Silver", "Silver-Toned"),
    "multi": ("Multi", "Multicoloured"),
    "saffrons": ("Saffron", "Orange"),
}
OCCASION_WORDS = {
    "wedding": ("Wedding", "Bridal"),
    "festive": ("Festive", "Puja", "Diwali"),
    "party": ("Party",),
    "casual": ("Casual", "Daily"),
    "sangeet": ("Sangeet", "Wedding", "Bridal"),
    "puja": ("Puja", "Festive"),
    "traditional": ("Traditional", "Ethnic"),
}
CONCEPTS: dict[str, Concept] = {
    **GARMENT_CONCEPTS,
    **{name: says(TEXT, *words) for name, words in (WEAVE_WORDS | CRAFT_WORDS | FABRIC_WORDS).items()},
    **{name: says(["colour", "title"], *words) for name, words in COLOUR_WORDS.items()},
    **{f"for {name}": says(["occasion", "title", "description"], *words) for name, words in OCCASION_WORDS.items()},
    "for office": {"any": [{"f": ["occasion"], "in": ["Work", "Formal"]}]},
    "in winter": {"any": [{"f": ["season"], "in": ["Winter", "All Season"]}]},
    "in summer": {"any": [{"f": ["season"], "in": ["Summer", "All Season"]}]},
    "men": {"any": [{"f": ["title"], "re": whole("men|boys?")}, {"f": ["category"], "in": ["Men Kurta"]}]},
    "girls": {"any": [{"f": ["title"], "re": whole("girls?")}]},
    "boys": {"any": [{"f": ["title"], "re": whole("boys?")}, {"f": ["category"], "in": ["Boys Clothing Set"]}]},
    **{
        name: {"any": [{"f": ["designer_name", "title"], "re": whole(name)}]}
        for name in ("anouvi", "sahejri", "vastrakala", "mitrani")
    },
}
