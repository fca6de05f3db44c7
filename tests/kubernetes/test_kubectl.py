"""An unmodified kubectl does its everyday work."""

import json
import subprocess
import threading
import time

import pytest

from support.kubernetes import Kubectl, connector, secret


def test_versions_and_resources(kubectl):
    assert json.loads(kubectl.run("version", "-o", "json"))["serverVersion"]["major"] == "1"
    resources = kubectl.run("api-resources", "-o", "name").split()
    assert "connectors.connectors.alauda.io" in resources
    assert "connectorclasses.connectors.alauda.io" in resources
    assert "namespaces" in resources and "secrets" in resources


def test_apply_is_idempotent(kubectl):
    document = connector("git")
    assert "created" in kubectl.run("apply", document=document)
    version = kubectl.run("get", "connector", "git", "-o", "jsonpath={.metadata.resourceVersion}")
    assert "unchanged" in kubectl.run("apply", document=document)
    assert (
        kubectl.run("get", "connector", "git", "-o", "jsonpath={.metadata.resourceVersion}")
        == version
    )
    assert "configured" in kubectl.run("apply", document=connector("git", address="https://other"))
    assert kubectl.run("get", "connector", "git", "-o", "jsonpath={.metadata.generation}") == "2"
    del document["spec"]["address"]
    kubectl.run("apply", document=document)
    assert (
        kubectl.run("get", "connector", "git", "-o", "jsonpath={.spec}")
        == '{"connectorClassName":"git"}'
    )


def test_get_in_every_output(kubectl):
    kubectl.run("create", document=connector("git"))
    kubectl.run(
        "patch", "connector", "git", "--type=merge", "-p", '{"metadata":{"labels":{"team":"red"}}}'
    )
    table = kubectl.run("get", "connectors").splitlines()
    assert table[0].split() == ["NAME", "CLASS", "ADDRESS", "READY", "REASON", "AGE"]
    assert table[1].split()[:3] == ["git", "git", "https://git.example"]
    assert "<none>" in kubectl.run("get", "connectors", "-o", "wide") or table
    assert (
        kubectl.run("get", "connectors", "-o", "name").strip()
        == "connector.connectors.alauda.io/git"
    )
    assert json.loads(kubectl.run("get", "connector", "git", "-o", "json"))["kind"] == "Connector"
    assert "address: https://git.example" in kubectl.run("get", "connector", "git", "-o", "yaml")
    columns = kubectl.run(
        "get", "connectors", "-o", "custom-columns=N:.metadata.name,A:.spec.address", "--no-headers"
    )
    assert columns.split() == ["git", "https://git.example"]
    assert kubectl.run("get", "connectors", "-o", "jsonpath={.items[*].metadata.name}") == "git"
    assert "team=red" in kubectl.run("get", "connectors", "--show-labels")
    assert "git" in kubectl.run("get", "connectors", "--sort-by=.metadata.name")
    assert "git" in kubectl.run("get", "connectors", "-l", "team in (red,blue)")
    assert kubectl.run("get", "connectors", "-l", "team!=red", "-o", "name") == ""
    assert kubectl.namespace in kubectl.run("get", "connectors", "-A")
    assert "git" in kubectl.run("get", "alauda")
    assert kubectl.namespace in kubectl.run("get", "ns")
    assert "git" in kubectl.run("get", "connectors", "--chunk-size=1")


def test_a_missing_object_is_not_found(kubectl):
    said = kubectl.run("get", "connector", "nothing", status=1)
    assert (
        'Error from server (NotFound): connectors.connectors.alauda.io "nothing" not found' in said
    )


def test_get_watches(kubectl):
    kubectl.run("create", document=connector("first"))
    watching = kubectl.start("get", "connectors", "-w", "-o", "name", "--request-timeout=20s")
    lines = []
    reader = threading.Thread(
        target=lambda: lines.extend(iter(watching.stdout.readline, "")), daemon=True
    )
    reader.start()
    wait_for(lambda: len(lines) >= 1)
    kubectl.run("create", document=connector("second"))
    wait_for(lambda: len(lines) >= 2)
    watching.terminate()
    watching.wait(timeout=20)
    assert [line.strip().rsplit("/")[-1] for line in lines[:2]] == ["first", "second"]


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)


def test_patches_of_each_type(kubectl):
    kubectl.run("create", document=connector("git"))
    kubectl.run(
        "patch", "connector", "git", "--type=merge", "-p", '{"spec":{"address":"https://a"}}'
    )
    operations = '[{"op":"test","path":"/spec/address","value":"https://a"},{"op":"add","path":"/spec/params","value":[]}]'
    kubectl.run("patch", "connector", "git", "--type=json", "-p", operations)
    spec = json.loads(kubectl.run("get", "connector", "git", "-o", "json"))["spec"]
    assert spec == {"connectorClassName": "git", "address": "https://a", "params": []}
    said = kubectl.run(
        "patch", "connector", "git", "--type=strategic", "-p", '{"spec":{}}', status=1
    )
    assert (
        "accepted media types include: application/json-patch+json, application/merge-patch+json"
        in said
    )
    kubectl.run("label", "connector", "git", "a=b")
    kubectl.run("annotate", "connector", "git", "c=d")
    metadata = json.loads(kubectl.run("get", "connector", "git", "-o", "json"))["metadata"]
    assert metadata["labels"] == {"a": "b"} and metadata["annotations"] == {"c": "d"}
    assert metadata["generation"] == 3


