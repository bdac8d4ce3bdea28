"""An open node: everything that a command or a page needs, wired by hand, closed in order."""

from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

from watchroom.audit.entries import Act, Entry
from watchroom.audit.log import AuditLog
from watchroom.audit.retention import retire
from watchroom.audit.verify import Fault, Verified
from watchroom.gate.accounts import Accounts
from watchroom.gate.agreement_changes import Agreements
from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate, Refused
from watchroom.gate.glass import Glass
from watchroom.gate.looks import LookKeeper
from watchroom.gate.record_restrictions import RecordRestrictions
from watchroom.gate.requests import Requests
from watchroom.gate.restrictions import Restrictions
from watchroom.gate.sessions import Sessions
from watchroom.gate.unsent import UnsentForms
from watchroom.kernel.clock import MachineClock
from watchroom.kernel.errors import WatchroomError
from watchroom.model.catalogue import Catalogue
from watchroom.model.jurisdiction import pack
from watchroom.model.words import Words
from watchroom.node.agreement_signing import SigningOrganisation
from watchroom.node.audit_desk import Officer
from watchroom.node.beside import Beside
from watchroom.node.charter import charter_of
from watchroom.node.code_desk import CodeDesk
from watchroom.node.create import CHARTER_FILE, CHECKPOINT_FOLDER
from watchroom.node.database_access import KEY_FOLDER, bring_forward, opened_database
from watchroom.node.erasure import eraser_of
from watchroom.node.erasure_desk import ErasureDesk, erasure_desk_of
from watchroom.node.fetch_desk import FetchDesk
from watchroom.node.hold_desk import HoldDesk, hold_desk_of
from watchroom.node.keys import UNSENT_FILE, KeyFolder
from watchroom.node.lineage_desk import LineageDesk
from watchroom.node.list_file import keep_list
from watchroom.node.mapping_desk import MappingDesk
from watchroom.node.model_files import model_of
from watchroom.node.profile_desk import ProfileDesk
from watchroom.node.push_desk import PushDesk
from watchroom.node.quality_desk import QualityDesk
from watchroom.node.quarantine_desk import QuarantineDesk
from watchroom.node.retention_desk import apply_by_itself
from watchroom.node.rotation import rotate_signing_key
from watchroom.node.settings import Environment, PageSettings, Settings, operator, read_settings
from watchroom.node.source_desk import SourceDesk
from watchroom.node.spooling import ReplayingTrail, replay_waiting, spool_of
from watchroom.node.upkeep import Daily, Upkeep
from watchroom.node.verifying import verify_entered
from watchroom.policy.agreement import load_agreement
from watchroom.store.database import Database


class DemoIdentityError(WatchroomError):
    """A live node holds demo identities."""


