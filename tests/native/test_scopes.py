"""/v1/scopes"""

import uuid

import pytest


def test_what_is_left_out_is_generated_and_kept(admin):
    name = f"t-{uuid.uuid4().hex[:20]}"
    created = admin.put(f"/v1/scopes/{name}", json={})
    assert created.status_code == 201
    document = created.json()
    assert document["name"] == name
    assert uuid.UUID(document["environmentId"])
    assert len(document["organisationId"]) == 26
    assert document["runtimePlaneId"] > 0
    again = admin.put(f"/v1/scopes/{name}")
    assert again.status_code == 200
    assert again.json() == document == admin.get(f"/v1/scopes/{name}").json()


def test_what_is_given_is_taken_and_the_rest_stays(admin, scope):
    environment = str(uuid.uuid4())
    settings = {
        "environmentId": environment,
        "tenant": f"tenant-{scope.name}",
        "createdAt": "2024-01-02T03:04:05Z",
    }
    changed = admin.put(f"/v1/scopes/{scope.name}", json=settings).json()
    assert changed["environmentId"] == environment
    assert changed["createdAt"] == "2024-01-02T03:04:05.000Z"
    assert changed["organisationId"] == scope.document["organisationId"]
    assert admin.get(f"/v1/scopes/{scope.name}").json() == changed


@pytest.mark.parametrize("member", ["environmentId", "organisationId", "runtimePlaneId", "tenant"])
def test_a_name_of_another_scope_is_refused_by_name(admin, scope, new_scope, member):
    other = new_scope()
    refused = admin.put(f"/v1/scopes/{other.name}", json={member: scope.document[member]})
    assert refused.status_code == 409, refused.text
    assert member.lower() in refused.json()["error"]["message"].lower().replace(" ", "").replace(
        "_", ""
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"environmentId": "no"},
        {"organisationId": "no"},
        {"runtimePlaneId": "7"},
        {"runtimePlaneId": -1},
        {"tenant": 4},
        {"createdAt": "yesterday"},
        {"secretStore": "vault"},
        {"bogus": 1},
        {"name": "another"},
    ],
)
def test_a_bad_setting_is_named(admin, scope, settings):
    refused = admin.put(f"/v1/scopes/{scope.name}", json=settings)
    assert refused.status_code == 400
    assert {field["field"] for field in refused.json()["error"]["fields"]} == set(settings)


@pytest.mark.parametrize("name", ["UPPER", "a.b", "-a", "a_b", "x" * 64])
def test_a_bad_name_is_refused(admin, name):
    assert admin.put(f"/v1/scopes/{name}", json={}).status_code == 400


def test_all_scopes_are_listed_for_the_admin_only(admin, scope):
    names = [listed["name"] for listed in admin.get("/v1/scopes").json()["scopes"]]
    assert {"default", scope.name} <= set(names)
    assert scope.client.get("/v1/scopes").status_code == 403
    assert scope.client.put(f"/v1/scopes/{scope.name}", json={}).status_code == 403
