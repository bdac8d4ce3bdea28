"""Writing an agreement: drafts that are begun, kept, thrown away, and entered so that they can be signed."""

from dataclasses import dataclass
from uuid import UUID

from watchroom.audit.entries import Act
from watchroom.gate.agreements import Kept
from watchroom.gate.drafts import Draft, DraftChangedError, Drafts, DraftsListed
from watchroom.node.agreement_desk import AgreementDesk
from watchroom.policy.agreement import load_agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDesk:
    """The drafts of a node in the hands of one person of its desk for agreements. Each step is entered in the log."""

    desk: AgreementDesk

    def open(self, *, most: int, after: UUID | None = None) -> DraftsListed:
        """So many of those that are being written, after the one of that id."""
        return self._drafts.open(most=most, after=after)

    def draft(self, draft_id: UUID) -> Draft:
        """One of them, also one that was entered or thrown away.

        Raises:
            NotFoundError: there is none of that id.
        """
        return self._drafts.draft(draft_id)

    def begin(self, draft_id: UUID, document: str) -> Draft:
        """A new draft with a text.

        Raises:
            UsageError: the text is too long.
        """
        begun = self._drafts.begin(draft_id, document, by=self.desk.asker)
        self._note("draft begun", begun)
        return begun

    def write(self, held: Draft, document: str) -> Draft:
        """Keep another text; one that says the same as before is kept already.

        Raises:
            DraftChangedError: somebody else has kept another one since.
            UsageError: the text is too long.
        """
        now = self.draft(held.id)
        if now.document == document and now.entered_as is None and not now.is_dropped:
            return now
        kept = self._drafts.write(held, document, by=self.desk.asker)
        self._note("draft kept", kept)
        return kept

    def drop(self, held: Draft) -> None:
        """Throw it away.

        Raises:
            DraftChangedError: somebody has kept another text since.
        """
        self._drafts.drop(held)
        self._note("draft thrown away", held)

    def enter(self, held: Draft, *, digest: str) -> Kept:
        """Enter what a draft says, so that the parties can sign it.

        Args:
            held: as it was read.
            digest: of what was read; nothing else is entered.

        Raises:
            DraftChangedError: its text is another one by now.
            AgreementError: it cannot be read, or its last day is past.
            UsageError: the node's organisation is no party, or that version is there with another text.
        """
        now = self.draft(held.id)
        if now.entered_as == digest:
            # Entered already, as by a second press of the button.
            return self.desk.one(digest)
        read = load_agreement(now.document, where="draft", model=self.desk.node.gate.model)
        if (now.revision, read.digest) != (held.revision, digest):
            raise DraftChangedError("the draft is another one than was read; read it again")
        kept = self.desk.enter(now.document, where="draft")
        self._drafts.entered(now, digest)
        return kept

    @property
    def _drafts(self) -> Drafts:
        node = self.desk.node
        return Drafts(database=node.database, machine=node.machine_clock, model=node.gate.model)

    def _note(self, did: str, draft: Draft) -> None:
        self.desk.note(Act.POLICY_CHANGE, {"did": did, "draft": str(draft.id), "revision": str(draft.revision)})
