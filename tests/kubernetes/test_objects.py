"""Objects as an API server keeps them: metadata, generations, validation, errors."""

import json

import pytest

from support.kubernetes import (
    APPLY,
    CLASSES,
    GROUP,
    JSON_PATCH,
    STRATEGIC,
    TABLE,
    connector,
    secret,
)


def test_the_server_decides_its_metadata(namespace):
    document = connector("git")
    document["metadata"].update(
        uid="x", generation=7, creationTimestamp="2000-01-01T00:00:00Z", labels={"a": "b"}
    )
    document["status"] = {"observedGeneration": 1}
    made = namespace.create(document)
    metadata = made["metadata"]
    assert (
        metadata["uid"] != "x" and metadata["generation"] == 1 and metadata["labels"] == {"a": "b"}
    )
    assert not metadata["creationTimestamp"].startswith("2000")
    assert int(metadata["resourceVersion"]) > 0 and metadata["namespace"] == namespace.name
    assert {condition["status"] for condition in made["status"]["conditions"]} == {"Unknown"}
    assert "observedGeneration" not in made["status"]
    assert namespace.get("git") == made


def test_generations_count_what_is_wanted(namespace):
    namespace.create(connector("git"))
    labelled = namespace.patch("git", {"metadata": {"labels": {"a": "b"}}})
    assert labelled["metadata"]["generation"] == 1
    status = {
        "status": {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True"}]}
    }
    observed = namespace.patch("git", {**status, "spec": {"address": "ignored"}}, part="/status")
    assert observed["status"] == status["status"] and observed["metadata"]["generation"] == 1
    assert observed["spec"]["address"] == "https://git.example"
    changed = namespace.patch(
        "git", {"spec": {"address": "https://other"}, "status": {"observedGeneration": 9}}
    )
    assert changed["metadata"]["generation"] == 2 and changed["status"] == status["status"]


def test_what_changes_nothing_is_no_new_version(namespace):
    made = namespace.create(connector("git"))
    for write in [
        lambda: namespace.patch("git", {"spec": {"address": "https://git.example"}}),
        lambda: namespace.client.put(f"{namespace.connectors}/git", json=made).json(),
        lambda: namespace.patch("git", {"status": made.get("status")}, part="/status"),
    ]:
        assert write()["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]
    first = namespace.apply(connector("git"), "me")
    assert namespace.apply(connector("git"), "me")["metadata"] == first["metadata"]


def test_dry_runs_answer_as_usual_and_store_nothing(namespace):
    planned = namespace.create(connector("git"), dryRun="All")
    assert planned["metadata"]["uid"] and "resourceVersion" not in planned["metadata"]
    namespace.get("git", status=404)
    made = namespace.create(connector("git"))
    other = {"spec": {"address": "https://other"}}
    assert namespace.patch("git", other, dryRun="All")["spec"]["address"] == "https://other"
    replacement = {**made, "spec": {"address": "https://put"}}
    put = namespace.client.put(
        f"{namespace.connectors}/git", json=replacement, params={"dryRun": "All"}
    )
    assert put.json()["spec"] == {"address": "https://put"}
    assert namespace.apply(connector("new"), "me", status=201, dryRun="All")
    body = json.dumps({"dryRun": ["All"]})
    gone = namespace.client.request("DELETE", f"{namespace.connectors}/git", content=body)
    assert gone.json()["status"] == "Success"
    namespace.client.delete(namespace.connectors, params={"dryRun": "All"})
    assert [item["metadata"]["name"] for item in namespace.list()["items"]] == ["git"]
    assert namespace.get("git") == made
    refused = namespace.create(connector("x"), status=422, dryRun="Some")
    assert refused["message"].startswith(
        'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value'
    )


def test_unknown_and_duplicate_fields(namespace):
    body = (
        '{"apiVersion":"connectors.alauda.io/v1alpha1","kind":"Connector","metadata":{"name":"NAME","bogus":1},'
        '"spec":{"address":"a","address":"b","x":1,"params":[{"name":"p","value":1,"y":2}]}}'
    )

    def post(name, validation):
        text = body.replace("NAME", name)
        headers = {"content-type": "application/json"}
        return namespace.client.post(
            namespace.connectors,
            content=text,
            headers=headers,
            params={"fieldValidation": validation},
        )

    found = ['duplicate field "spec.address"', 'unknown field "metadata.bogus"']
    found += ['unknown field "spec.params[0].y"', 'unknown field "spec.x"']
    strict = post("strict", "Strict")
    assert strict.status_code == 400 and strict.json()["reason"] == "BadRequest"
    head = (
        'Connector in version "v1alpha1" cannot be handled as a Connector: strict decoding error: '
    )
    assert strict.json()["message"] == head + ", ".join(found)
    namespace.get("strict", status=404)
    warned = post("warned", "Warn")
    expected = ['299 - "' + text.replace('"', '\\"') + '"' for text in found]
    assert warned.status_code == 201 and warned.headers.get_list("warning") == expected
    assert warned.json()["spec"] == {"address": "b", "params": [{"name": "p", "value": 1}]}
    ignored = post("ignored", "Ignore")
    assert ignored.status_code == 201 and "warning" not in ignored.headers
    assert post("odd", "Sometimes").status_code == 422


@pytest.mark.parametrize(
    ("patch", "media_type"),
    [
        ({"spec": {"bogus": 1}}, "application/merge-patch+json"),
        ([{"op": "add", "path": "/spec/bogus", "value": 1}], JSON_PATCH),
    ],
)
def test_patches_are_strict_too(namespace, patch, media_type):
    namespace.create(connector("git"))
    said = namespace.patch("git", patch, media_type, status=422, fieldValidation="Strict")
    assert said["reason"] == "Invalid" and [
        cause["field"] for cause in said["details"]["causes"]
    ] == ["patch"]
    assert 'unknown field "spec.bogus"' in said["message"]
    assert "bogus" not in namespace.patch("git", patch, media_type)["spec"]


@pytest.mark.parametrize(
    ("spec", "reason", "field"),
    [
        ({"address": 1}, "FieldValueTypeInvalid", "spec.address"),
        ({"params": [{"name": "p"}]}, "FieldValueRequired", "spec.params[0].value"),
        ({"auth": {"secretRef": "x"}}, "FieldValueTypeInvalid", "spec.auth.secretRef"),
    ],
)
def test_the_schema_is_kept(namespace, spec, reason, field):
    said = namespace.create(connector("git", **spec), status=422)
    assert (
        said["reason"] == "Invalid"
        and said["code"] == 422
        and said["details"]["kind"] == "Connector"
    )
    assert said["message"].startswith(f'Connector.connectors.alauda.io "git" is invalid: {field}: ')
    assert [(cause["reason"], cause["field"]) for cause in said["details"]["causes"]] == [
        (reason, field)
    ]


def test_names_are_checked_and_generated(namespace):
    assert (
        namespace.create(connector("Not_A_Name"), status=422)["details"]["causes"][0]["field"]
        == "metadata.name"
    )
    nameless = connector("")
    assert "name or generateName is required" in namespace.create(nameless, status=422)["message"]
    nameless["metadata"] = {"generateName": "git-"}
    names = {namespace.create(nameless)["metadata"]["name"] for _ in range(5)}
    assert len(names) == 5 and all(name.startswith("git-") and len(name) == 9 for name in names)


def test_errors_are_those_of_an_api_server(namespace):
    namespace.create(connector("git"))
    missing = namespace.get("x", status=404)
    assert missing["message"] == 'connectors.connectors.alauda.io "x" not found'
    assert missing["details"] == {
        "name": "x",
        "group": "connectors.alauda.io",
        "kind": "connectors",
    }
    exists = namespace.create(connector("git"), status=409)
    assert exists["reason"] == "AlreadyExists"
    assert exists["message"] == 'connectors.connectors.alauda.io "git" already exists'
    media = namespace.patch("git", {}, STRATEGIC, status=415)
    assert media["reason"] == "UnsupportedMediaType"
    assert media["message"].endswith(
        "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
    )
    elsewhere = connector("other")
    elsewhere["metadata"]["namespace"] = "elsewhere"
    assert "does not match the namespace" in namespace.create(elsewhere, status=400)["message"]
    test = [{"op": "test", "path": "/spec/address", "value": "x"}]
    assert namespace.patch("git", test, JSON_PATCH, status=422)["reason"] == "Invalid"
    assert namespace.client.get(f"{GROUP}/nothing").status_code == 404
    assert (
        namespace.client.get("/apis/apps/v1")
        .json()["message"]
        .startswith("the server could not find")
    )


def test_nobody_gets_an_empty_answer(namespace, anyone):
    response = anyone.get(namespace.connectors)
    assert response.status_code == 401 and response.content == b""
    assert anyone.get("/version").json()["major"] == "1"


def test_versions_guard_against_lost_changes(namespace):
    made = namespace.create(connector("git"))
    changed = namespace.patch("git", {"spec": {"address": "https://b"}})
    path = f"{namespace.connectors}/git"
    stale = namespace.client.put(path, json=made)
    assert stale.status_code == 409 and stale.json()["reason"] == "Conflict"
    assert stale.json()["message"].endswith(
        "please apply your changes to the latest version and try again"
    )
    version = made["metadata"]["resourceVersion"]
    assert namespace.patch("git", {"metadata": {"resourceVersion": version}}, status=409)
    del changed["metadata"]["resourceVersion"]
    unguarded = namespace.client.put(path, json=changed)
    assert (
        unguarded.status_code == 422
        and "must be specified for an update" in unguarded.json()["message"]
    )
    assert namespace.client.put(f"{namespace.connectors}/x", json={**made}).status_code == 404


def test_a_delete_has_preconditions(namespace):
    made = namespace.create(connector("git"))["metadata"]

    def delete(**preconditions):
        body = json.dumps({"preconditions": preconditions, "propagationPolicy": "Background"})
        return namespace.client.request("DELETE", f"{namespace.connectors}/git", content=body)

    assert delete(uid="other").status_code == 409
    assert delete(resourceVersion="1").status_code == 409
    done = delete(uid=made["uid"], resourceVersion=made["resourceVersion"])
    assert done.status_code == 200 and done.json()["details"]["uid"] == made["uid"]
    assert done.json()["details"]["kind"] == "connectors"
    namespace.get("git", status=404)


def test_finalizers_hold_an_object_back(namespace):
    document = connector("git")
    document["metadata"]["finalizers"] = ["example.com/a"]
    namespace.create(document)
    going = namespace.client.delete(f"{namespace.connectors}/git").json()
    assert going["kind"] == "Connector" and going["metadata"]["deletionTimestamp"]
    more = {"metadata": {"finalizers": ["example.com/a", "example.com/b"]}}
    assert "no new finalizers" in namespace.patch("git", more, status=422)["message"]
    namespace.patch("git", {"metadata": {"finalizers": None}})
    namespace.get("git", status=404)


def test_deletecollection_deletes_what_is_selected(namespace):
    for number in range(4):
        document = connector(f"c{number}")
        document["metadata"]["labels"] = {"even": str(number % 2 == 0).lower()}
        namespace.create(document)
    done = namespace.client.delete(namespace.connectors, params={"labelSelector": "even=true"})
    assert done.status_code == 200 and done.json()["status"] == "Success"
    assert [item["metadata"]["name"] for item in namespace.list()["items"]] == ["c1", "c3"]


def test_lists_go_on_as_they_began(namespace):
    for number in range(7):
        namespace.create(connector(f"c{number}"))
    first = namespace.list(limit=3)
    assert first["metadata"]["remainingItemCount"] == 4
    namespace.client.delete(f"{namespace.connectors}/c4")
    namespace.create(connector("c9"))
    namespace.patch("c5", {"spec": {"address": "https://later"}})
    found, page = first["items"], first
    while page["metadata"].get("continue"):
        page = namespace.list(limit=3, **{"continue": page["metadata"]["continue"]})
        assert page["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
        found += page["items"]
    assert [item["metadata"]["name"] for item in found] == [f"c{number}" for number in range(7)]
    assert found[5]["spec"]["address"] == "https://git.example"
    exact = namespace.list(
        resourceVersion=first["metadata"]["resourceVersion"], resourceVersionMatch="Exact"
    )
    assert len(exact["items"]) == 7
    broken = namespace.client.get(namespace.connectors, params={"continue": "x"})
    assert broken.status_code == 400


def test_selectors(namespace):
    for name, labels in {"a": {"team": "red"}, "b": {"team": "blue", "x": "1"}, "c": {}}.items():
        document = connector(name)
        document["metadata"]["labels"] = labels
        namespace.create(document)

    def names(**query):
        return [item["metadata"]["name"] for item in namespace.list(**query)["items"]]

    assert names(labelSelector="team in (red, blue),!x") == ["a"]
    assert names(labelSelector="team!=red") == ["b", "c"]
    assert names(fieldSelector="metadata.name=c") == ["c"]
    assert names(fieldSelector=f"metadata.namespace={namespace.name}", limit=2) == ["a", "b"]
    refused = namespace.client.get(namespace.connectors, params={"fieldSelector": "spec.address=x"})
    assert refused.status_code == 400
    assert refused.json()["message"] == "field label not supported: spec.address"


def test_tables_and_metadata(namespace):
    namespace.create(connector("git"))
    table = namespace.client.get(namespace.connectors, headers={"accept": TABLE}).json()
    assert table["kind"] == "Table"
    columns = [column["name"] for column in table["columnDefinitions"]]
    assert columns == ["Name", "Class", "Address", "Ready", "Reason", "Age"]
    assert table["rows"][0]["cells"][:3] == ["git", "git", "https://git.example"]
    assert table["rows"][0]["object"]["kind"] == "PartialObjectMetadata"
    accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
    listed = namespace.client.get(namespace.connectors, headers={"accept": accept}).json()
    assert listed["kind"] == "PartialObjectMetadataList" and "spec" not in listed["items"][0]


def test_apply_conflicts_and_takes_over(namespace):
    assert namespace.apply(connector("git"), "one", status=201)
    said = namespace.apply(connector("git", address="https://two"), "two", status=409)
    assert said["message"].startswith('Apply failed with 1 conflict: conflict with "one"')
    cause = said["details"]["causes"][0]
    assert cause["reason"] == "FieldManagerConflict" and cause["field"] == ".spec.address"
    taken = namespace.apply(connector("git", address="https://two"), "two", force=True)
    owners = {entry["manager"]: entry for entry in taken["metadata"]["managedFields"]}
    assert "f:address" in owners["two"]["fieldsV1"]["f:spec"]
    assert "f:address" not in owners["one"]["fieldsV1"].get("f:spec", {})
    del (smaller := connector("git", address="https://two"))["spec"]["address"]
    assert "address" not in namespace.apply(smaller, "two")["spec"]
    text = "apiVersion: connectors.alauda.io/v1alpha1\nkind: Connector\nmetadata: {name: git}\nspec: {address: https://yaml}\n"
    applied = namespace.patch("git", text, APPLY, fieldManager="yaml")
    assert applied["spec"]["address"] == "https://yaml"
    unknown = namespace.apply(connector("git", bogus=1), "one", status=400)
    assert ".spec.bogus: field not declared in schema" in unknown["message"]
    assert (
        namespace.patch("git", connector("git"), APPLY, status=422)["details"]["causes"][0]["field"]
        == "fieldManager"
    )


def test_an_apply_may_say_which_version_it_is_for(namespace):
    made = namespace.apply(connector("git"), "one", status=201)["metadata"]
    newer = namespace.apply(connector("git", address="https://two"), "one")["metadata"]

    def apply(status, **metadata):
        document = connector("git", address="https://three")
        document["metadata"].update(metadata)
        return namespace.apply(document, "one", status=status)

    said = apply(409, resourceVersion=made["resourceVersion"])
    assert said["reason"] == "Conflict" and "the object has been modified" in said["message"]
    assert apply(409, uid="00000000-0000-0000-0000-000000000001")["reason"] == "Conflict"
    assert namespace.get("git")["spec"]["address"] == "https://two"
    applied = apply(200, resourceVersion=newer["resourceVersion"], uid=made["uid"])
    assert applied["spec"]["address"] == "https://three"
    fields = applied["metadata"]["managedFields"][0]["fieldsV1"]
    assert not fields.get("f:metadata", {}).keys() & {"f:resourceVersion", "f:uid"}
    new = connector("new")
    new["metadata"]["resourceVersion"] = newer["resourceVersion"]
    namespace.apply(new, "one", status=400)
    namespace.get("new", status=404)


def test_secrets_merge_strategically(namespace):
    made = namespace.create(secret("login", username="me", password="hunter2"))
    assert made["data"] == {"username": "KioqKioq", "password": "KioqKioq"}
    path = f"{namespace.secrets}/login"
    kept = namespace.client.put(path, json=made).json()
    assert kept["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]
    headers = {"content-type": STRATEGIC}
    merged = namespace.client.patch(path, json={"data": {"token": "dA=="}}, headers=headers).json()
    assert set(merged["data"]) == {"username", "password", "token"}
    bad = namespace.client.post(
        namespace.secrets, json={"metadata": {"name": "x"}, "data": {"a": "%"}}
    )
    assert bad.status_code == 400
    mask = namespace.client.post(
        namespace.secrets, json={"metadata": {"name": "x"}, "data": {"a": "KioqKioq"}}
    )
    assert mask.status_code == 422
    assert namespace.client.delete(path).json()["details"]["kind"] == "secrets"


def test_classes_are_shared_and_written_by_the_default_scope(namespace, admin):
    name = f"class-{namespace.name}"
    head = {
        "apiVersion": "connectors.alauda.io/v1alpha1",
        "kind": "ConnectorClass",
        "metadata": {"name": name},
    }
    document = {**head, "spec": {"auth": {"types": [{"name": "a"}]}}}
    assert namespace.client.post(CLASSES, json=document).status_code == 403
    assert admin.post(CLASSES, json=document).status_code == 201
    alias = f"{GROUP}/namespaces/{namespace.name}/connectorclasses/{name}"
    read = namespace.client.get(f"{CLASSES}/{name}").json()
    assert namespace.client.get(alias).json() == read and "namespace" not in read["metadata"]
    assert (
        admin.get(f"/v1/scopes/default/classes/{name}").json()["auth"] == document["spec"]["auth"]
    )
    said = namespace.create(
        connector("git", connectorClassName=name, auth={"name": "b"}), status=422
    )
    assert said["details"]["causes"][0]["field"] == "spec.auth.name"
    assert said["details"]["causes"][0]["reason"] == "FieldValueNotSupported"
    namespace.create(connector("git", connectorClassName=name, auth={"name": "a"}))
    # By a path with a namespace, what all share is not written.
    assert admin.delete(alias).status_code == 403
    assert admin.delete(f"{CLASSES}/{name}").status_code == 200
    namespace.create(connector("other", connectorClassName=name))


def test_a_scope_keeps_to_itself(namespace, new_scope):
    other = new_scope()
    assert namespace.client.get(f"{GROUP}/namespaces/{other.name}/connectors").status_code == 403
    namespace.create(connector("git"))
    everywhere = namespace.client.get(f"{GROUP}/connectors").json()["items"]
    assert [item["metadata"]["namespace"] for item in everywhere] == [namespace.name]
    assert [
        item["metadata"]["name"]
        for item in namespace.client.get("/api/v1/namespaces").json()["items"]
    ] == [namespace.name]


def test_discovery_in_both_forms(admin):
    assert admin.get("/api").json()["versions"] == ["v1"]
    assert admin.get("/apis").json()["groups"][0]["name"] == "connectors.alauda.io"
    resources = {one["name"]: one for one in admin.get(GROUP).json()["resources"]}
    assert resources["connectors"]["namespaced"] and not resources["connectorclasses"]["namespaced"]
    assert "connectors/status" in resources and "watch" in resources["connectors"]["verbs"]
    for version in ("v2", "v2beta1"):
        accept = f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList,application/json"
        answer = admin.get("/apis", headers={"accept": accept})
        assert answer.json()["apiVersion"] == f"apidiscovery.k8s.io/{version}"
        assert "as=APIGroupDiscoveryList" in answer.headers["content-type"]
    index = admin.get("/openapi/v3").json()["paths"]
    for path in index.values():
        assert admin.get(path["serverRelativeURL"]).json()["components"]["schemas"]
    assert admin.get("/openapi/v2").json()["swagger"] == "2.0"
    protobuf = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
    v2 = admin.get("/openapi/v2", headers={"accept": protobuf})
    assert v2.headers["content-type"].endswith("+protobuf") and v2.content.startswith(b"\n\x032.0")
