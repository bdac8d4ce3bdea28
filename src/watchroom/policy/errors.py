"""What is wrong with an agreement: always with the file and the line."""

from watchroom.kernel.errors import WatchroomError


class AgreementError(WatchroomError):
    """An agreement that does not follow the form, or that names what does not exist.

    Attributes:
        where: name of the file.
        line: from 1.
        problem: what is wrong and what to do.
    """

    def __init__(self, problem: str, *, where: str, line: int) -> None:
        self.where, self.line, self.problem = where, line, problem
        super().__init__(f"{where}, line {line}: {problem}")


class ConditionError(WatchroomError):
    """A condition that says what the condition language does not allow."""
