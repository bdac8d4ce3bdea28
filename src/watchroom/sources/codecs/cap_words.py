"""The words of CAP: its elements in the order that the schema asks for, its tables, and what its values mean."""

from collections.abc import Mapping

from watchroom.sources.codecs.contract import Realness, Table, Verb

NAMESPACES: Mapping[str, str] = {
    "urn:oasis:names:tc:emergency:cap:1.2": "1.2",
    "urn:oasis:names:tc:emergency:cap:1.1": "1.1",
    "http://www.incident.com/cap/1.0": "1.0",
}
REALNESS: Mapping[str, Realness] = {
    "Actual": Realness.ACTUAL,
    "Exercise": Realness.EXERCISE,
    "System": Realness.SYSTEM,
    "Test": Realness.TEST,
    "Draft": Realness.DRAFT,
}
VERBS: Mapping[str, Verb] = {"Alert": Verb.UPSERT, "Update": Verb.SUPERSEDE, "Cancel": Verb.WITHDRAW}
RECEIPTS = ("Ack", "Error")

# In the order of the schema; a list says that the element may be repeated.
ALERT: Mapping[str, str] = {
    "identifier": "IDENTIFIER",
    "sender": "SENDER",
    "sent": "SENT",
    "status": "STATUS",
    "msgType": "MSG_TYPE",
    "source": "SOURCE",
    "scope": "SCOPE",
    "restriction": "RESTRICTION",
    "addresses": "ADDRESSES",
    "code": "CODES",
    "note": "NOTE",
    "references": "REFERENCES",
    "incidents": "INCIDENTS",
}
INFO: Mapping[str, str] = {
    "language": "LANGUAGE",
    "category": "CATEGORIES",
    "event": "EVENT",
    "responseType": "RESPONSE_TYPES",
    "urgency": "URGENCY",
    "severity": "SEVERITY",
    "certainty": "CERTAINTY",
    "audience": "AUDIENCE",
    "effective": "EFFECTIVE",
    "onset": "ONSET",
    "expires": "EXPIRES",
    "senderName": "SENDER_NAME",
    "headline": "HEADLINE",
    "description": "DESCRIPTION",
    "instruction": "INSTRUCTION",
    "web": "WEB",
    "contact": "CONTACT",
}
RESOURCE: Mapping[str, str] = {
    "resourceDesc": "RESOURCE_DESC",
    "mimeType": "MIME_TYPE",
    "size": "SIZE",
    "uri": "URI",
    "digest": "DIGEST",
}
INSTANTS = ("sent", "effective", "onset", "expires")
REPEATED = ("code", "category", "responseType")


def _columns(elements: Mapping[str, str], **notes: str) -> dict[str, str]:
    lists = ", a JSON list"
    return {
        column: f"`{element}`{lists if element in REPEATED else ''}{notes.get(element, '')}"
        for element, column in elements.items()
    }


_OF_ALERT = {"ALERT_KEY": "`OBJECT_KEY` of the alert"}
_OF_INFO = {**_OF_ALERT, "INFO_KEY": "`OBJECT_KEY` of the block"}

TABLES: Mapping[str, Table] = {
    "ALERT": Table(
        row="an alert, update or cancellation",
        columns={
            **_columns(ALERT, references=", as it was sent; the keys are in `OBJECT_SUPERSEDES`"),
            "VERSION": "of CAP, by the namespace",
            "SIGNATURE": "`absent` or `not checked`",
        },
    ),
    "ALERT_RECEIPT": Table(
        row="a receipt or rejection of alerts (`msgType` Ack or Error), which changes none of them",
        columns={**_columns(ALERT), "VERSION": "of CAP", "SIGNATURE": "`absent` or `not checked`"},
    ),
    "ALERT_INFO": Table(
        row="an `info` block: one language, or one hazard",
        columns={
            **_OF_ALERT,
            "NUMBER": "its place among the blocks, from 1",
            **_columns(INFO, language=", which the standard takes for `en-US` where it is empty"),
        },
    ),
    "ALERT_AREA": Table(
        row="an `area` of a block",
        columns={
            **_OF_INFO,
            "NUMBER": "its place among the areas, from 1",
            "AREA_DESC": "`areaDesc`",
            "GEOMETRY": "the sound `polygon`s as GeoJSON text, longitude first",
            "GEOMETRY_UNSOUND": "the others as they were sent, a JSON list",
            "CIRCLES": "sound `circle`s, a JSON list of longitude, latitude and radius in km",
            "ALTITUDE": "`altitude`, feet above the sea",
            "CEILING": "`ceiling`, feet above the sea",
            "LOCATED_BY": "`shape`, `code` (no shape, but a `geocode`) or `words`",
        },
    ),
    "ALERT_CODE": Table(
        row="an `eventCode`, `parameter` or `geocode`",
        columns={
            **_OF_INFO,
            "AREA_KEY": "`OBJECT_KEY` of the area of a `geocode`",
            "KIND": "which of the three",
            "NUMBER": "its place among those of its kind, from 1",
            "NAME": "`valueName`",
            "VALUE": "`value`",
        },
    ),
    "ALERT_RESOURCE": Table(
        row="a `resource` of a block; nothing is fetched",
        columns={
            **_OF_INFO,
            "NUMBER": "its place among the resources, from 1",
            **_columns(RESOURCE),
            "HAS_CONTENT": "`true`: the message holds the file itself (`derefUri`), which stays there",
        },
    ),
}
