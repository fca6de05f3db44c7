"""What is asked for twice under one Idempotency-Key is done once, and no header of a client says what functions say."""

import uuid


def key():
    return {"Idempotency-Key": str(uuid.uuid4())}


def test_a_key_is_made_once_and_told_twice(scope):
    path, body, headers = f"/v1/scopes/{scope.name}/keys", {"permissions": ["read"]}, key()
    first = scope.admin.post(path, json=body, headers=headers)
    again = scope.admin.post(path, json=body, headers=headers)
    assert first.status_code == 201, first.text
    assert (again.status_code, again.json()) == (201, first.json())
    other = scope.admin.post(path, json={"permissions": ["write"]}, headers=headers)
    assert other.status_code == 400


def test_probes_asked_for_twice_are_one_round(scope):
    path, headers = f"/v1/scopes/{scope.name}/probes", key()
    first = scope.admin.post(path, json={}, headers=headers)
    again = scope.admin.post(path, json={}, headers=headers)
    assert first.status_code == again.status_code == 202, first.text
    assert first.json()["id"] == again.json()["id"]


def test_a_client_cannot_say_that_a_request_was_handed_over(scope):
    claims = {"x-patchbay-handed-over": "1", "x-patchbay-origin": "x https://evil.example"}
    path = f"/v1/scopes/{scope.name}"
    # Its trigger is another function than the one that it belongs to.
    answer = scope.admin.put(path, json={}, headers=claims)
    assert answer.status_code == 200, answer.text
    assert scope.admin.get(path, headers=claims).status_code == 200
