"""What keeps something from somebody is told in an order that helps: purpose, role, condition, date."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from gate_world import charter
from watchroom.policy.near_misses import Miss, Sought, near_misses
from watchroom.policy.purposes import PURPOSES
from watchroom.policy.roles import ROLES

CHARTER = charter()
SOUGHT = Sought(
    organisation="HMPPS", roles=["wing_officer"], purpose="custody.care", entity="alert", today=date(2026, 7, 24)
)


def told(sought: Sought, **more: object) -> list[tuple[str, tuple[Miss, ...]]]:
    return [(one.clause.name, one.misses) for one in near_misses([CHARTER], sought, **more)]  # type: ignore[arg-type]


def test_a_clause_that_fits_and_does_not_show_the_row_misses_by_its_condition() -> None:
    assert ("officer-alert", (Miss.CONDITION,)) in told(SOUGHT)
    shown = frozenset({"PRISON-CHARTER.1#officer-alert"})
    assert "officer-alert" not in dict(told(SOUGHT, shown=shown))


def test_another_purpose_comes_before_another_role_before_the_condition_before_the_date() -> None:
    found = told(replace(SOUGHT, purpose="operations.incident-response"))
    assert found[0] == ("officer-alert", (Miss.PURPOSE,))
    assert [misses for _, misses in found if len(misses) == 1] == [
        *[(Miss.PURPOSE,)] * 2,
        *[(Miss.ROLE,)] * 2,
    ]
    ended = told(replace(SOUGHT, today=date(2030, 1, 1)))
    assert ended[0][1] == (Miss.DATE,)
    assert told(SOUGHT)[0][1] == (Miss.ROLE,)
    assert [misses for _, misses in told(SOUGHT)][-2:] == [(Miss.CONDITION,)] * 2
    assert found[-1][1] == (Miss.PURPOSE, Miss.ROLE)


def test_what_is_for_another_organisation_or_gives_numbers_alone_is_left_out() -> None:
    assert told(replace(SOUGHT, organisation="trust")) == []
    assert "board-open-care-plans" not in dict(told(SOUGHT))


@given(
    role=st.sampled_from(sorted(ROLES)),
    purpose=st.sampled_from(sorted(PURPOSES)),
    today=st.dates(date(2025, 1, 1), date(2030, 1, 1)),
)
def test_the_fewer_things_keep_it_the_earlier_it_is_told_and_something_always_does(
    role: str, purpose: str, today: date
) -> None:
    found = told(replace(SOUGHT, roles=[role], purpose=purpose, today=today))
    counts = [len(misses) for _, misses in found]
    assert counts == sorted(counts)
    assert all(counts)
    assert all(misses == (Miss.CONDITION,) or Miss.CONDITION not in misses for _, misses in found)
