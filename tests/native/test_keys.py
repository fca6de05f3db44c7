"""/v1/scopes/{scope}/keys and /oauth/token"""

import base64
import datetime
import time

import httpx
import pytest

from support.privacera import document, export, post


def token(anyone, **options):
    return anyone.post("/oauth/token", **options)


def credentials(key, **members):
    return {
        "grant_type": "client_credentials",
        "client_id": key["id"],
        "client_secret": key["secret"],
        **members,
    }


def test_a_key_is_shown_once(scope):
    key = scope.new_key("read", "write", description="ci")
    read = scope.client.get(f"/v1/scopes/{scope.name}/keys/{key['id']}")
    assert read.status_code == 200
    assert key["secret"] not in read.text and "hash" not in read.text
    assert read.json()["permissions"] == ["read", "write"]
    assert read.json()["description"] == "ci"
    listed = scope.client.get(f"/v1/scopes/{scope.name}/keys")
    assert key["id"] in [entry["id"] for entry in listed.json()["keys"]]
    assert key["secret"] not in listed.text


def test_use_is_noted(scope):
    key = scope.new_key("read")
    path = f"/v1/scopes/{scope.name}/keys/{key['id']}"
    assert scope.client.get(path).json()["lastUsedAt"] is None
    assert export(scope.client_with(key["key"]), "x").status_code == 404
    for _ in range(100):
        if scope.client.get(path).json()["lastUsedAt"]:
            return
        time.sleep(0.05)
    raise AssertionError("the use was not noted")


def test_a_revoked_key_ends_with_its_tokens(scope, anyone):
    key = scope.new_key("read")
    bearer = token(anyone, data=credentials(key)).json()["access_token"]
    clients = [scope.client_with(key["key"]), scope.client_with(bearer)]
    assert [export(client, "x").status_code for client in clients] == [404, 404]
    path = f"/v1/scopes/{scope.name}/keys/{key['id']}"
    assert scope.client.delete(path).status_code == 204
    assert scope.client.delete(path).status_code == 204
    assert [export(client, "x").status_code for client in clients] == [403, 403]
    assert token(anyone, data=credentials(key)).status_code == 401
    assert scope.client.get(path).json()["revokedAt"]


def test_an_expired_key_is_refused(scope):
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=1)
    client = scope.client_with(scope.new_key("read", expiresAt=soon.isoformat())["key"])
    for _ in range(100):
        refused = export(client, "x")
        if refused.status_code == 403:
            assert "expired" in refused.json()["message"]
            return
        time.sleep(0.05)
    raise AssertionError("the key did not expire")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "permissions"),
        ({"permissions": []}, "permissions"),
        ({"permissions": ["fly"]}, "permissions[0]"),
        ({"permissions": "read"}, "permissions"),
        ({"permissions": ["read"], "expiresAt": "soon"}, "expiresAt"),
        ({"permissions": ["read"], "expiresAt": "2020-01-01T00:00:00Z"}, "expiresAt"),
        ({"permissions": ["read"], "description": 1}, "description"),
        ({"permissions": ["read"], "scope": "x"}, "scope"),
    ],
)
def test_a_bad_key_is_refused_by_field(scope, body, field):
    refused = scope.client.post(f"/v1/scopes/{scope.name}/keys", json=body)
    assert refused.status_code == 400
    assert field in {entry["field"] for entry in refused.json()["error"]["fields"]}


def test_a_token_by_every_way_to_send_the_secret(scope, anyone):
    key = scope.new_key("read", "write")
    form = credentials(key)
    basic = base64.b64encode(f"{key['id']}:{key['secret']}".encode()).decode()
    answers = [
        token(anyone, data=form),
        token(anyone, files={name: (None, value) for name, value in form.items()}),
        token(anyone, params=form),
        token(
            anyone,
            data={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {basic}"},
        ),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert body["token_type"].lower() == "bearer" and body["expires_in"] > 0
        assert export(scope.client_with(body["access_token"]), "x").status_code == 404


def test_the_admin_gets_a_token_too(anyone, admin_key):
    answer = token(anyone, data=credentials({"id": "admin", "secret": admin_key}))
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert anyone.get("/v1/scopes", headers=headers).status_code == 200


def test_a_token_is_refused_in_the_form_of_rfc_6749(scope, anyone):
    key = scope.new_key("read")
    wrong = token(anyone, data=credentials({**key, "secret": "no"}))
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    grant = token(anyone, data=credentials(key, grant_type="password"))
    assert (grant.status_code, grant.json()["error"]) == (400, "unsupported_grant_type")
    missing = token(anyone, data={"grant_type": "client_credentials"})
    assert (missing.status_code, missing.json()["error"]) == (400, "invalid_request")


def test_a_forged_token_is_refused(scope, anyone):
    parts = token(anyone, data=credentials(scope.new_key("read"))).json()["access_token"].split(".")
    claims = (
        base64.urlsafe_b64encode(b'{"sub":"admin","iat":0,"exp":99999999999}').decode().rstrip("=")
    )
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    for forged in (
        f"{parts[0]}.{claims}.{parts[2]}",
        f"{none}.{claims}.",
        f"{parts[0]}.{parts[1]}.",
        "..",
        "a.b",
    ):
        headers = {"Authorization": f"Bearer {forged}"}
        assert anyone.get("/v1/scopes", headers=headers).status_code == 401


def test_writing_needs_the_permission(scope):
    assert post(scope.client_with(scope.new_key("read")["key"]), document()).status_code == 403
    assert post(scope.client_with(scope.new_key("write")["key"]), document()).status_code == 201
    assert (
        export(scope.client_with(scope.new_key("write")["key"]), "Sales warehouse").status_code
        == 403
    )
    assert isinstance(scope.client, httpx.Client)
