"""What a shop would write into its catalogue, the same for the same seed. Nothing here knows a database."""

import math
import random
from collections import Counter
from itertools import count
from typing import NamedTuple

from config.demo import words
from config.demo.chance import some, stream
from config.demo.recipes import RECIPES, Recipe

ALSO_GOLD, UNPRICED, PRICE_TEXTS = 0.25, 0.03, (50, 12, 22, 8, 8)
STATUSES = {"active": 90, "pending": 3, "draft": 3, "inactive": 2, "rejected": 2}
FEATURED = 0.1
HOUSES = {house.key: house for house in words.HOUSES}
LAKH = 100_000
CHARMED_BELOW = 20_000  # prices that end in nines
STEPS = ((2_000, 50), (20_000, 500), (LAKH, 1_000), (math.inf, 5_000))
SURELY = {7: "pending", 19: "pending", 33: "draft", 44: "pending", 52: "inactive"}  # the desk has work from day one
SMALL_WORDS = {"in", "with", "for", "the", "and"}


class Look(NamedTuple):
    """What a picture shows, so what its designs have in common."""

    number: int
    recipe: Recipe
    colour: str
    motif: str

    def kinds(self) -> dict[str, str]:
        recipe = self.recipe
        shown = {"category": recipe.category, "weave": recipe.weave, "motif": self.motif}
        firsts = {"craft": recipe.crafts, "fabric": recipe.fabrics, "style": recipe.styles}
        shown |= {kind: slugs.split()[0] if slugs else "" for kind, slugs in firsts.items()}
        return {kind: slug for kind, slug in shown.items() if slug}


class Piece(NamedTuple):
    """One design, in words."""

    number: int
    look: Look
    title: str
    description: str
    short: str
    terms: dict[str, list[str]]
    tags: list[str]
    sizes: str
    price: str
    house: str
    collection: str
    status: str
    reason: str
    featured: bool


def looks(seed: int, how_many: int) -> list[Look]:
    """Kinds of garments that sell well come first and often; none comes again before all were there."""
    chance = stream(seed, "looks")
    found: list[Look] = []
    worn = Counter[str]()
    while len(found) < how_many:
        for recipe in sorted(RECIPES, key=lambda one: chance.random() ** (1 / one.weight), reverse=True):
            motif = chance.choice(recipe.motifs.split()) if recipe.motifs else ""
            colours = recipe.colours.split()
            colour = min(chance.sample(colours, len(colours)), key=worn.__getitem__)
            worn[colour] += 1
            found.append(Look(len(found), recipe, colour, motif))
    return found[:how_many]


def pieces(seed: int, how_many: int, pictures: int) -> list[Piece]:
    shown, titles = looks(seed, pictures), set[str]()
    found = []
    for number in range(how_many):
        piece = a_piece(seed, number, shown[number % pictures], titles)
        titles.add(piece.title)
        found.append(piece)
    return found


def a_piece(seed: int, number: int, look: Look, taken: set[str]) -> Piece:
    chance = stream(seed, "design", number)
    terms = terms_of(chance, look)
    house = HOUSES[look.recipe.house]
    status = chance.choices(list(STATUSES), list(STATUSES.values()))[0]
    status = SURELY.get(number, status)
    amount = drawn(chance, look.recipe.price)
    sentences = described(chance, look, terms, amount)
    return Piece(
        number=number,
        look=look,
        title=titled(chance, look, terms, taken),
        description=" ".join(sentences),
        short=sentences[0],
        terms=terms,
        tags=some(chance, look.recipe.tags.split(","), 1, 3),
        sizes=chance.choice(words.SIZES[look.recipe.sizes]),
        price=priced(chance, amount),
        house=house.name,
        collection=chance.choice([*house.collections, ""]),
        status=status,
        reason={"rejected": chance.choice(words.REJECTED), "inactive": words.HIDDEN}.get(status, ""),
        featured=status == "active" and chance.random() < FEATURED,
    )


def terms_of(chance: random.Random, look: Look) -> dict[str, list[str]]:
    recipe = look.recipe
    crafts = recipe.crafts.split()
    terms = {
        "category": [recipe.category],
        "style": some(chance, recipe.styles.split(), 1, 2),
        "colour": [look.colour],
        "fabric": [chance.choice(recipe.fabrics.split())],
        "occasion": some(chance, recipe.occasions.split(), 1, 3),
        "season": some(chance, recipe.seasons.split(), 1, 2),
        "weave": [recipe.weave] if recipe.weave else [],
        "craft": crafts[:1] + some(chance, crafts[1:], 0, 1),
        "motif": [look.motif] if look.motif else [],
    }
    if "zari" in crafts and look.colour != "gold" and chance.random() < ALSO_GOLD:
        terms["colour"].append("gold")
    return {kind: slugs for kind, slugs in terms.items() if slugs}


