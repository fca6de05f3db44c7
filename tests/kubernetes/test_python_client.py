"""The PyPI package `kubernetes`."""

import pytest
from kubernetes.dynamic.exceptions import ConflictError, NotFoundError

import kubernetes
from support.kubernetes import connector, secret

WHERE = {"group": "connectors.alauda.io", "version": "v1alpha1", "plural": "connectors"}


@pytest.fixture
def client(namespace, base_url):
    configuration = kubernetes.client.Configuration(host=base_url)
    configuration.api_key = {"authorization": f"Bearer {namespace.scope.key}"}
    with kubernetes.client.ApiClient(configuration) as client:
        yield client


def test_custom_objects(client, namespace):
    api = kubernetes.client.CustomObjectsApi(client)
    where = {**WHERE, "namespace": namespace.name}
    made = api.create_namespaced_custom_object(**where, body=connector("git"))
    assert api.get_namespaced_custom_object(**where, name="git") == made
    assert len(api.list_namespaced_custom_object(**where)["items"]) == 1
    patched = api.patch_namespaced_custom_object(
        **where, name="git", body={"spec": {"address": "https://b"}}
    )
    patched["spec"]["address"] = "https://c"
    replaced = api.replace_namespaced_custom_object(**where, name="git", body=patched)
    assert replaced["spec"]["address"] == "https://c"
    status = {"status": {"observedGeneration": 1}}
    # A probe may have written, too, here and while it is watched.
    patched = api.patch_namespaced_custom_object_status(**where, name="git", body=status)
    assert patched["status"]["observedGeneration"] == 1
    watch = kubernetes.watch.Watch()
    events = list(watch.stream(api.list_namespaced_custom_object, **where, timeout_seconds=1))
    assert [event["type"] for event in events][:1] == ["ADDED"]
    assert api.delete_namespaced_custom_object(**where, name="git")["status"] == "Success"
    with pytest.raises(kubernetes.client.ApiException) as missing:
        api.get_namespaced_custom_object(**where, name="git")
    assert missing.value.status == 404


def test_the_dynamic_client(client, namespace):
    dynamic = kubernetes.dynamic.DynamicClient(client)
    api = dynamic.resources.get(api_version="connectors.alauda.io/v1alpha1", kind="Connector")
    api.create(body=connector("git"), namespace=namespace.name)
    assert api.get(name="git", namespace=namespace.name).spec.address == "https://git.example"
    applied = connector("git", address="https://applied")
    with pytest.raises(ConflictError):
        api.server_side_apply(body=applied, namespace=namespace.name, field_manager="me")
    forced = api.server_side_apply(
        body=applied, namespace=namespace.name, field_manager="me", force_conflicts=True
    )
    assert forced.spec.address == "https://applied"
    api.patch(
        body={"metadata": {"labels": {"a": "b"}}},
        name="git",
        namespace=namespace.name,
        content_type="application/merge-patch+json",
    )
    events = [event["type"] for event in api.watch(namespace=namespace.name, timeout=1)]
    assert events[0] == "ADDED"
    api.delete(name="git", namespace=namespace.name)
    with pytest.raises(NotFoundError):
        api.get(name="git", namespace=namespace.name)


def test_secrets_and_namespaces_of_the_core_client(client, namespace):
    core = kubernetes.client.CoreV1Api(client)
    made = core.create_namespaced_secret(namespace.name, secret("login", password="hunter2"))
    assert set(made.data) == {"password"} and made.type == "Opaque"
    assert [one.metadata.name for one in core.list_namespaced_secret(namespace.name).items] == [
        "login"
    ]
    core.patch_namespaced_secret("login", namespace.name, {"stringData": {"user": "me"}})
    assert set(core.read_namespaced_secret("login", namespace.name).data) == {"password", "user"}
    core.delete_namespaced_secret("login", namespace.name)
    assert core.read_namespace(namespace.name).status.phase == "Active"
