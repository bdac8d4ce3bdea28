"""Column lineage: which columns give a value and which decide about it, however a mapping is written."""

import json

import pytest

from watchroom.ingest.column_lineage import digest_of, lineage_of
from watchroom.ingest.derivation import Known, Use, raw_relation
from watchroom.ingest.lineage_writing import as_page, as_text, derived
from watchroom.ingest.mapping import MappingError, load_mapping, macros, mapping_names
from watchroom.model.catalogue import catalogue

RAW = {"T": raw_relation("T", ("A", "B", "C", "D")), "U": raw_relation("U", ("A", "E"))}
KNOWN = Known(relations=RAW).after(macros())


def uses(query: str, *, prelude: str = "") -> dict[str, tuple[str, str]]:
    """Of each column that a query selects what gives it and what decides about it, in order, without their tables."""
    made = KNOWN.after(prelude).query(query)
    return {name: (_told(use.gives), _told(use.decides)) for name, use in made.columns.items()}


def found(query: str, *, prelude: str = "") -> str:
    return _told(KNOWN.after(prelude).query(query).found)


def _told(places: frozenset[str]) -> str:
    return " ".join(sorted(places))


@pytest.mark.parametrize(
    ("expression", "gives", "decides"),
    [
        ("t.A", "T.A", ""),
        ("coalesce(t.A, t.B || t.C)", "T.A T.B T.C", ""),
        ("case t.A when '1' then t.B else t.C end", "T.B T.C", "T.A"),
        ("case when t.A > '1' then 'x' end", "", "T.A"),
        ("t.A is not null", "T.A", ""),
        ("max_by(t.A, (t.B, parse_number(t.C)))", "T.A", "T.B T.C"),
        ("count(*) filter (where t.A = '1')", "", "T.A"),
        ("row_number() over (partition by t.A order by t.B desc)", "", "T.A T.B"),
        ("first_value(t.C) over (partition by t.A order by t.B)", "T.C", "T.A T.B"),
        ("parse_day(t.A)", "T.A", "T.A"),
        ("if(t.A = '1', t.B, t.C)", "T.B T.C", "T.A"),
        ("(select u.E from U as u where u.A = t.A)", "U.E", "T.A U.A"),
        ("t.A in (select u.A from U as u where u.E = '1')", "T.A U.A", "U.E"),
        ("nullif(t.A, 'PEND')", "T.A", ""),
        ("'constant'", "", ""),
        ("{'one': t.A, 'two': t.B}", "T.A T.B", ""),
    ],
)
def test_what_gives_a_value_and_what_decides_about_it(expression: str, gives: str, decides: str):
    assert uses(f"select {expression} as x from T as t")["x"] == (gives, decides)


def test_what_an_outer_join_may_not_find_is_decided_by_what_it_looks_for():
    query = "select t.B, u.E from T as t left join U as u on t.A = u.A where t.C = '1'"
    assert uses(query) == {"B": ("T.B", ""), "E": ("U.E", "T.A U.A")}
    assert found(query) == "T.C"


def test_what_an_inner_join_looks_for_decides_which_rows_there_are():
    query = "select t.B, u.E from T as t inner join U as u on t.A = u.A"
    assert uses(query) == {"B": ("T.B", ""), "E": ("U.E", "")}
    assert found(query) == "T.A U.A"


def test_a_full_join_decides_about_both_sides():
    assert uses("select t.B, u.E from T as t full outer join U as u on t.A = u.A") == {
        "B": ("T.B", "T.A U.A"),
        "E": ("U.E", "T.A U.A"),
    }


def test_named_subqueries_stars_and_preludes_are_followed():
    one = "select t.* from T as t where t.D = '1'"
    prelude = f"create table made as with one as ({one}) select A, B || C as both from one"
    assert uses("select m.both from made as m", prelude=prelude)["both"] == ("T.B T.C", "")
    assert found("select m.both from made as m", prelude=prelude) == "T.D"


def test_a_recursion_is_followed_to_its_end():
    query = """
    with recursive up as (
        select t.A as key, t.B as parent, t.C as name from T as t
        union all
        select up.key, t.B, coalesce(up.name, t.D) from up inner join T as t on up.parent = t.A
    )
    select name from up
    """
    assert uses(query)["name"] == ("T.C T.D", "")


def test_the_parts_of_a_union_go_by_place():
    query = "select t.A as x, t.B as y from T as t union all select u.E, case when u.A = '1' then u.E end from U as u"
    assert uses(query) == {"x": ("T.A U.E", ""), "y": ("T.B U.E", "U.A")}


def test_a_macro_of_a_mapping_is_read_as_it_is_written():
    prelude = "create macro said(given) as coalesce((select u.E from U as u where u.A = bare(given)), given)"
    assert uses("select said(t.A) as x from T as t", prelude=prelude)["x"] == ("T.A U.E", "T.A U.A")


@pytest.mark.parametrize(
    "query",
    ["select t.NONE from T as t", "select x.A from NONE as x", "select 1 union select 1, 2", "delete from T"],
)
def test_what_names_nothing_that_is_there_is_refused(query: str):
    with pytest.raises(MappingError):
        KNOWN.query(query)


def test_a_use_that_only_decides_gives_nothing():
    use = Use(gives=frozenset({"T.A"}), decides=frozenset({"T.B"}))
    assert use.deciding == Use(decides=frozenset({"T.A", "T.B"}))


@pytest.mark.parametrize("name", mapping_names())
def test_the_lineage_that_a_node_reads_is_that_of_the_mappings_sql(name: str):
    said = derived(load_mapping(name), catalogue())
    kept = lineage_of(name)
    assert kept is not None
    assert kept.digest == digest_of(json.loads(as_text(said)))
    assert as_page(load_mapping(name), said).startswith("# Column lineage")


@pytest.mark.parametrize("name", mapping_names())
def test_every_field_that_a_mapping_fills_has_a_lineage_of_columns_that_the_mapping_takes(name: str):
    mapping, kept = load_mapping(name), lineage_of(name)
    assert kept is not None
    assert kept.entities.keys() == mapping.entities.keys()
    taken = {f"{rule.name}.{column}" for rule in mapping.taken() for column in rule.columns}
    for entity in kept.entities.values():
        assert entity.tables
        for field in entity.fields.values():
            assert set(field.all) <= taken


def test_a_mapping_that_nobody_derived_has_no_lineage():
    assert lineage_of("none") is None
    assert lineage_of("../nomis") is None
