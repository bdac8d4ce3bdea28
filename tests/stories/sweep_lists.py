"""What the sweep (`test_abuse_sweep.py`) knows: each route, command, template and beginning, and what it shows."""

AGREED = "what is agreed"
COUNTED = "counts and codes of what sources gave"

ROUTES_WITH_RECORDS = {
    "/lineage/{entity}/{row_id}",
    "/lineage/{entity}/{row_id}/{field}",
    "/handover/{post}",
    "/handover/{post}/print.pdf",
    "/people/{person_id}",
    "/people/{person_id}/ask",
    "/people/{person_id}/note",
    "/outbox",
    "/outbox/{entry_id}/correct",
    "/requests",
    "/requests/{request_id}",
    "/posts",
    "/board",
    "/around",
}
ROUTES_WITHOUT = {
    "/": "leads on",
    "/sign-in": "before anybody is known",
    "/sign-out": "leads on",
    "/signed-out": "after somebody was known",
    "/signed-in-anew": "names nobody",
    "/locked": "replaces a page",
    "/session": "has no content",
    "/static/{name}": "files of the package",
    "/health": "that the server answers",
    "/in/{source}": "counts, codes and places of what a source sent",
    # They show references of cases and accounts of staff: `node/room_desk.py` asks for the duty and enters each look.
    **{f"/rooms{more}": "who is in the room of a case" for more in ("", "/{room_id}")},
    **{f"/rooms/{{room_id}}/{done}": "leads on, or shows the room again" for done in ("admit", "leave", "close")},
    # Ids of records and words of officers: `node/record_desk.py` asks for the duty and enters each look.
    "/kept-records": "which records are kept and not used",
    "/kept-records/{restriction_id}/lift": "leads on",
    # Counts and places; a value of a held row where the gate gives it (ADR 37), and each look is an entry.
    "/quarantine": "counts by table and reason",
    "/codes": "values of code lists; what does not look like a code is masked",
    **{f"/quarantine/{done}": "leads on, or shows the group again" for done in ("waive", "lift")},
    "/unsent": "what the reader typed, and nobody else",
    "/unsent/throw-away": "leads on",
    "/outbox/{entry_id}": "leads on",
    "/my-work": "how often others looked at what one did",
    **{f"/break-glass{more}": "who of the staff has opened what" for more in ("", "/close", "/review")},
    "/requests/{request_id}/decide": "leads on, or shows the page of requests again",
    **{f"/requests/{{request_id}}/{done}": "leads on" for done in ("withdraw", "end")},
    # They show counts, codes and names of tables: `node/engineer_desk.py` asks for the duty, and each look is an entry.
    "/sources": COUNTED,
    "/sources/{source_name}": COUNTED,
    **{f"/sources/{{source_name}}/{done}": "leads on" for done in ("fetch", "stop", "rerun/apply")},
    "/sources/{source_name}/rerun": COUNTED,
    "/quality": COUNTED,
    "/quality/run": "leads on",
    **{
        f"/dictionary{of}": "what is declared"
        for of in ("", "/search", "/entities/{entity_name}", "/codes/{list_name}")
    },
    # They show what is agreed, and numbers: `web/agreement_desks.py` asks for the duty, and each look is an entry.
    "/agreements": AGREED,
    **{f"/agreements/{name}": AGREED for name in ("new", "keys", "keys/distrust", "suspend", "drafts")},
    **{f"/agreements/drafts/{{draft_id}}{of}": "a text that gives nothing, and counts" for of in ("", "/preview")},
    **{f"/agreements/{{digest}}{of}": AGREED for of in ("", "/agreement.yaml", "/agreement.jsonld")},
    **{f"/agreements/{{digest}}/{of}": AGREED for of in ("sign", "countersign", "signature", "reach")},
    "/agreements/{digest}/compare/{other}": AGREED,
}

# They show who has looked at whom, or what a source gave of which there is no record yet, by a duty.
ROUTES_OF_THE_LOG = {
    *("/quarantine/rows", "/codes/{value_id}"),
    *("/looks", "/looks/{case_id}", "/waiting"),
    *("/log", "/log/search", "/log/verify", "/log/export", "/log/erase"),
    "/subject-access",
    *(f"/subject-access/{{request_id}}{of}" for of in ("", "/draft", "/proposals", "/letter")),
}

