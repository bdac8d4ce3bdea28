"""What people are called, found in words that are kept for ever: names, numbers however spaced, days in any form."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.store.called import Called

JONES = Called(
    family_names=frozenset({"Jones", "O'Neil"}),
    given_names=frozenset({"Harry"}),
    numbers=frozenset({"A1234AH", "2003/1234567X"}),
    birth_dates=frozenset({date(1990, 3, 5)}),
)


@pytest.mark.parametrize(
    "words",
    [
        *("req 13 Jones Harry", "as JONES asked", "jones, request 4", "(O'Neil)", "for Harry"),
        *("A1234AH", "request of a1234ah", "A 1234 AH", "PNC 2003/1234567x"),
        *("1990-03-05", "born 5/3/90", "05.03.1990", "5 March 1990", "5th of March, 1990", "March 5, 1990", "05031990"),
        *("19900305", "3/5/1990"),
    ],
)
def test_words_that_name_the_person_are_found(words: str) -> None:
    assert JONES.is_in(words)


@pytest.mark.parametrize(
    "words",
    ["request 13", "rule 7 of 2026-03-05", "the Joneses' inquiry", "PSI 2012/02, section 5", "March 1990", "", "A1234"],
)
def test_words_that_name_nobody_are_not_refused(words: str) -> None:
    assert not JONES.is_in(words)


@given(before=st.text(alphabet=" ,.;()-/", max_size=3), after=st.text(alphabet=" ,.;()-/", max_size=3))
def test_no_punctuation_around_a_name_hides_it(before: str, after: str) -> None:
    assert JONES.is_in(f"rule{before or ' '}JoNeS{after}")
