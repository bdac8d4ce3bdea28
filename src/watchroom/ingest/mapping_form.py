"""What `mapping.toml` and `left_out.toml` declare, as the parts of a mapping."""

from typing import TYPE_CHECKING, Any

from watchroom.ingest.mapping_files import MappingError
from watchroom.ingest.mapping_parts import About, CountsAs, Known, Messages, NameColumn, Role, TableRule
from watchroom.store.identifying import ReferenceRule, Rules

if TYPE_CHECKING:
    from watchroom.sources.codecs.contract import Codec

_NOT_IN_MODEL = "not in model v1"
_REFERENCE = frozenset({"by", "missing"})
# What becomes of a row that names what no source of the agency has.
_MISSING = frozenset({"make", "wait"})


def column_of(text: str) -> tuple[str, str]:
    """The table and the column of `TABLE.COLUMN`."""
    table, column = text.split(".")
    return table, column


def about_of(said: dict[str, Any]) -> About:
    """Whose rows are, as `[about]` says it."""
    person: str = said["person"]
    passes = frozenset(column_of(text) for text in said["passes"])
    kinds: dict[str, list[str]] = {name: [name] for name in (person, *(column for _, column in passes))}
    for name, others in said["same"].items():
        kinds[name] += others
    columns = [_named("person" if kind == person else kind, text) for kind, texts in kinds.items() for text in texts]
    return About(columns=tuple(columns), passes=passes)


def _named(kind: str, text: str) -> NameColumn:
    """A column as it is written: `COLUMN`, `TABLE.COLUMN`, or `TABLE.COLUMN if OTHER = VALUE`."""
    place, _, condition = text.partition(" if ")
    table, _, column = place.rpartition(".")
    other, _, value = condition.partition(" = ")
    return NameColumn(kind=kind, table=table or None, column=column, when=(other, value) if condition else None)


def references_of(said: dict[str, dict[str, Any]], name: str) -> Rules:
    """By which fields the mapping of that name has its references found in other sources: `[references.ENTITY]`.

    Raises:
        MappingError: it says something that means nothing.
    """
    for target, one in said.items():
        if not isinstance(one.get("by"), str) or one.get("missing", "wait") not in _MISSING or one.keys() - _REFERENCE:
            raise MappingError(
                f"`[references.{target}]` of mapping `{name}` is to say `by`, a field that identifies, and may say"
                f" `missing`, which is {' or '.join(f'`{word}`' for word in sorted(_MISSING))}"
            )
    return tuple(
        ReferenceRule(target=target, by=one["by"], makes=one.get("missing") == "make")
        for target, one in sorted(said.items())
    )


def tables_of(declared: dict[str, Any]) -> dict[str, TableRule]:
    """What becomes of each table that is declared.

    Raises:
        MappingError: a table is named twice, or its columns contradict each other.
    """
    rules = {name: TableRule(name=name, role=Role.REFERENCE) for name in declared["reference"]}
    rules |= {
        name: TableRule(name=name, role=Role.UNMAPPED, reason=reason) for name, reason in declared["reasons"].items()
    }
    rules |= {name: TableRule(name=name, role=Role.UNMAPPED, reason=_NOT_IN_MODEL) for name in declared["not_in_model"]}
    # Columns that are not taken may stand beside the tables that are not.
    columns = declared["columns"]
    for name, said in declared["tables"].items():
        if name in rules:
            raise MappingError(f"mapping `{declared['kind']}` names table `{name}` twice; keep one")
        rules[name] = _rule(name, {"left_out": columns.get(name, ()), "changed": declared.get("changed", ()), **said})
    return rules


def messages_of(declared: dict[str, Any], name: str) -> Messages | None:
    """How the messages of the mapping of that name are read; None: it names no codec.

    Raises:
        MappingError: there is no such codec.
    """
    if "codec" not in declared:
        return None
    # Arrow is loaded by what reads messages; every command that only names a mapping would wait for it in vain.
    from watchroom.sources.codecs.registry import CODECS

    codec = CODECS.get(declared["codec"])
    if codec is None:
        raise MappingError(
            f"mapping `{name}` names a codec that is not there; give one of: {', '.join(sorted(CODECS))}"
        )
    known = tuple(Known(**one) for one in declared.get("known", ()))
    return Messages(codec=codec, key_table=declared.get("key_table"), known=known)


def tables_of_messages(declared: dict[str, Any], codec: "Codec") -> dict[str, TableRule]:
    """The rules of the codec's tables: what a mapping does not name of one is left out, and all have what all have."""
    from watchroom.sources.codecs.tables import MESSAGE_COLUMN, OBJECT_COLUMNS
    from watchroom.sources.messages import MESSAGE_TABLE

    common = (*OBJECT_COLUMNS, MESSAGE_COLUMN)
    said: dict[str, Any] = {}
    for name, given in declared["tables"].items():
        if name not in codec.tables:
            raise MappingError(f"mapping `{declared['kind']}` names table `{name}`, which codec `{codec.name}` lacks")
        columns = list(given.get("optional", ()))
        left = [column for column in codec.tables[name].columns if column not in columns]
        said[name] = {**given, "optional": [*columns, *common], "left_out": left}
    rules = tables_of({**declared, "tables": said})
    return rules | {MESSAGE_TABLE: TableRule(name=MESSAGE_TABLE, role=Role.REFERENCE)}


def _rule(name: str, said: dict[str, Any]) -> TableRule:
    also = tuple(CountsAs(**entry) for entry in said.pop("also", ()))
    lists = {key: tuple(said.pop(key, ())) for key in ("key", "required", "optional", "left_out", "changed")}
    rule = TableRule(name=name, role=Role(said.pop("role")), also=also, **lists, **said)
    columns = (*rule.columns, *rule.left_out)
    if len(set(columns)) < len(columns) or not set(rule.key) <= set(rule.required):
        raise MappingError(f"table `{name}` of a mapping names a column twice, or a key that is not required")
    return rule
