"""What people read of an OpenAPI document: the first line of a route's docstring is its summary, the rest explains."""

from typing import Any


def name_operations(document: dict[str, Any]) -> None:
    """Give every operation its summary in words; FastAPI writes the function's name there."""
    for path in document["paths"].values():
        for operation in path.values():
            summary, _, rest = operation.pop("description").partition("\n")
            operation["summary"] = summary.rstrip(".")
            if rest.strip():
                operation["description"] = rest.strip()
