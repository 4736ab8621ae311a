"""How far one word is from another, where words begin and end in any script, and how they sound."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from designs import sounds
from designs.folding import singular, stems, words_of
from designs.search import slips

LETTERS = st.text("aehkrstuwq", max_size=9)
SCRIPTS = st.text(st.sampled_from("aSé'\u2019- ._\u0301\u200dकाी़्ंশਾੜਪடுచ్മശാകڑیَآß🦄"), max_size=40)
FIRST_TOO = slips.ANY + slips.IN_FIRST_LETTER
SOON = 0.1  # seconds


# --- What a slip costs --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "meant", "cost"),
    [
        ("saree", "saree", 0.0),
        ("slawar", "salwar", slips.SWAPPED),
        ("mustrad", "mustard", slips.SWAPPED),
        ("kueta", "kurta", slips.BESIDE),  # e lies beside r
        ("kurti", "kurta", slips.VOWEL_FOR_VOWEL),
        ("kubta", "kurta", slips.ANY),
        ("dupata", "dupatta", slips.DOUBLED),
        ("duppatta", "dupatta", slips.DOUBLED),
        ("kkurta", "kurta", slips.DOUBLED),  # though it is the beginning
        ("anrkali", "anarkali", slips.UNSPOKEN),
        ("leenga", "lehenga", slips.UNSPOKEN),
        ("kuta", "kurta", slips.ANY),
        ("kurtza", "kurta", slips.ANY),
        ("jurta", "kurta", slips.BESIDE + slips.IN_FIRST_LETTER),
        ("zurta", "kurta", FIRST_TOO),
        ("urta", "kurta", FIRST_TOO),
        ("skurta", "kurta", FIRST_TOO),
        ("narkali", "anarkali", slips.UNSPOKEN + slips.IN_FIRST_LETTER),
        ("ukrta", "kurta", slips.SWAPPED),
        ("slawr", "salwar", slips.SWAPPED + slips.UNSPOKEN),
        ("", "kurta", 3 * slips.ANY + 2 * slips.UNSPOKEN + slips.IN_FIRST_LETTER),
        ("साडी", "साड़ी", slips.ANY),
    ],
)
def test_a_likely_slip_costs_less(typed: str, meant: str, cost: float) -> None:
    assert slips.cost(typed, meant) == pytest.approx(cost)


@pytest.mark.parametrize(("one", "other"), [("q", "w"), ("q", "a"), ("g", "b"), ("l", "k"), ("m", "n"), ("a", "z")])
def test_keys_that_touch_are_neighbours(one: str, other: str) -> None:
    assert (one, other) in slips.NEIGHBOURS
    assert (other, one) in slips.NEIGHBOURS


@pytest.mark.parametrize(("one", "other"), [("q", "e"), ("q", "p"), ("q", "z"), ("p", "a"), ("s", "s"), ("g", "n")])
def test_keys_that_do_not_touch_are_none(one: str, other: str) -> None:
    assert (one, other) not in slips.NEIGHBOURS


@given(LETTERS, LETTERS)
@example("", "a")
@example("sare", "saree")
def test_only_equal_words_cost_nothing_and_none_costs_more_than_its_plain_edits(one: str, other: str) -> None:
    """Never more than each edit at its dearest, of which only one can be at the beginning of each word."""
    cost = slips.cost(one, other)
    assert (cost == 0) == (one == other)
    edits = OSA.distance(one, other)
    assert cost <= edits * slips.ANY + 2 * slips.IN_FIRST_LETTER + 1e-9
    assert cost >= edits * slips.DOUBLED - 1e-9


@given(st.sampled_from("aks"), LETTERS, LETTERS)
def test_it_is_as_far_there_as_back_when_the_beginning_is_right(first: str, one: str, other: str) -> None:
    one, other = first + one, first + other
    assert slips.cost(one, other) == pytest.approx(slips.cost(other, one))


@given(LETTERS, LETTERS, st.text("bgi", min_size=1, max_size=3))
def test_what_both_words_end_with_costs_nothing(one: str, other: str, end: str) -> None:
    assert slips.cost(one + end, other + end) <= slips.cost(one, other) + 1e-9


@pytest.mark.parametrize(
    ("typed", "meant", "allowed"),
    [
        ("choli", "cholis", 1.5),
        ("chol", "choli", 1.0),  # the shorter of the two counts
        ("choli", "chol", 1.0),
        ("salwar", "slawar", 1.5),
        ("salwars", "salwar", 1.5),
        ("mustard", "mustrad", 2.0),
        ("mustard", "mustards", 2.0),
        ("", "mustard", 1.0),
    ],
)
def test_longer_words_are_forgiven_more(typed: str, meant: str, allowed: float) -> None:
    assert slips.forgiven(typed, meant) == allowed


# --- Words --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Men's kid\u2019s woman\u02bcs lady`s", ["mens", "kids", "womans", "ladys"]),
        ("'saree'", ["saree"]),
        ("Élan café NAÏVE cafe\u0301", ["elan", "cafe", "naive", "cafe"]),
        ("all-season half_saree a/b 5.5m", ["all", "season", "half", "saree", "a", "b", "5", "5m"]),
        ("₹2,000 &amp; 50%", ["2", "000", "amp", "50"]),
        ("Straße", ["strasse"]),
        ("", []),
        ("🦄 \u202e \u200b ... '", []),
        ("\u202esaree\u202c", ["saree"]),
        ("sa\u200bree", ["saree"]),
    ],
)
def test_words_are_what_is_between_signs(text: str, words: list[str]) -> None:
    assert words_of(text) == words


INDIAN = {
    "hindi": ["साड़ी", "ज़रदोज़ी", "लहंगा", "कुर्ता", "चूड़ियाँ", "चुन्नी", "दुःख"],
    "punjabi": ["ਫੁਲਕਾਰੀ", "ਸਾੜੀ", "ਪੱਗ"],
    "gujarati": ["બાંધણી", "ચણિયાચોળી"],
    "bengali": ["শাড়ি", "বেনারসি", "জামদানি"],
    "odia": ["ଶାଢ଼ୀ", "ସମ୍ବଲପୁରୀ"],
    "tamil": ["புடவை", "பட்டுப்", "காஞ்சிபுரம்"],
    "telugu": ["పట్టు", "చీర", "కంచిపట్టు"],
    "kannada": ["ಸೀರೆ", "ರೇಷ್ಮೆ"],
    "malayalam": ["കസവ്", "സാരി", "മുണ്ട്"],
    "urdu": ["ساڑھی", "شَلوار", "قمیض", "آنچل", "غرارہ", "دوپٹّہ"],
}


@pytest.mark.parametrize("language", INDIAN)
def test_a_word_of_another_script_stays_whole(language: str) -> None:
    """With vowel signs, conjuncts, the nukta, and the marks that Urdu may set on a letter."""
    words = INDIAN[language]
    assert len(words_of(", ".join(words) + ".")) == len(words)
    for word in words:
        assert words_of(f"red-{word}!") == ["red", *words_of(word)]
        assert list(stems(word)) == words_of(word)


def test_a_nukta_in_one_letter_or_two_is_the_same_and_is_kept() -> None:
    assert words_of("\u095b\u0930") == words_of("\u091c\u093c\u0930") != words_of("\u091c\u0930")


def test_joiners_are_not_seen() -> None:
    assert words_of("र\u200dेश\u200cमी") == words_of("रेशमी")


def test_the_danda_ends_a_word() -> None:
    assert words_of("साड़ी।लहंगा॥") == words_of("साड़ी लहंगा")


@pytest.mark.parametrize(
    ("word", "one"),
    [
        *[("sarees", "saree"), ("dresses", "dress"), ("watches", "watch"), ("brushes", "brush"), ("boxes", "box")],
        *[("blouses", "blouse"), ("juttis", "jutti"), ("kids", "kid")],
        *[("dress", "dress"), ("gus", "gus"), ("plus", "plus"), ("lotus", "lotus"), ("bus", "bus"), ("s", "s")],
        *[("saree", "saree"), ("", ""), ("साड़ीs", "साड़ीs")],
    ],
)
def test_a_plural_and_one_of_them_are_one(word: str, one: str) -> None:
    assert singular(word) == one


@given(st.one_of(st.text(max_size=60), SCRIPTS, st.text("esuxch ", max_size=30)))
@example("\ud800 saree")
@example("\u0345")
def test_whatever_is_typed_has_words_that_stay_as_they_are(text: str) -> None:
    found = list(stems(text))
    assert all(found)
    assert list(stems(" ".join(found))) == found


@pytest.mark.parametrize("mark", ["\u0301", "़", "्", "\u064b", "ൿ", "a\u0301", "क्", "اَ", "ंa", "'", "_", "\u200d"])
def test_thousands_of_marks_are_read_in_one_go(mark: str) -> None:
    text = mark * 5_000
    started = time.process_time()
    for word in [*words_of(text), *words_of(f"{text}!"), text]:
        sounds.key(word)
    assert time.process_time() - started < SOON


# --- Sounds -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("word", "latin"),
    [
        *[("गोटा", "gota"), ("रेशम", "resham"), ("ਲਾਲ", "lal"), ("લાલ", "lal"), ("লাল", "lal")],  # no a at the end
        *[("ଲାଲ", "lala"), ("చీర", "chira"), ("ರಂಗ", "ranga"), ("കസവ", "kasava")],  # southern: it is spoken
        *[("കസവ്", "kasav"), ("ಕೆಂಪು", "kenpu"), ("రంగం", "rangan")],  # silenced, or another vowel
        *[("சேலை", "selai"), ("சட்டை", "sattai"), ("பச்சை", "pachchai"), ("புடவை", "putavai")],  # s only in front
        *[("ज़री", "zari"), ("फ़ैशन", "faishan"), ("साढ़ी", "sari")],
        *[("شلوار", "shlvar"), ("غرارہ", "grarh"), ("آنچل", "anchl")],
        *[("saree", "saree"), ("élan", "élan"), ("", "")],
    ],
)
def test_a_word_of_another_script_is_spoken_in_latin_letters(word: str, latin: str) -> None:
    assert sounds.romanised(word) == latin


@pytest.mark.parametrize(
    ("word", "short"),
    [("koorti", "kurti"), ("kameez", "kamiz"), ("saaree", "sari"), ("choudidar", "chudidar"), ("lawn", "laun")],
)
def test_a_long_vowel_is_written_as_one_letter(word: str, short: str) -> None:
    assert sounds.shortened(word) == short


@pytest.mark.parametrize(
    ("native", "roman"), [("சேலை", "selai"), ("ಸೀರೆ", "seere"), ("సారీ", "saree"), ("കസവ്", "kasavu"), ("రంగ", "ranga")]
)
def test_a_southern_word_sounds_as_it_is_written_in_english(native: str, roman: str) -> None:
    assert sounds.key(native) == sounds.key(roman).removesuffix("o")
