"""The register of purposes: a read is for one of these, and for nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """Something that data may be used for.

    Attributes:
        name: dotted.
        description: one sentence.
        counts_whole: whoever acts for it is shown the roll and the occupancy.
    """

    name: str
    description: str
    counts_whole: bool = False


def _register(*purposes: Purpose) -> Mapping[str, Purpose]:
    return {purpose.name: purpose for purpose in purposes}


PURPOSES: Mapping[str, Purpose] = _register(
    Purpose(name="custody.care", description="Daily care and management of people in custody.", counts_whole=True),
    Purpose(name="custody.safety", description="Safety of people in custody and of staff.", counts_whole=True),
    Purpose(name="police.detention", description="Detention in police custody.", counts_whole=True),
    Purpose(
        name="care.suicide-prevention",
        description="Preventing suicide and self-harm.",
        counts_whole=True,
    ),
    Purpose(name="operations.incident-response", description="Response to an incident.", counts_whole=True),
    Purpose(name="operations.event-planning", description="Planning of events and of the roads around them."),
    Purpose(name="public-protection.supervision", description="Supervision of people in the community."),
    Purpose(name="safeguarding.child", description="Protecting a child from harm."),
    Purpose(name="safeguarding.domestic-abuse", description="Protecting people from domestic abuse."),
    Purpose(name="victim.contact", description="Keeping a victim informed."),
    Purpose(name="investigation.death", description="Inquiry into a death in custody."),
    Purpose(name="analysis.demand", description="Analysis of demand, without persons."),
    Purpose(name="quality.data", description="Finding and mending faults of the data, by counts."),
    Purpose(name="oversight.board", description="Oversight by a board, by numbers without persons.", counts_whole=True),
    Purpose(name="governance.audit", description="Inquiry into who has seen what, and why."),
)
