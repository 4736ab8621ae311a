"""A catalogue as the sellers of an Indian marketplace write it: the same rows for the same seed, on every machine.

What a row says of itself is true wherever it says it; descriptions also name other garments and colours ("pair it with
red juttis"). Some columns are empty, some titles are misspelt, some values no vocabulary knows; few garments, colours
and makers have most of the rows.
"""

import csv
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from bench.search.words import (
    CARE,
    COLLECTIONS,
    COLOURS,
    CRAFTS,
    FACTS,
    FLUFF,
    GARMENTS,
    MAKERS,
    MISSPELT,
    NOISE,
    OCCASIONS,
    SEASONS,
    SIZES,
    TITLE_COLOURS,
    WOVEN,
    Garment,
)
from config.demo.chance import stream

Row = dict[str, str]
COLUMNS = [
    *("id", "title", "description", "category", "style", "colour", "fabric", "occasion", "season"),
    *("designer_name", "collection_name"),
]
FIRST_ID = 100_001
SLIPS = 0.035  # of all titles
MISSING = {"category": 0.02, "style": 0.15, "colour": 0.05, "fabric": 0.12, "occasion": 0.25, "season": 0.4}
MISSING |= {"designer_name": 0.04, "collection_name": 0.7, "description": 0.01}
LEAST_WORDS, MOST_WORDS = 20, 90


class Facts(NamedTuple):
    garment: Garment
    audience: str
    noun: str
    colours: list[str]
    fabric: str
    weave: str
    craft: str
    style: str
    occasion: str
    maker: str


def catalogue(designs: int, seed: int = 1) -> Iterator[Row]:
    chance = stream(seed, "search catalogue")
    weights = list(accumulate(garment.weight for garment in GARMENTS))
    for number in range(FIRST_ID, FIRST_ID + designs):
        facts = some_facts(chance, chance.choices(GARMENTS, cum_weights=weights)[0])
        yield {"id": str(number), **row_of(chance, facts, number)}


def write(rows: Iterable[Row], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{name: value or "" for name, value in row.items()} for row in csv.DictReader(file)]


# --- One row ----------------------------------------------------------------------------------------------------
def some_facts(chance: random.Random, garment: Garment) -> Facts:
    crafts = [craft for craft in CRAFTS if craft != "Solid"]
    colours = [popular(chance, COLOURS)]
    if chance.random() < 0.3 and (second := popular(chance, COLOURS)) != colours[0] != "Multi":  # noqa: PLR2004
        colours.append(second)
    return Facts(
        garment=garment,
        audience=chance.choice(garment.audiences),
        noun=popular(chance, garment.nouns),
        colours=colours,
        fabric=popular(chance, garment.fabrics),
        weave=popular(chance, garment.weaves) if chance.random() < garment.woven else "",
        craft=popular(chance, crafts) if chance.random() < garment.crafted else "Solid",
        style=popular(chance, garment.styles) if garment.styles and chance.random() < 0.5 else "",  # noqa: PLR2004
        occasion=popular(chance, OCCASIONS),
        maker=popular(chance, MAKERS),
    )


def row_of(chance: random.Random, facts: Facts, number: int) -> Row:
    title = titled(chance, facts)
    row = {
        "title": misspelt(chance, title) if chance.random() < SLIPS else title,
        "description": described(chance, facts, number),
        "category": facts.garment.category,
        "style": facts.style or facts.craft,
        "colour": facts.colours[0],
        "fabric": facts.fabric,
        "occasion": facts.occasion,
        "season": popular(chance, SEASONS),
        "designer_name": facts.maker,
        "collection_name": popular(chance, COLLECTIONS),
    }
    return {name: "" if chance.random() < MISSING.get(name, 0) else value for name, value in row.items()}


def titled(chance: random.Random, facts: Facts) -> str:
    """Maker, for whom, colour, weave, fabric, work, style, noun, what comes with it: some of that, in this order."""
    is_bound = bool(facts.weave)  # a weave stands before what it is made of

    def often(share: float, text: str) -> list[str]:
        return [text] if text and chance.random() < share else []

    return " ".join(
        [
            *often(0.2, facts.maker),
            *often(0.65, facts.audience),
            *often(0.85, " & ".join(TITLE_COLOURS.get(colour, colour) for colour in facts.colours)),
            *often(0.95, facts.weave),
            *often(0.7 if is_bound else 0.4, facts.fabric),
            *often(0.75, facts.craft),
            *often(0.7, "" if facts.style in facts.noun else facts.style),
            facts.noun,
            *often(0.5, chance.choice(facts.garment.extras) if facts.garment.extras else ""),
        ]
    )


def misspelt(chance: random.Random, title: str) -> str:
    """One of its words, if sellers get one of them wrong."""
    found = [word for word in MISSPELT if re.search(rf"\b{word}\b", title)]
    if not found:
        return title
    word = chance.choice(found)
    return re.sub(rf"\b{word}\b", chance.choice(MISSPELT[word]), title, count=1)


def described(chance: random.Random, facts: Facts, number: int) -> str:
    said = {
        "colour": facts.colours[0].lower(),
        "noun": facts.noun.lower() if chance.random() < 0.5 else facts.noun,  # noqa: PLR2004
        "fabric": facts.fabric.lower(),
        "craft": facts.craft.lower(),
        "occasion": facts.occasion.lower(),
        "maker": facts.maker,
        "weave": facts.weave,
        "code": f"{facts.maker[:2].upper()}{number % 7919}",
    }
    lines = [chance.choice(FACTS), *([chance.choice(WOVEN)] if facts.weave else [])]
    more = [*chance.sample(FLUFF, 4), chance.choice(CARE), chance.choice(SIZES), chance.choice(NOISE)]
    chance.shuffle(more)
    wanted = chance.randint(LEAST_WORDS, MOST_WORDS - 18)
    while more and words_in(lines) < wanted:
        lines.append(more.pop())
    return " ".join(lines).format(**said)


def words_in(lines: Sequence[str]) -> int:
    return sum(len(line.split()) for line in lines)


# --- Few have many, many have few -------------------------------------------------------------------------------
def popular(chance: random.Random, choices: tuple[str, ...] | list[str]) -> str:
    return chance.choices(choices, cum_weights=zipf(len(choices)))[0]


@cache
def zipf(size: int) -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, size + 1)))
