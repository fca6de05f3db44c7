"""OAuth 2.0: where the user is sent, what they come back to, and what becomes of the code."""

import base64
import urllib.parse

import pytest

from support.versori import OAUTH2, SECRET, fields


def initialise(organisation, status=200, config=OAUTH2, **members):
    """A connector with a client, and what the user is sent to."""
    made = organisation.http(authSchemeConfigs=[config])
    id = made["authSchemeConfigs"][0]["grant"]["credentialId"]
    body = {
        "credential": {"id": id, "organisationId": organisation.id},
        "authorizeUrl": "https://id.example.com/authorize?tenant=1",
        "clientId": "client",
        "scopes": ["read", "write all"],
        **members,
    }
    body = {name: value for name, value in body.items() if value is not None}
    return made, organisation.post(f"/connectors/{made['id']}/oauth2/initialise", body, status)


def query_of(url):
    return urllib.parse.parse_qs(urllib.parse.urlsplit(url).query, keep_blank_values=True)


def test_the_url_to_send_the_user_to(either, anyone):
    _, answer = initialise(either)
    assert answer["url"].startswith("https://id.example.com/authorize?tenant=1&")
    query = query_of(answer["url"])
    prefix = either.root.split("/o/")[0]
    assert query.pop("state")
    assert query == {
        "tenant": ["1"],
        "redirect_uri": [f"{str(anyone.base_url).rstrip('/')}{prefix}/oauth2/callback"],
        "response_type": ["code"],
        "client_id": ["client"],
        "scope": ["read write all offline_access"],
        "prompt": ["login"],
    }


def test_what_the_url_can_be_told(organisation):
    _, answer = initialise(
        organisation,
        disableOfflineAccess=True,
        prompt="consent+select_account",
        additionalParams="audience=a%20b&x=",
    )
    query = query_of(answer["url"])
    assert query["scope"] == ["read write all"]
    assert query["prompt"] == ["consent select_account"]
    assert (query["audience"], query["x"]) == (["a b"], [""])
    _, answer = initialise(organisation, additionalParams="approval_prompt=force")
    assert "prompt" not in query_of(answer["url"])
    _, answer = initialise(organisation, additionalParams={"audience": "api"})
    assert query_of(answer["url"])["audience"] == ["api"]


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"credential": None}, "credential"),
        ({"credential": {}}, "credential.id"),
        ({"credential": {"id": "x", "organisationId": "y"}}, "credential.organisationId"),
        ({"authorizeUrl": None}, "authorizeUrl"),
        ({"authorizeUrl": "javascript:alert(1)"}, "authorizeUrl"),
        ({"clientId": None}, "clientId"),
        ({"scopes": "read"}, "scopes"),
        ({"additionalParams": 1}, "additionalParams"),
        ({"additionalParams": {"a": 1}}, "additionalParams.a"),
        ({"additionalParams": "state=mine"}, "additionalParams"),
        ({"additionalParams": "prompt=none"}, "additionalParams"),
    ],
)
def test_what_initialise_needs(organisation, members, field):
    assert field in fields(initialise(organisation, 400, **members)[1])


# Back again


def test_what_the_user_comes_back_to(either, anyone):
    _, answer = initialise(either)
    query = query_of(answer["url"])
    [callback], [state] = query["redirect_uri"], query["state"]
    page = anyone.get(callback, params={"code": "c", "state": state})
    assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
    assert "postMessage" in page.text and state not in page.text
    assert (
        page.headers["referrer-policy"] == "no-referrer"
        and page.headers["cache-control"] == "no-store"
    )
    assert (
        anyone.get(callback, params={"error": "access_denied", "state": state}).status_code == 200
    )
    nothing = anyone.get(callback, params={"state": state})
    assert nothing.status_code == 400 and "code" in fields(nothing.json())
    at = state.index(".") + 10
    changed = f"{state[:at]}{'A' if state[at] != 'A' else 'B'}{state[at + 1 :]}"
    for wrong in ({"state": changed}, {"state": ""}, {}):
        refused = anyone.get(callback, params={"code": "c", **wrong})
        assert refused.status_code == 403 and refused.json()["code"] == "403000"


def with_code(code, state, config=OAUTH2):
    credential = {"type": "oauth2-code", "name": "me", "data": {"code": code, "state": state}}
    item = {"authSchemeConfig": {"id": config["id"]}, "credential": credential}
    return {"name": "me", "credentials": {"action": [item]}, "variables": []}


