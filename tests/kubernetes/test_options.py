"""What a request says besides its document: options of deletions, media types, and what an object may not say of itself."""

import json

import pytest
import yaml

from support.kubernetes import APPLY, CLASSES, JSON_PATCH, connector

WRONG_BODIES = [
    {"dryRun": "All"},
    {"dryRun": True},
    {"preconditions": {"uid": 5}},
    {"preconditions": []},
    {"propagationPolicy": 5},
    {"gracePeriodSeconds": "x"},
    {"orphanDependents": "x"},
    {"kind": "Connector", "apiVersion": "connectors.alauda.io/v1alpha1"},
    [],
]


def delete(namespace, body, content_type="application/json", **query):
    text = body if isinstance(body, str) else json.dumps(body)
    headers = {"content-type": content_type}
    return namespace.client.request(
        "DELETE", f"{namespace.connectors}/git", content=text, headers=headers, params=query
    )


@pytest.mark.parametrize("body", WRONG_BODIES, ids=str)
def test_a_wrong_type_deletes_nothing(namespace, body):
    namespace.create(connector("git"))
    assert delete(namespace, body).status_code == 400
    text = body if isinstance(body, str) else json.dumps(body)
    assert namespace.client.request("DELETE", namespace.connectors, content=text).status_code == 400
    namespace.get("git")


def test_options_that_do_not_hold_delete_nothing(namespace):
    namespace.create(connector("git"))
    assert delete(namespace, "", gracePeriodSeconds="x").status_code == 400
    assert delete(namespace, "", dryRun="").status_code == 422
    assert delete(namespace, {"propagationPolicy": "Later"}).status_code == 422
    assert delete(namespace, {"preconditions": {"uid": ""}}).status_code == 409
    assert delete(namespace, {"preconditions": {"resourceVersion": ""}}).status_code == 409
    assert delete(namespace, "{}", "text/plain").status_code == 415
    namespace.get("git")
    assert (
        delete(namespace, {"kind": "DeleteOptions", "apiVersion": "v1", "unknown": 1}).status_code
        == 200
    )


@pytest.mark.parametrize(
    "metadata",
    [
        {"uid": 1},
        {"generation": "x"},
        {"creationTimestamp": "junk"},
        {"labels": []},
        {"finalizers": "x"},
        {"name": 1},
    ],
)
def test_metadata_of_a_wrong_type_is_refused(namespace, metadata):
    document = connector("git")
    document["metadata"].update(metadata)
    assert namespace.create(document, status=400)["reason"] == "BadRequest"
    if "name" in metadata:
        return
    made = namespace.create(connector("git"))
    made["metadata"].update(metadata)
    assert namespace.client.put(f"{namespace.connectors}/git", json=made).status_code == 400
    if "creationTimestamp" not in metadata:
        namespace.patch("git", {"metadata": metadata}, status=422)


def test_what_the_server_decides_cannot_be_patched(namespace):
    namespace.create(connector("git"))
    for name, value in {
        "deletionTimestamp": "2020-01-01T00:00:00Z",
        "creationTimestamp": "2020-01-01T00:00:00Z",
    }.items():
        said = namespace.patch("git", {"metadata": {name: value}}, status=422)
        assert said["details"]["causes"][0]["field"] == f"metadata.{name}"
    said = namespace.patch("git", {"metadata": {"resourceVersion": "0"}}, status=422)
    assert "must be specified for an update" in said["message"]


@pytest.mark.parametrize("missing", ["kind", "apiVersion"])
def test_a_document_says_what_it_is(namespace, missing):
    document = connector("git")
    del document[missing]
    assert namespace.create(document, status=400)["reason"] == "BadRequest"


def test_values_and_owners_are_there(namespace):
    said = namespace.create(connector("git", params=[{"name": "p", "value": None}]), status=422)
    assert said["details"]["causes"][0]["field"] == "spec.params[0].value"
    document = connector("git")
    document["metadata"]["ownerReferences"] = [
        {"apiVersion": "v1", "kind": "", "name": "x", "uid": "u"}
    ]
    said = namespace.create(document, status=422)
    assert said["details"]["causes"][0]["field"] == "metadata.ownerReferences.kind"
    assert (
        namespace.create(connector("git"), status=422, dryRun="")["details"]["kind"]
        == "CreateOptions"
    )


