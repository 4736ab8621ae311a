"""What sounds the same is one key, in any script; what is another thing stays another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designs.sounds import key, romanised

ALIKE = {
    "lehenga": ["lehnga", "lahenga", "lehengaa", "lehengas", "लहंगा", "लेहंगा", "લહેંગા", "ਲਹਿੰਗਾ"],
    "saree": ["sari", "saari", "sarees", "saaris", "साड़ी", "ਸਾੜੀ"],
    "kanjivaram": ["kanjeevaram", "kanjiwaram", "kanjivarm", "kanjeewaram"],
    "banarasi": ["benarasi", "banarsi", "banaarasee", "बनारसी"],
    "chikankari": ["chikankaari", "chickankari", "chikankaree", "चिकनकारी"],
    "bandhani": ["bandhanee", "baandhani", "bandani", "बांधनी"],
    "zardozi": ["jardozi", "zardozee", "ज़रदोज़ी"],
    "phulkari": ["fulkari", "phoolkari", "फुलकारी"],
    "kurta": ["kurtaa", "kurtas", "kurtha", "कुर्ता"],
    "dupatta": ["dupata", "duppatta", "doopatta", "दुपट्टा"],
    "choli": ["cholee", "cholis", "चोली"],
    "pyjama": ["pajama", "paijama", "pyjamas", "पायजामा"],
}
APART = [("kurta", "kurti"), ("saree", "sherwani"), ("choli", "koli"), ("haldi", "holi"), ("gota", "gotta patti")]


@pytest.mark.parametrize(("word", "others"), ALIKE.items())
def test_one_word_many_ways(word: str, others: list[str]) -> None:
    assert {other: key(other) for other in others} == dict.fromkeys(others, key(word))


@pytest.mark.parametrize(("one", "other"), APART)
def test_another_thing_sounds_otherwise(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize(
    ("word", "latin"),
    [("साड़ी", "sari"), ("लहंगा", "lahanga"), ("कुर्ता", "kurta"), ("ਪੱਗ", "pag"), ("ساڑھی", "sarhi"), ("चुन्नी", "chunni")],
)
def test_another_script_becomes_latin(word: str, latin: str) -> None:
    assert romanised(word) == latin


@given(st.text(max_size=60))
def test_whatever_is_asked_has_a_key_of_plain_letters(text: str) -> None:
    assert key(text).isascii()
    assert key(text) == "" or key(text).isalpha()
    assert len(key(text)) <= 2 * len(romanised(text)) + 1


def test_it_is_the_same_twice() -> None:
    """A key of a key's spelling is not promised; a key of the same word is."""
    assert [key(word) for words in ALIKE.values() for word in words] == [
        key.__wrapped__(word) for words in ALIKE.values() for word in words
    ]