def started(organisation, tool, **members):
    config = {
        **OAUTH2,
        "tokenUrl": f"{tool.url}/token",
        "additionalTokenParams": "audience=api",
        **members,
    }
    made, answer = initialise(organisation, config=config)
    return made, query_of(answer["url"])


def test_a_code_is_exchanged_for_tokens(reaching, tool):
    made, query = started(reaching, tool)
    [state] = query["state"]
    path = f"/connectors/{made['id']}/connections"
    preview = reaching.post(path, with_code("one", state), 200, params={"preview": "true"})
    assert preview["operation"] == "create" and tool.requests == [], "a preview spends no code"
    tool.answer(
        "/token",
        body={
            "access_token": "at-1",
            "refresh_token": "rt-1",
            "expires_in": 60,
            "scope": "read more",
        },
    )
    created = reaching.post(path, with_code("one", state), 200)
    [request] = tool.seen("/token")
    assert urllib.parse.parse_qs(request["body"]) == {
        "grant_type": ["authorization_code"],
        "code": ["one"],
        "redirect_uri": query["redirect_uri"],
        "client_id": ["client"],
        "audience": ["api"],
    }
    headers = dict(request["headers"])
    assert (
        headers["authorization"]
        == "Basic " + base64.b64encode(f"client:{SECRET}".encode()).decode()
    )
    credential = created["credentials"]["action"][0]["credential"]
    shown = {"scopes": ["read", "more"], "accessToken": "******", "refreshToken": "******"}
    assert (credential["type"], credential["data"]) == ("oauth2-token", shown)
    assert "expiresAt" not in credential, "it can be refreshed"
    assert reaching.get(f"{path}/me") == created


def test_a_token_that_cannot_be_refreshed_expires(reaching, tool):
    made, query = started(reaching, tool)
    tool.answer("/token", body={"access_token": "at-1", "expires_in": "60"})
    created = reaching.post(
        f"/connectors/{made['id']}/connections", with_code("one", query["state"][0]), 200
    )
    credential = created["credentials"]["action"][0]["credential"]
    assert credential["data"] == {
        "scopes": ["read", "write all", "offline_access"],
        "accessToken": "******",
    }
    assert credential["expiresAt"]


def test_what_a_token_endpoint_says_against_a_code(reaching, tool):
    made, query = started(reaching, tool)
    path, body = f"/connectors/{made['id']}/connections", with_code("one", query["state"][0])
    code = "credentials.action[0].credential.data.code"
    token_url = "credentials.action[0].authSchemeConfig.id"
    moved = {"location": f"{tool.url}/elsewhere"}
    table = [
        (
            {"status": 400, "body": {"error": "invalid_grant", "error_description": "it was used"}},
            code,
            "invalid_grant: it was used",
        ),
        ({"status": 500, "body": "oops"}, code, "answers 500"),
        ({"status": 200, "body": "access_token=x"}, code, "without a token"),
        ({"status": 307, "headers": moved}, code, "answers 307"),
    ]
    for answer, field, why in table:
        tool.answer("/token", **answer)
        assert why in fields(reaching.post(path, body, 400))[field]
    assert tool.seen("/elsewhere") == []
    assert reaching.get(path)["totalCount"] == 0
    tool.close()
    assert "cannot be fetched" in fields(reaching.post(path, body, 400))[token_url]


def test_whose_code_it_is(organisation):
    made, answer = initialise(
        organisation, config={**OAUTH2, "tokenUrl": "http://127.0.0.1:1/token"}
    )
    [state] = query_of(answer["url"])["state"]
    path = f"/connectors/{made['id']}/connections"
    in_state = "credentials.action[0].credential.data.state"
    error = organisation.post(path, with_code("one", state), 400)
    assert "not public" in fields(error)["credentials.action[0].authSchemeConfig.id"]
    other = organisation.http(authSchemeConfigs=[OAUTH2])
    error = organisation.post(
        f"/connectors/{other['id']}/connections", with_code("one", state), 400
    )
    assert "another connector" in fields(error)[in_state]
    config = made["authSchemeConfigs"][0]
    grant = {**config["grant"], "clientId": "other"}
    organisation.put(
        f"/connectors/{made['id']}/auth-scheme-configs/oauth2", {**config, "grant": grant}
    )
    assert "clientId" in fields(organisation.post(path, with_code("one", state), 400))[in_state]
    # A code from elsewhere is kept as it is.
    kept = organisation.post(path, with_code("one", "of my own"), 200)["credentials"]["action"][0][
        "credential"
    ]
    assert (kept["type"], kept["data"]) == ("oauth2-token", {})
