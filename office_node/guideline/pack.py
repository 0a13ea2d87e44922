"""A pack from YAML: small, one document, without aliases, tags or keys that stand twice; then the schema's word.

`PackError` says which rule failed; of the file's own words it repeats only the names of its members.
"""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import ValidationError

from shared_schemas.guideline import MAX_PACK_OCTETS, Pack

SHIPPED = "2026-11.yaml"
"""The edition that comes with the program, in force where no newer one has been taken."""
_DEPTH = 12
_NODES = 20_000


class PackError(ValueError):
    """This is no pack; `rule` is what failed."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class _PlainLoader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML comes without types
    """YAML as data alone: a tree of mappings, lists, text, numbers and dates as text."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0
        self.nodes = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """A node, unless it is an alias, has an anchor or a tag, or is one too many."""
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise PackError("an alias or an anchor")
        if getattr(event, "tag", None) is not None:
            raise PackError("a tag")
        self.depth += 1
        self.nodes += 1
        if self.depth > _DEPTH or self.nodes > _NODES:
            raise PackError("too deep or too much")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """A mapping in which every key is text and stands once."""
        if not all(isinstance(key, yaml.ScalarNode) for key, _ in node.value):
            raise PackError("a key that is no text")
        keys = [key.value for key, _ in node.value]
        if len(keys) != len(set(keys)):
            raise PackError("a key twice")
        made: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return made


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":merge"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_pack(raw: bytes) -> Pack:
    """The pack in this YAML file. PackError."""
    if len(raw) > MAX_PACK_OCTETS:
        raise PackError("too large")
    try:
        found = _load(raw.decode())
    except UnicodeDecodeError as error:
        raise PackError("not UTF-8") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise PackError("not YAML") from error
    if not isinstance(found, dict):
        raise PackError("not a mapping")
    return as_pack(found)


def as_pack(found: dict[str, Any]) -> Pack:
    """The pack with these members. PackError."""
    try:
        return Pack.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise PackError(f"{place}: {first['msg']}" if place else str(first["msg"])) from error


@cache
def shipped_pack() -> Pack:
    """The edition that comes with the program."""
    return read_pack(files("office_node.guideline.packs").joinpath(SHIPPED).read_bytes())


def _load(text: str) -> Any:
    loader = _PlainLoader(text)
    try:
        return loader.get_single_data()
    except PackError:
        raise
    except ValueError as error:  # a number that is none, such as 0o9
        raise PackError("not YAML") from error
    finally:
        loader.dispose()
