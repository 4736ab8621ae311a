"""What is sold together with what: each kind of garment with the cloth, work, colours, feasts and prices it has."""

from typing import NamedTuple


class Recipe(NamedTuple):
    """Slugs of the vocabulary, divided by spaces; prices in rupees."""

    category: str
    titles: str  # one a line
    fabrics: str
    colours: str
    occasions: str
    seasons: str
    price: tuple[int, int]
    house: str
    group: str  # of words.COMES_WITH
    sizes: str = "free"  # of words.SIZES
    weave: str = ""
    crafts: str = ""  # the first always, others now and then
    motifs: str = ""
    styles: str = ""
    tags: str = ""
    made: str = "handwoven"
    weight: int = 2


WITH_MOTIF = "{weave} {fabric} {category} in {colour} with {motif}"
SILKS = f"""{WITH_MOTIF}
    {{colour}} {{weave}} {{category}} with {{motif}}
    {{weave}} {{fabric}} {{category}} - {{colour}}
    {{weave}} {{category}} in {{colour}}"""
COTTONS = """{colour} {weave} {fabric} {category}
    {weave} {category} in {colour}
    Handloom {weave} {category} with {motif} - {colour}"""
WORKED = """{craft} {category} - {colour}
    {colour} {fabric} {category} with {craft}
    {craft} {fabric} {category} in {colour}"""
PRINTED = """{craft} {fabric} {category} - {colour}
    {colour} {craft} {category}
    {fabric} {category} in {colour}, {craft}"""
BRIDAL = """Bridal {fabric} {category} with {craft} - {colour}
    {colour} {craft} {category} for {occasion}
    Heavy {craft} {category} in {colour}
    {fabric} Bridal {category} in {colour}"""
JEWEL = "maroon red rani-pink bottle-green peacock-blue royal-blue magenta purple mustard navy-blue"
PASTELS = "mint peach baby-pink lavender sky-blue off-white lemon pista-green beige"
EARTHY = "indigo rust mustard olive maroon black off-white brown grey"
BRIGHT = "red rani-pink yellow parrot-green orange turquoise royal-blue magenta multicolour"
WEDDINGS = "wedding reception engagement muhurtham"
DAILY = "casual office college"

