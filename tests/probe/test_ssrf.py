"""Nothing that is not public is reached where the operator allows nothing. The table of spellings is in crates/prober."""

import pytest

from support import connectors
from support.tool import Tool

SPELLINGS = [
    "http://127.0.0.1:{port}",
    "http://127.1:{port}",
    "http://2130706433:{port}",
    "http://0x7f.1:{port}",
    "http://017700000001:{port}",
    "http://0:{port}",
    "http://localhost:{port}",
    "http://LOCALHOST.:{port}",
    "http://x.localhost:{port}",
    "http://[::1]:{port}",
    "http://[::ffff:127.0.0.1]:{port}",
    "http://[::ffff:7f00:1]:{port}",
    "http://[64:ff9b::7f00:1]:{port}",
    "http://user:hunter2@127.0.0.1:{port}",
    "http://example.com@127.0.0.1:{port}",
    "http://127.0.0.1.:{port}",
    "http://169.254.169.254/latest/meta-data/",
    "http://metadata.google.internal/",
    "http://10.0.0.1/",
    "http://192.168.0.1/",
    "http://import.spin.internal/",
    "http://export.spin.internal/healthz",
    "file:///etc/passwd",
]


def test_no_spelling_of_loopback_is_reached(scope):
    tool = Tool()
    tool.answer("/")
    refusals = set()
    for index, spelling in enumerate(SPELLINGS):
        address = spelling.format(port=tool.port)
        connectors.put_class(scope, f"class-{index}", address, **connectors.http("/"))
        connectors.make(scope, f"c-{index}", f"class-{index}")
        condition = connectors.probe(scope, f"c-{index}")["LivenessReady"]
        assert condition["status"] == "False", address
        assert condition["message"].startswith("the address "), (address, condition)
        assert "hunter2" not in str(condition)
        refusals.add(condition["message"])
    assert not tool.requests
    assert len(refusals) < 8, "a refusal tells nothing of what is there"
    tool.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leads_inside(near_scope, tool, status):
    """The tool is at an address that is allowed; what it redirects to is not."""
    for index, inside in enumerate(["http://10.0.0.1/", "http://169.254.169.254/", "//10.0.0.1/", "http://[::1]:{port}/", "http://0xa.1/"]):
        tool.answer(f"/from{index}", status, headers={"location": inside.format(port=tool.port)})
        connectors.put_class(near_scope, f"class-{index}", tool.url, **connectors.http(f"/from{index}"))
        connectors.make(near_scope, f"c-{index}", f"class-{index}")
        condition = connectors.probe(near_scope, f"c-{index}")["LivenessReady"]
        assert condition["status"] == "False" and "not public" in condition["message"], condition
    assert all(request["path"].startswith("/from") for request in tool.requests)
