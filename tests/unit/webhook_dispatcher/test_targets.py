import pytest

from services.webhook_dispatcher.core.targets import is_forbidden

PUBLIC = ["93.184.216.34", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.1",
          "2606:4700::1111",
          "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1", "::1.1.1.1", "192.169.0.1"]  # fmt: skip
PRIVATE = [
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
    "100.127.255.255", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9",
    "::1", "fc00::1", "fd12:3456::1", "fec0::1", "2001:db8::1", "100::1", "64:ff9b:1::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "::10.1.2.3", "64:ff9b::127.0.0.1", "64:ff9b::a00:1",
    "2002:7f00:1::1", "2002:c0a8:101::", "::ffff:0:127.0.0.1", "2001:0:53aa:64c:0:fbff:f5ff:fffe",
]  # fmt: skip
NEVER = [
    "0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.0.1", "224.0.0.1", "239.255.255.255", "255.255.255.255",
    "240.0.0.1", "::", "fe80::1", "febf::1", "ff02::1", "ff0e::1",
    "fe80::1%eth0", "::ffff:169.254.169.254", "::169.254.169.254",
    "64:ff9b::169.254.169.254", "2002:a9fe:a9fe::1", "::ffff:0.0.0.0", "::ffff:224.0.0.1", "fd00:ec2::254",
    "168.63.129.16", "localhost", "", "1.2.3", "2130706433",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached(address: str) -> None:
    assert not is_forbidden(address, allow_private=False)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_reached_only_when_the_setting_says_so(address: str) -> None:
    assert is_forbidden(address, allow_private=False)
    assert not is_forbidden(address, allow_private=True)


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_reached(address: str) -> None:
    assert is_forbidden(address, allow_private=False)
    assert is_forbidden(address, allow_private=True)
