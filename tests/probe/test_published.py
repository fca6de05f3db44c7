"""The published classes of tools, as they come with Patchbay and as their documents print them, against stand-ins."""

import base64
import glob
import os
import subprocess
import time

import pytest
import yaml

from support.host import ROOT
from support.tool import basic

GROUP = "/apis/connectors.alauda.io/v1alpha1"
EXAMPLES = os.path.join(ROOT, os.pardir, "shared", "examples", "alauda")


class Cluster:
    """A scope as Kubernetes shows it."""

    def __init__(self, scope, shared):
        self.scope, self.client, self.shared = scope, scope.client, shared
        self.namespace = f"{GROUP}/namespaces/{scope.name}"

    def secret(self, name, kind, **data):
        encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
        body = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name},
            "type": kind,
            "data": encoded,
        }
        base = f"/api/v1/namespaces/{self.scope.name}/secrets"
        response = self.client.post(base, json=body)
        if response.status_code == 409:
            response = self.client.patch(
                f"{base}/{name}",
                json={"data": encoded},
                headers={"content-type": "application/merge-patch+json"},
            )
        assert response.is_success, response.text

    def class_(self, document):
        response = self.shared.post(f"{GROUP}/connectorclasses", json=document)
        assert response.status_code == 201, response.text

    def connector(self, name, class_name, address, auth=None):
        spec = {"connectorClassName": class_name, "address": address}
        if auth:
            spec["auth"] = auth
        body = {
            "apiVersion": "connectors.alauda.io/v1alpha1",
            "kind": "Connector",
            "metadata": {"name": name},
            "spec": spec,
        }
        response = self.client.post(f"{self.namespace}/connectors", json=body)
        assert response.status_code == 201, response.text

    def probe(self, name):
        response = self.client.post(f"{self.namespace}/connectors/{name}/probe")
        assert response.status_code == 200, response.text
        status = response.json()["status"]
        assert status["observedGeneration"] == response.json()["metadata"]["generation"]
        return {condition["type"]: condition for condition in status["conditions"]}


@pytest.fixture
def cluster(near, near_scope):
    with near.client() as admin:
        yield Cluster(near_scope, admin)


def protected(expected, header="authorization", good=(200, "{}")):
    """Answers 200 to the right credential, and 401 to any other."""

    def answer(request):
        given = [value for name, value in request["headers"] if name == header]
        return good if given == [expected] else (401, "")

    return answer


def published(name):
    """The documents of a class as published, those of which are complete."""
    for path in sorted(glob.glob(f"{EXAMPLES}/*.yaml")):
        with open(path, encoding="utf-8") as file:
            for document in yaml.safe_load_all(file):
                if (document or {}).get("kind") != "ConnectorClass" or document["metadata"][
                    "name"
                ] != name:
                    continue
                if "authProbes" in document["spec"] or "livenessProbe" in document["spec"]:
                    yield document


BASIC = ("kubernetes.io/basic-auth", {"username": "joe", "password": "p4ss:word"}, "basicAuth")
TOKEN = ("connectors.cpaas.io/bearer-token", {"token": "t0k3n"}, "tokenAuth")
PAT = ("connectors.cpaas.io/gitlab-pat-auth", {"token": "t0k3n"}, "patAuth")

TOOLS = {
    "git": (
        BASIC,
        {"/": (200, ""), "/org/repo.git/info/refs": (protected(basic("joe", "p4ss:word")),)},
    ),
    "gitlab": (
        PAT,
        {"/api/v4/version": (401, ""), "/api/v4/user": (protected("t0k3n", "private-token"),)},
    ),
    "npm": (
        BASIC,
        {
            "/": (200, ""),
            "/-/ping": (200, "{}"),
            "/-/whoami": (protected(basic("joe", "p4ss:word")),),
        },
    ),
    "nexus": (
        BASIC,
        {
            "/service/rest/v1/status": (200, ""),
            "/service/rest/v1/repositories": (protected(basic("joe", "p4ss:word")),),
        },
    ),
    "sonarqube": (
        TOKEN,
        {
            "/api/system/status": (200, {"status": "UP"}),
            "/api/authentication/validate": (
                protected("Bearer t0k3n", good=(200, '{"valid": true}')),
            ),
        },
    ),
}


def serve(tool, paths):
    for path, answer in paths.items():
        if len(answer) == 1:
            tool.answer(path, body=answer[0])
        else:
            tool.answer(path, answer[0], answer[1], {"content-type": "application/json"})


def auth(name):
    params = [{"name": "repository", "value": "org/repo.git"}]
    return {
        "name": name,
        "secretRef": {"name": "s"},
        **({"params": params} if name == "basicAuth" else {}),
    }


@pytest.mark.parametrize("name", TOOLS)
def test_a_class_of_the_catalogue_probes_its_tool(cluster, tool, name):
    (kind, data, auth_name), paths = TOOLS[name]
    serve(tool, paths)
    cluster.secret("s", kind, **data)
    cluster.connector(
        "c",
        name,
        tool.url,
        {**auth(auth_name), "params": auth(auth_name).get("params", []) if name == "git" else []},
    )
    found = cluster.probe("c")
    assert found["Ready"]["status"] == "True", found
    cluster.secret("s", kind, **dict.fromkeys(data, "wrong"))
    found = cluster.probe("c")
    assert found["LivenessReady"]["status"] == "True"
    assert (found["AuthReady"]["status"], found["AuthReady"]["reason"]) == (
        "False",
        "AuthenticationFailed",
    )
    assert "wrong" not in str(found)


