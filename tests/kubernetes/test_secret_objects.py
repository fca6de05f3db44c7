"""Secrets, as an API server keeps them; their values are never shown."""

import base64
import json

import pytest

from support.kubernetes import APPLY, STRATEGIC, secret

MASK = base64.b64encode(b"******").decode()


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def patch(namespace, name, body, media_type=STRATEGIC, status=200, **query):
    headers = {"content-type": media_type}
    answer = namespace.client.patch(
        f"{namespace.secrets}/{name}", content=json.dumps(body), headers=headers, params=query
    )
    assert answer.status_code == status, answer.text
    return answer.json()


def apply(namespace, manager, data, status=200, **query):
    document = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": data}
    return patch(namespace, "s", document, APPLY, status, fieldManager=manager, **query)


def test_base64_may_have_line_breaks(namespace):
    document = {**secret("s"), "data": {"a": "aHVu\ndGVy\r\nMg==\n"}}
    del document["stringData"]
    assert namespace.create(document)["data"] == {"a": MASK}
    assert apply(namespace, "me", {"a": encoded("hunter2")})["data"] == {"a": MASK}
    namespace.create({**document, "metadata": {"name": "t"}, "data": {"a": "%%"}}, status=400)


def test_what_is_immutable_stays_so(namespace):
    made = namespace.create({**secret("s", a="1"), "immutable": True})
    for body in (
        {"immutable": False},
        {"immutable": None},
        {"data": {"a": encoded("2")}},
        {"data": {"b": encoded("2")}},
    ):
        said = patch(namespace, "s", body, status=422)
        assert "field is immutable when `immutable` is set" in said["message"]
    patch(namespace, "s", {"metadata": {"labels": {"x": "y"}}, "data": {"a": encoded("1")}})
    assert made["immutable"] is True


def test_an_apply_compares_values(namespace):
    apply(namespace, "one", {"a": encoded("x")}, status=201)
    shared = apply(namespace, "two", {"a": encoded("x")})
    assert {entry["manager"] for entry in shared["metadata"]["managedFields"]} == {"one", "two"}
    said = apply(namespace, "two", {"a": encoded("y")}, status=409)
    assert said["details"]["causes"][0]["field"] == ".data.a"


def test_a_value_belongs_to_who_wrote_it_last(namespace):
    apply(namespace, "one", {"a": encoded("x"), "b": encoded("z")}, status=201)
    changed = patch(namespace, "s", {"data": {"a": encoded("y")}}, fieldManager="two")
    owned = {
        entry["manager"]: entry["fieldsV1"].get("f:data", {})
        for entry in changed["metadata"]["managedFields"]
    }
    assert "f:a" in owned["two"] and "f:a" not in owned["one"] and "f:b" in owned["one"]
    same = patch(namespace, "s", {"data": {"a": encoded("y")}}, fieldManager="three")
    assert same["metadata"]["resourceVersion"] == changed["metadata"]["resourceVersion"]


def test_strategic_patches_merge_lists_and_follow_directives(namespace):
    document = secret("s", a="1", b="2")
    document["metadata"]["finalizers"] = ["x.io/a", "x.io/b"]
    namespace.create(document)
    merged = patch(namespace, "s", {"metadata": {"finalizers": ["x.io/c"]}})
    assert merged["metadata"]["finalizers"] == ["x.io/a", "x.io/b", "x.io/c"]
    fewer = patch(
        namespace,
        "s",
        {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x.io/a", "x.io/b", "x.io/c"]}},
    )
    assert "finalizers" not in fewer["metadata"]
    assert set(
        patch(namespace, "s", {"data": {"$retainKeys": ["b", "c"], "c": encoded("3")}})["data"]
    ) == {"b", "c"}
    assert set(
        patch(namespace, "s", {"data": {"$patch": "replace", "d": encoded("4")}})["data"]
    ) == {"d"}
    patch(namespace, "s", {"data": {"$patch": "other"}}, status=400)


@pytest.mark.parametrize("name", [".", "..", "..x", "a b", "a/b"])
def test_names_of_entries_are_file_names(namespace, name):
    said = namespace.create({**secret("s"), "stringData": {name: "x"}}, status=422)
    assert said["details"]["causes"][0]["field"] == f"data[{name}]"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("kubernetes.io/tls", {"tls.crt": "x"}),
        ("kubernetes.io/ssh-auth", {"other": "x"}),
        ("kubernetes.io/basic-auth", {"other": "x"}),
        ("kubernetes.io/dockerconfigjson", {".dockerconfigjson": "no json"}),
        ("kubernetes.io/service-account-token", {"token": "x"}),
    ],
)
def test_types_want_their_entries(namespace, kind, data):
    said = namespace.create({**secret("s", **data), "type": kind}, status=422)
    assert said["reason"] == "Invalid" and "hunter2" not in said["message"]


def test_sizes_and_types(namespace):
    assert (
        namespace.create(secret("big", a="x" * (1024 * 1024 + 1)), status=422)["reason"]
        == "Invalid"
    )
    assert namespace.create({**secret("s", a="b"), "type": ""})["type"] == "Opaque"
    namespace.create({**secret("wrong"), "data": {"a": 1}}, status=400)
