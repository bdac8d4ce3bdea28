"""Whether a handover tells of a kind of record, for whoever takes one out of it."""

from watchroom.handover.quality import TOLD
from watchroom.model.catalogue import Entity


def tells_of(entity: Entity) -> bool:
    """Whether a handover lists records of an entity, or tells that one is new, changed or ended."""
    return entity.name in TOLD or any(field.change_category is not None for field in entity.fields)
