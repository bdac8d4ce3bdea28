"""The policy that a gate decides by, and how it hears of another one."""

from collections.abc import Callable, Sequence
from threading import Lock

from watchroom.gate.askers import Asker
from watchroom.policy.clauses import Agreement, Right
from watchroom.policy.decision import Decision, Denial, decide, policy_hash
from watchroom.policy.purposes import PURPOSES

Renew = Callable[[], Sequence[Agreement]]


class Policy:
    """Some agreements, and what was decided by them; never changed."""

    def __init__(self, agreements: Sequence[Agreement]) -> None:
        self.agreements = tuple(agreements)
        self.hash = policy_hash(self.agreements)
        self._decisions: dict[tuple[str, tuple[str, ...], str, Right, frozenset[str]], Decision | Denial] = {}
        self._by_reference = {agreement.reference: agreement for agreement in self.agreements}

    def agreement_of(self, opening: str) -> Agreement | None:
        """The agreement that an opening is named after; None: none of that name and version is here."""
        return self._by_reference.get(opening.partition("#")[0])

    def decision(
        self, asker: Asker, purpose: str, right: Right, *, opened: frozenset[str] = frozenset()
    ) -> Decision | Denial:
        """What somebody may see for a purpose, or why nothing; `opened` names the openings open for them now."""
        key = (asker.organisation, tuple(sorted(set(asker.roles))), purpose, right, opened)
        if key not in self._decisions:
            if purpose not in PURPOSES:
                return Denial.UNKNOWN_PURPOSE
            self._decisions[key] = decide(
                self.agreements,
                organisation=asker.organisation,
                roles=asker.roles,
                purpose=purpose,
                right=right,
                opened=opened,
            )
        return self._decisions[key]


class PolicyInForce:
    """The policy in force, as one process last heard of it; safe to share between threads.

    Which policy is in force stands in the database, and each read is compared with it there. So nobody has to ask
    whether there is another one before a read says so.
    """

    def __init__(self, agreements: Sequence[Agreement] | Renew) -> None:
        """The policy of some agreements.

        Args:
            agreements: in force for good; or what gives those in force, when first needed and when a read was refused.
        """
        self._renew = agreements if callable(agreements) else None
        self._held = None if callable(agreements) else Policy(agreements)
        self._lock = Lock()

    @property
    def held(self) -> Policy:
        """The policy as this process knows it.

        Raises:
            AgreementError, AgreementDamagedError, CharterError: what is in force cannot be read.
        """
        held = self._held
        if held is None:
            with self._lock:
                if self._held is None:
                    self._held = self._anew()
                held = self._held
        return held

    def renewed(self, refused: Policy) -> bool:
        """Whether there is another policy than the one on which a read was refused; `held` is it then.

        Raises:
            AgreementError, AgreementDamagedError, CharterError: what is in force cannot be read.
        """
        if self._renew is None:
            return False
        with self._lock:
            if self._held is refused:
                found = self._anew()
                self._held = refused if found.hash == refused.hash else found
            return self._held is not refused

    def _anew(self) -> Policy:
        return Policy(() if self._renew is None else self._renew())