# A table: formatted, it would take eight hundred lines.
# fmt: off
RECIPES = (
    Recipe(
        "saree", SILKS + "\n{weave} Pattu {category}\n{colour} {weave} Pattu {category} with {motif}", "silk", JEWEL,
        WEDDINGS + " puja pongal", "all-season winter", (9_500, 68_000), "kanchi", "saree", weave="kanjivaram",
        crafts="zari", motifs="temple-border checks buta peacock", styles="traditional bridal",
        tags="silk mark,pure zari,korvai,handloom,trousseau", weight=6
    ),
    Recipe(
        "saree", SILKS + "\n{weave} {category}, {craft} Jaal - {colour}", "katan-silk silk organza", JEWEL,
        WEDDINGS + " karva-chauth", "winter all-season", (7_500, 85_000), "banaras", "saree", weave="banarasi",
        crafts="zari meenakari", motifs="jaal buta paisley", styles="traditional bridal",
        tags="handloom,kadhua,silk mark,trousseau", weight=6
    ),
    Recipe(
        "lehenga", "Bridal {weave} {category} in {colour}\n{colour} {weave} {fabric} {category}\n"
        "{weave} {fabric} Bridal {category} - {colour}", "brocade katan-silk silk", "red maroon rani-pink wine gold",
        "wedding reception", "winter", (72_000, 285_000), "banaras", "lehenga", "semi", weave="banarasi",
        crafts="zari zardozi", motifs="jaal paisley", styles="bridal", weight=3,
        tags="bridal,made to order,heirloom,trousseau"
    ),
    Recipe(
        "lehenga", BRIDAL, "velvet raw-silk net", "red maroon wine burgundy rani-pink emerald rose-gold",
        "wedding reception cocktail", "winter", (55_000, 240_000), "delhi", "lehenga", "semi",
        crafts="zardozi dabka sequin stone-work", motifs="jaal peacock paisley", styles="bridal flared kalidar",
        tags="bridal,couture,made to order,hand embroidered", made="embroidered by hand", weight=4
    ),
    Recipe(
        "lehenga", WORKED + "\n{craft} {category}", "georgette silk cotton-silk", BRIGHT,
        "mehndi sangeet haldi teej diwali", "all-season", (6_800, 34_000), "jaipur", "lehenga", "letters",
        crafts="bandhani gota-patti", styles="flared", tags="mehndi,sangeet,gota,hand tied",
        made="tied and dyed by hand", weight=4
    ),
    Recipe(
        "chaniya-choli", "{craft} {category} for Garba - {colour}\n{colour} {craft} {category}\n"
        "Navratri Special {category} with {craft}", "cotton cotton-silk", "multicolour red navy-blue black mustard",
        "navratri sangeet", "autumn", (2_800, 12_500), "bhuj", "lehenga", "letters",
        crafts="mirror-work kutch-embroidery applique", motifs="floral", styles="flared festive",
        tags="garba,navratri,hand embroidered,9 m flare", made="embroidered by hand", weight=4
    ),
    Recipe(
        "half-saree", SILKS, "silk cotton-silk", "magenta bottle-green purple mustard red", "pongal puja festive",
        "all-season", (6_500, 26_000), "kanchi", "lehenga", "semi", weave="kanjivaram", crafts="zari",
        motifs="temple-border buta", styles="traditional", tags="half saree function,pattu,voni"
    ),
    Recipe(
        "saree", WORKED + "\n{craft} {category} in {colour}", "georgette silk chinon", BRIGHT,
        "teej karva-chauth diwali festive", "monsoon all-season", (2_400, 14_500), "bhuj", "saree",
        crafts="bandhani mirror-work", styles="festive", tags="hand tied,bandhej,kutch",
        made="tied and dyed by hand", weight=4
    ),
    Recipe(
        "saree", "{weave} Bandhani {category} in {colour}\n{colour} {weave} {category} for the Bride", "silk",
        "red maroon bottle-green", "wedding", "winter all-season", (14_000, 58_000), "bhuj", "saree",
        weave="gharchola", crafts="bandhani zari", motifs="checks peacock", styles="bridal traditional",
        tags="gujarati bride,hand tied,pure zari", weight=1
    ),
    Recipe(
        "saree", WORKED, "georgette chiffon", "rani-pink turquoise yellow parrot-green orange lavender",
        "teej raksha-bandhan party festive", "monsoon", (1_900, 8_900), "jaipur", "saree",
        crafts="leheriya gota-patti", motifs="stripes", styles="festive", tags="sawan,teej,light weight",
        made="dyed by hand", weight=3
    ),
    Recipe(
        "saree", SILKS, "silk", "red bottle-green purple rani-pink mustard", WEDDINGS, "all-season",
        (45_000, 190_000), "bhuj", "saree", weave="patola", motifs="elephant floral", styles="traditional",
        tags="double ikat,heirloom,made to order", weight=1
    ),
    Recipe(
        "saree", COTTONS, "cotton cotton-silk silk", "indigo maroon mustard black teal rust", "office festive puja",
        "all-season summer", (2_600, 16_500), "telangana", "saree", weave="pochampally", motifs="stripes",
        styles="casual", tags="ikat,handloom,gi tagged", weight=3
    ),
    Recipe(
        "saree", SILKS, "silk cotton-silk", "peacock-blue purple magenta mustard bottle-green",
        "gudi-padwa wedding ganesh-chaturthi", "all-season", (8_500, 62_000), "yeola", "saree", weave="paithani",
        crafts="zari", motifs="peacock buta", styles="traditional dhoti-style-saree",
        tags="mor bangadi,pure zari,yeola", weight=3
    ),
    Recipe(
        "saree", COTTONS, "cotton mulmul", "white off-white indigo red mustard grey", "durga-puja office casual",
        "summer", (1_600, 9_800), "kolkata", "saree", weave="jamdani", motifs="buta floral", styles="casual",
        tags="bengal,handloom,breathable", weight=3
    ),
    Recipe(
        "saree", COTTONS, "cotton", "white red yellow green blue", "durga-puja saraswati-puja casual", "summer",
        (850, 2_900), "kolkata", "saree", weave="tant", motifs="stripes temple-border", styles="casual",
        tags="bengal,starch finish,daily wear", weight=2
    ),
    Recipe(
        "saree", COTTONS, "cotton-silk cotton", PASTELS, "office party puja", "summer spring", (2_200, 11_500),
        "narmada", "saree", weave="maheshwari", crafts="zari", motifs="stripes checks", styles="formal",
        tags="office wear,handloom,light weight", weight=3
    ),
    Recipe(
        "saree", COTTONS, "cotton-silk silk", PASTELS, "office engagement haldi", "spring summer", (3_200, 15_500),
        "narmada", "saree", weave="chanderi", crafts="zari", motifs="buta", styles="formal",
        tags="sheer,handloom,light weight", weight=2
    ),
    Recipe(
        "saree", "{weave} {category} with Gold Border\n{colour} {weave} {fabric} {category}\n"
        "Onam Special {weave} {category} - {colour}", "cotton", "off-white cream white", "onam puja wedding",
        "all-season summer", (1_400, 7_800), "kerala", "saree", weave="kasavu", crafts="zari",
        motifs="temple-border stripes", styles="traditional", tags="onam,temple visit,handloom", weight=2
    ),
    Recipe(
        "saree", PRINTED, "mulmul cotton linen", "indigo rust mustard olive yellow sky-blue", DAILY, "summer",
        (1_100, 3_900), "jaipur", "saree", crafts="block-print bagru", motifs="floral", styles="casual",
        tags="natural dyes,mul,daily wear", made="printed by hand", weight=3
    ),
    Recipe(
        "saree", PRINTED, "cotton-silk mulmul", "indigo maroon black rust", "office festive", "all-season",
        (1_900, 8_600), "bhuj", "saree", crafts="ajrakh", motifs="floral", styles="contemporary",
        tags="natural dyes,indigo,hand block", made="printed with natural dyes", weight=2
    ),
    Recipe(
        "saree", WORKED, "tussar-silk", "beige mustard rust teal grey", "office party puja", "autumn winter",
        (4_500, 18_500), "kolkata", "saree", crafts="kantha", motifs="floral paisley", styles="contemporary",
        tags="kantha,hand embroidered,tussar", made="embroidered by hand", weight=2
    ),
    Recipe(
        "saree", "{colour} {fabric} {category} with {craft} Border\n{fabric} Party Wear {category} - {colour}",
        "organza georgette chiffon satin", PASTELS + " black wine", "cocktail party reception", "all-season",
        (1_800, 9_500), "delhi", "saree", crafts="sequin pearl-work cutdana", styles="modern pre-draped",
        tags="party wear,light weight,ready to wear", made="embroidered", weight=3
    ),
    Recipe(
        "kurti", WORKED + "\n{craft} {category} - {colour}", "cotton georgette mulmul", PASTELS, DAILY + " eid",
        "summer all-season", (950, 4_200), "lucknow", "top", "letters", crafts="chikankari", motifs="floral",
        styles="straight a-line", tags="lucknow,hand embroidered,daily wear", made="embroidered by hand", weight=5
    ),
    Recipe(
        "kurta-set", WORKED, "georgette chiffon cotton", PASTELS, "eid party engagement", "summer spring",
        (2_900, 13_500), "lucknow", "suit", "letters", crafts="chikankari mukaish pearl-work", motifs="jaal floral",
        styles="anarkali straight", tags="lucknow,festive,hand embroidered", made="embroidered by hand", weight=4
    ),
    Recipe(
        "kurta-set", PRINTED, "cotton rayon mulmul", EARTHY + " yellow", DAILY, "summer all-season", (1_200, 3_800),
        "jaipur", "suit", "letters", crafts="block-print sanganeri", motifs="floral stripes",
        styles="straight a-line co-ord-set", tags="office wear,pockets,natural dyes", made="printed by hand",
        weight=4
    ),
    Recipe(
        "kurta", PRINTED + "\nCotton {category} in {colour}, {craft}", "cotton", EARTHY, DAILY, "summer all-season",
        (599, 1_499), "jaipur", "top", "letters", crafts="block-print", motifs="floral", styles="straight",
        tags="daily wear,pockets,pure cotton", made="printed by hand", weight=3
    ),
    Recipe(
        "kurta", "{weave} {category} - {colour}\n{colour} {weave} {fabric} {category}", "cotton",
        "indigo maroon mustard black teal", "office college casual", "all-season", (899, 2_600), "telangana", "top",
        "letters", weave="ikat", styles="straight a-line", tags="handloom,office wear", weight=2
    ),
    Recipe(
        "salwar-suit", WORKED + "\n{craft} Patiala {category} in {colour}\n{craft} {category}",
        "cotton georgette crepe", BRIGHT, "baisakhi mehndi festive anand-karaj", "winter spring", (2_200, 9_800),
        "punjab", "suit", "semi", crafts="phulkari", motifs="floral", styles="traditional unstitched",
        tags="phulkari,punjabi,hand embroidered", made="embroidered by hand", weight=3
    ),
    Recipe(
        "sharara", WORKED, "georgette chinon satin", "emerald wine rose-gold teal lavender mustard",
        "nikah eid sangeet reception", "winter all-season", (6_500, 38_000), "delhi", "suit", "letters",
        crafts="gota-patti zardozi sequin", motifs="jaal", styles="festive", tags="nikah,eid edit,festive",
        made="embroidered by hand", weight=3
    ),
    Recipe(
        "gown", "{colour} {fabric} {category} with {craft}\nAnarkali {category} in {colour}\n"
        "Floor Length {fabric} {category} - {colour}", "georgette net velvet", "wine navy-blue emerald black peach",
        "cocktail reception engagement party", "winter all-season", (4_800, 28_000), "delhi", "top", "letters",
        crafts="sequin cutdana stone-work", styles="floor-length anarkali", tags="party wear,cocktail,indo western",
        made="embroidered", weight=2
    ),
    Recipe(
        "dupatta", WORKED, "cotton georgette chinon", BRIGHT, "festive baisakhi mehndi", "all-season",
        (1_100, 6_500), "punjab", "drape", crafts="phulkari", motifs="floral", tags="phulkari,statement dupatta",
        made="embroidered by hand", weight=2
    ),
    Recipe(
        "dupatta", "{craft} {category} in {colour}\n{colour} {fabric} {category}, {craft}", "silk georgette", BRIGHT,
        "teej karva-chauth festive", "all-season", (1_300, 7_500), "bhuj", "drape", crafts="bandhani",
        tags="hand tied,bandhej", made="tied and dyed by hand", weight=2
    ),
    Recipe(
        "dupatta", "{weave} {category} in {colour}\n{colour} {weave} {fabric} {category} with {motif}",
        "silk organza", JEWEL, WEDDINGS, "all-season winter", (2_400, 14_000), "banaras", "drape", weave="banarasi",
        crafts="zari", motifs="jaal buta", tags="handloom,statement dupatta", weight=2
    ),
    Recipe(
        "shawl", "{fabric} {category} with {craft} - {colour}\n{colour} {fabric} {category}\n"
        "Kashmiri {fabric} {category} in {colour}", "pashmina wool", "maroon black beige navy-blue rust grey",
        "wedding party office", "winter", (6_500, 78_000), "kashmir", "drape", crafts="kashmiri-embroidery",
        motifs="paisley", tags="winter,sozni,heirloom", made="embroidered by hand", weight=2
    ),
    Recipe(
        "sherwani", "{colour} {fabric} {category} with {craft}\nGroom {category} in {colour}\n"
        "{fabric} {category} - {colour}", "raw-silk brocade velvet", "off-white beige gold maroon wine navy-blue",
        "wedding reception nikah", "winter", (18_500, 125_000), "delhi", "men", "men", crafts="zardozi dabka zari",
        motifs="jaal buta", styles="mandarin-collar", tags="groom,baraat,made to measure",
        made="embroidered by hand", weight=4
    ),
    Recipe(
        "bandhgala", "{colour} {fabric} {category}\nRoyal {category} in {colour}", "raw-silk velvet wool",
        "navy-blue black wine bottle-green grey", "reception cocktail engagement", "winter", (9_800, 48_000),
        "jaipur", "men", "men", crafts="zari resham-work", styles="mandarin-collar formal",
        tags="jodhpuri,made to measure,cocktail", made="tailored", weight=2
    ),
    Recipe(
        "kurta-pajama", "{fabric} {category} for Men - {colour}\n{colour} {category} with {craft}\n"
        "{colour} {fabric} {category}", "cotton linen cotton-silk",
        "off-white sky-blue mustard navy-blue maroon mint", "diwali eid puja haldi festive", "all-season summer",
        (1_199, 5_900), "lucknow", "men", "men", crafts="chikankari resham-work", styles="mandarin-collar straight",
        tags="menswear,festive,comfort fit", made="embroidered by hand", weight=4
    ),
    Recipe(
        "nehru-jacket", "{colour} {fabric} {category}\n{fabric} {category} in {colour}", "raw-silk khadi brocade",
        "black navy-blue mustard maroon bottle-green beige", "diwali office reception", "winter all-season",
        (2_200, 9_500), "delhi", "men", "men", motifs="buta checks", styles="mandarin-collar formal",
        tags="menswear,festive,lined", made="tailored", weight=2
    ),
    Recipe(
        "veshti", "{weave} {category} with {colour} Border\nOnam {weave} {category}", "cotton",
        "off-white white cream", "onam puja wedding", "all-season summer", (650, 3_400), "kerala", "men", "free",
        weave="kasavu", motifs="stripes", styles="traditional", tags="onam,temple visit,handloom", weight=1
    ),
    Recipe(
        "girls-lehenga", WORKED, "georgette cotton-silk", "rani-pink yellow turquoise lavender red",
        "diwali wedding navratri", "all-season", (1_600, 6_900), "jaipur", "kids", "kids",
        crafts="gota-patti mirror-work", styles="festive", tags="kids,festive,soft lining",
        made="embroidered by hand", weight=2
    ),
    Recipe(
        "pattu-pavadai", "{fabric} {category} in {colour}\n{colour} {category} with {motif}", "silk art-silk",
        "magenta bottle-green purple yellow red", "pongal puja wedding", "all-season", (1_800, 7_500), "kanchi",
        "kids", "kids", crafts="zari", motifs="temple-border buta", styles="traditional",
        tags="kids,pattu,first birthday", weight=2
    ),
    Recipe(
        "boys-kurta-pajama", "{colour} {category} for Diwali\n{fabric} {category} - {colour}", "cotton cotton-silk",
        "off-white yellow royal-blue maroon mint", "diwali raksha-bandhan puja", "all-season", (899, 3_200),
        "lucknow", "kids", "kids", styles="mandarin-collar", tags="kids,festive,comfort fit", made="tailored"
    ),
    Recipe(
        "mekhela-chador", "{fabric} {category} in {colour}\n{colour} {category} with {motif} - {fabric}",
        "muga-silk silk eri-silk", "gold cream red mustard", "baisakhi wedding puja", "spring all-season",
        (5_500, 42_000), "assam", "saree", weave="handloom", motifs="buta floral", styles="traditional",
        tags="bihu,muga,handloom", weight=2
    ),
)
# fmt: on
