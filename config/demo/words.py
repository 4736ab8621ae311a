"""How shops write: the spellings people use, phrases for motifs, sentences, names of makers."""

from typing import NamedTuple

# Each of them is understood by the vocabulary as that term. The first is the commonest.
SPELLINGS = {
    "saree": ("Saree", "Saree", "Sari", "Saari"),
    "lehenga": ("Lehenga", "Lehenga Choli", "Lehnga"),
    "chaniya-choli": ("Chaniya Choli", "Chania Choli"),
    "half-saree": ("Half Saree", "Langa Voni"),
    "salwar-suit": ("Salwar Suit", "Salwar Kameez", "Punjabi Suit"),
    "kurta": ("Kurta", "Women Kurta"),
    "kurti": ("Kurti", "Kurthi", "Short Kurta"),
    "kurta-set": ("Kurta Set", "Kurta Set", "Kurti Set"),
    "sharara": ("Sharara Set", "Sharara"),
    "dupatta": ("Dupatta", "Dupatta", "Odhani"),
    "kurta-pajama": ("Kurta Pajama", "Kurta Pyjama", "Kurta Payjama"),
    "sherwani": ("Sherwani", "Sherwani", "Sherwaani"),
    "bandhgala": ("Bandhgala", "Jodhpuri Suit"),
    "nehru-jacket": ("Nehru Jacket", "Bundi"),
    "girls-lehenga": ("Girls Lehenga", "Kids Lehenga"),
    "pattu-pavadai": ("Pattu Pavadai", "Pattu Pavada"),
    "boys-kurta-pajama": ("Boys Kurta Pajama", "Kids Kurta Pajama"),
    "shawl": ("Shawl", "Shawl", "Shaal"),
    "stole": ("Stole", "Scarf"),
    "gown": ("Gown", "Ethnic Gown"),
    "mekhela-chador": ("Mekhela Chador", "Mekhela Sador"),
    "mundum-neriyathum": ("Set Mundu", "Mundum Neriyathum"),
    "veshti": ("Veshti", "Kasavu Mundu"),
    "kanjivaram": ("Kanjivaram", "Kanjeevaram", "Kanchipuram", "Kanjivaram"),
    "banarasi": ("Banarasi", "Banarasi", "Benarasi", "Banarsi"),
    "patola": ("Patola", "Patan Patola"),
    "ikat": ("Ikat", "Ikkat"),
    "pochampally": ("Pochampally", "Pochampalli"),
    "jamdani": ("Jamdani", "Dhakai Jamdani"),
    "kota-doria": ("Kota Doria", "Kota Doriya"),
    "tant": ("Tant", "Taant"),
    "kasavu": ("Kasavu", "Kerala Kasavu"),
    "gharchola": ("Gharchola", "Garchola"),
    "chikankari": ("Chikankari", "Lucknowi Chikankari", "Chikan"),
    "bandhani": ("Bandhani", "Bandhej", "Bandhani", "Bandhni"),
    "leheriya": ("Leheriya", "Lehariya"),
    "zardozi": ("Zardozi", "Zardozi", "Zardosi"),
    "mirror-work": ("Mirror Work", "Sheesha Work"),
    "gota-patti": ("Gota Patti", "Gota Patti", "Gotta Patti"),
    "ajrakh": ("Ajrakh", "Ajrak"),
    "block-print": ("Hand Block Print", "Block Print"),
    "phulkari": ("Phulkari", "Phulkari", "Fulkari"),
    "kalamkari": ("Kalamkari", "Kalamkaari"),
    "mulmul": ("Mulmul", "Mul Cotton"),
    "tussar-silk": ("Tussar Silk", "Tussar", "Kosa Silk"),
    "pashmina": ("Pashmina", "Pashmina", "Pashmeena"),
    "multicolour": ("Multicolour", "Multicolor"),
    "grey": ("Grey", "Charcoal"),
    "off-white": ("Ivory", "Off White"),
    "turquoise": ("Turquoise", "Firozi"),
    "pista-green": ("Pista Green", "Pista"),
    "rani-pink": ("Rani Pink", "Rani Pink", "Rani"),
    "haldi-yellow": ("Haldi Yellow", "Haldi"),
}

MOTIFS = {
    "temple-border": "Temple Border",
    "buta": "Allover Buti",
    "paisley": "Paisley Border",
    "peacock": "Peacock Motifs",
    "checks": "Checks",
    "stripes": "Stripes",
    "floral": "Floral Motifs",
    "jaal": "Floral Jaal",
    "elephant": "Elephant Motifs",
}

