"""The OpenAPI document is generated from the code; this adds what every door has in common."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

ERROR = {
    "type": "object",
    "description": "Every refusal has this shape. Treat `error` as an open list of codes.",
    "required": ["success", "error", "message", "details", "request_id"],
    "properties": {
        "success": {"type": "boolean", "const": False},
        "error": {"type": "string", "examples": ["validation_error", "throttled"]},
        "message": {"type": "string", "description": "One sentence for a person."},
        "details": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
            },
        },
        "request_id": {"type": "string", "description": "Quote it when you ask for help."},
    },
}
ANSWER = {
    "description": "A refusal, in the one shape.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}


class DoorSchema(AutoSchema):
    """Groups doors by the word behind /api."""

    def get_tags(self) -> list[str]:
        words = self.path.strip("/").split("/")
        return [words[1] if words[0] == "api" and len(words) > 1 else "system"]


def add_error_answers(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    result["components"].setdefault("schemas", {})["Error"] = ERROR
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"]["default"] = ANSWER
    return result
