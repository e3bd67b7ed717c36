"""Webhooks never reach what they must not, by whatever name or spelling: tried where every address would answer."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("own_internet.py")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
NAMESPACES = ("unshare", "--user", "--map-root-user", "--net", "--mount")
SET_UP = """
set -e
ip link set lo up
ip route add local 0.0.0.0/0 dev lo
ip -6 route add local ::/0 dev lo
mount --bind resolv.conf /etc/resolv.conf
mount --bind nsswitch.conf /etc/nsswitch.conf
"""
PUBLIC = "93.184.216.34"

FORBIDDEN = {
    "loopback": ["127.0.0.1", "127.8.8.8", "::1"],
    "private": ["10.0.0.1", "172.16.5.4", "192.168.1.1", "fc00::1", "fd12:3456::1", "fec0::1"],
    "link-local": ["169.254.0.1", "fe80::1"],
    "metadata": ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"],
    "carrier": ["100.64.0.1", "100.127.255.254"],
    "unspecified": ["0.0.0.0", "0.1.2.3", "::"],
    "multicast": ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"],
    "broadcast": ["255.255.255.255", "240.0.0.1"],
    "mapped": ["::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1"],
    "compatible": ["::127.0.0.1", "::169.254.169.254"],
    "nat64": ["64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b::10.0.0.1", "64:ff9b:1::1"],
    "six-to-four": ["2002:7f00:1::1", "2002:a9fe:a9fe::1", "2002:a00:1::1"],
    "teredo": ["2001:0:53aa:64c:0:fbff:f5ff:fffe"],
}
"""Addresses by why they are forbidden; a name stands for each."""

WIDE = str.maketrans({one: chr(ord(one) + 0xFEE0) for one in "0123456789."})

SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "127.0.0.1.", "127.0.0.1:443", "2130706433", "0177.0.0.1", "017700000001",
    "0x7f.1", "0x7f000001", "0X7F.0.0.0x1", "0", "0.0.0.0", "0x0", "00000000000", "167772161", "0xc0a80101",
    "1684275457", "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518",
    "4294967295", "3758096385",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:a9fe:a9fe]", "[::127.0.0.1]",
    "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]", "[fe80::1]", "[fe80::1%25lo]", "[fd00:ec2::254]",
    "256.1.1.1", "1.1.1.1.1", "4294967296", "①②⑦.⓪.⓪.①", "127.0.0.1".translate(WIDE),
]  # fmt: skip
"""Hosts of URLs that some resolver or other reads as an address that is forbidden."""

TURNING = {
    "public-then-loopback.test": [[PUBLIC], ["127.0.0.1"]],
    "public-then-metadata.test": [[PUBLIC], ["169.254.169.254"]],
    "public-then-mapped.test": [[PUBLIC], ["::ffff:127.0.0.1"]],
}
"""Names that are public when they are checked and something else when anyone looks again."""

MIXED = {
    "public-and-loopback.test": [[PUBLIC, "127.0.0.1"]],
    "public-and-metadata.test": [["169.254.169.254", PUBLIC]],
    "public-and-loopback-of-six.test": [[PUBLIC, "::1"]],
}
MOVING = "moves.test"


def name_of(address: str) -> str:
    return f"{address.replace('.', '-').replace(':', 'x').strip('-')}.test"


ANSWERS = {name_of(address): [[address]] for group in FORBIDDEN.values() for address in group}
NAMES = [*ANSWERS, *MIXED]
ANSWERS |= {**MIXED, **TURNING, MOVING: [[PUBLIC], ["1.1.1.1"]], "public.test": [[PUBLIC]]}
URLS = [
    "https://public.test/",
    "https://1.1.1.1/",
    *(f"https://{host}/" for host in (*NAMES, *SPELLINGS)),
    *(f"https://{host}/" for host in (*TURNING, MOVING) for _ in range(2)),
]


@pytest.fixture(scope="module")
def attempts(tmp_path_factory: pytest.TempPathFactory):
    """What came of the attempts at each of the URLs, in their order."""
    directory = tmp_path_factory.mktemp("internet")
    (directory / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1\n")
    (directory / "nsswitch.conf").write_text("hosts: dns\n")

    def run(*command: object, told: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        inside = [*NAMESPACES, "sh", "-c", SET_UP + 'exec "$@"', "-", *command]
        return subprocess.run(inside, input=told, cwd=directory, env=ENVIRONMENT, capture_output=True, check=False)  # noqa: S603  our own commands

    if shutil.which("unshare") is None or run("true").returncode != 0:
        pytest.skip("this machine lets nobody make a network of their own")
    ended = run(sys.executable, PROGRAM, told=json.dumps({"answers": ANSWERS, "urls": URLS}).encode())
    assert ended.returncode == 0, ended.stderr.decode()
    told = {}
    for url, outcome in zip(URLS, json.loads(ended.stdout), strict=True):
        told.setdefault(url.removeprefix("https://").removesuffix("/"), []).append(outcome)
    return told


@pytest.mark.parametrize(("host", "address"), [("public.test", PUBLIC), ("1.1.1.1", "1.1.1.1")])
def test_a_public_target_is_reached_there(attempts, host, address):
    (attempt,) = attempts[host]
    assert (attempt["outcome"], attempt["reached"]) == (200, [address])


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leads_to_a_forbidden_address_is_looked_at_once_and_not_reached(attempts, name):
    assert attempts[name] == [{"outcome": "target_forbidden", "reached": [], "looks": 1}]


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_a_forbidden_address_is_reached_or_even_looked_up(attempts, host):
    (attempt,) = attempts[host]
    assert attempt["outcome"] in ("target_forbidden", "invalid")
    assert (attempt["reached"], attempt["looks"]) == ([], 0)


@pytest.mark.parametrize("name", TURNING)
def test_a_name_that_turns_after_the_check_is_reached_where_it_was_checked_and_then_no_more(attempts, name):
    assert attempts[name] == [
        {"outcome": 200, "reached": [PUBLIC], "looks": 1},
        {"outcome": "target_forbidden", "reached": [], "looks": 1},
    ]


def test_a_name_that_moves_is_followed(attempts):
    assert [attempt["reached"] for attempt in attempts[MOVING]] == [[PUBLIC], ["1.1.1.1"]]
