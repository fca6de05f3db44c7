"""Nothing that is not public is reached where the operator allows nothing. A longer table of spellings is in crates/prober."""

import socket

from support import connectors
from support.scope import Scope

LOOPBACK = [
    "http://127.0.0.1:{port}",
    "http://127.0.0.1.:{port}",
    "http://127.1:{port}",
    "http://127.0.1:{port}",
    "http://127.255.255.254:{port}",
    "http://2130706433:{port}",
    "http://0x7f000001:{port}",
    "http://0X7F.0x0.0x0.0x1:{port}",
    "http://0x7f.1:{port}",
    "http://017700000001:{port}",
    "http://0177.0.0.01:{port}",
    "http://00000177.0.0.1:{port}",
    "http://0:{port}",
    "http://0.0.0.0:{port}",
    "http://0x:{port}",
    "http://localhost:{port}",
    "http://LOCALHOST.:{port}",
    "http://x.localhost:{port}",
    "http://localhost.localdomain:{port}",
    "http://LocalHost4:{port}",
    "http://ip6-localhost:{port}",
    "http://ip6-loopback.:{port}",
    "http://{host}:{port}",
    "http://127.0.0.1.nip.io:{port}",
    "http://localtest.me:{port}",
    "http://[::1]:{port}",
    "http://[0:0:0:0:0:0:0:1]:{port}",
    "http://[::]:{port}",
    "http://[::127.0.0.1]:{port}",
    "http://[::ffff:127.0.0.1]:{port}",
    "http://[::ffff:7f00:1]:{port}",
    "http://[::ffff:0:127.0.0.1]:{port}",
    "http://[64:ff9b::7f00:1]:{port}",
    "http://[64:ff9b:1::7f00:1]:{port}",
    "http://[2002:7f00:1::]:{port}",
    "http://[::1%25lo]:{port}",
    "http://[fe80::1%eth0]:{port}",
    "http://user:hunter2@127.0.0.1:{port}",
    "http://example.com@127.0.0.1:{port}",
    "http://127.0.0.1:{port}@example.com",
    "http://example.com:80@127.0.0.1:{port}",
    "http://127.0.0.1%00.example.com:{port}",
    "http://%6c%6f%63alhost:{port}",
    "http://127%2e0%2e0%2e1:{port}",
    "http://１２７.0.0.1:{port}",
    "http://127。0。0。1:{port}",
    "http://ⓛocalhost:{port}",
    "http://localhoſt:{port}",
    "http://127.0.0.1\\.example.com:{port}",
    "http:\\\\127.0.0.1:{port}",
    "http:/127.0.0.1:{port}",
    "//127.0.0.1:{port}",
    "http://127.0.0.1 :{port}",
]
INSIDE = [
    "http://10.0.0.1/",
    "//10.0.0.1/",
    "http://10.1/",
    "http://0xa.1/",
    "http://012.1.2.3/",
    "http://167772161/",
    "http://172.16.0.1/",
    "http://0xac.0x10.1/",
    "http://192.168.0.1/",
    "http://192.168.257/",
    "http://3232235777/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://0xA9FEA9FE/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[fd00:ec2::254]/",
    "http://[fc00::1]/",
    "http://[fe80::1]/",
    "http://[2002:a00:1::]/",
    "http://[64:ff9b::a00:1]/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://metadata.google.internal/",
    "http://METADATA.google.internal./",
    "http://import.spin.internal/",
    "http://export.spin.internal/healthz",
    "http://self.spin.alt/",
    "http://example.com@10.0.0.1/",
    "file:///etc/passwd",
    "gopher://10.0.0.1/",
]


def refused(scope, tool, spellings):
    """Probes a connector at each address, and gives what was said of them."""
    said = set()
    for index, spelling in enumerate(spellings):
        address = spelling.format(port=tool.port, host=socket.gethostname().split(".")[0])
        connectors.put_class(scope, f"class-{index}", address, **connectors.http("/"))
        connectors.make(scope, f"c-{index}", f"class-{index}")
        condition = connectors.probe(scope, f"c-{index}")["LivenessReady"]
        assert condition["status"] in ("False", "Unknown"), address
        assert condition["message"].startswith("the address "), (address, condition)
        assert "hunter2" not in str(condition)
        said.add(condition["message"])
    return said


def test_no_spelling_of_loopback_or_a_private_address_is_reached(
    scope, tool, reaches_loopback, own_host
):
    """By the component alone: the host is given no runtime configuration."""
    assert len(LOOPBACK) + len(INSIDE) >= 60
    if reaches_loopback:
        scope = scope_of(own_host())
    tool.answer("/")
    inside = [spelling for spelling in INSIDE if not spelling.startswith("//")]
    said = refused(scope, tool, LOOPBACK + inside)
    assert not tool.requests
    assert len(said) < 12, "a refusal tells nothing of what is there"


def test_what_a_name_resolves_to_is_refused_by_the_host(own_host, tool):
    """The component lets loopback through, and the runtime configuration does not."""
    host = own_host(
        variables={"probe_allowed_networks": "127.0.0.0/8"},
        arguments=["--runtime-config-file", "deploy/runtime-config.toml"],
    )
    scope = scope_of(host)
    tool.answer("/")
    for index, name in enumerate(
        [
            "127.0.0.1",
            "localhost",
            "LOCALHOST.",
            socket.gethostname(),
            "localhost.localdomain",
            "x.localhost",
        ]
    ):
        connectors.put_class(
            scope, f"class-{index}", f"http://{name}:{tool.port}", **connectors.http("/")
        )
        connectors.make(scope, f"c-{index}", f"class-{index}")
        condition = connectors.probe(scope, f"c-{index}")["LivenessReady"]
        expected = "not public" if index < 4 else ""
        assert condition["status"] == "False" and expected in condition["message"], (
            name,
            condition,
        )
    assert not tool.requests


def test_no_redirect_leads_inside(near_scope, tool):
    """The tool is at an address that is allowed; what it redirects to is not."""
    statuses = [301, 302, 303, 307, 308]
    inside = INSIDE + ["http://[::1]:{port}/", "http://[::]:{port}/", "http://0.0.0.0:{port}/"]
    for index, address in enumerate(inside):
        status = statuses[index % len(statuses)]
        tool.answer(f"/from{index}", status, headers={"location": address.format(port=tool.port)})
        connectors.put_class(
            near_scope, f"class-{index}", tool.url, **connectors.http(f"/from{index}")
        )
        connectors.make(near_scope, f"c-{index}", f"class-{index}")
        condition = connectors.probe(near_scope, f"c-{index}")["LivenessReady"]
        assert condition["status"] in ("False", "Unknown") and condition["message"].startswith(
            "the address "
        ), (
            address,
            condition,
        )
    for status in statuses:
        tool.answer("/out", status, headers={"location": "http://10.0.0.1/"})
        connectors.put_class(near_scope, "out", tool.url, **connectors.http("/out"))
        connectors.make(near_scope, f"out-{status}", "out")
        assert (
            "not public"
            in connectors.probe(near_scope, f"out-{status}")["LivenessReady"]["message"]
        )
    assert all(request["path"].startswith(("/from", "/out")) for request in tool.requests)


def scope_of(host):
    """A scope on a host of the test's own."""
    return Scope.create(host.client(), "inside", {})
