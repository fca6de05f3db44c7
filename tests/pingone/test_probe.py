"""The probe of an instance, which is ours: what it finds is in the answer, and every API that shows conditions shows it."""

import pytest

from support.pingone import INSTANCE, check_error
from support.shape import check, moment, one_of, text

CONDITION = {
    "type": text,
    "status": one_of("True", "False", "Unknown"),
    "reason?": text,
    "lastTransitionTime": moment,
}
KUBERNETES = "/apis/connectors.alauda.io/v1alpha1/namespaces"


@pytest.fixture
def put_class(environment):
    def put(name, **document):
        response = environment.client.put(
            f"/v1/scopes/{environment.scope.name}/classes/{name}", json=document
        )
        assert response.status_code == 201, response.text

    return put


def probe(environment, id, prefix="/v1"):
    response = environment.client.post(
        f"{prefix}/environments/{environment.id}/connectorInstances/{id}/probe"
    )
    assert response.status_code == 200, response.text
    found = response.json()
    check(found, {**INSTANCE, "conditions": [CONDITION]})
    return found


@pytest.mark.parametrize("prefix", ["/v1", ""])
def test_a_probe_answers_the_instance_and_what_was_found(environment, put_class, prefix):
    put_class("quiet")
    created = environment.created(
        connector={"id": "quiet"}, properties={"password": {"value": "hunter2", "secure": True}}
    )
    found = probe(environment, created["id"], prefix)
    conditions = {condition["type"]: condition["status"] for condition in found.pop("conditions")}
    assert conditions["Ready"] == conditions["ConnectorClassReady"] == "True"
    assert found == created
    assert "hunter2" not in str(found)


def test_a_probe_tells_what_is_wrong(environment, put_class):
    put_class(
        "closed",
        address={"name": "address", "default": "http://127.0.0.1:9"},
        livenessProbe={"http": {"path": "/"}},
    )
    found = probe(environment, environment.created(connector={"id": "closed"})["id"])
    [ready] = [condition for condition in found["conditions"] if condition["type"] == "Ready"]
    assert ready["status"] == "False"
    assert ready["reason"] and ready["message"]


def test_the_property_that_says_where_the_tool_is_is_its_address(environment):
    created = environment.created(
        name="at", properties={"baseUrl": {"value": "http://127.0.0.1:9/v1"}}
    )
    seen = environment.client.get(f"{KUBERNETES}/{environment.scope.name}/connectors/at").json()
    assert seen["spec"]["address"] == "http://127.0.0.1:9/v1"
    [ready] = [
        condition
        for condition in probe(environment, created["id"])["conditions"]
        if condition["type"] == "Ready"
    ]
    assert ready["status"] == "False" and "no address" not in ready["message"]


def test_what_was_found_is_seen_elsewhere_and_is_not_a_change(environment, put_class):
    put_class("quiet")
    created = environment.create({"name": "seen", "connector": {"id": "quiet"}})
    id, tag = created.json()["id"], created.headers["etag"]
    found = probe(environment, id)["conditions"]
    seen = environment.client.get(f"{KUBERNETES}/{environment.scope.name}/connectors/seen").json()
    assert seen["status"]["conditions"] == found
    read = environment.get(id)
    assert read.json() == created.json()
    assert read.headers["etag"] == tag


def test_a_probe_is_refused_as_all_is(environment):
    id = environment.created()["id"]
    path = f"{environment.instances}/{id}/probe"
    check_error(
        environment.client.post(f"{environment.instances}/{'0' * 32}/probe"), 404, "NOT_FOUND"
    )
    check_error(environment.client.get(path), 405, "INVALID_REQUEST")
    reader = environment.scope.client_with(environment.scope.new_key("read")["key"])
    check_error(reader.post(path), 403, "ACCESS_FAILED")
    prober = environment.scope.client_with(environment.scope.new_key("probe")["key"])
    assert prober.post(path).status_code == 200