def test_empty_labels_and_annotations_are_none(namespace):
    document = connector("git")
    document["metadata"].update(labels={}, annotations={})
    made = namespace.apply(document, "me", status=201)
    assert not made["metadata"].keys() & {"labels", "annotations"}
    [entry] = made["metadata"]["managedFields"]
    assert "f:metadata" not in entry["fieldsV1"]


def test_answers_are_in_a_form_that_is_accepted(namespace):
    namespace.create(connector("git"))
    path = f"{namespace.connectors}/git"
    for accept in ("text/html", "application/json;as=Table;v=v9;g=meta.k8s.io", "application/cbor"):
        answer = namespace.client.get(path, headers={"accept": accept})
        assert answer.status_code == 406 and answer.json()["reason"] == "NotAcceptable"
    answer = namespace.client.get(path, headers={"accept": "application/yaml"})
    assert answer.headers["content-type"] == "application/yaml"
    assert yaml.safe_load(answer.text) == namespace.get("git")
    missing = namespace.client.get(
        f"{namespace.connectors}/x", headers={"accept": "application/yaml"}
    )
    assert missing.status_code == 404 and yaml.safe_load(missing.text)["reason"] == "NotFound"


@pytest.mark.parametrize(
    "root", ["/api/v9", "/apis/apps/v1", "/apis/nothing", "/api/nothing/at/all"]
)
def test_unknown_roots_answer_a_status(admin, root):
    answer = admin.get(root)
    assert answer.status_code == 404 and answer.json()["kind"] == "Status"


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "put", "path": "/spec"},
        {"op": "add", "path": "/spec/x"},
        {"op": "remove"},
        {"op": "move", "path": "/a"},
        5,
    ],
)
def test_a_broken_operation_is_a_bad_request(namespace, operation):
    namespace.create(connector("git"))
    namespace.patch("git", [operation], JSON_PATCH, status=400)
    many = [{"op": "test", "path": "/spec/address", "value": "https://git.example"}] * 10001
    assert namespace.patch("git", many, JSON_PATCH, status=413)["reason"] == "RequestEntityTooLarge"


def test_an_apply_is_whole(namespace):
    nameless = connector("git")
    del nameless["metadata"]["name"]
    said = namespace.patch("git", nameless, APPLY, status=400, fieldManager="me")
    assert "name must be provided" in said["message"]
    managed = connector("git")
    managed["metadata"]["managedFields"] = []
    assert (
        "managedFields"
        in namespace.patch("git", managed, APPLY, status=400, fieldManager="me")["message"]
    )
    status = {**connector("not-there"), "status": {"observedGeneration": 1}}
    namespace.patch("not-there", status, APPLY, status=404, part="/status", fieldManager="me")
    namespace.get("not-there", status=404)


def test_an_apply_to_the_status_of_no_class_makes_none(admin):
    document = {
        "apiVersion": "connectors.alauda.io/v1alpha1",
        "kind": "ConnectorClass",
        "metadata": {"name": "not-there"},
    }
    headers = {"content-type": APPLY}
    for name in ("not-there", "unnamed"):
        document["metadata"]["name"] = name
        answer = admin.patch(
            f"{CLASSES}/{name}/status",
            content=json.dumps(document),
            headers=headers,
            params={"fieldManager": "me"},
        )
        assert answer.status_code == 404
        assert admin.get(f"{CLASSES}/{name}").status_code == 404


def test_what_was_never_going_is_gone_without_a_time(namespace):
    version = namespace.list()["metadata"]["resourceVersion"]
    namespace.create(connector("git"))
    namespace.client.delete(f"{namespace.connectors}/git")
    events = list(namespace.watch(resourceVersion=version, timeoutSeconds=1))
    assert (
        events[-1]["type"] == "DELETED"
        and "deletionTimestamp" not in events[-1]["object"]["metadata"]
    )
