"""Reading an agreement: strict, so that a slip of the pen never opens anything.

Unknown keys, empty selectors, names that the model or the registers do not hold, dates that cannot be: each is
an error with its line. What is absent is not granted.
"""

from datetime import date, timedelta
from importlib.resources import files
from typing import Final

from watchroom.model.catalogue import Catalogue
from watchroom.policy.canonical import digest_of
from watchroom.policy.clause_text import REGIMES, Frame, read_clause, read_exclusion
from watchroom.policy.clauses import CLASSIFICATIONS, Agreement, Assignment, Clause, Duty, Recipient
from watchroom.policy.errors import AgreementError
from watchroom.policy.form import Form
from watchroom.policy.purposes import PURPOSES
from watchroom.policy.roles import ROLES

_LONGEST: Final = timedelta(days=3 * 366)
_LATER: Final = ("break_glass", "room")


def load_agreement(text: str, *, where: str, model: Catalogue, on: date | None = None) -> Agreement:
    """The agreement that a YAML text holds.

    Args:
        text: YAML 1.2.
        where: name of the file, for errors.
        model: what entities and fields there are.
        on: day of the node on which it is to come into force; None: it may lie in the past, and then gives nothing.

    Raises:
        AgreementError: with the line.
    """
    form = Form.document(text, where=where)
    return _Loader(form, model).agreement(on)


def charter_text(name: str = "prison_england_and_wales") -> str:
    """The text of a charter that comes with the package."""
    return files("watchroom.policy").joinpath("charters", f"{name}.yaml").read_text(encoding="utf-8")


class _Loader:
    """Reads one document; the parts need each other's names."""

    def __init__(self, form: Form, model: Catalogue) -> None:
        self._form = form
        self._model = model

    def agreement(self, on: date | None) -> Agreement:
        form = self._form
        for key in _LATER:
            if form.has(key):
                raise form.fault(f"`{key}` is not supported by this version; nothing of it would be enforced", key)
        recipients = tuple(self._recipient(part) for part in form.forms("recipients"))
        roles = tuple(dict.fromkeys(role for recipient in recipients for role in recipient.roles))
        purposes = form.known("purposes", PURPOSES)
        regime = self._law(form.form("law"))
        valid_from, valid_to, review_by = self._validity(form.form("valid"), on)
        no_persons = form.truth("no_persons") if form.has("no_persons") else False
        frame = Frame(roles=roles, purposes=purposes, regime=regime, no_persons=no_persons)
        clauses = tuple(read_clause(part, model=self._model, frame=frame) for part in form.forms("clauses"))
        self._require_distinct(clauses)
        exclusions = tuple(read_exclusion(part, model=self._model) for part in self._forms_if_any("exclude"))
        agreement = Agreement(
            name=form.name("agreement"),
            version=form.number("version"),
            title=form.text("title"),
            provider=self._provider(form.form("provider")),
            recipients=recipients,
            clauses=clauses,
            exclusions=exclusions,
            assignments=self._assignments(roles, purposes),
            highest=self._highest(),
            valid_from=valid_from,
            valid_to=valid_to,
            review_by=review_by,
            digest=digest_of(form.content()),
        )
        self._read_promises()
        form.close()
        return agreement

    def _recipient(self, form: Form) -> Recipient:
        roles = form.known("roles", ROLES)
        recipient = Recipient(organisation=form.text("org"), roles=roles)
        if recipient.organisation == "*":
            raise form.fault("`org` must name one organisation; `*` is never allowed", "org")
        form.close()
        return recipient

    def _provider(self, form: Form) -> str:
        organisation = form.text("org")
        form.text("controller")
        form.text("contact")
        form.close()
        return organisation

    def _law(self, form: Form) -> str:
        regime = form.known_one("provider_regime", REGIMES)
        form.text("basis")
        for key in ("condition", "gateway", "dpia", "policy_document"):
            if form.has(key):
                form.text(key)
        form.close()
        return regime

    def _validity(self, form: Form, on: date | None) -> tuple[date, date, date]:
        first, last, review = form.day("from"), form.day("to"), form.day("review_by")
        form.close()
        if not first <= review <= last:
            raise form.fault("`from`, `review_by` and `to` must follow one another", "review_by")
        if last - first > _LONGEST:
            raise form.fault("an agreement holds for three years at most; set an earlier `to`", "to")
        if on is not None and last < on:
            raise form.fault("`to` lies in the past; agree a new version", "to")
        return first, last, review

    def _assignments(self, roles: tuple[str, ...], purposes: tuple[str, ...]) -> tuple[Assignment, ...]:
        return tuple(self._assignment(part, roles, purposes) for part in self._forms_if_any("duties"))

    def _assignment(self, form: Form, roles: tuple[str, ...], purposes: tuple[str, ...]) -> Assignment:
        assignment = Assignment(
            roles=form.known("roles", roles),
            purposes=form.known("purposes", purposes),
            duties=frozenset(Duty(name) for name in form.known("may", tuple(Duty))),
        )
        form.close()
        return assignment

    def _forms_if_any(self, key: str) -> tuple[Form, ...]:
        return self._form.forms(key) if self._form.has(key) else ()

    def _highest(self) -> str:
        word = self._form.text("max_classification").lower().replace("-", "_")
        if word not in CLASSIFICATIONS:
            raise self._form.fault(
                f"`{word}` is no classification; there are {', '.join(CLASSIFICATIONS)}", "max_classification"
            )
        return word

    def _require_distinct(self, clauses: tuple[Clause, ...]) -> None:
        names = [clause.name for clause in clauses]
        for name in names:
            if names.count(name) > 1:
                raise self._form.fault(f"clause `{name}` is named twice; rename one", "clauses")

    def _read_promises(self) -> None:
        """What is agreed between people and is checked for presence only."""
        retention = self._form.form("retention")
        retention.text("keep")
        for key in ("after", "at_end", "unless", "minutes"):
            if retention.has(key):
                retention.text(key)
        retention.close()
        if self._form.has("obligations"):
            self._form.texts("obligations")
        for signatory in self._form.forms("signed_by"):
            signatory.text("org")
            signatory.text("name")
            if signatory.has("key"):
                signatory.text("key")
            signatory.close()


__all__ = ["AgreementError", "charter_text", "load_agreement"]
