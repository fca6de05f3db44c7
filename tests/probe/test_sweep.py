"""When probes are made, and that each is made once."""

import collections
import socket
import subprocess
import threading
import time

from support import connectors
from support.tool import Tool

HOSTS, CONNECTORS, CALLERS = 50, 5000, 4
# The default of probe_concurrency_per_host.
PER_HOST = 4


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.05)


def test_what_is_created_or_whose_class_changes_is_probed_at_once(near_scope, tool):
    tool.answer("/one")
    tool.answer("/two")
    connectors.put_class(near_scope, "tool", tool.url, **connectors.http("/one"))
    connectors.make(near_scope, "c", "tool")
    until(lambda: tool.seen("/one"))
    connectors.put_class(near_scope, "tool", tool.url, **connectors.http("/two"))
    until(lambda: tool.seen("/two"))


def test_a_round_probes_what_is_selected_and_tells_how_far_it_is(near_scope, tool):
    for name in ("a", "b", "other"):
        tool.answer(f"/{name}")
        connectors.put_class(near_scope, f"class-{name}", tool.url, **connectors.http(f"/{name}"))
        connectors.make(near_scope, name, f"class-{name}")
        connectors.probe(near_scope, name)
    until(lambda: near_scope.client.post("/v1/sweep").json()["due"] == 0)
    before = len(tool.seen("/other"))
    base = f"/v1/scopes/{near_scope.name}/probes"
    response = near_scope.client.post(base, json={"names": ["a"], "ready": ["True"]})
    assert response.status_code == 202 and response.json()["total"] == 1
    location = response.headers["location"]
    until(lambda: near_scope.client.get(location).json()["state"] == "done")
    assert (
        near_scope.client.post(base, json={"classes": ["class-a", "class-b"]}).json()["total"] == 2
    )
    assert near_scope.client.post(base, json={"ready": ["False"]}).json()["total"] == 0
    assert near_scope.client.post(base, json={"ready": ["no"]}).status_code == 400
    assert near_scope.client.get(f"{base}/nosuch").status_code == 404
    assert len(tool.seen("/other")) == before


def test_a_sweep_needs_the_admin_key_or_a_key_that_may_probe(near, near_scope):
    reader = near_scope.client_with(near_scope.new_key("read")["key"])
    prober = near_scope.client_with(near_scope.new_key("probe")["key"])
    assert reader.post("/v1/sweep").status_code == 403
    assert prober.post("/v1/sweep").json()["due"] == 0
    for path in ("/v1/functions/probe/changes", "/v1/functions/probe/class"):
        assert near_scope.client.post(path, json={}).status_code == 403
        with near.client() as admin:
            assert admin.post(path, json={}).status_code == 403


def test_a_host_is_asked_by_few_at_a_time_also_where_only_the_class_names_it(near_scope, tool):
    running, most, lock = [], [], threading.Lock()

    def linger(handler):
        with lock:
            running.append(handler)
            most.append(len(running))
        time.sleep(0.2)
        with lock:
            running.remove(handler)
        handler.send_response(200)
        handler.send_header("content-length", "0")
        handler.end_headers()

    tool.answer("/", act=linger)
    connectors.put_class(near_scope, "tool", tool.url, **connectors.http("/"))
    for index in range(12):
        connectors.make(near_scope, f"c{index}", "tool")
    round_ = near_scope.client.post(f"/v1/scopes/{near_scope.name}/probes", json={})
    until(lambda: near_scope.client.get(round_.headers["location"]).json()["state"] == "done")
    assert len(most) >= 12 and max(most) <= PER_HOST, most


def test_a_round_is_made_though_its_hosts_are_silent(near_scope):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    connectors.put_class(near_scope, "tool", address, **connectors.http("/"))
    for index in range(6):
        connectors.make(near_scope, f"c{index}", "tool")
        assert (
            connectors.probe(near_scope, f"c{index}")["LivenessReady"]["reason"]
            == "ConnectionFailed"
        )
    round_ = near_scope.client.post(f"/v1/scopes/{near_scope.name}/probes", json={})
    until(lambda: near_scope.client.get(round_.headers["location"]).json()["state"] == "done")


def test_thousands_are_probed_once_by_callers_of_which_one_is_killed(near, near_scope):
    tools = [Tool(f"127.0.0.{1 + index}") for index in range(HOSTS)]
    for index, tool in enumerate(tools):
        for number in range(index, CONNECTORS, HOSTS):
            tool.answer(f"/p/c{number}")
        connectors.put_class(
            near_scope, f"host{index}", tool.url, **connectors.http("/p/{{ .Connector.Name }}")
        )
    for number in range(CONNECTORS):
        connectors.make(near_scope, f"c{number}", f"host{number % HOSTS}")

    def hits():
        return collections.Counter(
            request["path"] for tool in tools for request in list(tool.requests)
        )

    until(lambda: len(hits()) == CONNECTORS, 300)
    base = f"/v1/scopes/{near_scope.name}/probes"
    until(lambda: near_scope.client.post("/v1/sweep").json()["due"] == 0, 300)
    before = hits()
    round_ = near_scope.client.post(base, json={})
    assert round_.json()["total"] == CONNECTORS
    command = [
        "curl",
        "-s",
        "-X",
        "POST",
        "-H",
        f"Authorization: Bearer {near.admin_key}",
        f"{near.url}/v1/sweep",
    ]
    callers = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(CALLERS)]
    callers[0].kill()
    location = round_.headers["location"]
    until(lambda: near_scope.client.get(location).json()["state"] == "done", 300)
    for caller in callers:
        caller.wait(60)
    again = {path: count - before[path] for path, count in hits().items()}
    wrong = {path: count for path, count in again.items() if count != 1}
    assert not wrong, f"{len(wrong)} of {CONNECTORS}: {dict(list(wrong.items())[:5])}"
    for tool in tools:
        tool.close()
