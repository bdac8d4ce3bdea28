"""A pseudonym stands for a value: the same word each time under one agreement, and another one under every other."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import pytest

from gate_world import NURSE, about, gate_of, look, person, query, secret_of, write
from policy_cases import agreement_of
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.askers import Asker
from watchroom.gate.door import Act, Asked, Seen
from watchroom.policy.clauses import Agreement, Clause, Recipient, Right
from watchroom.policy.conditions import ALWAYS
from watchroom.policy.decision import Decision, decide
from watchroom.policy.masks import Disguise, Mask, is_pseudonym, masked
from watchroom.store.database import Database, Principal

ALERTS = "select alert.comment, alert.person_id, alert.withheld from alert order by alert.active_from asc"
AWKWARD = "it's \\x41 \\\\ é \u202e"


def clause(mask: Mask | None = Mask.PSEUDONYM, *, name: str = "1") -> Clause:
    return Clause(
        name=name,
        entity="alert",
        roles=("nurse",),
        purposes=("custody.care",),
        allow=frozenset({Right.READ, Right.LIST}),
        fields=("person_id", "comment"),
        masks={} if mask is None else {"person_id": mask, "comment": mask},
        condition=ALWAYS,
        regime="uk-gdpr",
    )


def agreed(name: str = "DSA-1", **more: object) -> Agreement:
    return agreement_of([clause()], name=name, **more)


@pytest.fixture
def record(database: Database) -> Database:
    write(
        database,
        {
            "person": [person("1"), person("2")],
            "alert": [
                about("a", "1", comment=AWKWARD),
                about("b", "1", comment=AWKWARD),
                about("c", "2", comment="other"),
                about("d", "2", comment=None),
                about("e", "2", comment=""),
            ],
        },
    )
    return database


def told(record: Database, *agreements: Agreement, asker: Asker = NURSE) -> dict[object, Mapping[str, object]]:
    text = ALERTS.replace("alert.comment,", "alert.id, alert.comment,")
    return {row["id"]: row for row in look(gate_of(record, *agreements), asker, text)}


def comments(rows: Mapping[object, Mapping[str, object]]) -> list[object]:
    return [rows[row_id]["comment"] for row_id in sorted(rows, key=str)]


def test_one_value_has_one_word_and_others_have_others(record: Database) -> None:
    rows = told(record, agreed())
    words = comments(rows)
    kept = comments(told(record, agreement_of([clause(None)])))
    by_value: dict[object, set[object]] = {}
    for word, value in zip(words, kept, strict=True):
        by_value.setdefault(value, set()).add(word)
    assert by_value.pop(None) == {None}, "nothing stays nothing"
    assert [len(found) for found in by_value.values()] == [1, 1, 1]
    assert len(set().union(*by_value.values())) == 3
    assert all(isinstance(word, str) and len(word) == 32 for found in by_value.values() for word in found)
    assert all(row["withheld"] and {"comment", "person_id"} <= set(row["withheld"]) for row in rows.values())  # type: ignore[arg-type]


def test_a_reference_stays_a_reference_and_names_nobody(record: Database) -> None:
    rows = told(record, agreed())
    words = {row["person_id"] for row in rows.values()}
    people = {row["id"] for row in look(gate_of(record), NURSE, "select id from person")}
    assert len(words) == 2
    assert all(isinstance(word, UUID) and is_pseudonym(word) for word in words)
    assert not words & people
    assert not any(isinstance(one, UUID) and is_pseudonym(one) for one in people)


def test_nobody_can_put_two_agreements_or_organisations_together(record: Database) -> None:
    police = replace(NURSE, organisation="police")
    to_police = [Recipient(organisation="police", roles=("nurse",))]
    found = [
        told(record, agreed()),
        told(record, agreed("DSA-2")),
        told(record, agreed(recipients=to_police), asker=police),
        told(record, agreed(provider="health-trust")),
    ]
    words = [{row[column] for row in rows.values()} - {None} for rows in found for column in ("comment", "person_id")]
    assert sum(map(len, words)) == len(set().union(*words))


def test_a_word_outlives_the_version_of_its_agreement_and_the_gate(record: Database) -> None:
    assert told(record, agreed()) == told(record, agreed()) == told(record, agreed(version=2))


def test_a_row_that_two_agreements_disguise_has_one_word_whatever_their_order(record: Database) -> None:
    one, other = agreed("DSA-1"), agreed("DSA-2")
    both = told(record, one, other)
    assert both == told(record, other, one)
    assert both in (told(record, one), told(record, other))


def test_where_another_clause_shows_the_value_it_is_shown(record: Database) -> None:
    rows = told(record, agreed(), agreement_of([clause(None, name="2")], name="DSA-2"))
    assert AWKWARD in comments(rows)


def test_the_log_does_not_take_a_made_up_word_for_a_person(record: Database) -> None:
    audit = MemoryAuditLog()
    asked = query("select alert.person_id from alert order by alert.active_from asc")
    gate = gate_of(record, agreed(), audit=audit)
    seen = gate.read(
        NURSE, asked=Asked(purpose="custody.care", act=Act.LIST, what="alert"), look=lambda view: view.records(asked)
    )
    assert isinstance(seen, Seen)
    assert len(seen.value) == 5
    assert [entry.subjects for entry in audit.entries] == [()]


def test_the_secret_stands_in_no_view_and_no_audience_or_login_can_read_it(record: Database) -> None:
    told(record, agreed())
    secret = secret_of(record) or b""
    with record.connection(Principal.MIGRATOR) as connection:
        views = connection.execute("select definition from pg_views where schemaname like 'seen_%'").fetchall()
        readers = connection.execute(
            "select r.rolname from pg_roles as r where not r.rolsuper and r.rolname not like 'pg\\_%%'"
            " and has_table_privilege(r.oid, 'gate.pseudonym_secret', 'select')"
            " and not pg_has_role(r.oid, %s, 'usage')",
            (record.roles.owner,),
        ).fetchall()
    assert len(secret) == 32
    assert views
    assert not any(secret.hex() in text for (text,) in views)
    assert readers == []


def test_python_makes_the_word_that_sql_makes(record: Database) -> None:
    decision = decide([agreed()], organisation="HMPPS", roles=["nurse"], purpose="custody.care", right=Right.LIST)
    assert isinstance(decision, Decision)
    whole, words = told(record, agreement_of([clause(None)])), told(record, agreed())
    disguise = Disguise(label=decision.grants[0].label, secret=secret_of(record))
    for row_id, row in words.items():
        for name in ("comment", "person_id"):
            assert row[name] == masked(Mask.PSEUDONYM, whole[row_id][name], disguise=disguise)
