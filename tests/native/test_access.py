"""Every route of the table, without a credential and with the key of another scope."""

import pytest

REFUSED = (401, 403)


def paths(routes, scope):
    """Every route with parameters that name the scope, or else something that is not there."""
    values = {
        "scope": scope.name,
        "namespace": scope.name,
        "environment": scope.document["environmentId"],
        "organisation": scope.document["organisationId"],
    }
    for route in routes:
        segments = [
            values.get(s[1:], "x") if s.startswith(":") else s for s in route["path"].split("/")
        ]
        names_scope = any(s[1:] in values for s in route["path"].split("/") if s.startswith(":"))
        yield route, "/".join(segments), names_scope


def test_without_a_credential_nothing_is_answered(routes, scope, anyone):
    for route, path, _ in paths(routes, scope):
        if route["access"] != "nothing":
            answer = anyone.request(route["method"], path)
            assert answer.status_code in REFUSED, (route, answer.text)


@pytest.mark.parametrize("key", ["nonsense", "pbk_0_0", "a.b.c"])
def test_with_a_bad_credential_nothing_is_answered(routes, scope, anyone, key):
    for route, path, _ in paths(routes, scope):
        if route["access"] != "nothing":
            answer = anyone.request(
                route["method"], path, headers={"Authorization": f"Bearer {key}"}
            )
            assert answer.status_code in REFUSED, (route, answer.text)


def test_a_key_can_do_nothing_in_another_scope(routes, scope, new_scope):
    stranger = new_scope()
    walked = 0
    for route, path, names_scope in paths(routes, scope):
        if route["access"] == "nothing" or not names_scope:
            continue
        answer = stranger.client.request(route["method"], path)
        assert answer.status_code == 403, (route, answer.status_code, answer.text)
        walked += 1
    assert walked


def test_installation_routes_are_not_for_keys(routes, scope):
    for route, path, _ in paths(routes, scope):
        if route["access"] == "installation":
            assert scope.client.request(route["method"], path).status_code == 403, route


def test_headers_that_claim_an_identity_are_not_believed(anyone, scope):
    claims = {
        "x-forwarded-user": "admin",
        "spin-path-match-scope": "default",
        "x-patchbay-handed-over": "1",
    }
    assert anyone.get(f"/v1/scopes/{scope.name}", headers=claims).status_code == 401
