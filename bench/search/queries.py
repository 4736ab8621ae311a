"""Queries of ten kinds, and what each of them should find. They are the bench's own: nobody tunes search to them."""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.search.concepts import CONCEPTS
from bench.search.spelling import slipped, written_otherwise
from bench.search.words import COLOURS, CRAFTS, GARMENTS, MISSPELT, WEAVES
from config.demo.chance import stream

Query = dict[str, Any]
VOCABULARY = Path(__file__).resolve().parent.parent.parent / "designs" / "data" / "vocabulary.json"

# Each: what is typed = the concepts that make it right; a part of them makes it half right where / says so.
EXACT = """
    silk saree = silk saree; georgette saree = georgette saree; organza saree = organza saree; net saree = net saree
    printed kurta = printed kurta; embroidered lehenga = embroidered lehenga; anarkali kurta = anarkali kurta
    velvet lehenga = velvet lehenga; solid dupatta = solid dupatta; khadi kurta = khadi kurta; nehru jacket = nehru
    silk sherwani = silk sherwani; leather jutti = leather jutti; pashmina shawl = pashmina shawl; gown = gown
    satin petticoat = satin petticoat; silk blouse = silk blouse; banarasi dupatta = banarasi dupatta
    kalamkari saree = kalamkari saree; chikankari kurti = chikankari kurti; phulkari dupatta = phulkari dupatta
    bandhani saree = bandhani saree; chanderi kurta = chanderi kurta; patola saree = patola saree; sharara = sharara
    kantha saree = kantha saree; ajrakh saree = ajrakh saree; straight kurta = straight kurta
    linen saree = linen saree; flared palazzo = palazzo; silk dhoti = silk dhoti
    block printed saree = block printed saree; mirror work lehenga = mirror lehenga; patiala salwar = patiala
    ready to wear saree = ready saree; floral printed kurta = floral kurta; jamdani saree = jamdani saree
    mulmul saree = mulmul saree
"""
SPELLING = """
    lengha = lehenga; lahenga choli = lehenga; saari = saree; benarasi saree = banarasi saree; kurtha = kurta
    banarsi silk = banarasi; kanchipuram saree = kanjivaram saree; jorjet lehenga = georgette lehenga
    chunni = dupatta; dupata = dupatta; plazo = palazzo; shervani = sherwani; ikkat kurta = ikat kurta
    bandhej dupatta = bandhani dupatta; shiffon saree = chiffon saree; chandheri saree = chanderi saree
    kalamkary = kalamkari; lehariya = leheriya; zardosi lehenga = zardozi lehenga; fulkari = phulkari
    ajrak = ajrakh; organja = organza; juti = jutti; mojari = jutti; salwar kamiz = salwar; underskirt = petticoat
    shaal = shawl; chickankari kurta = chikankari kurta; gota work lehenga = gota patti lehenga
    velwet blouse = velvet blouse; sambhalpuri = sambalpuri; patolla = patola; nehru coat = nehru; kurtis = kurti
    khaddar kurta = khadi kurta; kota doriya = kota; anarkalli = anarkali; tussar saree = tussar silk saree
    tasar silk = tussar silk; paithni = paithani
"""
PLURAL = """
    sarees = saree; saris = saree; kurtas = kurta; lehenga cholis = lehenga; dupattas = dupatta; gowns = gown
    sherwanis = sherwani; nehru jackets = nehru; palazzos = palazzo; juttis = jutti; mojaris = jutti; shawls = shawl
    silk sarees = silk saree; printed kurtas = printed kurta; cotton dupattas = cotton dupatta; kurtis = kurti
    banarasi sarees = banarasi saree; net lehengas = net lehenga; silk blouses = silk blouse; dhotis = dhoti
    red sarees = red saree; black kurtas = black kurta; shararas = sharara; kurta sets = kurta set; salwars = salwar
    printed palazzos = printed palazzo; velvet blouses = velvet blouse; satin petticoats = satin petticoat
    georgette gowns = georgette gown; pink dupattas = pink dupatta; salwar suits = salwar; waistcoats = nehru
"""
NATIVE = """
    साड़ी = saree; लहंगा = lehenga; शेरवानी = sherwani; दुपट्टा = dupatta; कुर्ती = kurti; जूती = jutti
    शरारा = sharara; लाल साड़ी = red saree; काला कुर्ता = black kurta; सफ़ेद कुर्ता = white kurta
    लाल लहंगा = red lehenga; रेशम = silk; बनारसी = banarasi; पीला कुर्ता = yellow kurta; घाघरा = chaniya
    गुलाबी लहंगा = pink lehenga; साडी = saree; ચણિયા ચોળી = chaniya; સાડી = saree; લહેંગા = lehenga; કુર્તા = kurta
    બાંધણી = bandhani; પટોળા = patola; લાલ સાડી = red saree; শাড়ি = saree; লাল শাড়ি = red saree; কুর্তা = kurta
    জামদানি = jamdani; জামদানি শাড়ি = jamdani saree; কাঁথা = kantha; புடவை = saree; சேலை = saree; குர்தா = kurta
    குர்தி = kurti; చీర = saree; లెహంగా = lehenga; కుర్తా = kurta; ಲೆಹೆಂಗಾ = lehenga; സാരി = saree; ਸਾੜੀ = saree
    ਫੁਲਕਾਰੀ = phulkari; کرتا = kurta; لہنگا = lehenga; पैठणी = paithani
"""
COLOUR = """
    laal saree = red saree; gulabi kurta = pink kurta; hara dupatta = green dupatta; kala sherwani = black sherwani
    safed kurta = white kurta; neela lehenga = blue lehenga; peela dupatta = yellow dupatta
    baingani saree = purple saree; navy blue kurta = navy blue kurta; sea green saree = sea green saree
    off white kurta = off white kurta; maroon velvet lehenga = maroon velvet lehenga; gold blouse = gold blouse
    silver saree = silver saree; rani pink lehenga = rani pink lehenga; mustard kurta = mustard kurta
    peach gown = peach gown; teal saree = teal saree; magenta dupatta = magenta dupatta
    lavender kurta = lavender kurta; wine sherwani = wine sherwani; multicolour saree = multi saree
    multi coloured dupatta = multi dupatta; beige nehru jacket = beige nehru; firozi saree = turquoise saree
    narangi saree = orange saree; kesariya kurta = saffrons kurta; mehroon saree = maroon saree
    black leggings = black leggings; bottle green saree = bottle green saree; cream sherwani = cream sherwani
    red & gold saree = red gold saree/red saree; burgundy gown = burgundy gown; rust kurta = rust kurta
    mint green lehenga = mint green lehenga; royal blue saree = royal blue saree; brown jutti = brown jutti
    green saree = green saree; pink lehenga = pink lehenga; grey kurta = grey kurta; violet saree = violet saree
"""
MULTI = """
    blue georgette embroidered saree = blue georgette embroidered saree/blue saree/georgette saree
    green banarasi silk saree = green banarasi silk saree/green saree/banarasi saree
    yellow cotton printed kurta = yellow cotton printed kurta/yellow kurta/cotton printed kurta
    maroon velvet lehenga choli = maroon velvet lehenga/maroon lehenga/velvet lehenga
    women black anarkali kurta with dupatta = black anarkali kurta/anarkali kurta/black kurta
    white chikankari kurta = white chikankari kurta/white kurta/chikankari kurta
    men white cotton kurta = men white cotton kurta/men white kurta/men cotton kurta
    girls pink lehenga choli with dupatta = girls pink lehenga/girls lehenga/pink lehenga
    navy blue straight kurta with palazzos = navy blue straight kurta set/navy blue kurta/straight kurta set
    anouvi printed kurta = anouvi printed kurta/anouvi kurta/printed kurta
    sahejri silk saree = sahejri silk saree/sahejri saree/silk saree
    mitrani saree blue = mitrani blue saree/mitrani saree/blue saree
    vastrakala kurta set = vastrakala kurta set/vastrakala kurta/kurta set
    red bandhani georgette saree = red bandhani georgette saree/red bandhani saree/bandhani saree/red saree
    pink organza saree with blouse = pink organza saree/pink saree/organza saree
    beige nehru jacket men silk = beige nehru silk/beige nehru/silk nehru
    green chanderi dupatta = green chanderi dupatta/green dupatta/chanderi dupatta
    purple kanjivaram silk saree = purple kanjivaram saree/purple saree/kanjivaram saree
    blue leather jutti women = blue jutti leather/blue jutti/leather jutti
    cream silk sherwani for men = cream silk sherwani/cream sherwani/silk sherwani
    black net embroidered lehenga = black net lehenga/black lehenga/net lehenga
    printed cotton kurta set with dupatta = printed cotton kurta set/printed kurta set/cotton kurta set
    peach floral printed saree = peach floral saree/peach saree/floral saree
    off white khadi kurta = off white khadi kurta/off white kurta/khadi kurta
    pink ikat cotton saree = pink ikat saree/ikat saree/pink saree
    grey pashmina shawl = grey pashmina shawl/grey shawl/pashmina shawl
    yellow leheriya saree = yellow leheriya saree/yellow saree/leheriya saree
    black cotton patiala salwar = black cotton patiala/black patiala/cotton patiala
    orange kalamkari cotton dupatta = orange kalamkari dupatta/orange dupatta/kalamkari dupatta
    gold brocade blouse = gold blouse brocade/gold blouse/brocade blouse
    boys blue kurta pyjama = boys blue kurta/boys kurta/blue kurta
    green sharara set embroidered = green sharara embroidered/green sharara/embroidered sharara
    mirror work pink lehenga = mirror pink lehenga/mirror lehenga/pink lehenga
    blue paithani silk saree = blue paithani saree/paithani saree/blue saree
"""
OCCASION = """
    wedding lehenga = for wedding lehenga/lehenga; bridal saree = for wedding saree/saree
    shaadi saree = for wedding saree/saree; wedding sherwani = for wedding sherwani/sherwani
    party wear gown = for party gown/gown; party wear saree = for party saree/saree
    festive kurta set = for festive kurta set/kurta set; diwali kurta = for festive kurta/kurta
    puja saree = for puja saree/saree; casual kurti = for casual kurti/kurti
    daily wear saree = for casual saree/saree; office wear kurta = for office kurta/kurta
    formal kurta = for office kurta/kurta; winter shawl = in winter shawl/shawl
    summer cotton kurta = in summer cotton kurta/cotton kurta; sangeet saree = for sangeet saree/saree
    eid kurta = for festive kurta/kurta; navratri lehenga = for festive lehenga/lehenga
    festive dupatta = for festive dupatta/dupatta; wedding jutti = for wedding jutti/jutti; reception gown = gown
    engagement lehenga = lehenga; haldi yellow saree = yellow saree; mehndi green lehenga = green lehenga
    bridal lehenga red = for wedding red lehenga/red lehenga; durga puja saree = for puja saree/saree
    kurta for puja = for puja kurta/kurta; saree for wedding = for wedding saree/saree
    traditional dhoti = for traditional dhoti/dhoti; party wear anarkali = for party anarkali/anarkali
    casual palazzo = for casual palazzo/palazzo; nehru jacket for wedding = for wedding nehru/nehru
    karwa chauth saree = saree; ethnic juttis = jutti
"""
# What a finger slips in. The typo itself is drawn.
SLIPS_IN = """
    banarasi saree = banarasi saree; kanjivaram saree = kanjivaram saree; chanderi dupatta = chanderi dupatta
    georgette saree = georgette saree; chiffon saree = chiffon saree; organza dupatta = organza dupatta
    lehenga = lehenga; sherwani = sherwani; dupatta = dupatta; palazzo = palazzo; petticoat = petticoat
    leggings = leggings; blouse = blouse; embroidered kurta = embroidered kurta; printed saree = printed saree
    kalamkari dupatta = kalamkari dupatta; bandhani lehenga = bandhani lehenga; chikankari kurta = chikankari kurta
    leheriya saree = leheriya saree; patola dupatta = patola dupatta; anarkali suit = anarkali
    maroon lehenga = maroon lehenga; yellow kurta = yellow kurta; mustard saree = mustard saree
    magenta saree = magenta saree; lavender saree = lavender saree; purple kurta = purple kurta
    turquoise saree = turquoise saree; velvet sherwani = velvet sherwani; cotton kurta = cotton kurta
    satin blouse = satin blouse; pashmina shawl = pashmina shawl; phulkari = phulkari
    sambalpuri saree = sambalpuri saree; jamdani = jamdani; kurta = kurta; saree = saree; jacket nehru = nehru
    chaniya choli = chaniya; pochampally saree = pochampally saree; zardozi = zardozi
    sequinned saree = sequinned saree; sharara = sharara; orange dupatta = orange dupatta
"""
# One word of each is written otherwise, by rule; it is the first.
SOUNDS_LIKE = """
    lehenga = lehenga; sherwani = sherwani; dupatta = dupatta; palazzo = palazzo; kurti = kurti; jutti = jutti
    banarasi saree = banarasi saree; kanjivaram saree = kanjivaram saree; chanderi kurta = chanderi kurta
    patola = patola; kalamkari saree = kalamkari saree; bandhani dupatta = bandhani dupatta
    chikankari kurta = chikankari kurta; phulkari dupatta = phulkari dupatta; zardozi lehenga = zardozi lehenga
    leheriya saree = leheriya saree; georgette saree = georgette saree; chiffon dupatta = chiffon dupatta
    organza saree = organza saree; velvet blouse = velvet blouse; anarkali kurta = anarkali kurta; petticoat = petticoat
    pashmina = pashmina; paithani = paithani; sharara = sharara; साड़ी = saree; कुर्ता = kurta; शेरवानी = sherwani
    दुपट्टा = dupatta; લહેંગા = lehenga; શેરવાની = sherwani; સાડી = saree; બાંધણી = bandhani; শাড়ি = saree
    কুর্তি = kurti; জামদানি = jamdani
"""
UNSEEN_BY_HAND = """
    lehngaa = lehenga; lahengaa choli = lehenga; lehangha = lehenga; sareee = saree; sarree silk = silk saree
    kurthaa = kurta; kurtey = kurta; doopatta = dupatta; duppattah = dupatta; shervaanee = sherwani
    sheyrwani = sherwani; pallaazo = palazzo; plaazo = palazzo; juttee = jutti; joottis = jutti
    peticott = petticoat; legins = leggings; banaarsee saari = banarasi saree; baanarsi saree = banarasi saree
    kanjiveram saree = kanjivaram saree; kaanjivaram = kanjivaram; chanderee = chanderi; phulkaaree = phulkari
    chikankaaree kurta = chikankari kurta; bandhaanee = bandhani; jardozee = zardozi
    georjet saree = georgette saree; shifon saaree = chiffon saree; organzza = organza
    velvett lehenga = velvet lehenga; pashmeenaa = pashmina; emboidery saree = embroidered saree
    नेहरू जैकिट = nehru; सारी लाल = red saree; लहँगा चोली = lehenga; कुरता = kurta; कुड़ता = kurta; दुपटा = dupatta
    बनारसि साड़ी = banarasi saree; सलवार कमीज = salwar; કુરતો = kurta; દૂપટ્ટો = dupatta; ચણીયા = chaniya
    কুরতা = kurta; লেহেংগা = lehenga; সাড়ি = saree; சாரி = saree; లెహెంగా = lehenga; ಕುರ್ತ = kurta; ساڑی = saree
"""
NOTHING = """
    laptop charger; pizza recipe; car insurance; football score; python tutorial; washing machine; mobile recharge
    train ticket booking; electric scooter; protein powder; cricket bat; gaming keyboard; weather tomorrow; bitcoin
    refrigerator; vacuum cleaner; hotel in goa; dog food; guitar strings; chemistry homework; plumber near me
    garden hose; microwave oven; printer cartridge; tax return; helmet; toothbrush; motor oil; passport renewal
    hdmi; qwxzjk; asdfghjkl; vvvvvvvv; bzzrtplk; xkcdqq; hjklmnbv; 1234567890123; 000000; fjdksla qpwoei; zxqj wvkp
    👗👗👗; 🍕; 🚗💨; ???; ...; !!!; ---; @#$%^&*; (); <script>; %%%; ''
"""
LEAST = 25


