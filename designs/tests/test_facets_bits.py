"""Sets and numbers as planes of bits do what sets and numbers do."""

from array import array

from hypothesis import given
from hypothesis import strategies as st

from designs.index import bits


@given(st.lists(st.integers(0, 2**60), max_size=40), st.integers(-5, 2**61), st.data())
def test_planes_compare_as_numbers_do(numbers: list[int], asked: int, data: st.DataObject) -> None:
    planes = bits.planes_of(array("q", numbers))
    some = data.draw(st.sets(st.integers(0, len(numbers) - 1))) if numbers else set()
    among = bits.set_of(some, len(numbers))
    assert bits.at_least(planes, asked, among) == bits.set_of([n for n in some if numbers[n] >= asked], len(numbers))
    assert bits.greatest(planes, among) == max((numbers[slot] for slot in some), default=None)
    assert bits.least(planes, among) == min((numbers[slot] for slot in some), default=None)
    assert bits.flags(among) == bytes(slot in some for slot in range(max(some, default=0) + 1))
    assert bits.from_flags(bits.flags(among)) == among
    assert [bits.number_at(planes, slot) for slot in range(len(numbers))] == numbers


@given(st.sets(st.integers(0, 5_000), max_size=60))
def test_few_and_many_members_are_found_alike(some: set[int]) -> None:
    found = bits.set_of(some, 5_001)
    assert list(bits.few_members(found)) == list(bits.many_members(found)) == list(bits.members(found)) == sorted(some)
    assert list(bits.downwards(found)) == sorted(some, reverse=True)


@given(st.lists(st.tuples(st.sets(st.integers(0, 20)), st.integers(0, 500)), max_size=8), st.integers(1, 25))
def test_planes_add_and_rank_as_numbers_do(parts: list[tuple[set[int], int]], most: int) -> None:
    planes: list[int] = []
    for members, number in parts:
        bits.add(planes, bits.set_of(members, 21), number)
    sums = [sum(number for members, number in parts if slot in members) for slot in range(21)]
    assert [bits.number_at(planes, slot) for slot in range(21)] == sums
    for highest in (True, False):
        sure, tied = bits.foremost(planes, (1 << 21) - 1, most, highest=highest)
        ranked = sorted(sums, reverse=highest)
        first = [number for slot, number in enumerate(sums) if sure >> slot & 1]
        ties = {number for slot, number in enumerate(sums) if tied >> slot & 1}
        assert sorted(first, reverse=highest) == ranked[: len(first)]
        assert len(first) <= most
        assert ties <= {ranked[min(most, 21) - 1]}
        assert len(first) + tied.bit_count() >= min(most, 21)
