"""An agreement's document as ODRL 2.2 in JSON-LD, and back: two mappings between plain values, key by key.

Standard words are used where ODRL or the Data Privacy Vocabulary has them: parties, permissions with target, action,
purpose and days, prohibitions, obligations. What they cannot say stands under `wr:`. Days and recipients are written
again on each permission, so that a reader that knows ODRL alone does not take it for unlimited.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

# A document as YAML holds it, with dates as ISO 8601 texts.
Plain = dict[str, Any]

PROFILE: Final = "urn:watchroom:odrl:1"
CONTEXT: Final = (
    "http://www.w3.org/ns/odrl.jsonld",
    {"dpv": "https://w3id.org/dpv#", "wr": "urn:watchroom:terms:", "xsd": "http://www.w3.org/2001/XMLSchema#"},
)

# Keys of the document that stand as they are, under our own namespace.
_OWN: Final[Mapping[str, str]] = {
    "agreement": "wr:agreement",
    "version": "wr:version",
    "title": "wr:title",
    "law": "dpv:hasLegalBasis",
    "purposes": "dpv:hasPurpose",
    "duties": "wr:duties",
    "max_classification": "wr:maxClassification",
    "retention": "wr:retention",
    "valid": "wr:valid",
    "no_persons": "wr:noPersons",
    "break_glass": "wr:breakGlass",
    "room": "wr:room",
    "on_request": "wr:onRequest",
    "signed_by": "wr:signedBy",
}
# Keys of a clause that stand as they are; the others have words in ODRL.
_OWN_OF_CLAUSE: Final[Mapping[str, str]] = {
    name: f"wr:{name}" for name in ("clause", "fields", "masks", "roles", "subject", "where", "regime", "basis")
}
_ACTIONS: Final[Mapping[str, str]] = {
    "read": "read",
    "list": "wr:list",
    "count": "wr:count",
    "subscribe": "wr:subscribe",
    "export": "wr:export",
}


def as_odrl(document: Plain, *, digest: str) -> Plain:
    """The ODRL agreement that a sound document says.

    Args:
        document: as the loader has taken it.
        digest: of its canonical form.
    """
    policy: Plain = {
        "@context": list(CONTEXT),
        "@type": "Agreement",
        "uid": _urn("agreement", document["agreement"], document["version"]),
        "profile": PROFILE,
        "wr:digest": digest,
        "assigner": _assigner(document["provider"]),
        "assignee": [_assignee(recipient) for recipient in document["recipients"]],
        "permission": [_permission(clause, document) for clause in document["clauses"]],
    }
    policy |= {own: document[name] for name, own in _OWN.items() if name in document}
    if "exclude" in document:
        policy["prohibition"] = [_prohibition(exclusion) for exclusion in document["exclude"]]
    if "obligations" in document:
        policy["obligation"] = [{"action": _duty(text), "wr:promise": text} for text in document["obligations"]]
    return policy


def from_odrl(policy: Plain) -> Plain:
    """The document that an ODRL agreement says; what is missing in it is left out, for the loader to name.

    Raises:
        KeyError, TypeError, AttributeError: it has not the shape that `as_odrl` writes.
    """
    document: Plain = {name: policy[own] for name, own in _OWN.items() if own in policy}
    assigner = policy["assigner"]
    document["provider"] = {
        "org": assigner["wr:organisation"],
        "controller": assigner["dpv:hasDataController"],
        "contact": assigner["dpv:hasContact"],
    }
    document["recipients"] = [_recipient(assignee) for assignee in policy["assignee"]]
    document["clauses"] = [_clause(permission) for permission in policy["permission"]]
    if "prohibition" in policy:
        document["exclude"] = [prohibition["wr:exclusion"] for prohibition in policy["prohibition"]]
    if "obligation" in policy:
        document["obligations"] = [obligation["wr:promise"] for obligation in policy["obligation"]]
    return document


def _urn(kind: str, *names: object) -> str:
    return ":".join(("urn:watchroom", kind, *(quote(str(name), safe="") for name in names)))


def _assigner(provider: Plain) -> Plain:
    return {
        "@type": "Party",
        "uid": _urn("organisation", provider["org"]),
        "wr:organisation": provider["org"],
        "dpv:hasDataController": provider["controller"],
        "dpv:hasContact": provider["contact"],
    }


def _assignee(recipient: Plain) -> Plain:
    party: Plain = {"@type": "PartyCollection", "uid": _urn("organisation", recipient["org"])}
    party |= {"wr:organisation": recipient["org"], "wr:roles": recipient["roles"]}
    return party | {f"wr:{name}": recipient[name] for name in ("clearance", "member_of") if name in recipient}


def _recipient(party: Plain) -> Plain:
    recipient: Plain = {"org": party["wr:organisation"], "roles": party["wr:roles"]}
    return recipient | {name: party[f"wr:{name}"] for name in ("clearance", "member_of") if f"wr:{name}" in party}


def _permission(clause: Plain, document: Plain) -> Plain:
    purposes = clause.get("purposes", document["purposes"])
    permission: Plain = {
        "uid": _urn("clause", document["agreement"], document["version"], clause["clause"]),
        "assignee": [_urn("organisation", recipient["org"]) for recipient in document["recipients"]],
        "target": {"@type": "AssetCollection", "uid": _urn("entity", clause["entity"]), "wr:entity": clause["entity"]},
        "action": [_ACTIONS[right] for right in clause["allow"]],
        "constraint": [
            _constraint("purpose", "isAnyOf", [f"urn:watchroom:purpose:{purpose}" for purpose in purposes]),
            _constraint("dateTime", "gteq", _day(document["valid"]["from"])),
            _constraint("dateTime", "lteq", _day(document["valid"]["to"])),
        ],
    }
    if "purposes" in clause:
        permission["wr:purposes"] = clause["purposes"]
    return permission | {own: clause[name] for name, own in _OWN_OF_CLAUSE.items() if name in clause}


def _clause(permission: Plain) -> Plain:
    rights = {action: right for right, action in _ACTIONS.items()}
    clause: Plain = {name: permission[own] for name, own in _OWN_OF_CLAUSE.items() if own in permission}
    clause["entity"] = permission["target"]["wr:entity"]
    clause["allow"] = [rights[action] for action in permission["action"]]
    if "wr:purposes" in permission:
        clause["purposes"] = permission["wr:purposes"]
    return clause


def _prohibition(exclusion: Plain) -> Plain:
    entities: Iterable[str] = exclusion.get("entities", ("*",))
    return {"action": "use", "target": [_urn("entity", name) for name in entities], "wr:exclusion": exclusion}


def _duty(promise: str) -> str:
    return f"wr:{promise.partition(' ')[0]}"


def _constraint(left: str, operator: str, right: object) -> Plain:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _day(day: object) -> Plain:
    return {"@value": day, "@type": "xsd:date"}
