"""What the sweep knows of agreements: routes, commands and templates. They show what is agreed, and numbers.

`web/agreement_desks.py` asks for the duty, and each look is an entry.
"""

AGREED = "what is agreed"

ROUTES = {
    "/agreements": AGREED,
    **{f"/agreements/{name}": AGREED for name in ("new", "keys", "keys/distrust", "suspend", "drafts")},
    **{f"/agreements/drafts/{{draft_id}}{of}": "a text that gives nothing, and counts" for of in ("", "/preview")},
    **{f"/agreements/{{digest}}{of}": AGREED for of in ("", "/agreement.yaml", "/agreement.jsonld")},
    **{f"/agreements/{{digest}}/{of}": AGREED for of in ("sign", "countersign", "signature", "reach")},
    "/agreements/{digest}/compare/{other}": AGREED,
}
# What stands in the parts of an address, of nothing that is there.
PARTS = {"digest": "0" * 64, "other": "0" * 64, "draft_id": "none"}

COMMANDS = {
    "watchroom agreement check": "what a file says",
    "watchroom agreement sheet": "what a file says",
    "watchroom agreement odrl": "what a file says",
    "watchroom agreement preview": "counts",
    "watchroom agreement sign": "a digest and a signature",
    "watchroom agreement suspend": AGREED,
    "watchroom agreement list": AGREED,
    "watchroom agreement key": "a public key",
    "watchroom agreement keys": "public keys",
    "watchroom agreement trust": "a public key",
    "watchroom agreement distrust": "a public key",
}

TEMPLATES = {
    f"agreements/{one}.html"
    for one in ("list", "agreement", "suspend", "new", "draft", "reach", "compare", "sign", "keys")
}
PARTS_OF_TEMPLATES = {"agreements/parts.html", "agreements/signatures.html"}
