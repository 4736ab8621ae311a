"""From the vocabulary's words for a design to the cloth that shows it."""

from config.demo.textiles import noise
from config.demo.textiles.painting import Cloth

Choices = dict[str, tuple[str, ...]]


def table(text: str) -> Choices:
    """Lines of `slug slug: name name`: any of the slugs may be shown by any of the names."""
    found: Choices = {}
    for line in text.strip().splitlines():
        slugs, names = line.split(":")
        for slug in slugs.split():
            found[slug] = tuple(names.split())
    return found


SHAPES_OF = table("""
    saree: saree pallu drape swatch pallu saree
    mekhela-chador mundum-neriyathum phanek: saree drape swatch
    lehenga half-saree ghagra chaniya-choli girls-lehenga pattu-pavadai ethnic-skirt: lehenga
    gown ethnic-dress kaftan angrakha: anarkali
    salwar-suit kurta-set girls-kurta-set sharara gharara: kurta anarkali
    kurta kurti tunic men-kurta kurta-pajama pathani-suit boys-kurta-pajama: kurta
    sherwani achkan bandhgala indo-western: sherwani
    dupatta stole shawl: dupatta
    dhoti veshti lungi palazzo churidar patiala-salwar dhoti-pants leggings pyjama petticoat blouse: swatch
    nehru-jacket: swatch
    safa: drape
""")

DYED = table("""
    bandhani bandhej gharchola panetar madurai-sungudi: bandhani
    patola: patola
    ikat pochampally sambalpuri telia-rumal khandua: ikat
    leheriya: leheriya
    kalamkari block-print bagru sanganeri bagh-print pichwai digital-print hand-painted: block
    ajrakh batik: ajrakh
    chikankari parsi-gara kashmiri-embroidery applique cutwork: chikan
    mirror-work kutch-embroidery lambani: mirror
    shibori: leheriya bandhani
    phulkari kantha sujani: patola ajrakh
""")

MOTIFS = table("""
    paisley ambi kairi: paisley
    buta: buti paisley
    jaal: jaal
    checks: checks
    stripes: stripes
    floral: block jaal
    peacock elephant: paisley
    temple-border: checks buti plain
    polka-dots: bandhani plain
""")

WOVEN = table("""
    banarasi baluchari tangail: jaal buti
    jamdani butidar uppada chanderi venkatagiri champa-silk: buti
    kanjivaram arani-silk dharmavaram thirubuvanam salem-silk gadwal: checks buti
    paithani narayanpet ilkal garad bomkai: buti plain
    kota-doria chettinad udupi molakalmuru dhaniakhali: checks
    maheshwari mangalagiri tant santipuri: stripes plain
    kani kullu-shawl kinnauri: paisley patola
    kasavu chendamangalam handloom: plain stripes
    zardozi zari dabka aari resham-work meenakari: jaal paisley buti
    gota-patti mukaish sequin foil-print: buti plain
    brocade jacquard himroo: jaal
    pashmina: paisley
    mashru: stripes
    khun: buti
    velvet satin tissue shimmer organza georgette chiffon crepe: buti plain jaal
    cotton linen khadi mulmul rayon: block stripes checks
""")

ANY = ("buti", "jaal", "paisley", "checks", "stripes", "block", "bandhani", "ikat", "plain")
MATT = frozenset(table("cotton cotton-blend khadi mulmul linen rayon viscose wool jute denim kora-cotton:"))


def of_design(kinds: dict[str, str], hex_colour: str, seed: int) -> Cloth:
    """A cloth for a design with these slugs by kind (category, craft, weave, motif, fabric, style)."""
    return Cloth(seed, hex_colour, pattern_of(kinds, seed), shape_of(kinds, seed), zari=kinds.get("fabric") not in MATT)


def shape_of(kinds: dict[str, str], seed: int) -> str:
    category, style = kinds.get("category", ""), kinds.get("style", "")
    names = SHAPES_OF.get(category, ("drape", "swatch"))
    if style in ("anarkali", "angrakha-style", "floor-length", "flared", "kalidar") and names[0] == "kurta":
        names = ("anarkali",)
    return noise.stream(seed, "shape").choice(names)


def pattern_of(kinds: dict[str, str], seed: int) -> str:
    words = [kinds[kind] for kind in ("craft", "weave", "motif", "fabric") if kinds.get(kind)]
    for choices in (DYED, MOTIFS, WOVEN):
        for word in words:
            if word in choices:
                return noise.stream(seed, "pattern").choice(choices[word])
    return noise.stream(seed, "pattern").choice(ANY)
