"""What sellers of Indian wear say: the tables the catalogue is drawn from. In each list the popular come first."""

from typing import NamedTuple


def listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


class Garment(NamedTuple):
    category: str
    weight: int
    audiences: tuple[str, ...]
    nouns: tuple[str, ...]  # as titles end; the first says what it is in a sentence
    fabrics: tuple[str, ...]
    weaves: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()  # what titles add
    crafted: float = 0.75  # how many are printed, embroidered, woven
    woven: float = 0.0


SILKS = listed("Art Silk, Pure Silk, Poly Silk, Silk Blend, Cotton Silk, Soft Silk, Tussar Silk, Dola Silk, Raw Silk")
LIGHT = listed("Poly Georgette, Pure Georgette, Chiffon, Organza, Net, Poly Crepe, Satin, Tissue, Linen Blend")
COTTONS = listed("Pure Cotton, Cotton Blend, Viscose Rayon, Cotton, Linen, Khadi, Mulmul, Liva, Rayon")
WEAVES = listed(
    "Banarasi, Kanjivaram, Chanderi, Bhagalpuri, Ikat, Kota Doria, Maheshwari, Patola, Paithani, Jamdani, Pochampally, "
    "Kasavu, Mangalagiri, Sambalpuri, Uppada, Tant, Gadwal, Narayanpet, Baluchari"
)
STRAIGHTISH = listed("Straight, A-Line, Anarkali, Flared, Pathani, High Slit, Angrakha, Kaftan, Peplum, Tiered")

