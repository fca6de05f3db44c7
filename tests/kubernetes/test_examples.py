"""Manifests that were published for connectors.alauda.io, where they are beside the repository."""

import pathlib

import pytest
import yaml

from support.kubernetes import CLASSES

FOLDER = pathlib.Path(__file__).parents[3] / "shared/examples/alauda"

# What is wrong with them by the schema: the code and what its message has.
REFUSED = {
    "074-concepts-connector_api.yaml": (422, "spec.api.ref.kind: Required value"),
    "078-concepts-connectorclass.yaml": (
        422,
        "spec.authProbes[0].probe.http.httpHeaders in body must be of type array",
    ),
    "085-concepts-connectorclass.yaml": (422, "spec.address.name: Required value"),
    "116-design-npm-feature.yaml": (400, "data.password"),
    "119-design-sonar-feature.yaml": (400, "data.token"),
}


def is_ours(document):
    """Some are of other groups, and some leave theirs out."""
    return document.get("apiVersion", "v1") in ("v1", "connectors.alauda.io/v1alpha1")


def group_of(document):
    """The published fragments that leave it out are read with it; a request without it is 400."""
    ours = document["kind"] in ("Connector", "ConnectorClass")
    return "connectors.alauda.io/v1alpha1" if ours else "v1"


def manifests():
    for path in sorted(FOLDER.glob("*.yaml")) if FOLDER.is_dir() else []:
        for place, document in enumerate(yaml.safe_load_all(path.read_text())):
            if isinstance(document, dict) and "kind" in document and is_ours(document):
                whole = {"apiVersion": group_of(document), **document}
                yield pytest.param(path.name, whole, id=f"{path.stem}-{place}")


@pytest.mark.parametrize(("file", "document"), list(manifests()))
def test_a_manifest_reads_back_as_it_was_applied(file, document, namespace, admin):
    document = {
        **document,
        "metadata": {**document.get("metadata", {}), "namespace": namespace.name},
    }
    name = document["metadata"].setdefault("name", "unnamed")
    client, path = namespace.client, namespace.connectors
    if document["kind"] == "ConnectorClass":
        del document["metadata"]["namespace"]
        name = document["metadata"]["name"] = f"{name}-{namespace.name}"
        client, path = admin, CLASSES
    elif document["kind"] == "Secret":
        path = namespace.secrets
    made = client.post(path, json=document, params={"fieldValidation": "Strict"})
    if made.status_code == 201:
        read = client.get(f"{path}/{name}").json()
        if document["kind"] == "ConnectorClass":
            assert admin.delete(f"{path}/{name}").status_code == 200
        assert read["metadata"]["name"] == name
        for part in ("labels", "annotations"):
            assert read["metadata"].get(part) == document["metadata"].get(part)
        if document["kind"] == "Secret":
            keys = {**(document.get("data") or {}), **(document.get("stringData") or {})}
            assert set(read.get("data", {})) == set(keys)
        else:
            assert read.get("spec") == without_nulls(document.get("spec"))
        return
    assert file in REFUSED, made.text
    status, message = REFUSED[file]
    assert made.status_code == status and message in made.json()["message"]


def without_nulls(value):
    """A null is a member that is not there."""
    if isinstance(value, dict):
        return {name: without_nulls(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [without_nulls(member) for member in value]
    return value
