"""A charter of one thing that may be asked for, and the wing of whom it is asked."""

from dataclasses import replace

from gate_world import GOVERNOR, NURSE, OFFICER, about, charter, person, place
from watchroom.policy.agreement import charter_text

CARE = "custody.care"
SECTION = """
on_request:
  - name: needs
    title: What the needs of care are
    roles: [wing_officer]
    purposes: [custody.care]
    entity: care_need
    fields: [person_id, description]
    subject: on_my_unit
    where: type_code <> 'SECRET'
    lasts: P1D
    decided_by: [nurse, wing_officer]
    answer_within: PT4H
"""
TEXT = charter_text()
TEXT = TEXT[: TEXT.index("\n# What an officer may need")] + SECTION + TEXT[TEXT.index("\nsigned_by:") :]
CHARTER = charter(TEXT)
NAME = "PRISON-CHARTER.1#request-needs"
ROWS = {
    "location": [place("LEI-A", "WING"), place("LEI-B", "WING"), place("MDI-A", "WING")],
    "person": [person("1"), person("2"), person("3", "LEI-B"), person("4", is_restricted=True), person("5", "MDI-A")],
    "care_need": [
        *(
            about(key, key, unit, type_code="X", instruction_code="I", description=f"told {key}", problem_code="P")
            for key, unit in (("1", "LEI-A"), ("2", "LEI-A"), ("3", "LEI-B"), ("4", "LEI-A"), ("5", "MDI-A"))
        ),
        about("9", "1", type_code="SECRET", description="secret 1"),
    ],
}
NEEDS = "select description, person_id from care_need"
OTHER = replace(OFFICER, name="p.officer")
BOTH = replace(OFFICER, name="b.both", roles=("wing_officer", "nurse"))
FAR_NURSE = replace(NURSE, name="f.nurse", sites=("MDI",))
SECOND_NURSE = replace(NURSE, name="s.nurse")
ACCOUNTS = (OFFICER, NURSE, GOVERNOR, OTHER, BOTH, FAR_NURSE, SECOND_NURSE)
