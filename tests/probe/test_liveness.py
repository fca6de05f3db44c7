"""Probes of a tool that behaves in every way."""

import socket

import pytest

from support import connectors
from support.tool import Tool, broken, endless, self_signed, slow


def liveness(scope, address, **members):
    connectors.put_class(scope, "tool", address, **members)
    connectors.make(scope, "c", "tool")
    found = connectors.probe(scope, "c")
    assert found["Ready"]["status"] == found["LivenessReady"]["status"]
    return found["LivenessReady"]


def expect(condition, status, reason=None, message=None):
    found = (condition["status"], condition.get("reason"))
    assert found == (status, reason), condition
    if message:
        assert message in condition["message"], condition


def test_ok(near_scope, tool):
    tool.answer("/ok")
    expect(liveness(near_scope, tool.url, **connectors.http("/ok")), "True")


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_status_that_is_no_success(near_scope, tool, status):
    tool.answer("/no", status, "hunter2")
    condition = liveness(near_scope, tool.url, **connectors.http("/no"))
    expect(condition, "False", "ConnectionFailed", f"status code {status}")
    assert "hunter2" not in str(condition)


def test_an_expression_decides(near_scope, tool):
    tool.answer("/status", 401, {"status": "UP", "secret": "hunter2"})
    cel = {"response": {"cel": "response.statusCode == 401 && response.body.status == 'UP'"}}
    expect(liveness(near_scope, tool.url, **connectors.http("/status", **cel)), "True")
    tool.answer("/status", 401, {"status": "DOWN", "secret": "hunter2"})
    condition = connectors.probe(near_scope, "c")["LivenessReady"]
    expect(condition, "False", "ConnectionFailed", "expression")
    assert "hunter2" not in str(condition) and "DOWN" not in str(condition)


def test_redirects_are_followed_unless_they_are_not(near_scope, tool):
    tool.answer("/from", 302, headers={"location": "/to"})
    tool.answer("/to")
    expect(liveness(near_scope, tool.url, **connectors.http("/from")), "True")
    assert len(tool.seen("/to")) >= 1
    connectors.put_class(
        near_scope, "still", tool.url, **connectors.http("/from", disableRedirect=True)
    )
    connectors.make(near_scope, "s", "still")
    expect(
        connectors.probe(near_scope, "s")["LivenessReady"],
        "False",
        "ConnectionFailed",
        "status code 302",
    )


def test_redirects_without_end_are_not(near_scope, tool):
    tool.answer("/loop", 302, headers={"location": "/loop"})
    expect(
        liveness(near_scope, tool.url, **connectors.http("/loop")),
        "False",
        "ConnectionFailed",
        "redirects",
    )
    assert len(tool.seen("/loop")) <= 33


def test_a_slow_tool(near_scope, tool):
    tool.answer("/slow", act=slow)
    expect(
        liveness(near_scope, tool.url, **connectors.http("/slow")),
        "False",
        "ConnectionFailed",
        "no answer in time",
    )


def test_an_endless_body(near_scope, tool):
    tool.answer("/endless", act=endless)
    cel = {"response": {"cel": "response.bodyString.startsWith('xxx')"}}
    expect(liveness(near_scope, tool.url, **connectors.http("/endless", **cel)), "True")


def test_a_tool_that_hangs_up(near_scope, tool):
    tool.answer("/broken", act=broken)
    expect(
        liveness(near_scope, tool.url, **connectors.http("/broken")),
        "False",
        "ConnectionFailed",
        "Get ",
    )


def test_a_certificate_that_nobody_trusts(near_scope, tmp_path):
    tool = Tool(certificate=self_signed(tmp_path))
    tool.answer("/")
    expect(
        liveness(near_scope, tool.url, **connectors.http("/")), "False", "ConnectionFailed", "tls:"
    )
    assert not tool.seen("/")
    tool.close()


def test_a_closed_port(near_scope):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    condition = liveness(near_scope, f"http://127.0.0.1:{port}", **connectors.http("/"))
    expect(condition, "False", "ConnectionFailed", "connection refused")


def test_no_such_host(near_scope):
    condition = liveness(near_scope, "http://nosuch.invalid", **connectors.http("/"))
    expect(condition, "False", "ConnectionFailed", "lookup nosuch.invalid: no such host")


def test_what_is_sent(near_scope, tool):
    tool.answer("/x/c")
    headers = [
        {"name": "x-a", "value": "1"},
        {"name": "X-A", "value": "{{ .Connector.Name }}"},
        {"name": "x-b", "value": ""},
    ]
    members = connectors.http("/x/{{ .Connector.Name }}?q=1", method="POST", httpHeaders=headers)
    expect(liveness(near_scope, f"{tool.url}/dropped", **members), "True")
    request = tool.seen("/x/c")[0]
    assert request["method"] == "POST" and request["path"] == "/x/c?q=1"
    assert [value for name, value in request["headers"] if name == "x-a"] == ["1", "c"]
    assert "x-b" not in [name for name, _ in request["headers"]]


def test_a_class_that_is_gone(near_scope, tool):
    tool.answer("/ok")
    expect(liveness(near_scope, tool.url, **connectors.http("/ok")), "True")
    assert near_scope.client.delete(f"/v1/scopes/{near_scope.name}/classes/tool").status_code == 204
    found = connectors.probe(near_scope, "c")
    assert found["ConnectorClassReady"]["reason"] == "ConnectorClassNotFound"
    assert found["LivenessReady"]["status"] == "Unknown" and found["Ready"]["status"] == "False"


def test_times_move_only_with_the_status(near_scope, tool):
    tool.answer("/ok")
    connectors.put_class(near_scope, "tool", tool.url, **connectors.http("/ok"))
    connectors.make(near_scope, "c", "tool")
    first = connectors.probe(near_scope, "c")
    assert connectors.probe(near_scope, "c") == first
    tool.answer("/ok", 500)
    second = connectors.probe(near_scope, "c")
    assert second["LivenessReady"]["status"] == "False"
    assert second["SecretReady"] == first["SecretReady"]
