"""What is asked of coded fields: that a code is in its list, in use, under the right other code, of the right sex."""

from collections.abc import Iterator
from functools import cache

from psycopg import sql

from watchroom.kernel.errors import NotFoundError
from watchroom.model.catalogue import Entity, Field, FieldKind
from watchroom.model.code_lists import CodeList, code_list
from watchroom.quality.catalogue import check
from watchroom.quality.limits import Limits
from watchroom.quality.probes import Around, Probe, column, field_of, given


def code_probes(entity: Entity, around: Around) -> Iterator[Probe]:
    """What is asked of each coded field."""
    coded = [field for field in entity.fields if field.kind is FieldKind.CODE]
    for field in coded:
        source = field.source_value_name or ""
        unread = sql.SQL("{} is null").format(column(field.name))
        yield Probe(check=check("code_unmapped"), field=field.name, of=given(source), bad=unread, needs=(source,))
        unsaid = sql.SQL("{} is null").format(column(source))
        yield _of_code("source_value_missing", field, unsaid)
        known = _list(field.code_list or "")
        if known is not None:
            yield from _of_list(field, known, around)
            yield from _of_family(field, known, [other for other in coded if other is not field])
            yield from _of_sex(entity, field, known=known, limits=around.limits)


def _of_code(name: str, field: Field, bad: sql.Composable) -> Probe:
    return Probe(check=check(name), field=field.name, of=given(field.name), bad=bad, needs=(field.name,))


@cache
def _list(name: str) -> CodeList | None:
    """The list, where it is one of ours."""
    try:
        return code_list(name)
    except NotFoundError:
        return None


def _of_list(field: Field, known: CodeList, around: Around) -> Iterator[Probe]:
    foreign = sql.SQL("{} <> all({}::text[])").format(column(field.name), sql.Literal(list(known.codes)))
    own = sorted(f"{source}\x1f{code}" for source, name, code in around.own_codes if name == known.name)
    if own:
        foreign = sql.SQL("{} and t.source_system || chr(31) || {} <> all({}::text[])").format(
            foreign, column(field.name), sql.Literal(own)
        )
    yield _of_code("code_foreign", field, foreign)
    withdrawn = [code for code, entry in known.codes.items() if entry.is_withdrawn]
    if withdrawn:
        old = sql.SQL("{} = any({}::text[])").format(column(field.name), sql.Literal(withdrawn))
        yield _of_code("code_withdrawn", field, old)


def _of_family(field: Field, known: CodeList, others: list[Field]) -> Iterator[Probe]:
    """Where the list says under which code of another field of the row a code stands."""
    under = {code: entry.parent for code, entry in known.codes.items() if entry.parent is not None}
    parents = set(under.values())
    for other in others:
        above = _list(other.code_list or "")
        # Some lists name codes above them that their own source never gives; half of them tell which list is meant.
        if parents and above is not None and len(parents & above.codes.keys()) * 2 > len(parents):
            of = sql.SQL("{} and {} = any({}::text[])").format(
                given(other.name), column(field.name), sql.Literal(list(under))
            )
            bad = sql.SQL("{} || '|' || {} <> all({}::text[])").format(
                column(field.name), column(other.name), sql.Literal([f"{code}|{one}" for code, one in under.items()])
            )
            needs = (field.name, other.name)
            yield Probe(check=check("code_of_other_kind"), field=field.name, of=of, bad=bad, needs=needs)
            return


def _of_sex(entity: Entity, field: Field, *, known: CodeList, limits: Limits) -> Iterator[Probe]:
    person = field_of(entity, "person_id")
    if person is None:
        return
    for sex, lists in limits.of_sex.items():
        codes = {code for code in lists.get(known.name, ()) if code in known.codes}
        above = {code for codes in lists.values() for code in codes}
        codes |= {code for code, entry in known.codes.items() if entry.parent in above}
        if codes:
            recorded = column("sex_code", "person_id")
            of = sql.SQL("{} = any({}::text[]) and {} = any('{{F,M}}')").format(
                column(field.name), sql.Literal(sorted(codes)), recorded
            )
            bad = sql.SQL("{} <> {}").format(recorded, sql.Literal(sex))
            yield Probe(
                check=check("sex_contradicted"),
                field=field.name,
                of=of,
                bad=bad,
                joins=("person_id",),
                needs=(field.name, "person_id"),
            )
