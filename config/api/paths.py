"""What stands in addresses, for every app's urls."""

from django.urls import register_converter


class SaneId:
    """A number that fits a database id; anything else is 404."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(SaneId, "id")
