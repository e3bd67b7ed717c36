import socket
from pathlib import Path

import pytest

from deploy.standalone.ports import (
    FIRST_PORT,
    LAST_PORT,
    LOOPBACK,
    PortRefusedError,
    choose_ports,
    is_free,
    keep_ports,
    require_free,
)


def test_every_name_gets_its_own_free_port_below_the_range_of_outgoing_connections() -> None:
    chosen = choose_ports([f"part-{number}" for number in range(50)], {})
    assert len(set(chosen.values())) == 50
    assert all(FIRST_PORT <= port <= LAST_PORT for port in chosen.values())


def test_the_same_ports_again_while_they_are_free(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    first = keep_ports(["kafka", "s3"], file)
    assert keep_ports(["kafka", "s3", "mongodb"], file) | first == keep_ports(["kafka", "s3", "mongodb"], file)


def test_a_taken_port_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    first = keep_ports(["kafka", "s3"], file)
    with socket.create_server((LOOPBACK, first["kafka"])):
        assert not is_free(first["kafka"])
        second = keep_ports(["kafka", "s3"], file)
    assert second["kafka"] != first["kafka"]
    assert second["s3"] == first["s3"]


def test_an_unreadable_file_is_as_none(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    file.write_text("{half")
    assert set(keep_ports(["kafka"], file)) == {"kafka"}


def test_a_refused_port_says_why() -> None:
    with (
        socket.create_server((LOOPBACK, 0)) as server,
        pytest.raises(PortRefusedError, match=r"Address already in use.*--port"),
    ):
        require_free(server.getsockname()[1], LOOPBACK)


def test_a_port_that_no_system_has_is_refused_too() -> None:
    with pytest.raises(PortRefusedError):
        require_free(70_000, LOOPBACK)
