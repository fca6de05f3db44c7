"""A class that takes more work than it may is put aside, and nobody else waits for it."""

import base64
import json
import threading
import time

import httpx
import pytest

from support import connectors
from support.scope import Scope

GROUP = "/apis/connectors.alauda.io/v1alpha1"
PAT = "connectors.cpaas.io/gitlab-pat-auth"

# Each does nothing until there is a token: the check of a written class sees nothing of it.
BOMBS = {
    "find_n": "big := concat(token, [format_int(i, 10) | some i in numbers.range(1, 400)])\n"
    '  result := count(regex.find_n("t*", big, -1))',
    "range": "result := count(numbers.range(count(token), 100000000))",
    "sprintf": 'result := sprintf("%1000000000d", [count(token)])',
    "loops": "l := numbers.range(count(token), 3000)\n  result := count([1 | l[_]; l[_]; l[_]])",
}
HARMLESS = "result := token"


def class_of(address, body):
    rego = (
        "package proxy\nimport rego.v1\n"
        'auth := {"position": "header", "auth": {"X-Token": sprintf("%v", [result])}} if {\n'
        f"  token := input.data.token\n  {body}\n}}\n"
    )
    auth_type = {
        "name": "PAT",
        "secretType": PAT,
        "params": [{"name": "token"}],
        "generator": {"rego": rego},
    }
    return {
        "address": {"name": "address", "default": address},
        "auth": {"types": [auth_type]},
        "livenessProbe": {"http": {"path": "/live"}},
        "authProbes": [{"authName": "PAT", "probe": {"http": {"path": "/me"}}}],
    }


def put_class(scope, name, document):
    return scope.client.put(f"/v1/scopes/{scope.name}/classes/{name}", json=document)


def make(scope, name, class_name, address):
    """A connector with a secret, through the API that shows both."""
    token = base64.b64encode(b"t0k3n").decode()
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name},
        "type": PAT,
        "data": {"token": token},
    }
    response = scope.client.post(f"/api/v1/namespaces/{scope.name}/secrets", json=secret)
    assert response.status_code == 201, response.text
    connector = {
        "apiVersion": "connectors.alauda.io/v1alpha1",
        "kind": "Connector",
        "metadata": {"name": name},
        "spec": {
            "connectorClassName": class_name,
            "address": address,
            "auth": {"name": "PAT", "secretRef": {"name": name}},
        },
    }
    path = f"{GROUP}/namespaces/{scope.name}/connectors"
    response = scope.client.post(path, json=connector)
    assert response.status_code == 201, response.text


@pytest.fixture
def neighbour(near):
    """Another scope on that deployment."""
    with near.client() as admin:
        scope = Scope.create(admin, f"n-{time.time_ns()}", {})
        yield scope
        scope.close()


@pytest.mark.parametrize("kind", BOMBS)
def test_a_script_that_waits_for_a_secret_is_put_aside(near_scope, tool, kind):
    tool.answer("/live")
    tool.answer("/me")
    assert put_class(near_scope, "bomb", class_of(tool.url, BOMBS[kind])).status_code == 201
    make(near_scope, "c", "bomb", tool.url)
    found = connectors.probe(near_scope, "c")
    assert found["Ready"]["status"] == "False", found
    assert found["Ready"]["reason"] == "EvaluationBudgetExceeded", found
    message = found["ConnectorClassReady"]["message"]
    assert '"bomb"' in message and "auth.types[0].generator.rego" in message, message
    assert "t0k3n" not in message
    # It is not evaluated again: nobody is asked anything.
    asked = len(tool.seen("/live"))
    connectors.probe(near_scope, "c")
    assert len(tool.seen("/live")) == asked
    # A change of the class ends that.
    assert put_class(near_scope, "bomb", class_of(tool.url, HARMLESS)).status_code == 200
    assert connectors.probe(near_scope, "c")["AuthReady"]["status"] == "True"


def test_an_expression_and_a_template_are_put_aside_by_their_paths(near_scope, tool):
    numbers = json.dumps(list(range(900)))
    headers = {"content-type": "application/json"}
    tool.answer("/numbers", body=numbers, headers=headers)
    cel = "bodyJSON.exists(x, bodyJSON.exists(y, 'a'.matches('b' + string(x) + string(y))))"
    rows = [
        ("cel", connectors.http("/numbers", response={"cel": cel}), "http.response.cel"),
        (
            "template",
            connectors.http(
                "/{{ range 10000 }}{{ if eq (printf `%5000d` .) `x` }}{{ end }}{{ end }}"
            ),
            "http.path",
        ),
    ]
    for name, members, path in rows:
        connectors.put_class(near_scope, name, tool.url, **members)
        connectors.make(near_scope, f"c-{name}", name)
        found = connectors.probe(near_scope, f"c-{name}")
        assert found["Ready"]["reason"] == "EvaluationBudgetExceeded", found
        assert f"livenessProbe.{path} " in found["Ready"]["message"], found


def test_nobody_else_waits(near, near_scope, neighbour, tool):
    tool.answer("/live")
    tool.answer("/me")
    connectors.put_class(neighbour, "tool", tool.url, **connectors.http("/live"))
    for number in range(8):
        document = class_of(tool.url, list(BOMBS.values())[number % len(BOMBS)])
        assert put_class(near_scope, f"bomb{number}", document).status_code == 201
        make(near_scope, f"c{number}", f"bomb{number}", tool.url)
    seen = []

    def watch():
        with httpx.Client(base_url=near.url, timeout=30) as client:
            for _ in range(40):
                seen.append(client.get("/readyz").status_code)

    watching = threading.Thread(target=watch)
    watching.start()
    for number in range(8):
        connectors.make(neighbour, f"c{number}", "tool")
        found = connectors.probe(neighbour, f"c{number}")
        assert found["Ready"]["status"] == "True", found
    watching.join(60)
    assert seen == [200] * 40
    for number in range(8):
        found = connectors.probe(near_scope, f"c{number}")
        assert found["Ready"]["reason"] == "EvaluationBudgetExceeded", found


def test_what_has_no_bounds_is_refused_when_it_is_written(near_scope, tool):
    rows = [
        ("result := bits.lsh(1, 100000000)", "takes more work than a class may"),
        ('result := strings.replace_n({"a": "aa"}, "a")', '"strings.replace_n" has no bounds'),
        ("result := 1e1000000000", "too many digits"),
        ("result := numbers.range(1, 100000000)", "takes more work than a class may"),
    ]
    for body, expected in rows:
        response = put_class(near_scope, "refused", class_of(tool.url, body))
        assert response.status_code in (400, 422), response.text
        assert "auth.types[0].generator.rego" in response.text, response.text
        assert expected in json.dumps(response.json()).replace('\\"', '"'), response.text
