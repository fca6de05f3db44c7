"""Connectors without secrets, made through the APIs that every deployment has."""

APPLICATION = {"type": "APP", "appConfigs": [{"name": "a"}], "deployConfigs": [{"name": "d"}]}


def put_class(scope, name, address, **members):
    """A class whose connectors are at an address."""
    doc = {
        "address": {"name": "address", "default": address},
        "applicationTypes": [APPLICATION],
        **members,
    }
    response = scope.client.put(f"/v1/scopes/{scope.name}/classes/{name}", json=doc)
    assert response.status_code in (200, 201), response.text
    return doc


def make(scope, name, class_name):
    """A connector of a class."""
    rows = {
        "appConfigs": [{"name": "a", "value": "1"}],
        "deployConfigs": [{"name": "d", "value": "1"}],
    }
    body = {
        "name": name,
        "datasourceType": class_name,
        "applications": [{"appType": "APP", **rows}],
    }
    response = scope.client.post("/v2/runtime/connector/import", json=body)
    assert response.status_code == 201, response.text
    return response.json()


def probe(scope, name):
    """Probes a connector, and gives its conditions by type."""
    response = scope.client.post(f"/v1/scopes/{scope.name}/connectors/{name}/probe")
    assert response.status_code == 200, response.text
    found = response.json()
    assert found["observedGeneration"] == found["generation"]
    types = [condition["type"] for condition in found["conditions"]]
    assert types == sorted(types)
    return {condition["type"]: condition for condition in found["conditions"]}


def http(path="/", **members):
    """A liveness probe."""
    return {"livenessProbe": {"http": {"path": path, **members}}}
