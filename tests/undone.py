"""Two differences that undo each other: what one says, the other says the other way round."""

from watchroom.policy.changes import Direction
from watchroom.policy.difference import Difference

_OPPOSITE = {Direction.WIDER: Direction.NARROWER, Direction.NARROWER: Direction.WIDER}
_TURNED = {"old": "new", "new": "old"}


def assert_undone(there: Difference, back: Difference) -> None:
    """Whatever one difference says, the other says the other way round: of the same clause, the opposite direction."""
    undone = {"difference.added": "difference.taken", "difference.taken": "difference.added"}
    turned = [
        (
            _OPPOSITE.get(change.direction, change.direction),
            change.clause,
            undone.get(change.text.id, change.text.id),
            {_TURNED.get(name, name): value for name, value in change.text.params.items()},
        )
        for change in there.changes
    ]
    told = [(change.direction, change.clause, change.text.id, dict(change.text.params)) for change in back.changes]
    assert all(one in told for one in turned), (turned, told)
    assert len(turned) == len(told)
