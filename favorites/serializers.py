from rest_framework import serializers

from config.api.serializers import Message


class Heart(Message):
    """What the button shows next."""

    is_favorited = serializers.BooleanField()
    like_count = serializers.IntegerField(min_value=0)
