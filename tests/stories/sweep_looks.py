"""What the sweep knows of the review of looks: it shows who has looked at whom, by a duty, and enters each reading."""

from collections.abc import Mapping
from uuid import uuid4

ROUTES = {"/looks", "/looks/{case_id}"}
TEMPLATES = {"looks.html", "look_case.html", "my_work.html"}
# With what each is called.
COMMANDS: Mapping[str, list[str]] = {
    "watchroom looks find": [],
    "watchroom looks list": [],
    "watchroom looks show": [str(uuid4())],
    "watchroom looks decide": [str(uuid4()), "--outcome", "explained", "--note", "x"],
}
# They say how often others looked at what somebody did, and name nobody.
ROUTES_WITHOUT = {"/my-work": "one's own entries"}
COMMANDS_WITHOUT = {
    f"watchroom user {done}": "accounts" for done in ("add", "list", "disable", "known-as", "rota", "marks")
} | {"watchroom agreement unused": "what is agreed"}
