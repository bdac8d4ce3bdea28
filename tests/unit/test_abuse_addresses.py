"""Abuse 6 of the threat model: a connector is made to open an inner address."""

import re
from pathlib import Path

import pytest

from watchroom.kernel.errors import UsageError
from watchroom.sources.connectors.registry import KINDS

SOURCE = Path(__file__).parents[2] / "src" / "watchroom"


@pytest.mark.parametrize(
    "address",
    ["http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "http://[fe80::1]/", "file:" + "//" + "/etc/passwd",
     "https://somebody:secret@cases.example/"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["rest", "snapshot"])
def test_abuse_06_nothing_is_asked_at_an_inner_address_over_plain_http_nor_at_one_with_a_password(
    kind: str, address: str
) -> None:
    """An inner host that speaks TLS must show a certificate for the name that was given, or nothing is read of it.

    That a source cannot send the node there by a redirect or a next page is in `test_fetch_rest.py`.
    """
    with pytest.raises(UsageError):
        KINDS[kind].require(address)


def test_abuse_06_only_connectors_open_an_address() -> None:
    clients = {"httpx", "requests", "urllib.request", "http.client", "aiohttp", "smtplib", "ftplib", "dlt"}
    opens = {
        file.relative_to(SOURCE).parent.as_posix()
        for file in SOURCE.rglob("*.py")
        if clients & set(re.findall(r"^\s*(?:from|import) ([\w.]+)", file.read_text("utf-8"), re.MULTILINE))
    }
    assert opens == {"sources/connectors"}
