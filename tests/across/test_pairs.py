"""One connector is one thing in all five APIs: what is made in one is read, written back and changed in each of the others.

Generated from the list of APIs and the classes of the catalogue.
"""

import json
import pathlib

import pytest

from support import dialects

CANARY = "canary-5f1c9e27"
ADDRESS = "https://tool.example.com/base"


def catalogue():
    folder = pathlib.Path(__file__).resolve().parents[2] / "catalogue"
    for file in sorted(folder.glob("*.json")):
        document = json.loads(file.read_text())
        if "parameters" in document:
            yield {**document, "name": file.stem, "doc": document}


CLASSES = list(catalogue())


def is_secret(parameter):
    return parameter.get("sensitive", False)


def value_of(parameter):
    """A value that is none of its defaults."""
    if parameter.get("address"):
        return ADDRESS
    if is_secret(parameter):
        return f"{CANARY}-{parameter['name']}"
    if "enum" in parameter:
        return parameter["enum"][-1]
    kind = parameter.get("type", "string")
    if kind == "object":
        return {"note": "open", "clientSecret": f"{CANARY}-nested"}
    return {"number": 7, "boolean": True, "array": ["one"]}.get(kind, f"value-{parameter['name']}")


def values_of(of_class):
    return {one["name"]: value_of(one) for one in of_class["parameters"]}


def fingerprints(scope, name):
    response = scope.client.get(f"/v1/scopes/{scope.name}/connectors/{name}/secrets")
    assert response.status_code == 200, response.text
    return {item["entry"]: item["fingerprint"] for item in response.json()["items"] if item["set"]}


@pytest.mark.parametrize("origin", dialects.ALL[:4], ids=lambda origin: origin.name)
@pytest.mark.parametrize("of_class", CLASSES, ids=lambda of_class: of_class["name"])
def test_a_connector_is_one_thing_wherever_it_was_made(of_class, origin, new_scope):
    scope, elsewhere, answers = new_scope(), new_scope(), []
    apis = {api.name: api(scope, answers) for api in dialects.ALL}
    name, values = f"m-{of_class['name']}", values_of(of_class)
    made_in = apis[origin.name]
    made_in.make(name, of_class, values)
    secrets = fingerprints(scope, name)
    assert bool(secrets) == (CANARY in json.dumps(values))
    before = {api.name: api.read(name) for api in apis.values()}
    generation = made_in.seen(name)["metadata"]["generation"]

    check_shown(of_class, apis, name, values)
    for api in apis.values():
        api.write_back(name, elsewhere)
        assert made_in.seen(name)["metadata"]["generation"] == generation, api.name
        assert fingerprints(scope, name) == secrets, api.name
        for reader in apis.values():
            assert reader.read(name) == before[reader.name], f"{api.name} wrote, {reader.name} read"
    changed = changeable(of_class)
    if changed:
        check_changes(apis, name, changed, secrets, scope)
    assert not [answer for answer in answers if CANARY in answer]


def check_shown(of_class, apis, name, values):
    """Every API shows every parameter, and no secret."""
    for api in (apis["privacera"], apis["pingone"], apis["kubernetes"], apis["sailpoint"]):
        shown = api.values(name)
        for parameter in of_class["parameters"]:
            key, value = parameter["name"], values[parameter["name"]]
            if parameter.get("address"):
                places = (shown.get(key), shown.get("spec.address"), shown.get("url"))
                assert ADDRESS in places, (api.name, places)
            elif is_secret(parameter):
                assert shown[key] == "******", api.name
            elif isinstance(value, dict):
                assert shown[key] == {"note": "open", "clientSecret": "******"}, api.name
            else:
                assert str(shown[key]).lower() == str(value).lower(), (api.name, key)
    # A connector to BigQuery is known by its data set in Versori.
    has_address = any(parameter.get("address") for parameter in of_class["parameters"])
    if has_address and of_class["name"] != "bigquery":
        assert apis["versori"].values(name)["baseUrl"] == ADDRESS


def changeable(of_class):
    """A parameter that may be any text."""
    for parameter in of_class["parameters"]:
        plain = not (is_secret(parameter) or parameter.get("address") or "enum" in parameter)
        if plain and parameter.get("type", "string") == "string":
            return parameter["name"]
    return None


def check_changes(apis, name, key, secrets, scope):
    """What one API changes of a parameter is all that changes in each of the others."""
    writers = [apis["pingone"], apis["kubernetes"], apis["sailpoint"]]
    for number, writer in enumerate(writers):
        before = {reader.name: reader.values(name) for reader in apis.values()}
        value = f"changed-{number}"
        writer.change(name, key, value)
        for reader in apis.values():
            after = reader.values(name)
            expected = dict(before[reader.name])
            if key in expected:
                expected[key] = value
            assert after == expected, f"{writer.name} wrote, {reader.name} read"
        assert fingerprints(scope, name) == secrets, writer.name
