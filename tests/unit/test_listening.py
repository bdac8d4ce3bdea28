"""Where pages may be served, and what is refused with which words."""

import os
from pathlib import Path
from socket import socket

import pytest

from certificates import self_signed
from watchroom.node.listening import Listening, ListeningError, bound, require_safe
from watchroom.node.settings import PageSettings

OTHERS = ["0.0.0.0", "192.0.2.7", "::"]  # noqa: S104


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_is_served_in_plain(address: str) -> None:
    require_safe(Listening(address=address), PageSettings())


@pytest.mark.parametrize("address", OTHERS)
def test_other_machines_are_not_served_in_plain(address: str) -> None:
    with pytest.raises(ListeningError, match=r"--certificate.*trusted_proxy"):
        require_safe(Listening(address=address), PageSettings())


@pytest.mark.parametrize("address", OTHERS)
def test_other_machines_are_served_over_tls_or_behind_a_declared_proxy(address: str, tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    require_safe(Listening(address=address, certificate=certificate, key=key), PageSettings())
    require_safe(Listening(address=address), PageSettings(trusted_proxy="10.0.0.5"))


def test_half_of_a_certificate_is_refused(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    for half in (Listening(certificate=certificate), Listening(key=key)):
        with pytest.raises(ListeningError, match="give both"):
            require_safe(half, PageSettings())


@pytest.mark.parametrize("address", ["", "prison", "300.1.1.1", "localhost"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ListeningError, match="no address"):
        require_safe(Listening(address=address), PageSettings())


def test_a_certificate_with_the_key_of_another_is_refused_without_a_trace_of_either(tmp_path: Path) -> None:
    certificate, _ = self_signed(tmp_path, name="one")
    _, key = self_signed(tmp_path, name="two")
    with pytest.raises(ListeningError, match="fit together") as refused:
        Listening(certificate=certificate, key=key).tls()
    assert refused.value.__cause__ is None


def test_a_key_with_a_passphrase_is_refused_and_not_asked_for(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path, passphrase=b"secret")
    with pytest.raises(ListeningError, match="passphrase"):
        Listening(certificate=certificate, key=key).tls()


def test_a_key_that_everybody_can_read_is_refused_with_the_remedy(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    key.chmod(0o604)
    with pytest.raises(ListeningError, match=r"chmod o= "):
        Listening(certificate=certificate, key=key).tls()


def test_a_certificate_that_is_not_there_is_named(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    certificate.unlink()
    with pytest.raises(ListeningError, match=r"tls\.crt"):
        Listening(certificate=certificate, key=key).tls()


def test_a_port_that_is_taken_is_named_with_the_way_out() -> None:
    with socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ListeningError, match=rf"port {port} .* taken .*--port"), bound(Listening(port=port)):
            pass


def test_two_of_ours_never_share_a_port() -> None:
    with bound(Listening()) as door, pytest.raises(ListeningError, match="taken"), bound(door.listening):
        pass


def test_a_port_is_free_again_afterwards() -> None:
    with bound(Listening()) as door:
        taken = door.listening
    with bound(taken) as again:
        assert again.listening.port == taken.port


def test_an_address_of_another_machine_is_named() -> None:
    with pytest.raises(ListeningError, match=r"no address of this machine"), bound(Listening(address="192.0.2.7")):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may take every port")
def test_a_port_of_the_system_is_refused_with_the_way_out() -> None:
    with pytest.raises(ListeningError, match="from 1024 on"), bound(Listening(port=1)):
        pass
