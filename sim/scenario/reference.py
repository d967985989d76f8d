"""Every key of a scenario file with its kind, unit and meaning: as a JSON schema, as a page, and as lines.

All of it follows from sim.scenario.schema. The schema is JSON Schema of draft 2020-12, which editors complete
from; the page is docs/scenario-file.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from sim.scenario.provenance import LEAST, TIERS
from sim.scenario.schema import FORMAT, File
from sim.scenario.schema.kinds import CHANCE, MONTH

Node = dict[str, Any]
"""A schema or a part of one."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"

IN_PLACE, CHANCE_IN_PLACE = "NumberInPlace", "ChanceInPlace"
"""The definitions of a number that is written in place, and of one that is said in words."""

NAMED = ("properties", "$defs")
"""Keys of a schema whose values are schemas by names of ours."""

NUMBERS = {"number": "number", "integer": "whole number"}
"""Types of a schema that are numbers, in words."""

LIMITS = {"minimum": "at least", "exclusiveMinimum": "above", "exclusiveMaximum": "below"}
"""Bounds of a schema in words, where a number has not both a least and a greatest value."""

BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
"""Bounds that pydantic writes in its own words where a check of ours goes before them."""

INTRODUCTION = """# Keys of a scenario file

Every key that a scenario file may have, with what it can be, its default, unit and meaning. This page is made
by `steppe show --keys`; `steppe show --json-schema` gives the same as a schema that editors complete from
([how](scenarios.md)). Any number may be written in place with its unit, range and source:
`cost = { value = 0.3, unit = "1", range = [0.1, 0.5], source = "judgement" }`. It may have a `tier` there:
`measured`, `literature`, `calibrated`, or `judgement`, which is meant without. What has no default must be
there.
"""


FORMAT_NODE = {
    "const": FORMAT,
    "default": FORMAT,
    "description": (
        "the format of the file, so that a later version knows how to read it; no number of the scenario"
    ),
}