@pytest.mark.skipif(not os.path.isdir(EXAMPLES), reason="needs the published examples")
@pytest.mark.parametrize("name", ["git", "npm", "nexus", "sonarqube"])
def test_a_class_as_its_documents_print_it_probes_its_tool(cluster, tool, name):
    (kind, data, auth_name), paths = TOOLS[name]
    serve(tool, paths)
    cluster.secret("s", kind, **data)
    documents = list(published(name))
    assert documents
    for index, document in enumerate(documents):
        own = f"{name}-{index}-{cluster.scope.name}"
        document["metadata"]["name"] = own
        document["spec"].setdefault("address", {}).setdefault("name", "address")
        cluster.class_(document)
        cluster.connector(
            f"c{index}",
            own,
            tool.url,
            {
                **auth(auth_name),
                "params": auth(auth_name).get("params", []) if name == "git" else [],
            },
        )
        found = cluster.probe(f"c{index}")
        assert found["Ready"]["status"] == "True", found


def test_a_generator_authenticates_the_probe(cluster, tool):
    tool.answer("/live")
    tool.answer("/me", body=protected("t0k3n", "private-token"))
    rego = 'package proxy\nauth = {\n  "position": "header",\n  "auth": {\n    "PRIVATE-TOKEN": input.token\n  }\n}\n'
    name = f"generated-{cluster.scope.name}"
    spec = {
        "address": {"name": "address"},
        "auth": {
            "types": [
                {
                    "name": "PAT",
                    "secretType": PAT[0],
                    "params": [{"name": "token"}],
                    "generator": {"rego": rego},
                }
            ]
        },
        "livenessProbe": {"http": {"path": "/live"}},
        "authProbes": [{"authName": "PAT", "probe": {"http": {"path": "/me"}}}],
    }
    cluster.class_(
        {
            "apiVersion": "connectors.alauda.io/v1alpha1",
            "kind": "ConnectorClass",
            "metadata": {"name": name},
            "spec": spec,
        }
    )
    cluster.secret("s", PAT[0], token="t0k3n")
    cluster.connector("c", name, tool.url, {"name": "PAT", "secretRef": {"name": "s"}})
    assert cluster.probe("c")["AuthReady"]["status"] == "True"
    spec["auth"]["types"][0]["generator"]["rego"] = "package proxy\nauth = {\n"
    broken = {
        "apiVersion": "connectors.alauda.io/v1alpha1",
        "kind": "ConnectorClass",
        "metadata": {"name": f"b-{name}"},
        "spec": spec,
    }
    response = cluster.shared.post(f"{GROUP}/connectorclasses", json=broken)
    assert response.status_code == 422, response.text
    assert "spec.auth.types[0].generator.rego" in response.text and "line " in response.text


def test_a_secret_is_not_sent_elsewhere(cluster, tool):
    tool.answer("/live")
    tool.answer(
        "/me", 302, headers={"location": tool.url.replace("127.0.0.1", "127.0.0.2") + "/stolen"}
    )
    header = {"name": "Authorization", "value": "Bearer {{ .Secret.StringData.token }}"}
    name = f"moved-{cluster.scope.name}"
    spec = {
        "address": {"name": "address"},
        "auth": {"types": [{"name": "t", "secretType": TOKEN[0]}]},
        "livenessProbe": {"http": {"path": "/live"}},
        "authProbes": [
            {"authName": "t", "probe": {"http": {"path": "/me", "httpHeaders": [header]}}}
        ],
    }
    cluster.class_(
        {
            "apiVersion": "connectors.alauda.io/v1alpha1",
            "kind": "ConnectorClass",
            "metadata": {"name": name},
            "spec": spec,
        }
    )
    cluster.secret("s", TOKEN[0], token="t0k3n")
    cluster.connector("c", name, tool.url, {"name": "t", "secretRef": {"name": "s"}})
    found = cluster.probe("c")
    assert "t0k3n" not in str(found)
    assert tool.seen("/me") and "t0k3n" in str(tool.seen("/me"))
    assert "t0k3n" not in str(tool.seen("/stolen"))


def test_a_secret_that_is_stored_later_is_seen_to(cluster, tool):
    (kind, data, auth_name), paths = TOOLS["nexus"]
    serve(tool, paths)
    cluster.connector("c", "nexus", tool.url, {"name": auth_name, "secretRef": {"name": "s"}})
    found = cluster.probe("c")
    assert found["SecretReady"]["reason"] == "SecretNotFound"
    assert found["SecretReady"]["message"] == 'secrets "s" not found'
    assert found["AuthReady"]["status"] == "Unknown"
    cluster.secret("s", kind, **data)
    deadline = time.monotonic() + 30
    while not tool.seen("/service/rest/v1/repositories"):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_kubectl_wait_returns_when_the_tool_comes_up(cluster, near, tool, tmp_path):
    tool.answer("/service/rest/v1/status", 503)
    cluster.connector("c", "nexus", tool.url)
    assert cluster.probe("c")["Ready"]["status"] == "False"
    command = [
        "kubectl",
        f"--server={near.url}",
        "--namespace",
        cluster.scope.name,
        f"--cache-dir={tmp_path}",
    ]
    command += [
        "wait",
        "--for=condition=Ready",
        "--timeout=60s",
        "connectors.connectors.alauda.io/c",
    ]
    try:
        waiting = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
    except FileNotFoundError:
        pytest.skip("needs kubectl")
    time.sleep(1)
    assert waiting.poll() is None, waiting.stdout.read()
    tool.answer("/service/rest/v1/status", 200)
    cluster.probe("c")
    assert waiting.wait(60) == 0, waiting.stdout.read()