# --- Titles -----------------------------------------------------------------------------------------------------
def titled(chance: random.Random, look: Look, terms: dict[str, list[str]], taken: set[str]) -> str:
    """Shops number what they cannot tell apart."""
    templates = [line.strip() for line in look.recipe.titles.splitlines() if fits(line, terms)]
    for _ in range(12):
        title = written(chance, chance.choice(templates), terms)
        if title not in taken:
            return title
    return next(numbered for at in count(2) if (numbered := f"{title} No. {at}") not in taken)


def fits(template: str, terms: dict[str, list[str]]) -> bool:
    return all(f"{{{kind}}}" not in template or kind in terms for kind in ("weave", "craft", "motif", "fabric"))


def written(chance: random.Random, template: str, terms: dict[str, list[str]]) -> str:
    slots = {kind: spelled(chance, slugs[0]) for kind, slugs in terms.items()}
    if terms.get("motif"):
        slots["motif"] = words.MOTIFS[terms["motif"][0]]
    if "gold" in terms["colour"][1:] and "{colour} " not in template:
        slots["colour"] += " and Gold"
    slots["occasion"] = spelled(chance, chance.choice(terms["occasion"]))
    return without_echo(template.format(**slots))


def without_echo(title: str) -> str:
    """Kantha Tussar Silk, not Cotton Hand Block Print Cotton Kurta."""
    kept: list[str] = []
    for word in title.split():
        if word in SMALL_WORDS or word == "-" or word not in kept:
            kept.append(word)
    return " ".join(kept)


def spelled(chance: random.Random, slug: str) -> str:
    return chance.choice(words.SPELLINGS.get(slug, (slug.replace("-", " ").title(),)))


# --- Prices -----------------------------------------------------------------------------------------------------
def drawn(chance: random.Random, ends: tuple[int, int]) -> int:
    """Between the ends there are more cheap ones than dear ones. It ends as prices do."""
    amount = math.exp(chance.uniform(*map(math.log, ends)))
    if amount >= CHARMED_BELOW:
        return round_number(amount)
    step = 100 if amount < CHARMED_BELOW / 6 else 500
    return max(step, round(amount / step) * step) - chance.choice((1, 1, 1, 10, 0))


def priced(chance: random.Random, amount: int) -> str:
    if chance.random() < UNPRICED:
        return chance.choice(words.REQUESTED)
    more = round_number(amount * chance.uniform(1.12, 1.35))
    texts = (
        f"₹{grouped(amount)}",
        f"Rs. {grouped(amount)}",
        f"₹{grouped(round_number(amount))} - {grouped(more)}",
        f"₹{grouped(round_number(amount))} onwards",
        f"₹{amount / LAKH:.2f} lakh" if amount >= LAKH else f"₹{grouped(amount)}/-",
    )
    return chance.choices(texts, PRICE_TEXTS)[0]


def round_number(amount: float) -> int:
    step = next(
        step for below, step in ((2_000, 50), (20_000, 500), (LAKH, 1_000), (math.inf, 5_000)) if amount < below
    )
    return round(amount / step) * step


def grouped(amount: int) -> str:
    """1,25,000: thousands, then lakhs."""
    head, tail = divmod(amount, 1_000)
    if not head:
        return str(tail)
    return f"{head // 100},{head % 100:02d},{tail:03d}" if head >= 100 else f"{head},{tail:03d}"  # noqa: PLR2004


# --- Descriptions -----------------------------------------------------------------------------------------------
def described(chance: random.Random, look: Look, terms: dict[str, list[str]], amount: int) -> list[str]:
    """One to three sentences."""
    recipe = look.recipe
    slots = {kind: name_of(slugs[0]).lower() for kind, slugs in terms.items()}
    occasion = chance.choice(terms["occasion"])
    slots["occasion"] = words.OCCASIONS.get(occasion, name_of(occasion))
    slots["season"] = words.SEASONS[terms["season"][0]]
    days = max(1, round(math.sqrt(amount) / 12 * chance.uniform(0.7, 1.3)))
    slots |= {"made": recipe.made, "place": HOUSES[recipe.house].place, "days": f"{days} days" if days > 1 else "a day"}
    slots |= {name.title(): slots[name].capitalize() for name in ("made", "fabric")}
    washed = "casual" in recipe.occasions and recipe.price[1] < CHARMED_BELOW / 4
    more = [
        chance.choice(words.COMES_WITH[recipe.group]),
        chance.choice(words.WORN_FOR),
        chance.choice(words.WASHED if washed else words.CARE),
    ]
    return [sentence.format(**slots) for sentence in (chance.choice(words.MADE_OF), *some(chance, more, 0, 2))]


def name_of(slug: str) -> str:
    return slug.replace("-", " ").title()