GARMENTS = (
    Garment(
        "Saree",
        54,
        ("Women",),
        listed("Saree, Saree, Saree, Saree, Designer Saree, Half and Half Saree, Ready to Wear Saree"),
        (*SILKS[:3], *LIGHT[:4], *COTTONS[:2], *SILKS[3:], *LIGHT[4:], *COTTONS[4:7]),
        WEAVES,
        listed("Woven Design, Ready to Wear, Ruffle, Half and Half, Leheriya"),
        listed("With Blouse Piece, & Blouse, With Matching Blouse"),
        woven=0.35,
    ),
    Garment(
        "Kurta",
        42,
        ("Women",),
        listed("Kurta, Straight Kurta, Kurta, Longline Kurta"),
        COTTONS,
        ("Chanderi", "Ikat", "Mangalagiri", "Kota Doria"),
        STRAIGHTISH,
        woven=0.05,
    ),
    Garment(
        "Kurta Set",
        36,
        ("Women", "Women", "Women", "Girls"),
        listed("Kurta, Kurta Set, Kurti"),
        (*COTTONS, *SILKS[2:4], *LIGHT[:2]),
        ("Chanderi", "Banarasi", "Ikat"),
        STRAIGHTISH,
        listed("With Palazzos, With Trousers & Dupatta, With Palazzos & Dupatta, With Sharara, With Churidar"),
        woven=0.06,
    ),
    Garment(
        "Men Kurta",
        18,
        ("Men",),
        listed("Kurta, Kurta, Straight Kurta, Short Kurta, Pathani Kurta"),
        (*COTTONS, *SILKS[:3]),
        ("Chanderi", "Banarasi", "Ikat"),
        listed("Straight, Pathani, Short, Angrakha"),
        listed("With Churidar, With Pyjamas, With Nehru Jacket"),
        woven=0.05,
    ),
    Garment(
        "Lehenga",
        15,
        ("Women", "Women", "Women", "Girls"),
        listed("Lehenga Choli, Lehenga, Ready to Wear Lehenga, Semi-Stitched Lehenga, Chaniya Choli, Ghagra Choli"),
        (*LIGHT[:3], "Velvet", *SILKS[:2], *LIGHT[3:], *SILKS[2:]),
        ("Banarasi", "Patola"),
        listed("Flared, A-Line, Panelled, Fish Cut, Cape Style"),
        listed("& Blouse With Dupatta, With Dupatta, & Blouse"),
        crafted=0.9,
        woven=0.08,
    ),
    Garment(
        "Kurti",
        14,
        ("Women",),
        listed("Kurti, Kurti, Short Kurti, A-Line Kurti"),
        COTTONS,
        ("Ikat",),
        STRAIGHTISH,
        woven=0.03,
    ),
    Garment(
        "Dupatta",
        10,
        ("Women",),
        listed("Dupatta, Dupatta, Stole Dupatta"),
        (*LIGHT, *SILKS, *COTTONS),
        ("Banarasi", "Chanderi", "Kota Doria", "Ikat", "Patola"),
        (),
        listed("With Tassels, With Gota Border"),
        woven=0.25,
    ),
    Garment(
        "Leggings & Salwar",
        8,
        ("Women", "Girls"),
        listed("Leggings, Churidar Leggings, Patiala Salwar, Salwar"),
        ("Cotton Lycra", *COTTONS),
        (),
        listed("Churidar, Patiala, Ankle Length"),
        crafted=0.1,
    ),
    Garment(
        "Blouse",
        7,
        ("Women",),
        listed("Saree Blouse, Readymade Blouse, Padded Blouse, Blouse"),
        (*SILKS[:2], "Brocade", "Velvet", "Satin", *COTTONS, *SILKS[2:]),
        ("Banarasi", "Ikat"),
        listed("Sleeveless, Backless, Boat Neck"),
        woven=0.1,
    ),
    Garment(
        "Palazzo",
        6,
        ("Women",),
        listed("Palazzos, Palazzo, Flared Palazzos, Palazzo Pants"),
        COTTONS,
        (),
        listed("Flared, Wide Leg, Tiered"),
        crafted=0.5,
    ),
    Garment(
        "Gown",
        5,
        ("Women", "Girls"),
        listed("Gown, Ethnic Gown, Maxi Gown, Party Gown"),
        (*LIGHT, *COTTONS[:3]),
        (),
        listed("Flared, Floor Length, A-Line, Anarkali"),
    ),
    Garment(
        "Nehru Jacket",
        5,
        ("Men", "Men", "Boys"),
        listed("Nehru Jacket, Nehru Jacket, Waistcoat"),
        (*SILKS[:4], *COTTONS[:4], "Jacquard", "Velvet"),
        (),
        listed("Mandarin Collar, Slim Fit"),
        crafted=0.5,
    ),
    Garment(
        "Jutti",
        5,
        ("Women", "Women", "Men"),
        listed("Juttis, Ethnic Juttis, Mojaris, Mojari Flats"),
        listed("Leather, Synthetic, Velvet, Fabric, Suede"),
        (),
        listed("Ethnic, Casual"),
    ),
    Garment(
        "Sherwani",
        4,
        ("Men", "Men", "Men", "Boys"),
        listed("Sherwani, Sherwani Set, Indo Western Sherwani, Achkan"),
        (*SILKS[:4], "Jacquard", "Velvet", "Brocade"),
        ("Banarasi",),
        listed("Slim Fit, Angrakha"),
        listed("With Churidar, With Dhoti Pants, With Stole"),
        woven=0.1,
    ),
    Garment(
        "Salwar Suit",
        4,
        ("Women",),
        listed("Salwar Suit, Unstitched Dress Material, Anarkali Suit, Patiala Suit"),
        (*COTTONS, *SILKS[:4]),
        ("Chanderi", "Banarasi"),
        listed("Anarkali, Straight, Patiala, Unstitched"),
        listed("With Dupatta"),
        woven=0.08,
    ),
    Garment(
        "Petticoat",
        3,
        ("Women",),
        listed("Saree Petticoat, Petticoat, Saree Shapewear"),
        listed("Pure Cotton, Cotton Lycra, Satin, Poplin"),
        crafted=0.05,
    ),
    Garment(
        "Shawl",
        3,
        ("Women", "Women", "Men"),
        listed("Shawl, Stole, Woollen Shawl"),
        listed("Wool, Pashmina, Acrylic, Viscose, Pure Silk"),
        ("Kani", "Kullu"),
        woven=0.2,
    ),
    Garment(
        "Dhoti",
        2,
        ("Men",),
        listed("Dhoti, Dhoti Pants, Lungi, Veshti"),
        listed("Pure Cotton, Art Silk, Khadi"),
        ("Kasavu",),
        crafted=0.2,
        woven=0.2,
    ),
    Garment(
        "Sharara",
        2,
        ("Women", "Girls"),
        listed("Sharara, Sharara Set, Gharara"),
        (*LIGHT[:4], *COTTONS[:2]),
        (),
        listed("Flared, Tiered"),
        listed("With Dupatta"),
    ),
    # A category of the seller's own.
    Garment(
        "Boys Clothing Set",
        3,
        ("Boys",),
        listed("Kurta Pyjama Set, Kurta Set, Dhoti Kurta Set"),
        (*COTTONS[:4], *SILKS[:3]),
        (),
        listed("Straight, Pathani"),
    ),
)

