"""Reading what may be asked for under an agreement: who may, about whom, what is shown then, and who decides."""

from watchroom.model.catalogue import Catalogue
from watchroom.policy.clause_text import Frame, read_about, read_asked_clause
from watchroom.policy.clauses import OnRequest
from watchroom.policy.form import Form
from watchroom.policy.openings import LATEST_ANSWER, LONGEST_GIVEN
from watchroom.policy.roles import ROLES, Post
from watchroom.policy.terms_text import read_period


def read_on_request(form: Form, *, model: Catalogue, frame: Frame) -> OnRequest:
    """One thing that may be asked for, as `form` says. Whom it is about must be said: absent is not all.

    Raises:
        AgreementError: with the line.
    """
    decided_by = form.known("decided_by", ROLES)
    for role in decided_by:
        if ROLES[role].post is Post.NONE:
            raise form.fault(f"`{role}` has no site, and whoever decides must be at that of the person", "decided_by")
    asked = OnRequest(
        name=form.name("name"),
        title=form.text("title"),
        clause=read_asked_clause(form, model=model, frame=frame),
        about=read_about(form, model=model),
        # INVARIANT: a month is longer than either bound, so that nothing is lost with the months.
        lasts=read_period(form, "lasts", at_most=LONGEST_GIVEN).span,
        decided_by=decided_by,
        answer_within=read_period(form, "answer_within", at_most=LATEST_ANSWER).span,
    )
    form.close()
    return asked