class _Plain(GenerateJsonSchema):
    """Without titles that only repeat names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def json_schema() -> Node:
    """The vocabulary as a JSON schema.

    >>> json_schema()["properties"]["time"]["$ref"]
    '#/$defs/Time'
    """
    raw = File.model_json_schema(by_alias=True, schema_generator=_Plain)
    schema = _cleaned(raw)
    schema["$defs"][IN_PLACE] = _in_place(
        "A number with its unit, plausible range and source, and how well founded it is.", "number", "unit"
    )
    schema["$defs"][CHANCE_IN_PLACE] = _in_place(
        "A chance in words with its plausible range, in words too, and source.", "string"
    )
    schema["properties"] = {"format": FORMAT_NODE, **schema["properties"]}
    return {"$schema": DIALECT, "title": "A scenario of Steppe", **schema}


def _in_place(meaning: str, kind: str, *more: str) -> Node:
    """What is written in place: a value of a kind, its range and source, and more that it needs."""
    held = {"type": kind}
    return {
        "type": "object",
        "description": meaning,
        "properties": {
            "value": held,
            "unit": {"type": "string"},
            "range": {"type": "array", "items": held, "minItems": 2, "maxItems": 2},
            "source": {"type": "string"},
            "tier": {"enum": list(TIERS), "default": LEAST},
        },
        "required": ["value", *more, "range", "source"],
        "additionalProperties": False,
    }


def _cleaned(node: Any) -> Any:
    """A schema as TOML can be: no nulls, no infinities; a number may be written in place."""
    if isinstance(node, list):
        return [_cleaned(each) for each in node]
    if not isinstance(node, dict):
        return node
    kept: Node = {}
    for key, value in node.items():
        if _says_something(key, value):
            word = BOUNDS.get(str(key), str(key))
            kept[word] = _cleaned_value(word, value)
    if "anyOf" in kept:
        kept = _without_null(kept)
    # Editors show the description and nothing of `unit`, a key of ours.
    if "unit" in kept and "description" in kept:
        kept["description"] = f"{kept['description']} [{kept['unit']}]"
    if kept.get("type") in NUMBERS:
        return _or_in_place(kept, IN_PLACE)
    if kept.get("format") == CHANCE:
        return _or_in_place(kept, CHANCE_IN_PLACE)
    return kept


def _cleaned_value(key: str, value: Any) -> Any:
    if key in NAMED:
        return {name: _cleaned(each) for name, each in value.items()}
    if key in ("default", "enum", "const", "examples"):
        return value
    return _cleaned(value)


def _says_something(key: str, value: Any) -> bool:
    """Not of titles, bounds without end, and defaults that are none or a whole table."""
    if key == "title":
        return False
    if key == "default":
        return not isinstance(value, dict | list | None)
    return value not in (math.inf, -math.inf)


def _without_null(node: Node) -> Node:
    rest = dict(node)
    options = [each for each in rest.pop("anyOf") if each != {"type": "null"}]
    if len(options) == 1:
        return {**options[0], **rest}
    return {"anyOf": options, **rest}


def _or_in_place(node: Node, definition: str) -> Node:
    # What is said of the key stays outside: an editor shows it whichever way the number is written.
    own = dict(node)
    said: Node = {key: own.pop(key) for key in ("description", "default", "unit", "examples") if key in node}
    return {"anyOf": [own, {"$ref": f"#/$defs/{definition}"}], **said}


# -- keys as rows ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """A key of a section such as `[actors.NAME]`, or of none; `default` is empty if it must be there."""

    section: str
    name: str
    kind: str
    default: str
    unit: str
    meaning: str
    example: Any = None

    @property
    def path(self) -> str:
        """Where it stands in a file, such as `actors.NAME.budget`."""
        return ".".join(filter(None, (self.section.strip("[]"), self.name)))

    @property
    def words(self) -> str:
        """What a word is looked for in: the path and the meaning, in lower case, a line each."""
        return f"{self.path}\n{self.meaning}".casefold()


def sections() -> dict[str, tuple[str, tuple[Key, ...]]]:
    """Sections in the order of a file, each with what it says and its keys; `""` for keys of no section."""
    schema = json_schema()
    return dict(_sections("", schema, schema["$defs"]))


def _sections(place: str, node: Node, known: Node) -> Iterator[tuple[str, tuple[str, tuple[Key, ...]]]]:
    properties, needed = node["properties"], node.get("required", ())
    keys = tuple(_key(place, name, each, name in needed) for name, each in properties.items())
    yield place, (node.get("description", ""), keys)
    inside = place.strip("[]")
    for name, each in properties.items():
        below = _below(each)
        if below is not None:
            shape, kind = below
            path = ".".join(filter(None, (inside, name)))
            yield from _sections(shape.format(path), known[kind], known)


def _below(node: Node) -> tuple[str, str] | None:
    """How the section that a key holds is written, and its definition; None if it holds none."""
    for shape, held in (
        ("[{}]", node),
        ("[{}.NAME]", node.get("additionalProperties")),
        ("[[{}]]", node.get("items")),
    ):
        for option in _options(held):
            # any number may be written in place, which is no section
            if "$ref" in option and not _is_in_place(option):
                return shape, option["$ref"].rpartition("/")[2]
    return None


def _is_in_place(node: Node) -> bool:
    """Whether this refers to the definition of what is written in place."""
    return node.get("$ref", "").endswith((IN_PLACE, CHANCE_IN_PLACE))


def _options(node: Any) -> list[Node]:
    """The schemas of which any may hold; none of what is no schema."""
    if not isinstance(node, dict):
        return []
    return node.get("anyOf", [node])


def _key(place: str, name: str, node: Node, needed: bool) -> Key:
    default = ""
    if not needed:
        default = _written(node.get("default", "none"))
    meaning = node.get("description", "").removesuffix(f" [{node.get('unit')}]")
    return Key(place, name, kind_of(node), default, node.get("unit", ""), meaning, *node.get("examples", ()))


def _written(value: Any) -> str:
    """A value as TOML has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:g}"
    return str(value)