class Node:
    """One agency's node, open. Made by `Node.open`; safe to share between threads.

    Attributes:
        folder: where it stands.
        settings: what `watchroom.toml` says.
        model: ours with what the agency added and applied.
        clock: the node's clock.
        machine_clock: for sessions and signatures.
        database: for the keeping rooms; products ask the gate.
        audit: the log.
        agreements: the charter, and what is agreed with others.
        gate: the one door.
        glass: what an agreement opens in an emergency.
        requests: what somebody asks to be shown for a time, and what was decided.
        looks: those that stand out, and who has looked at whose work.
        restrictions: whom an asker may not meet although a clause would show them.
        record_restrictions: records that are kept and not used.
        accounts, sessions: who may sign in, and who has.
        beside: the work of this process beside its pages.
        pushes: what sources send by themselves.
        upkeep: what it does by itself while it runs.
        spool: for break-glass while the log cannot be written; replayed when it can, and when a node is opened.
        words: the texts in the node's language and jurisdiction.
    """

    def __init__(
        self, folder: Path, *, settings: Settings, model: Catalogue, database: Database, audit: AuditLog
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.model = model
        self.clock = settings.clock.clock()
        self.machine_clock = MachineClock()
        self.database = database
        self.audit = audit
        self.jurisdiction = pack(settings.jurisdiction)
        self.spool = spool_of(folder, self.clock)
        self.words = Words(language=settings.language, jurisdiction=self.jurisdiction, zone=self.jurisdiction.zone)
        self.agreements = self._agreements()
        # A charter that cannot be read is said at once; an agreement at fault may not keep `audit verify` from running.
        self.agreements.charter()
        self.gate = Gate(
            database=database,
            audit=ReplayingTrail(audit, spool=self.spool),
            spool=self.spool,
            agreements=self.agreements.settle,
            clock=self.clock,
            zone=self.jurisdiction.zone,
            model=model,
        )
        self.glass = self._glass()
        self.requests = Requests(
            database=database,
            audit=audit,
            gate=self.gate,
            zone=self.jurisdiction.zone,
            clock=self.clock,
            machine=self.machine_clock,
        )
        self.looks = LookKeeper(database=database, audit=audit, machine=self.machine_clock)
        organisation, machine = settings.agency, self.machine_clock
        self.restrictions = Restrictions(database=database, audit=audit, organisation=organisation, machine=machine)
        self.record_restrictions = RecordRestrictions(
            database=database, audit=audit, organisation=organisation, machine=machine, model=model
        )
        self.accounts = Accounts(database=database, audit=audit, organisation=organisation, machine_clock=machine)
        self.sessions = Sessions(
            database=database,
            audit=audit,
            accounts=self.accounts,
            machine_clock=self.machine_clock,
            idle_seconds=settings.pages.idle_seconds,
        )
        self.beside = Beside(self.clock)
        self.pushes = PushDesk(self.sources, settings.push)
        self.upkeep = self._upkeep()

    def _glass(self) -> Glass:
        return Glass(
            gate=self.gate,
            database=self.database,
            audit=self.audit,
            spool=self.spool,
            clock=self.clock,
            machine=self.machine_clock,
        )

    def _upkeep(self) -> Upkeep:
        steps = {
            "audiences": self.gate.evict,
            "log": self.retain,
            "records": Daily(self.retain_records, clock=self.machine_clock),
        }
        more = {"forms": self.unsent.forget, "checks": self.quality.check_if_due}
        return Upkeep({**steps, **more}, clock=self.machine_clock)

    def _agreements(self) -> Agreements:
        return Agreements(
            database=self.database,
            audit=self.audit,
            organisation=self.settings.agency,
            machine=self.machine_clock,
            today=lambda: self.clock.now().astimezone(self.jurisdiction.zone).date(),
            charter=lambda: load_agreement(charter_of(self.folder), where=CHARTER_FILE, model=self.model),
            keys=SigningOrganisation(self.keys, organisation=self.settings.agency, machine=self.machine_clock),
            model=self.model,
        )

    @classmethod
    @contextmanager
    def open(cls, folder: Path, *, pool_size: int = 8) -> Generator["Node"]:
        """The node in `folder`, with its bundled server running for as long as it is open.

        Raises:
            ModelFileError: what the agency added to the model cannot be read, or no longer fits ours.
            SettingsError: there is no node there, or its settings are wrong.
            KeyFolderError: a key is missing or within reach of others.
            MigrationChangedError, NewerSchemaError: the database is not one that this version can use.
        """
        settings = read_settings(folder)
        model = model_of(folder)
        keys = KeyFolder(folder / KEY_FOLDER)
        keys.signer()
        keys.drop_unused()
        with opened_database(folder, settings, pool_size=pool_size) as database:
            bring_forward(database, folder=folder, settings=settings, model=model)
            keep_list(folder / CHECKPOINT_FOLDER, database)
            audit = AuditLog(
                database,
                clock=settings.clock.clock(),
                machine_clock=MachineClock(),
                keys=keys,
                checkpoint_dir=folder / CHECKPOINT_FOLDER,
            )
            try:
                node = cls(folder, settings=settings, model=model, database=database, audit=audit)
                replay_waiting(node.spool, audit)
                node.require_no_demo_identities()
                with closing(node.pushes):
                    yield node
            finally:
                audit.close()

    @property
    def environment(self) -> str:
        """demo, test or live."""
        return self.settings.environment.value

    @property
    def agency_name(self) -> str:
        """The agency's name, as pages show it."""
        return self.settings.name

    @property
    def pages(self) -> PageSettings:
        """How its pages meet people and the network."""
        return self.settings.pages

    @property
    def sources(self) -> SourceDesk:
        """The source systems that it takes from."""
        return SourceDesk(
            folder=self.folder,
            agency=self.settings.agency,
            database=self.database,
            audit=self.audit,
            clock=self.clock,
            machine=self.machine_clock,
            zone=self.jurisdiction.zone,
            model=self.model,
            legal_mappings=self.jurisdiction.legal_mappings,
        )

    @property
    def quality(self) -> QualityDesk:
        """The checks of quality over what it knows."""
        return QualityDesk(
            agency=self.settings.agency,
            gate=self.gate,
            database=self.database,
            audit=self.audit,
            clock=self.clock,
            zone=self.jurisdiction.zone,
            model=self.model,
        )

    @property
    def lineage(self) -> LineageDesk:
        """Where values of the record came from."""
        return LineageDesk(gate=self.gate)

    @property
    def codes(self) -> CodeDesk:
        """Values of its sources that are in no code list."""
        return CodeDesk(
            agency=self.settings.agency,
            database=self.database,
            audit=self.audit,
            gate=self.gate,
            clock=self.clock,
            machine=self.machine_clock,
            zone=self.jurisdiction.zone,
            model=self.model,
            mappings=self.sources.mappings,
        )

    @property
    def profiles(self) -> ProfileDesk:
        """What its sources look like."""
        return ProfileDesk(
            folder=self.folder,
            agency=self.settings.agency,
            audit=self.audit,
            clock=self.clock,
            zone=self.jurisdiction.zone,
            model=self.model,
        )

    @property
    def fetching(self) -> FetchDesk:
        """The same, of which it fetches some by itself."""
        return FetchDesk(sources=self.sources)

    def erasing(self, officer: Officer) -> ErasureDesk | Refused:
        """What that officer does about erasure and retention; else a recorded refusal."""
        forget = self.unsent.forget_naming
        return erasure_desk_of(self, officer, model=self.model, node_id=self.settings.node_id, forget_forms=forget)

    def holding(self, officer: Officer) -> HoldDesk | Refused:
        """What that officer does about legal holds; else a recorded refusal."""
        return hold_desk_of(self, officer, model=self.model, node_id=self.settings.node_id)

    def retain_records(self) -> None:
        """Erase records that `retention.yaml` lets go, where it says that the node does so by itself.

        Raises:
            AuditUnavailableError: a portion could not be entered, and was not erased.
        """
        who = operator()
        by = Entry(act=Act.ERASE, actor=who, operator=who, organisation=self.settings.agency)
        eraser = eraser_of(self, model=self.model, node_id=self.settings.node_id, by=by)
        apply_by_itself(self.folder, self.model, eraser)

    @property
    def mappings(self) -> MappingDesk:
        """What reads them."""
        return MappingDesk(sources=self.sources)

    @property
    def quarantine(self) -> QuarantineDesk:
        """What is held back of them."""
        return QuarantineDesk(sources=self.sources)

    @property
    def unsent(self) -> UnsentForms:
        """What people had typed when their session ended."""
        return UnsentForms(
            database=self.database,
            audit=self.audit,
            machine=self.machine_clock,
            key=lambda: self.keys.secret(UNSENT_FILE),
            lasts=timedelta(minutes=self.pages.unsent_minutes),
        )

    def retain(self) -> Mapping[str, int]:
        """Delete what is kept for longer than `retention` in watchroom.toml says; how many of each kind went.

        Raises:
            AuditUnavailableError: it could not be entered; nothing was deleted.
        """
        who = operator()
        return retire(
            self.database,
            log=self.audit,
            by=Entry(act=Act.ERASE, actor=who, operator=who, organisation=self.settings.agency),
            rule=self.settings.retention,
            now=(self.machine_clock.now(), self.clock.now()),
        )

    @property
    def keys(self) -> KeyFolder:
        """The node's keys."""
        return KeyFolder(self.folder / KEY_FOLDER)

    @property
    def is_live(self) -> bool:
        """Whether real people's records may be in it: no demo identities, and `--as` asks for a sign-in."""
        return self.settings.environment is Environment.LIVE

    def require_no_demo_identities(self) -> None:
        """Nothing, unless a live node holds demo identities that are not disabled.

        Raises:
            DemoIdentityError: it does.
        """
        if self.is_live and any(account.is_demo and not account.is_disabled for account in self.accounts.every()):
            raise DemoIdentityError(
                f"the node in `{self.folder}` is marked live and holds demo identities; make a new node for real work, "
                f"or set its environment back to `demo` in watchroom.toml"
            )

    def asker(self, name: str) -> Asker:
        """The person of that account, as a command that the operating system's user runs in their name.

        Raises:
            NotFoundError: no such account, or it is disabled.
        """
        return self.accounts.asker(name, operator=operator())

    def agreement_key(self) -> str:
        """The public key with which the node's organisation signs agreements, as a C2SP verifier key."""
        return self.agreements.keys.agreement_signer().verifier.text()

    def rotate_signing_key(self) -> str:
        """Sign checkpoints with a fresh key from now on; its public side as a C2SP verifier key."""
        entry = Entry(act=Act.KEY_ROTATION, actor=operator(), operator=operator())
        fresh = rotate_signing_key(
            self.keys,
            log=self.audit,
            checkpoint_dir=self.folder / CHECKPOINT_FOLDER,
            at=self.machine_clock.now(),
            entry=entry,
        )
        return fresh.text()

    def verify_audit(self) -> Verified | Fault:
        """Whether the audit log is what was signed: every entry re-hashed, every checkpoint compared.

        That it was verified is an entry of its own, made afterwards; a log at fault may not take it.

        Raises:
            AuditUnavailableError: nothing is at fault, and yet the entry could not be made.
        """
        by = Entry(act=Act.VERIFY, actor=operator(), operator=operator(), organisation=self.settings.agency)
        return verify_entered(self, by)
