"""A class is checked when it is written, whichever API writes it."""

import json

import pytest

GROUP = "/apis/connectors.alauda.io/v1alpha1"

SPECS = [
    ({"address": 5}, "address"),
    ({"params": [{"name": "p", "type": "number"}]}, "params[0].type"),
    ({"addressExtensions": [{}]}, "addressExtensions[0].name"),
    ({"auth": {"types": {}}}, "auth.types"),
    (
        {"auth": {"types": [{"name": "a"}]}, "authProbes": [{"authName": "b"}]},
        "authProbes[0].authName",
    ),
    ({"livenessProbe": {"http": {"path": "/", "method": "PUT"}}}, "livenessProbe.http.method"),
    ({"api": {"ref": "x"}}, "api.ref"),
    ({"proxy": []}, "proxy"),
    ({"configurations": [{"name": "c", "data": {"a/b": "x"}}]}, "configurations[0].data[a/b]"),
]


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"parameters": [{"name": "A", "default": 1}]}, "parameters[0].default"),
        (
            {"parameters": [{"name": "A", "enum": ["x"], "default": "y"}]},
            "parameters[0].default",
        ),
        ({"parameters": [{"name": "A", "enum": []}]}, "parameters[0].enum"),
        (
            {"parameters": [{"name": "A", "type": "number", "default": "x"}]},
            "parameters[0].default",
        ),
        ({"applicationTypes": [{"type": "A"}, {"type": "A"}]}, "applicationTypes[1].type"),
        ({"versori": {"protocol": 1}}, "versori.protocol"),
        ({"versori": {"iconURL": {}}}, "versori.iconURL"),
        ({"versori": {"authSchemes": [1]}}, "versori.authSchemes[0]"),
        ({"pingone": {"colors": "red"}}, "pingone.colors"),
        ({"displayName": 1}, "displayName"),
        ({"labels": {"a": 1}}, "labels.a"),
        *SPECS,
    ],
)
def test_natively_the_field_is_named_as_it_was_sent(scope, document, field):
    path = f"/v1/scopes/{scope.name}/classes/mine"
    refused = scope.client.put(path, json=document)
    assert refused.status_code == 400, refused.text
    assert [entry["field"] for entry in refused.json()["error"]["fields"]] == [field]
    assert scope.client.get(path).status_code == 404


@pytest.mark.parametrize(("spec", "field"), SPECS)
def test_in_kubernetes_it_is_a_field_of_the_spec(scope, spec, field):
    classes = f"{GROUP}/namespaces/{scope.name}/connectorclasses"
    document = {
        "apiVersion": "connectors.alauda.io/v1alpha1",
        "kind": "ConnectorClass",
        "metadata": {"name": "mine"},
        "spec": spec,
    }
    there = {**document, "metadata": {"name": "there"}}
    assert scope.client.post(classes, json={**there, "spec": {}}).status_code == 201
    patched = {"spec": spec}
    for answer in (
        scope.client.post(classes, json=document),
        scope.client.post(classes, json=document, params={"dryRun": "All"}),
        scope.client.patch(
            f"{classes}/there",
            content=json.dumps(patched),
            headers={"content-type": "application/merge-patch+json"},
        ),
    ):
        assert answer.status_code == 422, answer.text
        causes = answer.json()["details"]["causes"]
        assert [cause["field"] for cause in causes] == [f"spec.{field}"]


def test_what_is_unknown_is_kept(scope):
    path = f"/v1/scopes/{scope.name}/classes/mine"
    document = {"extra": [1], "pingone": {"more": {"a": 1}}, "opaque": True}
    assert scope.client.put(path, json=document).status_code == 201
    assert scope.client.get(path).json() == {"name": "mine", **document}
