"""The base of every body this API reads."""

from typing import Any

from rest_framework import serializers


class StrictSerializer(serializers.Serializer[Any]):
    """Read-only fields are ignored (read, modify, write works); names that do not exist are refused."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            message = "There is no such field."
            raise serializers.ValidationError(
                {name[:100]: [serializers.ErrorDetail(message, "unknown_field")] for name in unknown[:20]}
            )
        return super().to_internal_value(data)


class Message(serializers.Serializer[Any]):
    """The answer of a verb without a resource."""

    message = serializers.CharField()
    success = serializers.BooleanField()
