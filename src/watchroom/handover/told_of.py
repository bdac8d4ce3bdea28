"""The kinds of record that a handover tells of, for whoever takes one out of it."""

TOLD = frozenset(
    {
        "adjudication_hearing",
        "alert",
        "care_need",
        "care_plan",
        "case_note",
        "cell_sharing_risk",
        "court_appearance",
        "custody_episode",
        "incident_participant",
        "incident_report",
        "movement",
        "non_association",
        "observation",
        "reasonable_adjustment",
        "scheduled_event",
        "sentence_key_dates",
        "visit",
    }
)
"""Entities of the queries of the handover that are about somebody, and notes, which it tells among what is new."""