CRAFTS = listed(
    "Printed, Embroidered, Solid, Floral Printed, Embellished, Bandhani, Zari, Ethnic Motifs Printed, Sequinned, "
    "Kalamkari, Block Printed, Chikankari, Striped, Mirror Work, Gota Patti, Leheriya, Tie & Dye, Ajrakh, Zardozi, "
    "Checked, Phulkari, Thread Work, Stone Work, Digital Print, Foil Print, Polka Dot, Kantha, Batik, Shibori, Dabka, "
    "Lace, Hand Painted, Applique, Aari Work, Madhubani, Bagru, Kutch Work, Pearl Work, Warli"
)
# As columns have them; the second is what titles say.
COLOURS = (
    *listed("Blue, Pink, Green, Red, Black, Yellow, Navy Blue, White, Maroon, Beige, Off White, Purple, Orange, Grey"),
    *listed(
        "Mustard, Peach, Multi, Sea Green, Cream, Gold-Toned, Magenta, Teal, Brown, Turquoise Blue, Rust, Lavender"
    ),
    *listed(
        "Olive, Mauve, Burgundy, Coral, Silver-Toned, Wine, Charcoal, Lime Green, Violet, Rose, Khaki, Copper-Toned"
    ),
    *listed("Fluorescent Green, Taupe, Sky Blue, Royal Blue, Mint Green, Rani Pink, Bottle Green, Onion Pink, Fuchsia"),
    *listed("Saffron, Indigo, Tomato, Ash Lilac, Metallic"),
)
TITLE_COLOURS = {"Multi": "Multicoloured"}
OCCASIONS = listed("Festive, Casual, Party, Ethnic, Wedding, Daily, Formal, Work, Traditional, Bridal, Puja, Sangeet")
SEASONS = listed("Summer, Winter, All Season, Fall, Spring, Monsoon")
MAKERS = (
    *listed("Anouvi, Sahejri, Vastrakala, Indoreti, Mitrani, Biswarupa, Kalindi Creations, Nayo Rang, W4 Ethnics"),
    *listed("Rangsutra Lane, House of Pratah, Aarohi Fab, Zariwala, Taavini, Mehrab, Gulmohar Edit, Shringar Studio"),
    *listed("Pehnava, Surat Saree Mart, Ethnix Point, Jaipuri Gali, Lucknow Loom, Meera & Co, Chhavi, Sutrakala"),
    *listed("Tilfi Lane, Karagiri House, Rajgharana, Manyavaram, Devansh, Katha Menswear, Bunaai Road, Little Raja"),
    *listed("Choti Pari, Mochi Bazaar, Padukaa, Shawlwala, Himachal Threads, Odhni Ghar, Blousery, Comfort Lady"),
)
COLLECTIONS = listed("Utsav, Rang Mahal, Roz, Shehnai, Noor, Megh, Virasat, Gulistan, Mehfil")