def kind_of(node: Node) -> str:
    """What a key can be, in words.

    >>> kind_of({"type": "array", "items": {"type": "number", "minimum": 0, "maximum": 1}})
    'list of numbers from 0 to 1'
    """
    if "$ref" in node:
        return "table"
    if "anyOf" in node:
        kinds = [kind_of(each) for each in node["anyOf"] if not _is_in_place(each)]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in node:
        return " | ".join(map(_written, node["enum"]))
    if "const" in node:
        return _written(node["const"])
    named = KINDS.get(node.get("type", ""))
    if named:
        return named(node)
    return "anything"


def _number_kind(node: Node) -> str:
    word = NUMBERS[node["type"]]
    low, high = node.get("minimum"), node.get("maximum")
    if None not in (low, high):
        return f"{word} from {low:g} to {high:g}"
    said = [f"{words} {node[key]:g}" for key, words in LIMITS.items() if key in node]
    return " ".join([word, " and ".join(said)]).strip()


def _text_kind(node: Node) -> str:
    if node.get("pattern") == f"^{MONTH}$":
        return "month"
    if node.get("format") == CHANCE:
        return "chance in words"
    return "text"


def _list_kind(node: Node) -> str:
    if "prefixItems" in node:
        return f"[{', '.join(kind_of(each) for each in node['prefixItems'])}]"
    held = _plural(kind_of(node.get("items", {})))
    if node.get("minItems") == node.get("maxItems") == 2:
        return f"two {held}"
    return f"list of {held}"


def _table_kind(node: Node) -> str:
    held = node.get("additionalProperties")
    if isinstance(held, dict):
        return f"table of {_plural(kind_of(held))}"
    return "table"


def _plural(kind: str) -> str:
    """Numbers, months, texts, lists, tables ... of a kind."""
    # Only the first word is put in the plural: what follows are bounds, as in "numbers from 0 to 1".
    for word in ("whole number", "number", "month", "chance", "text", "list", "table"):
        if kind.startswith(word):
            return f"{word}s{kind[len(word) :]}"
    return kind


KINDS = {
    "number": _number_kind, "integer": _number_kind, "string": _text_kind, "array": _list_kind,
    "object": _table_kind, "boolean": lambda node: "true or false",
}  # fmt: skip


# -- the page, and lines -----------------------------------------------------------------------------


def keys_with(word: str = "") -> list[Key]:
    """All keys, or those whose path or meaning has a word in it, whatever its case.

    >>> [key.path for key in keys_with("belief_memory")]
    ['decision.belief_memory']
    """
    wanted = word.casefold()
    found: list[Key] = []
    for _, keys in sections().values():
        found += [key for key in keys if wanted in key.words]
    return found


def lines(word: str = "") -> Iterator[str]:
    """Keys as lines for a terminal: the path, what it can be, and below what it means."""
    for key in keys_with(word):
        said = key.kind
        if key.unit:
            said += f" [{key.unit}]"
        if not key.default:
            said += ", must be there"
        elif key.default != "none":
            said += f", by default {key.default}"
        yield f"{key.path}: {said}"
        yield f"    {key.meaning}"


def page() -> str:
    """The reference of all keys, in Markdown."""
    parts = [INTRODUCTION]
    for place, (said, keys) in sections().items():
        title = "Keys of no section"
        if place:
            title = f"`{place}`"
        parts.append(f"## {title}\n\n{said}\n")
        parts.append("\n".join([*HEAD, *map(_row, keys), ""]))
    return "\n".join(parts)


HEAD = ("| key | can be | default | unit | meaning |", "|---|---|---|---|---|")
"""The head of a table of keys."""


def _row(key: Key) -> str:
    """A key as a row of a table in Markdown."""
    cells = (f"`{key.name}`", _cell(key.kind), _cell(key.default), key.unit, _cell(key.meaning))
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    # Choices are written `a | b`, which would end the cell.
    return text.replace("|", "\\|")
