"""A rule whose words nobody has told us for a jurisdiction is not evaluated: it neither fires nor says anything."""

import inspect
import re
from dataclasses import replace

import pytest
from priority_cases import FIRES, SETTING, marked

from watchroom.priority import custody, day, markers, others
from watchroom.priority.attention import attention
from watchroom.priority.rules import RULES, Rule

BY_CODE = {rule.code: rule for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_whose_words_are_not_known_here_neither_fires_nor_counts_as_whole(rule: Rule) -> None:
    needed = set(rule.concepts) - set(rule.decided_by)
    codes = {name: found for name, found in SETTING.codes.items() if name not in needed}
    without = replace(SETTING, codes=codes)
    fired = [
        reason
        for facts, _ in FIRES[rule.code].values()
        for one in [attention(facts, without)]
        if one is not None
        for reason in one.reasons
        if reason.code == rule.code
    ]
    assert rule.known_by(SETTING.codes) is True
    if needed:
        assert rule.known_by(codes) is False
        assert fired == []
    else:
        assert fired


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_what_only_decides_a_level_or_a_wording_leaves_the_rule_known_in_part(rule: Rule) -> None:
    for name in rule.decided_by:
        assert rule.known_by({**SETTING.codes, name: frozenset()}) is None


def test_one_of_two_markers_that_is_known_is_told_and_the_rule_is_known_in_part() -> None:
    codes = {**SETTING.codes, "escape_risk": frozenset[str]()}
    assert BY_CODE["escape_marker"].known_by(codes) is None
    found = attention(marked("XEL"), replace(SETTING, codes=codes))
    assert found is not None
    assert [reason.code for reason in found.reasons] == ["escape_marker"]


def test_every_concept_that_the_rules_themselves_look_up_is_one_that_a_rule_declares() -> None:
    looked_up = {"cell", "landing", "court", "outside_appointment", "transfer", "to_hospital"}
    declared = {name for rule in RULES for name in rule.asked}
    assert looked_up <= declared
    for module in (markers, custody, day, others):
        for name in re.findall(r'(?:meaning|_marked)\((?:facts, setting, )?"(\w+)"', inspect.getsource(module)):
            assert name in declared, name
