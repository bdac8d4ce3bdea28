"""Every figure of the example world says what it is counted by, how we know it and from where."""

import re
from importlib.resources import files

import pytest

from watchroom.demo.world.rates import MIXES, RATES, SHARES, SOURCES, Basis, UnstatedRateError, mix, rate, read, share

SOURCE = """
[sources]
bulletin = { by = "A ministry", publication = "A bulletin", table = "1", year = "2024", address = "https://a.example" }
[rates.falls]
figure = 730.5
unit = "falls"
per = 1000
of = "people"
period = "year"
basis = "published"
source = "bulletin"
[shares]
[mixes]
"""


def test_a_rate_tells_how_many_a_day_are_to_be_expected_of_so_many_people() -> None:
    _, rates, _, _ = read(SOURCE)
    assert rates["falls"].per_day_per_person == pytest.approx(0.002)
    assert rates["falls"].per_day(2000) == pytest.approx(4.0)


def test_a_rate_of_what_stands_at_any_moment_is_never_taken_for_one_of_what_comes() -> None:
    assert rate("acct_days").each == 25
    with pytest.raises(ValueError, match="acct_days"):
        _ = rate("acct_days").per_day_per_person


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('rises = { figure = 1, unit = "rises", per = 1, of = "people", basis = "published" }', "names no source"),
        ('rises = { figure = 1, unit = "rises", per = 1, of = "people", basis = "assumed" }', "how or why"),
        ('rises = { figure = 1, unit = "rises", per = 1, of = "people", basis = "known", why = "x" }', "basis known"),
        ('rises = { figure = 0, unit = "rises", per = 1, of = "people", basis = "assumed", why = "x" }', "nothing"),
        ('rises = { figure = 1, unit = "rises", per = 1, basis = "assumed", why = "x" }', "what it is counted"),
        (
            'rises = { figure = 1, unit = "x", per = 1, of = "x", basis = "derived", source = "dream", why = "x" }',
            "no source",
        ),
    ],
)
def test_a_figure_that_is_not_stated_as_it_must_be_is_refused(line: str, said: str) -> None:
    with pytest.raises(UnstatedRateError, match=said):
        read(SOURCE.replace("[rates.falls]", f"[rates]\n{line}\n[rates.falls]"))


def test_a_source_that_nothing_is_from_is_refused() -> None:
    spare = SOURCE.replace("bulletin = {", "spare = {").replace(
        "[rates.falls]", SOURCE.split("\n")[2] + "\n[rates.falls]"
    )
    with pytest.raises(UnstatedRateError, match="spare"):
        read(spare)


def test_shares_that_do_not_add_up_are_refused_and_counts_are_made_into_shares() -> None:
    halves = 'm = { of = "x", basis = "assumed", why = "x", parts = { a = 0.5, b = 0.4 } }'
    with pytest.raises(UnstatedRateError, match="add up"):
        read(f"{SOURCE}{halves}")
    *_, mixes = read(SOURCE + halves.replace("0.5", "30").replace("0.4", "10"))
    assert dict(mixes["m"].parts) == {"a": 0.75, "b": 0.25}
    assert mixes["m"].until == (0.75, 1.0)


def test_every_figure_that_is_not_assumed_leads_to_an_address() -> None:
    for figure in (*RATES.values(), *SHARES.values(), *MIXES.values()):
        if figure.basis is not Basis.ASSUMED:
            assert re.match(r"https?://[\w.-]+/", SOURCES[figure.source].address), figure.name


def test_figures_of_one_thing_agree_with_one_another() -> None:
    """What two sources say of the same is the same within a few hundredths, so that nothing is stated twice."""
    women, men = rate("self_harm_incidents_women").each, rate("self_harm_incidents_men").each
    both = share("women") * women + (1 - share("women")) * men
    assert both == pytest.approx(rate("self_harm_incidents").each, rel=0.02)
    remand = mix("status").parts["untried"] + mix("status").parts["convicted_unsentenced"]
    assert remand == pytest.approx(share("remand"), abs=0.01)
    assert 1 - mix("nationalities").parts["British"] == pytest.approx(share("foreign_nationals"), abs=0.005)
    open_plans = rate("acct_opened").each * rate("acct_days").each / 365.25
    assert open_plans == pytest.approx(0.03, abs=0.005)
    untried = rate("first_receptions").each * mix("reception_types").parts["untried"]
    assert untried * rate("stay_untried_days").each / 365.25 == pytest.approx(mix("status").parts["untried"], rel=0.02)
    recalled = rate("recall_receptions").each * rate("stay_recalled_days").each / 365.25
    assert recalled == pytest.approx(mix("status").parts["recalled"], rel=0.02)
    assert mix("custody_disposals").parts["charged_remanded"] == pytest.approx(share("arrests_remanded"))


def test_hours_of_a_day_are_twenty_four_in_order() -> None:
    for name in ("calls_by_hour", "calls_by_hour_weekend", "ambulance_by_hour"):
        assert mix(name).kinds == tuple(str(hour) for hour in range(24))


def test_ambulances_are_called_out_of_hours_as_often_as_was_found() -> None:
    """Of London's calls 71.3% came outside nine to five on weekdays; the profile is drawn by that."""
    working = sum(mix("ambulance_by_hour").parts[str(hour)] for hour in range(9, 17)) * 5 / 7
    assert 1 - working == pytest.approx(0.713, abs=0.01)


def test_nights_of_the_weekend_are_twice_as_busy_for_the_police() -> None:
    weekday, weekend = mix("calls_by_hour").parts, mix("calls_by_hour_weekend").parts
    night = [str(hour) for hour in range(4)]
    assert sum(weekend[hour] for hour in night) == pytest.approx(2 * sum(weekday[hour] for hour in night), rel=0.1)
    assert max(weekday, key=lambda hour: weekday[hour]) in ("18", "19", "20", "21")


def test_the_file_says_no_name_twice_in_two_ways() -> None:
    text = files("watchroom.demo.world").joinpath("rates.toml").read_text(encoding="utf-8")
    names = re.findall(r"^([\w-]+) = \{", text, re.MULTILINE)
    assert len(names) == len(set(names))
