"""/v1/scopes/{scope}/revisions: what was done to which object, by whom and when."""

import uuid
from datetime import UTC, datetime

import pytest

from support.sailpoint import config, file, tenant_of


def revisions(scope, **query):
    response = scope.client.get(f"/v1/scopes/{scope.name}/revisions", params=query)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.fixture
def imported(scope):
    """A scope in which two objects were created, and one of them changed."""
    tenant = tenant_of(scope)
    source = config(
        "SOURCE",
        "s",
        "directory",
        {"connector": "ldap", "connectorAttributes": {"password": "hunter2"}},
    )
    tenant.run_import(file(source, config("TRANSFORM", "t", "lower", {"type": "lower"})))
    tenant.run_import(file(source, config("TRANSFORM", "t", "lower", {"type": "upper"})))
    return scope


def test_every_change_of_a_configuration_object_is_told(imported):
    log = revisions(imported, kind="configuration-object")
    assert (log["count"], log["next"]) == (2, None)
    assert [entry["operation"] for entry in log["revisions"]] == ["create", "update"]
    assert [entry["generation"] for entry in log["revisions"]] == [1, 2]
    first = log["revisions"][0]
    assert set(first) == {"revision", "operation", "actor", "at", "generation", "object"}
    assert set(first["object"]) == {"id", "kind", "name", "slug"}
    assert (first["object"]["kind"], first["object"]["name"]) == ("configuration-object", "lower")
    assert first["actor"] == imported.key.split(".")[0] or first["actor"] in imported.key
    age = datetime.now(UTC) - datetime.fromisoformat(first["at"].replace("Z", "+00:00"))
    assert abs(age.total_seconds()) < 600
    one = revisions(imported, object=first["object"]["id"])
    assert one["revisions"] == log["revisions"]
    assert revisions(imported, object=str(uuid.UUID(first["object"]["id"])))["count"] == 2
    assert revisions(imported, name="lower")["revisions"] == log["revisions"]


def test_the_log_is_read_page_by_page_and_has_no_secrets(imported):
    whole = revisions(imported)
    assert whole["count"] == len(whole["revisions"]) and "hunter2" not in str(whole)
    assert {entry["object"]["kind"] for entry in whole["revisions"]} >= {
        "connector",
        "secret",
        "job",
        "configuration-object",
    }
    assert not {entry["object"]["kind"] for entry in whole["revisions"]} & {
        "key",
        "scope",
        "idempotency-key",
    }
    paged, after = [], 0
    while after is not None:
        page = revisions(imported, limit=3, after=after)
        paged += page["revisions"]
        after = page["next"]
    numbers = [entry["revision"] for entry in paged]
    assert numbers == sorted(set(numbers))
    assert numbers[: whole["count"]] == [entry["revision"] for entry in whole["revisions"]]


def test_what_is_asked_wrongly_is_told_field_by_field(scope):
    response = scope.client.get(
        f"/v1/scopes/{scope.name}/revisions",
        params={"kind": "key", "object": "x", "after": "-1", "limit": "0"},
    )
    assert response.status_code == 400
    assert [fault["field"] for fault in response.json()["error"]["fields"]] == [
        "kind",
        "object",
        "after",
        "limit",
    ]


def test_the_log_is_that_of_the_scope(imported, new_scope):
    other = new_scope()
    assert revisions(other)["count"] == 0
    assert other.client.get(f"/v1/scopes/{imported.name}/revisions").status_code == 403
    prober = other.client_with(other.new_key("probe")["key"])
    assert prober.get(f"/v1/scopes/{other.name}/revisions").status_code == 403