# What sellers of titles get wrong.
MISSPELT = {
    "Lehenga": listed("Lehnga, Lahenga, Lehengha"),
    "Georgette": listed("Jorjet, Georgett, Gorgette"),
    "Banarasi": listed("Banarsi, Benarasi, Banarasee"),
    "Kanjivaram": listed("Kanjeevaram, Kanchipuram, Kanjivram"),
    "Dupatta": listed("Duppata, Dupata, Duppatta"),
    "Chiffon": listed("Shiffon, Chifon"),
    "Organza": listed("Organja, Orgenza"),
    "Embroidered": listed("Embroidary, Embroidred, Embrodered"),
    "Anarkali": listed("Anarkalli, Anarkly"),
    "Saree": listed("Sari, Saari, Sarre"),
    "Kurta": listed("Kurtha, Kurtaa"),
    "Kurti": listed("Kurtee, Kurthi"),
    "Sherwani": listed("Sherwaani, Shervani"),
    "Chikankari": listed("Chikenkari, Chickankari"),
    "Bandhani": listed("Bandhni, Bandhej"),
    "Chanderi": listed("Chandheri, Chandri"),
    "Palazzos": listed("Plazos, Palazos"),
    "Petticoat": listed("Pettycoat, Peticoat"),
    "Kalamkari": listed("Kalamkaari, Kalmkari"),
    "Ikat": listed("Ikkat, Ikkath"),
}

# --- Prose ------------------------------------------------------------------------------------------------------
FACTS = (
    "This {colour} {noun} is made of {fabric} and is a {occasion} favourite.",
    "{maker} brings you a {craft} {noun} in {fabric}.",
    "Crafted from {fabric}, this {noun} has {craft} detailing all over.",
    "Look your best this season in our {colour} coloured {noun}.",
    "Fabric: {fabric}. Work: {craft}. Occasion: {occasion} wear.",
    "An elegant {noun} for {occasion} occasions, designed by {maker}.",
)
WOVEN = ("Woven in the {weave} tradition by skilled artisans.", "A genuine {weave} piece with a rich border.")
CARE = (
    "Dry clean only.",
    "Hand wash separately in cold water with a mild detergent and dry in shade.",
    "Machine wash cold with like colours, do not bleach, do not tumble dry.",
    "First wash dry clean recommended, iron on the reverse side at a low temperature.",
)
SIZES = (
    "The model is 5 feet 8 inches tall and is wearing a size S.",
    "Length 46 inches, please refer to the size chart before you order.",
    "Free size, 5.5 metres long with an extra 0.8 metre running piece.",
    "Regular fit with margins inside, can be altered up to two inches.",
)
# Other garments and colours: none of this says what the thing is.
NOISE = (
    "Pair it with red juttis and statement earrings to complete the look.",
    "Team it with a black potli and golden heels.",
    "Goes well with white leggings or a matching palazzo.",
    "Drape a contrast dupatta over it, or add a maroon shawl on cool evenings.",
    "Wear it with blue denims, a nehru jacket or a plain kurta.",
    "Comes close to the lehenga your grandmother kept in her cupboard.",
)
FLUFF = (
    "Disclaimer: there may be slight variation in the actual colour due to screen resolution and photography lights.",
    "Package contains one piece, sold by a trusted seller with easy returns within fifteen days.",
    "Look stylish, feel comfortable and get compliments wherever you go.",
    "Soft against the skin, breathable and light enough to carry all day long.",
    "Style code {code}, country of origin India.",
    "A must have for every wardrobe and a thoughtful gift for your loved ones.",
    "Features a round neck, three quarter sleeves and side slits.",
    "We work directly with small workshops, so each piece differs a little from the next.",
)