def test_edit_writes_what_the_editor_leaves(kubectl, monkeypatch):
    kubectl.run("create", document=connector("git"))
    monkeypatch.setenv("KUBE_EDITOR", "sed -i s#https://git.example#https://edited#")
    assert "edited" in kubectl.run("edit", "connector", "git")
    assert (
        kubectl.run("get", "connector", "git", "-o", "jsonpath={.spec.address}") == "https://edited"
    )


def test_server_side_apply_conflicts_until_it_is_forced(kubectl):
    kubectl.run("apply", "--server-side", "--field-manager=one", document=connector("git"))
    other = connector("git", address="https://other")
    said = kubectl.run("apply", "--server-side", "--field-manager=two", document=other, status=1)
    assert 'conflict with "one"' in said and ".spec.address" in said
    kubectl.run(
        "apply", "--server-side", "--field-manager=two", "--force-conflicts", document=other
    )
    assert (
        kubectl.run("get", "connector", "git", "-o", "jsonpath={.spec.address}") == "https://other"
    )


def test_server_side_apply_goes_on_where_client_side_apply_was(kubectl):
    kubectl.run("apply", document=connector("git"))
    assert "serverside-applied" in kubectl.run(
        "apply", "--server-side", "--force-conflicts", document=connector("git")
    )
    del (smaller := connector("git"))["spec"]["address"]
    kubectl.run("apply", "--server-side", document=smaller)
    owners = json.loads(
        kubectl.run("get", "connector", "git", "-o", "json", *show_managed(kubectl))
    )
    managers = {entry["manager"] for entry in owners["metadata"]["managedFields"]}
    assert "kubectl" in managers


def show_managed(kubectl):
    """Since 1.21 managed fields are left out unless asked for."""
    return ["--show-managed-fields"] if kubectl.minor() >= 21 else []


