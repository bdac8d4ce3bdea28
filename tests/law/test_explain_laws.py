"""Laws of the explanation: a hidden row and none are told alike, and every clause can be said in words."""

import json
import re
from uuid import UUID

from hypothesis import given
from test_gate_laws import BATCHES, QUICK, World, asker_of, gate_for, with_sites, world

from policy_cases import ENTITIES, FACTS, agreements, condition_of
from watchroom.gate.door import Seen
from watchroom.gate.explain import explain
from watchroom.model.catalogue import catalogue
from watchroom.model.words import Words
from watchroom.policy.clause_words import rows_in_words
from watchroom.policy.clauses import Agreement, Clause, Right
from watchroom.policy.conditions import Condition
from watchroom.policy.decision import Decision, decide
from watchroom.policy.evaluate import Facts

__all__ = ["world"]

ABSENT = UUID("01900000-0000-7000-8000-00000000abcd")
WORDS = Words()


@QUICK
@given(agreement=agreements(), facts=FACTS)
def test_a_hidden_row_and_none_are_explained_by_the_same_bytes(
    world: World,
    agreement: Agreement,
    facts: Facts,
) -> None:
    decision = decide([agreement], organisation="HMPPS", roles=["nurse"], purpose="custody.care", right=Right.READ)
    if not isinstance(decision, Decision) or not decision.is_in_force(facts.today):
        return
    gate = gate_for(world, agreement)

    def told(entity: str, row_id: UUID) -> str:
        seen = explain(gate, asker_of(facts), entity=entity, row_id=row_id, purpose="custody.care")
        assert isinstance(seen, Seen)
        lines = "\n".join(seen.value.as_lines(WORDS))
        return json.dumps(seen.value.as_json(WORDS)) + lines

    for name in ENTITIES:
        shown = world.expected(decision, catalogue().entity(name), with_sites(facts), BATCHES)
        hidden = [row["id"] for row in world.versions[name][0] if row["id"] not in shown][:2]
        texts = {told(name, UUID(str(row_id))) for row_id in hidden}
        assert texts <= {told(name, ABSENT)}
        for row_id in list(shown)[:1]:
            assert "allowed" in told(name, UUID(str(row_id)))
    assert WORDS.missing == set()


@QUICK
@given(condition=condition_of(catalogue().entity("alert")))
def test_every_condition_can_be_said_in_words_and_names_each_column_that_it_reads(condition: Condition) -> None:
    clause = Clause(
        name="c",
        entity="alert",
        roles=("nurse",),
        purposes=("custody.care",),
        allow=frozenset({Right.READ}),
        fields=(),
        masks={},
        condition=condition,
        regime="uk-gdpr",
    )
    told = WORDS.say(rows_in_words(clause, catalogue().entity("alert")))
    assert WORDS.missing == set()
    assert all(f"`{column}`" in told for column in re.findall(r"column='(\w+)'", repr(condition)))
