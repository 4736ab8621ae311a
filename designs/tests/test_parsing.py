"""Prices and sizes as shops write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from designs import parsing


@pytest.mark.parametrize(
    ("text", "lowest", "highest"),
    [
        ("₹5,000 - ₹10,000", 5_000, 10_000),
        ("5000-10000", 5_000, 10_000),
        ("Rs. 5k \u2013 10k", 5_000, 10_000),
        ("5 - 10k", 5_000, 10_000),
        ("500 - 1k", 500, 1_000),
        ("2000 - 1 lakh", 2_000, 100_000),
        ("1-2 lakh", 100_000, 200_000),
        ("₹ 2.5L - 3L", 250_000, 300_000),
        ("1,25,000", 125_000, 125_000),
        ("Rs.4999/-", 4_999, 4_999),
        ("12000 to 15000 INR", 12_000, 15_000),
        ("10000 - 5000", 5_000, 10_000),
        ("under 2000", None, 2_000),
        ("upto 1.5 lakh", None, 150_000),
        ("above 50,000", 50_000, None),
        ("5k+", 5_000, None),
        ("20% off 5000", 5_000, 5_000),
        ("on request", None, None),
        ("", None, None),
        ("-500", None, None),
        (" \u2212 500 - 900", None, None),
        ("1 2 3", None, None),
        ("9" * 40, None, None),
    ],
)
def test_prices(text: str, lowest: int | None, highest: int | None) -> None:
    assert parsing.prices(text) == tuple(None if value is None else value * 100 for value in (lowest, highest))


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("S, M, L", ["S", "M", "L"]),
        ("S-XL", ["S", "M", "L", "XL"]),
        ("XS to XXL", ["XS", "S", "M", "L", "XL", "XXL"]),
        ("S - 3XL", ["S", "M", "L", "XL", "XXL", "3XL"]),
        ("small, Medium & XXXL", ["S", "M", "3XL"]),
        ("Free Size", ["Free Size"]),
        ("one size", ["Free Size"]),
        ("38/40/42", ["38", "40", "42"]),
        ("36-44", ["36", "38", "40", "42", "44"]),
        ("5.5 metre with blouse", ["5.5 metre with blouse"]),
        ("", []),
    ],
)
def test_sizes(text: str, sizes: list[str]) -> None:
    assert parsing.sizes(text) == sizes


@given(some.text(max_size=200))
def test_nothing_breaks_them(text: str) -> None:
    lowest, highest = parsing.prices(text)
    assert lowest is None or highest is None or lowest <= highest
    assert len(parsing.sizes(text)) <= parsing.MOST_SIZES
