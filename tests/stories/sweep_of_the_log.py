"""What the sweep (`test_abuse_sweep.py`) finds of the log: its pages show who looked at whom, by a duty and no clause.

Each look at the log is entered by a desk of `node` before anything is read (`node/subject_desk.py`, `log_desk.py`);
`test_every_page.py` asks every route as everybody, and the stories of the pages send every form without the duty.
"""

ROUTES_OF_THE_LOG = {
    "/subject-access",
    "/subject-access/{request_id}",
    "/subject-access/{request_id}/draft",
    "/subject-access/{request_id}/proposals",
    "/subject-access/{request_id}/letter",
    "/log",
    "/log/search",
    "/log/verify",
    "/log/export",
    "/log/erase",
}
TEMPLATES_OF_THE_LOG = {"subject/requests.html", "subject/draft.html", "subject/letter.html", "log.html"}
PARTS_OF_THE_LOG = {"subject/line.html"}
DOCUMENTS_OF_THE_LOG = {"letter.typ"}
STARTED_FOR_THE_LOG = {
    "node/verifying.py": "verifies the log for an officer who asked for it at the page; reads no record",
}
# They show who has looked at whom, by a duty; `node/audit_desk.py` enters each look at the log.
COMMANDS_OF_THE_LOG = {
    "watchroom audit export",
    "watchroom audit subject",
    "watchroom audit verdict",
    "watchroom audit release",
    "watchroom audit erase",
}
