"""What a class may declare, and what its connectors may say."""

import uuid

import pytest

from support.kubernetes import CLASSES, MERGE, connector


@pytest.fixture
def class_name(admin):
    name = f"c-{uuid.uuid4().hex[:16]}"
    yield name
    admin.delete(f"{CLASSES}/{name}")


def make(admin, name, spec, status=201):
    document = {
        "apiVersion": "connectors.alauda.io/v1alpha1",
        "kind": "ConnectorClass",
        "metadata": {"name": name},
        "spec": spec,
    }
    answer = admin.post(CLASSES, json=document)
    assert answer.status_code == status, answer.text
    return answer.json()


def cel(expression):
    return {"livenessProbe": {"http": {"path": "/", "response": {"cel": expression}}}}


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({"params": [{"name": "p", "type": "number"}]}, "spec.params[0].type"),
        ({"params": [{"name": "p", "type": "boolean"}]}, "spec.params[0].type"),
        ({"params": [{"name": "p", "type": "String"}]}, "spec.params[0].type"),
        ({"address": {"name": "a", "type": "number"}}, "spec.address.type"),
        ({"params": [{"name": "p", "enum": ["a"], "default": "b"}]}, "spec.params[0].default"),
        ({"params": [{"name": "p", "default": 5}]}, "spec.params[0].default"),
        ({"params": [{"name": "p"}, {"name": "p"}]}, "spec.params[1].name"),
        (
            {"configurations": [{"name": "c", "data": {"a/b": "x"}}]},
            "spec.configurations[0].data[a/b]",
        ),
        (cel("'x'"), "spec.livenessProbe.http.response.cel"),
        (cel("1 + 1"), "spec.livenessProbe.http.response.cel"),
        (cel("response.statusCode"), "spec.livenessProbe.http.response.cel"),
    ],
)
def test_a_class_that_cannot_be_used_is_refused(admin, class_name, spec, field):
    said = make(admin, class_name, spec, status=422)
    assert [cause["field"] for cause in said["details"]["causes"]] == [field]


def test_connectors_fit_their_class(admin, class_name, namespace):
    properties = {"a": {"type": "string"}, "b": {"type": "array"}}
    make(
        admin,
        class_name,
        {
            "params": [
                {
                    "name": "o",
                    "type": "object",
                    "properties": properties,
                    "default": {"a": "x", "b": []},
                }
            ]
        },
    )

    def fields(**spec):
        said = namespace.create(connector("git", connectorClassName=class_name, **spec), status=422)
        return [cause["field"] for cause in said["details"]["causes"]]

    given = [{"name": "o", "value": {"a": 1, "c": "x"}}]
    assert fields(params=given) == [f"spec.params[0].value.{name}" for name in ("a", "b", "c")]
    assert fields(params=[{"name": "o", "value": {"a": "x", "b": []}}] * 2) == [
        "spec.params[1].name"
    ]
    for reference, name in (
        ({"kind": "ConfigMap"}, "kind"),
        ({"apiVersion": "v2"}, "apiVersion"),
        ({"uid": "u"}, "uid"),
        ({"resourceVersion": "1"}, "resourceVersion"),
    ):
        assert fields(auth={"secretRef": {"name": "s", **reference}}) == [
            f"spec.auth.secretRef.{name}"
        ]


def test_what_has_not_changed_is_not_validated_anew(admin, class_name, namespace):
    make(admin, class_name, {"params": [{"name": "p"}]})
    namespace.create(
        connector("git", connectorClassName=class_name, params=[{"name": "p", "value": "x"}])
    )
    answer = admin.patch(
        f"{CLASSES}/{class_name}",
        json={"spec": {"params": [{"name": "q"}]}},
        headers={"content-type": MERGE},
    )
    assert answer.status_code == 200, answer.text
    assert (
        namespace.patch("git", {"spec": {"address": "https://b"}})["spec"]["address"] == "https://b"
    )
    namespace.patch("git", {"spec": {"params": [{"name": "p", "value": "y"}]}}, status=422)


def test_conditions_are_true_false_or_unknown(namespace):
    namespace.create(connector("git"))
    status = {"status": {"conditions": [{"type": "Ready", "status": "yes"}]}}
    said = namespace.patch("git", status, part="/status", status=422)
    assert said["details"]["causes"][0]["field"] == "status.conditions[0].status"
