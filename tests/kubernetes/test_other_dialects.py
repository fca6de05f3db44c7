"""What other APIs do to objects that Kubernetes manages."""

import pytest

from support import versori
from support.kubernetes import connector
from support.pingone import Environment

PARAMS = [{"name": "region", "value": "eu"}]


@pytest.fixture
def environment(scope):
    """The namespace as PingOne has it."""
    return Environment(scope)


def managers(document):
    return {entry["manager"]: entry for entry in document["metadata"]["managedFields"]}


def instance_of(environment, name):
    [found] = [one for one in environment.list() if one["name"] == name]
    return found


def test_what_another_api_changes_is_its_own_and_an_apply_is_told(namespace, environment):
    wanted = connector("git", params=PARAMS)
    namespace.apply(wanted, "one", status=201)
    shown = instance_of(environment, "git")
    shown["properties"]["region"]["value"] = "us"
    assert environment.replace(shown["id"], shown).status_code == 200
    owners = managers(namespace.get("git"))
    entry = owners["patchbay-pingone"]
    assert (entry["operation"], entry["apiVersion"]) == ("Update", "connectors.alauda.io/v1alpha1")
    assert "f:params" in entry["fieldsV1"]["f:spec"]
    assert "f:params" not in owners["one"]["fieldsV1"]["f:spec"]
    said = namespace.apply(wanted, "one", status=409)
    assert (
        'conflict with "patchbay-pingone" using connectors.alauda.io/v1alpha1: .spec.params'
        in said["message"]
    )
    taken = namespace.apply(wanted, "one", force=True)
    assert taken["spec"]["params"] == PARAMS
    assert "patchbay-pingone" not in managers(taken)


def test_a_write_that_changes_nothing_leaves_the_owners_as_they_are(namespace, environment):
    before = namespace.apply(connector("git", params=PARAMS), "one", status=201)
    shown = instance_of(environment, "git")
    assert environment.replace(shown["id"], shown).status_code == 200
    assert namespace.get("git") == before


def test_a_clone_is_nobodys(namespace, environment):
    """It would be selected, pruned or kept alive by what manages the other one."""
    document = connector("git", params=PARAMS)
    document["metadata"].update(
        labels={"app.kubernetes.io/instance": "team"},
        annotations={
            "cpaas.io/description": "Ours",
            "argocd.argoproj.io/tracking-id": "team:x/Connector:a/git",
        },
        finalizers=["example.com/keep"],
        ownerReferences=[
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "name": "x",
                "uid": "00000000-0000-0000-0000-000000000001",
            }
        ],
    )
    namespace.apply(document, "one", status=201)
    clone = environment.clone(instance_of(environment, "git")["id"])
    assert clone.status_code == 201, clone.text
    [other] = [item for item in namespace.list()["items"] if item["metadata"]["name"] != "git"]
    assert other["spec"] == namespace.get("git")["spec"]
    metadata = other["metadata"]
    assert not metadata.keys() & {
        "labels",
        "finalizers",
        "ownerReferences",
        "managedFields",
        "deletionTimestamp",
    }
    assert metadata["annotations"] == {"cpaas.io/description": "Ours"}
    assert namespace.list(labelSelector="app.kubernetes.io/instance=team")["items"] != []
    namespace.client.delete(f"{namespace.connectors}/git")
    assert "deletionTimestamp" in namespace.get("git")["metadata"]
    late = environment.clone(instance_of(environment, "git")["id"]).json()
    assert environment.delete(late["id"]).status_code == 204
    assert environment.get(late["id"]).status_code == 404


def test_operations_on_several_objects_are_told_of_too(namespace, scope):
    """Versori changes a connector together with what belongs to it."""
    organisation = versori.Organisation(scope)
    made = organisation.http(name="erp", baseUrl="https://one.example")
    shown = namespace.list()["items"][0]
    name = shown["metadata"]["name"]
    wanted = {key: shown[key] for key in ("apiVersion", "kind", "spec")}
    wanted["metadata"] = {"name": name}
    namespace.apply(wanted, "one", force=True)
    changed = organisation.get(f"/connectors/{made['id']}")
    organisation.put(
        f"/connectors/{made['id']}", versori.update_of(changed, baseUrl="https://two.example")
    )
    assert "f:address" in managers(namespace.get(name))["patchbay-versori"]["fieldsV1"]["f:spec"]
    said = namespace.apply(wanted, "one", status=409)
    assert 'conflict with "patchbay-versori"' in said["message"]
