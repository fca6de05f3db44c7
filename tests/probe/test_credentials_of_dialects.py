"""A credential is tried whatever dialect made the connector."""

import pytest

from support import connectors
from support.kubernetes import Namespace, connector
from support.pingone import Environment
from support.sailpoint import config, file, tenant_of
from support.tool import basic

USER, RIGHT, WRONG = "svc", "r1ght-passw0rd", "wr0ng-passw0rd"
SECRET = ".Secret.StringData"
AUTHORIZATION = (
    "{{ if .Secret }}Basic "
    f'{{{{ printf "%s:%s" {SECRET}.username {SECRET}.password | b64enc }}}}'
    "{{ end }}"
)


def put_class(scope):
    """A class that every dialect can name, under the name that Versori has for its own."""
    header = {"name": "Authorization", "value": AUTHORIZATION}
    rows = [{"name": name} for name in ("url", "username", "password")]
    document = {
        "parameters": [
            {"name": "url", "address": True},
            {"name": "username"},
            {"name": "password", "sensitive": True},
        ],
        "applicationTypes": [{"type": "APP", "appConfigs": rows, "deployConfigs": [{"name": "d"}]}],
        "auth": {"types": [{"name": "basicAuth", "secretType": "kubernetes.io/basic-auth"}]},
        "authProbes": [
            {
                "authName": "basicAuth",
                "probe": {"http": {"path": "/me", "httpHeaders": [header]}},
            }
        ],
        **connectors.http("/"),
    }
    response = scope.client.put(f"/v1/scopes/{scope.name}/classes/http", json=document)
    assert response.status_code == 201, response.text


def make_kubernetes(scope, name, address, password):
    params = [{"name": "username", "value": USER}, {"name": "password", "value": password}]
    spec = {"connectorClassName": "http", "address": address, "params": params}
    Namespace(scope).create(connector(name, **spec))


def make_pingone(scope, name, address, password):
    properties = {
        "url": {"value": address},
        "username": {"value": USER},
        "password": {"value": password, "secure": True},
    }
    Environment(scope).created(name=name, connector={"id": "http"}, properties=properties)


def make_privacera(scope, name, address, password):
    values = {"url": address, "username": USER, "password": password}
    rows = [{"name": row, "value": value} for row, value in values.items()]
    deploy = [{"name": "d", "value": "1"}]
    application = {"appType": "APP", "appConfigs": rows, "deployConfigs": deploy}
    body = {"name": name, "datasourceType": "http", "applications": [application]}
    response = scope.client.post("/v2/runtime/connector/import", json=body)
    assert response.status_code == 201, response.text


def make_sailpoint(scope, name, address, password):
    attributes = {"url": address, "username": USER, "password": password}
    source = {"connector": "http", "connectorAttributes": attributes}
    job, results = tenant_of(scope).run_import(file(config("SOURCE", name, name, source)))
    assert job["status"] == "COMPLETE", results


MAKERS = {
    "kubernetes": make_kubernetes,
    "pingone": make_pingone,
    "privacera": make_privacera,
    "sailpoint": make_sailpoint,
}


def serve(tool):
    """Takes the right credential, and no other."""

    def me(request):
        given = dict(request["headers"]).get("authorization")
        return (200, "{}") if given == basic(USER, RIGHT) else (401, "")

    tool.answer("/")
    tool.answer("/me", body=me)


def found(scope, name):
    """The conditions by type, as the native API and Kubernetes show them."""
    native = connectors.probe(scope, name)
    shown = Namespace(scope).get(name)["status"]["conditions"]
    assert {one["type"]: one["status"] for one in shown} == {
        kind: one["status"] for kind, one in native.items()
    }
    assert RIGHT not in str(native) and WRONG not in str(native)
    return native


@pytest.mark.parametrize("dialect", MAKERS)
def test_a_wrong_credential_is_not_ready_and_a_right_one_is(near_scope, tool, dialect):
    put_class(near_scope)
    serve(tool)
    MAKERS[dialect](near_scope, "wrong", tool.url, WRONG)
    wrong = found(near_scope, "wrong")
    assert wrong["SecretReady"]["status"] == "True", wrong
    assert wrong["AuthReady"]["status"] == "False", wrong
    assert wrong["AuthReady"]["reason"] == "AuthenticationFailed"
    assert wrong["Ready"]["status"] == "False"
    MAKERS[dialect](near_scope, "right", tool.url, RIGHT)
    right = found(near_scope, "right")
    assert right["AuthReady"]["status"] == "True", right
    assert right["Ready"]["status"] == "True", right


def test_a_connector_without_the_credential_that_its_class_needs_is_not_ready(near_scope, tool):
    put_class(near_scope)
    serve(tool)
    spec = {"connectorClassName": "http", "address": tool.url}
    Namespace(near_scope).create(connector("none", **spec))
    conditions = found(near_scope, "none")
    assert conditions["SecretReady"]["status"] == "False", conditions
    assert conditions["AuthReady"]["status"] == "Unknown"
    assert not tool.seen("/me")


def test_conditions_that_others_wrote_stay(near_scope, tool):
    put_class(near_scope)
    serve(tool)
    make_kubernetes(near_scope, "c", tool.url, RIGHT)
    namespace = Namespace(near_scope)
    path = f"{namespace.connectors}/c"
    document = namespace.get("c")
    audited = {
        "type": "Audited",
        "status": "True",
        "reason": "Looked",
        "message": "",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }
    conditions = [*document.get("status", {}).get("conditions", []), audited]
    document["status"] = {**document.get("status", {}), "conditions": conditions}
    response = namespace.client.put(f"{path}/status", json=document)
    assert response.status_code == 200, response.text
    assert found(near_scope, "c")["Audited"]["status"] == "True"
