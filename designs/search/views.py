from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.views import Door
from designs import filters, index, vocabulary
from designs.search.suggesting import Suggesting


class CompletionShown(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="For the search field.")
    type = serializers.CharField(
        help_text="A kind of term, `audience`, `maker`, `collection`, `title` or `search`: an open list."
    )
    value = serializers.CharField(help_text="For the filter of that kind; for `title` and `search` a `q`.")
    count = serializers.IntegerField(
        help_text="Designs that a search for `text` finds with every word: its `with_every_word`, never 0."
    )


class Suggestions(serializers.Serializer[Any]):
    completions = CompletionShown(many=True)
    did_you_mean = serializers.CharField(
        allow_null=True, help_text="What was typed without its slips, as far as the first completion; null without any."
    )


class Suggest(Door):
    """Every letter asks, so it has a limit of its own."""

    lane = "suggest"
    query = {"q"}

    @extend_schema(
        parameters=[OpenApiParameter("q", str, description="What was typed so far; a space at its end ends a word.")],
        responses=Suggestions,
        summary="What a half-typed search may become, in the script it is typed in",
    )
    def get(self, request: Request) -> Response:
        text, after_space = filters.text(request), request.query_params.get("q", "")[-1:].isspace()
        suggesting = Suggesting(index.searchable(), vocabulary.current())
        return Response(suggesting.answer(text, after_space=after_space))