COMMANDS_WITH_RECORDS = {
    f"watchroom {done}" for done in ("brief", "see", "explain", "lineage", "quality", "erase mentions")
} | {f"watchroom outbox {done}" for done in ("list", "export")}
# They show who has looked at whom, by a duty; `node/audit_desk.py` enters each look at the log.
COMMANDS_OF_THE_LOG = {
    *(f"watchroom looks {done}" for done in ("find", "list", "show", "decide")),
    "watchroom audit export",
    "watchroom audit subject",
    "watchroom audit verdict",
    "watchroom audit release",
    "watchroom audit erase",
}
COMMANDS_OF_REQUESTS = {f"watchroom request {done}" for done in ("ask", "list", "decide", "withdraw", "end")}
COMMANDS_WITHOUT = {
    **{f"watchroom {done}": "counts and codes" for done in ("ingest", "mapping rerun")},
    **{f"watchroom quarantine {done}": "counts and codes" for done in ("list", "rerun", "waive")},
    **{f"watchroom mapping {done}": "what files say" for done in ("list", "show", "check", "test")},
    **{f"watchroom agreement {done}": AGREED for done in ("suspend", "list", "unused")},
    **{f"watchroom agreement {done}": "public keys" for done in ("key", "keys", "trust", "distrust")},
    **{f"watchroom agreement {done}": "what a file says" for done in ("check", "sheet", "odrl")},
    **{
        f"watchroom source {done}": "names of sources"
        for done in ("add", "set", "list", "secret", "fetch", "stop", "kinds")
    },
    **{f"watchroom source {done}": "names of sources, and counts" for done in ("end", "resume", "remove")},
    "watchroom source profile": "counts, and codes that several rows share",
    "watchroom source drift": "names of columns and fields",
    "watchroom source total": "a count that is told to it",
    # A value that does not look like a code is masked but for whoever has the duty, and that look is an entry.
    **{f"watchroom source {done}": "values of code lists" for done in ("codes", "code")},
    **{f"watchroom user {done}": "accounts" for done in ("known-as", "add", "list", "disable", "rota", "marks")},
    **{
        f"watchroom restrict {done}": "that it is done, and ids of people of one number"
        for done in ("add", "admit", "lift", "party", "record")
    },
    **{f"watchroom restrict {done}": "ids, and words of officers" for done in ("records", "lift-record")},
    **{f"watchroom room {done}": "nothing but that it is done" for done in ("open", "admit", "leave", "close")},
    **{f"watchroom glass {done}": "what staff opened" for done in ("break", "close", "list", "review")},
    **{f"watchroom model {done}": "names of tables and counts" for done in ("plan", "apply")},
    "watchroom model docs": "what is declared",
    "watchroom agreement preview": "counts",
    "watchroom agreement sign": "a digest and a signature",
    "watchroom demo": "makes a node and serves its pages",
    "watchroom init": "makes a node without a row",
    "watchroom audit verify": "counts and hashes",
    "watchroom audit retain": "counts of what it deleted",
    "watchroom audit rotate-key": "a public key",
    "watchroom serve": "serves the pages",
    **{f"watchroom erase {done}": "counts of what it erased" for done in ("person", "record", "resume", "list")},
    "watchroom erase let-back": "says that it may come back",
    "watchroom erase find": "ids and counts of what was erased under a number that whoever erased it names",
    **{f"watchroom hold {done}": "ids, and words of whoever placed it" for done in ("add", "list", "lift")},
    **{f"watchroom retention {done}": "counts of what goes" for done in ("plan", "apply")},
    "watchroom reconcile": "counts of what differs",
    "watchroom backup": "writes one encrypted file",
    "watchroom restore": "makes a node of a file",
    "watchroom clean": "folders that were left",
    "watchroom world write": "the example world, of whom nobody ever lived",
    "watchroom bench": "makes a node of its own, with made-up people",
}

TEMPLATES_WITH_RECORDS = {
    "handover.html",
    "person.html",
    "posts.html",
    "board.html",
    "around.html",
    "lineage/origin.html",
    "staff/note.html",
    "staff/outbox.html",
} | {f"requests/{name}.html" for name in ("requests", "ask", "given")}
TEMPLATES_WITHOUT = (
    {
        *(
            "sign_in.html",
            "notice.html",
            "unsent.html",
            "glass.html",
            "glass_review.html",
            "rooms/list.html",
            "rooms/room.html",
            "kept_records.html",
            "quarantine/list.html",
            "codes/list.html",
        )
    }
    | {
        f"agreements/{one}.html"
        for one in ("list", "agreement", "suspend", "new", "draft", "reach", "compare", "sign", "keys")
    }
    | {f"sources/{one}.html" for one in ("list", "source", "rerun", "quality", "dictionary", "entity", "codes")}
)
TEMPLATES_OF_THE_LOG = (
    {"looks.html", "look_case.html", "waiting.html", "my_work.html", "log.html"}
    | {
        *("quarantine/group.html", "codes/value.html"),
    }
    | {f"subject/{one}.html" for one in ("requests", "draft", "letter")}
)
PARTS_OF_TEMPLATES = {
    *(f"{name}.html" for name in ("layout", "banner", "fields", "freshness", "standalone")),
    "handover/rows.html",
    "handover/side.html",
    "handover/wing.html",
    "agreements/parts.html",
    "agreements/signatures.html",
    "subject/line.html",
}

# What stands in the parts of an address: of nothing that is there, but for what shows no record whatever it names.
PARTS_OF_ADDRESSES = {
    "entity": "alert",
    "row_id": "01900000-0000-7000-8000-000000000017",
    "field": "kind_code",
    "digest": "0" * 64,
    "other": "0" * 64,
    "draft_id": "none",
    "room_id": "none",
    "restriction_id": "none",
    "source": "none",
    "source_name": "nomis",
    # What the model says of `person` names the number of an example, which stands in the extract too.
    "entity_name": "alert",
    "list_name": "alert_type",
    "entry_id": "00000000-0000-0000-0000-000000000000",
}

# Where something begins that nobody has asked for just then: threads, timers, processes.
STARTED_BY_ITSELF = {
    "audit/log.py": "commits entries and signs checkpoints; reads no record",
    "cli/serve_commands.py": "closes a node whose model was changed once all in it is done; reads no record",
    "node/beside.py": "takes from a source or runs the checks for whoever asked at a page; shows no record",
    "node/push_desk.py": "takes what sources push into the record; reads no record",
    "node/upkeep.py": "drops audiences that nobody uses, and what is past its time; reads no record",
    "ingest/stopping.py": "looks whether somebody asked a batch to stop; reads no record",
    "sources/connectors/guard.py": "ends what a source keeps waiting; reads no record",
    "node/fetch_schedule.py": "fetches from sources that are due and takes what they give in; shows no record",
    "node/verifying.py": "verifies the log for an officer who asked for it at the page; reads no record",
    "store/server_watch.py": "starts a server again that was killed; reads no record",
    "web/pulse.py": "asks whether access has changed; says no more than that",
}