# What the maker says of the making; what it is worn for; what comes along.
MADE_OF = (
    "{Made} in {place}, in {fabric} with a soft, even fall.",
    "{Made} by our own people in {place}; each piece takes {days}.",
    "{Fabric} in {colour}, {made} in {place}.",
    "From our workshop in {place}: {fabric}, {made}.",
)
WORN_FOR = (
    "A favourite for {occasion}.",
    "Made with {occasion} in mind.",
    "Our customers wear it to {occasion} and come back for another.",
    "{season}",
)
OCCASIONS = {
    "office": "long days at the office",
    "casual": "every day",
    "college": "college",
    "festive": "festive evenings",
    "party": "parties",
    "puja": "pujas and temple visits",
    "wedding": "weddings",
    "reception": "receptions",
    "engagement": "engagements",
    "cocktail": "cocktail nights",
    "haldi": "haldi mornings",
    "mehndi": "mehndi afternoons",
    "sangeet": "sangeet nights",
    "muhurtham": "the muhurtham",
    "nikah": "the nikah",
}
SEASONS = {
    "summer": "Breathes through the summer.",
    "monsoon": "Light, and dries quickly in the monsoon.",
    "autumn": "Right for the festive weeks of autumn.",
    "winter": "Warm enough for winter weddings.",
    "spring": "As light as the first days of spring.",
    "all-season": "Wears well all year.",
}
CARE = (
    "Dry clean only.",
    "Dry clean for the first wash, then gentle hand wash.",
    "Small irregularities are the mark of handwork.",
    "Colour may differ slightly from the picture.",
    "Ships in 3 to 5 days.",
    "Store folded in muslin, away from light.",
)
WASHED = ("Hand wash in cold water.", "Machine wash, gentle cycle.", "Softens with every wash.", "Ships in 2 days.")
COMES_WITH = {
    "saree": ("Comes with an unstitched blouse piece.", "Length 5.5 m, blouse piece 80 cm."),
    "lehenga": ("Comes with choli and dupatta.", "Can-can and lining included; choli semi-stitched."),
    "suit": ("Comes with bottom and dupatta.", "Set of three: kurta, bottom, dupatta."),
    "men": ("Stitched to your measurements on request.", "Churidar included."),
    "kids": ("Elastic waist, room to grow.", "Soft lining inside, nothing scratches."),
    "drape": ("Length 2.4 m.",),
    "top": ("Side slits and pockets.", "Model is 168 cm and wears M."),
}

SIZES = {
    "free": ("Free Size",),
    "letters": ("S-XXL", "XS-XL", "S, M, L, XL", "M-3XL"),
    "semi": ("Semi Stitched", "Free Size", "S-XL"),
    "men": ("38-44", "36-46", "S-XXL"),
    "kids": ("2-3 Y, 4-5 Y, 6-7 Y", "3-4 Y, 5-6 Y, 7-8 Y, 9-10 Y"),
}

REQUESTED = ("Price on request", "DM for price")
REJECTED = ("The picture shows another colour than the title says.", "Please add the fabric and a clearer picture.")
HIDDEN = "Sold out; back after the festival."


class House(NamedTuple):
    """Somebody who makes; the names are invented."""

    key: str
    name: str
    place: str
    collections: tuple[str, ...]


HOUSES = (
    House("kanchi", "Thari Illam Silks", "Kanchipuram", ("Muhurtham Edit", "Korvai Classics")),
    House("banaras", "Assi Ghat Looms", "Varanasi", ("Shaadi ka Banaras", "Kadhua Revival")),
    House("lucknow", "Begum Bagh Chikan", "Lucknow", ("Shaam-e-Awadh", "Everyday Chikan")),
    House("bhuj", "Rann Haathkaam", "Bhuj", ("Nine Nights of Garba", "Desert Indigo")),
    House("jaipur", "Gulabi Gali Studio", "Jaipur", ("Sawan Leheriya", "Haveli Brides")),
    House("kolkata", "Nodir Paar Handlooms", "Phulia", ("Pujo Parikrama", "Summer Muls")),
    House("telangana", "Deccan Tie & Loom", "Pochampally", ("Ikat Every Day", "Gadwal Gold")),
    House("narmada", "Narmada Karghaa", "Maheshwar", ("River Borders", "Office Weaves")),
    House("kerala", "Kasavu Kadavu", "Balaramapuram", ("Onakkodi", "Temple Whites")),
    House("delhi", "Zarkaar Atelier", "Delhi", ("Winter Brides", "Baraat")),
    House("punjab", "Trinjan Phulkari", "Patiala", ("Viah", "Lohri Nights")),
    House("kashmir", "Chinar & Pashm", "Srinagar", ("First Snow", "Kani Heirlooms")),
    House("yeola", "Mor Bangadi Paithani", "Yeola", ("Padwa", "Nauvari Nights")),
    House("assam", "Luit Weaves", "Sualkuchi", ("Bihu", "Golden Muga")),
)
