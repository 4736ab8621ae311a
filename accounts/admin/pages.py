"""How far a long list is counted and leafed through."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator


class Capped(Paginator[Any]):
    """Nobody leafs through more than ten thousand rows: further down it takes a search."""

    template_name = "admin/accounts/user/pages.html"
    most = 10_000
    one, many = "person", "people"

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: self.most].count())

    @property
    def in_words(self) -> str:
        if self.count == 1:
            return f"1 {self.one}"
        return f"{self.count:,} {self.many}{' or more' if self.count == self.most else ''}"
