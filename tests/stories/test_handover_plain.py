"""The published extract alone: the board before our patch."""

from handover_world import codes, example_night, people


def test_without_the_patch_few_rules_fire_and_no_first_night_is_made_of_a_default_date(server, tmp_path) -> None:
    with example_night(server, tmp_path, with_patch=False) as plain:
        pages = [plain.page(wing) for wing in ("LEI-A", "LEI-H")]
        fired = {code for page in pages for row in people(page) for code in codes(row)}

        assert {"care_plan_open", "controlled_unlock", "cell_missing"} <= fired
        assert not fired & {"first_days", "non_association_on_wing", "recent_incident", "court_today"}