# --- Reading the tables -----------------------------------------------------------------------------------------
def entries(table: str) -> Iterator[tuple[str, str]]:
    for line in table.strip().splitlines():
        for entry in line.split(";"):
            text, _, meant = (part.strip() for part in entry.partition(" = "))
            if text:
                yield text, meant


def concepts_in(text: str) -> list[str]:
    """The longest names first: `off white kurta` is a colour and a garment."""
    words, found = text.split(), []
    while words:
        size = next((size for size in range(len(words), 0, -1) if " ".join(words[:size]) in CONCEPTS), 0)
        if not size:
            raise ValueError(f"There is no concept at {' '.join(words)!r}.")
        found.append(" ".join(words[:size]))
        words = words[size:]
    return found


def query(kind: str, text: str, meant: str) -> Query:
    """Behind each / stand concepts that make it half right."""
    whole, *rest = meant.split("/")
    found = concepts_in(whole) if whole else []
    return {"cls": kind, "query": text, "all": found, "partial": [concepts_in(part) for part in rest]}


# --- All of them ------------------------------------------------------------------------------------------------
def queries(seed: int = 1) -> list[Query]:
    tables = {"exact": EXACT, "spelling": SPELLING, "plural": PLURAL, "native": NATIVE, "colour": COLOUR}
    tables |= {"multi": MULTI, "occasion": OCCASION}
    found = [query(kind, *entry) for kind, table in tables.items() for entry in entries(table)]
    found += [query("typo", *entry) for entry in typos(seed)]
    found += [query("unseen", *entry) for entry in unseen(seed)]
    found += [query("noresult", text, "") for text, _ in entries(NOTHING)]
    return [{"id": number, **one} for number, one in enumerate(found, start=1)]