def test_wait_sees_a_condition(kubectl, open_client):
    kubectl.run("create", document=connector("git"))
    waiting = kubectl.start("wait", "--for=condition=Ready", "connector/git", "--timeout=30s")
    status = {
        "status": {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True"}]}
    }
    path = (
        f"/apis/connectors.alauda.io/v1alpha1/namespaces/{kubectl.namespace}/connectors/git/status"
    )
    headers = {"content-type": "application/merge-patch+json"}
    assert open_client.patch(path, content=json.dumps(status), headers=headers).status_code == 200
    said, _ = waiting.communicate(timeout=40)
    assert "condition met" in said


def test_wait_sees_an_object_go(kubectl):
    document = connector("git")
    document["metadata"]["finalizers"] = ["example.com/hold"]
    kubectl.run("create", document=document)
    kubectl.run("delete", "connector", "git", "--wait=false")
    waiting = kubectl.start("wait", "--for=delete", "connector/git", "--timeout=30s")
    time.sleep(1)
    assert waiting.poll() is None
    kubectl.run(
        "patch", "connector", "git", "--type=merge", "-p", '{"metadata":{"finalizers":null}}'
    )
    assert waiting.wait(timeout=40) == 0


def test_diff_shows_what_apply_would_change(kubectl):
    kubectl.run("apply", document=connector("git"))
    assert kubectl.run("diff", document=connector("git")) == ""
    said = kubectl.run("diff", document=connector("git", address="https://other"), status=1)
    assert "-  address: https://git.example" in said and "+  address: https://other" in said
    assert (
        kubectl.run("get", "connector", "git", "-o", "jsonpath={.spec.address}")
        == "https://git.example"
    )


def test_explain_and_describe(kubectl):
    said = kubectl.run("explain", "connector.spec.auth")
    assert "secretRef" in said and "params" in said
    assert "authName" in kubectl.run("explain", "connectorclass.spec.authProbes")
    kubectl.run("create", document=connector("git"))
    assert "https://git.example" in kubectl.run("describe", "connector", "git")


def test_dry_runs_change_nothing(kubectl):
    kubectl.run("create", "--dry-run=server", document=connector("git"))
    kubectl.run("get", "connector", "git", status=1)
    kubectl.run("apply", document=connector("git"))
    kubectl.run("apply", "--dry-run=server", document=connector("git", address="https://other"))
    assert (
        kubectl.run("get", "connector", "git", "-o", "jsonpath={.spec.address}")
        == "https://git.example"
    )
    kubectl.run("delete", "connector", "git", "--dry-run=server")
    kubectl.run("get", "connector", "git")


def test_replace_and_delete(kubectl):
    kubectl.run("create", document=connector("git"))
    document = json.loads(kubectl.run("get", "connector", "git", "-o", "json"))
    document["spec"]["address"] = "https://replaced"
    kubectl.run("replace", document=document)
    document["spec"]["address"] = "https://stale"
    assert "the object has been modified" in kubectl.run("replace", document=document, status=1)
    kubectl.run("create", document=connector("other"))
    said = kubectl.run("create", document=connector("git"), status=1)
    assert "Error from server (AlreadyExists)" in said and '"git" already exists' in said
    kubectl.run("delete", "connector", "git")
    assert kubectl.run("delete", "connectors", "--all").count("deleted") == 1
    assert kubectl.run("get", "connectors", "-o", "name") == ""


def test_unknown_fields_are_refused_before_anything_is_stored(kubectl):
    said = kubectl.run("create", document=connector("git", bogus=1), status=1)
    assert "bogus" in said
    kubectl.run("create", "--validate=false", document=connector("git", bogus=1))
    assert "bogus" not in kubectl.run("get", "connector", "git", "-o", "yaml")


def test_secrets_are_kept_and_never_shown(kubectl):
    document = {
        **secret("login", username="me", password="hunter2"),
        "type": "kubernetes.io/basic-auth",
    }
    kubectl.run("apply", document=document)
    version = kubectl.run("get", "secret", "login", "-o", "jsonpath={.metadata.resourceVersion}")
    kubectl.run("apply", document=document)
    assert (
        kubectl.run("get", "secret", "login", "-o", "jsonpath={.metadata.resourceVersion}")
        == version
    )
    shown = kubectl.run("get", "secret", "login", "-o", "json")
    assert "hunter2" not in shown and "aHVudGVyMg" not in shown
    assert set(json.loads(shown)["data"]) == {"username", "password"}
    kubectl.run("patch", "secret", "login", "-p", '{"stringData":{"token":"t"}}')
    assert len(json.loads(kubectl.run("get", "secret", "login", "-o", "json"))["data"]) == 3
    kubectl.run("delete", "secret", "login")
    kubectl.run("create", "secret", "generic", "typed", "--from-literal=a=b", "--type=Opaque")
    assert kubectl.run("get", "secret", "typed", "-o", "jsonpath={.data}") == '{"a":"KioqKioq"}'


def test_classes_are_in_no_namespace(kubectl):
    name = f"class-{kubectl.namespace}"
    document = {
        "apiVersion": "connectors.alauda.io/v1alpha1",
        "kind": "ConnectorClass",
        "metadata": {"name": name},
        "spec": {"address": {"name": "address"}, "params": [{"name": "p"}]},
    }
    kubectl.run("apply", document=document)
    assert name in kubectl.run("get", "connectorclasses")
    said = kubectl.run("create", document=connector("git", connectorClassName=name), status=1)
    assert "spec.params: Required value" in said
    kubectl.run(
        "create",
        document=connector("git", connectorClassName=name, params=[{"name": "p", "value": "1"}]),
    )
    kubectl.run("delete", "connectorclass", name)


def test_tokens_work_with_tls(kubectl_program, own_host, tmp_path):
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=127.0.0.1",
        ]
        + ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("needs openssl")
    arguments = ["--tls-cert", str(certificate), "--tls-key", str(key)]
    host = own_host(arguments=arguments, scheme="https", verify=str(certificate))
    with host.client() as admin:
        assert admin.put("/v1/scopes/team", json={}).status_code == 201
        team = admin.post("/v1/scopes/team/keys", json={"permissions": ["read", "write"]}).json()[
            "key"
        ]
    config = {"server": host.url, "authority": certificate, "cache": tmp_path / "cache"}
    kubectl = Kubectl(kubectl_program, tmp_path, namespace="team", token=team, **config)
    kubectl.run("apply", document=connector("git"))
    assert "git" in kubectl.run("get", "connectors")
    assert "forbidden" in kubectl.run("get", "connectors", "-n", "default", status=1).lower()
    nobody = tmp_path / "nobody"
    nobody.mkdir()
    stranger = Kubectl(kubectl_program, nobody, namespace="team", token="wrong", **config)
    assert "logged in" in stranger.run("get", "connectors", status=1)


def test_server_side_apply_takes_over_from_client_side_apply(kubectl):
    kubectl.run("apply", document=connector("git"))
    edited = connector("git", address="https://edited")
    assert "https://edited" in kubectl.run("diff", "--server-side", document=edited, status=1)
    kubectl.run("apply", "--server-side", document=edited)
    shown = json.loads(kubectl.run("get", "connector", "git", "-o", "json"))
    assert shown["spec"]["address"] == "https://edited"
    applied = json.loads(
        shown["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"]
    )
    assert applied["spec"]["address"] == "https://edited"
    kubectl.run("apply", document=edited)


def test_what_one_may_do_and_short_names(kubectl):
    assert kubectl.run("auth", "can-i", "create", "connectors").strip() == "yes"
    assert "no" in kubectl.run("auth", "can-i", "create", "namespaces", status=1)
    assert "connectors.connectors.alauda.io" in kubectl.run("auth", "can-i", "--list")
    kubectl.run("create", document=connector("git"))
    assert "git" in kubectl.run("get", "all") and "git" in kubectl.run("get", "conn")
    assert kubectl.run("get", "--raw", "/livez") == "ok"
    assert "connectors.connectors.alauda.io" in kubectl.run("get", "crd")
    assert kubectl.run("get", "events") is not None