def typos(seed: int) -> Iterator[tuple[str, str]]:
    """A slip that makes a word somebody knows is a spelling, and is drawn anew."""
    chance, known = stream(seed, "typos"), known_words()
    for text, meant in entries(SLIPS_IN):
        slip = text
        while set(slip.split()) <= known:
            slip = slipped(chance, text)
        yield slip, meant


def unseen(seed: int) -> Iterator[tuple[str, str]]:
    """What the vocabulary learns meanwhile leaves this class by itself."""
    chance, known = stream(seed, "unseen"), known_words()
    for text, meant in entries(SOUNDS_LIKE):
        first, *rest = text.split()
        fresh = sorted({word for word in written_otherwise(first) if is_unseen(word, known)})
        for word in chance.sample(fresh, min(len(fresh), 1)):
            yield " ".join([word, *rest]), meant
    yield from ((text, meant) for text, meant in entries(UNSEEN_BY_HAND) if is_unseen(text, known))


def is_unseen(text: str, known: set[str]) -> bool:
    return any(plain(word) not in known for word in text.split())


# --- What is known ----------------------------------------------------------------------------------------------
def plain(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("-", " ").casefold())


def known_words() -> set[str]:
    """Words of the vocabulary in all scripts, and those that sellers of the catalogue write, rightly or wrongly."""
    said = [name for garment in GARMENTS for name in (*garment.nouns, *garment.fabrics, *garment.styles)]
    said += [*WEAVES, *CRAFTS, *COLOURS, *MISSPELT, *(wrong for many in MISSPELT.values() for wrong in many)]
    said += vocabulary_words()
    return {word for text in said for word in plain(text).split()}


def vocabulary_words() -> list[str]:
    given = json.loads(VOCABULARY.read_text(encoding="utf-8"))["entries"]
    return [word for entry in given for word in spoken(entry)]


def spoken(entry: dict[str, Any]) -> Iterable[str]:
    native = (word for words in entry.get("native", {}).values() for word in words)
    return [entry["name"], entry["id"].partition(":")[2], *entry.get("synonyms", []), *native]


def as_file(found: list[Query]) -> dict[str, Any]:
    """In the form of a file of predicates."""
    used = {name for one in found for part in (one["all"], *one["partial"]) for name in part}
    return {"concepts": {name: CONCEPTS[name] for name in CONCEPTS if name in used}, "queries": found}
