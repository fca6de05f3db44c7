"""Connections: credentials of every type, order, variables, and what is in use."""

import concurrent.futures

import pytest

from support.versori import (
    BASIC,
    KEY,
    NONE,
    OAUTH2,
    SECRET,
    connection,
    fields,
    http_connector,
    string_credential,
)

# Every type with its data, and what may be shown of it.
TYPES = [
    ("none", {}, {}),
    ("string", {"value": SECRET}, {"value": "******"}),
    ("binary", {"valueBase64": "c2VjcmV0"}, {"valueBase64": "******"}),
    ("basic-auth", {"username": "u", "password": SECRET}, {"username": "u", "password": "******"}),
    (
        "oauth2-client",
        {
            "clientId": "c",
            "clientSecret": SECRET,
            "authorizeUrl": "",
            "tokenUrl": "https://id.example.com/token",
        },
        {
            "clientId": "c",
            "authorizeUrl": "",
            "tokenUrl": "https://id.example.com/token",
            "clientSecret": "******",
        },
    ),
    (
        "oauth2-password",
        {"username": "u", "password": SECRET},
        {"username": "u", "password": "******"},
    ),
    (
        "oauth2-token",
        {"scopes": ["a"], "accessToken": SECRET, "refreshToken": SECRET},
        {"scopes": ["a"], "accessToken": "******", "refreshToken": "******"},
    ),
    ("custom-function", {"config": {"deep": SECRET}}, {"config": "******"}),
    (
        "certificate",
        {"certificate": "pem", "key": SECRET, "ca": "pem"},
        {"certificate": "pem", "ca": "pem", "key": "******"},
    ),
    ("jwt-bearer", {"privateKey": SECRET}, {"privateKey": "******"}),
]


def path_of(connector, connection=None):
    path = f"/connectors/{connector['id']}/connections"
    return path if connection is None else f"{path}/{connection['id']}"


def with_credential(credential):
    return {
        "name": "prod",
        "credentials": {"action": [{"authSchemeConfig": NONE, "credential": credential}]},
    }


@pytest.mark.parametrize(("kind", "data", "shown"), TYPES, ids=[kind for kind, _, _ in TYPES])
def test_every_type_of_credential(organisation, kind, data, shown):
    made = organisation.http()
    body = with_credential({"type": kind, "name": "mine", "data": data})
    created = organisation.post(path_of(made), body, 200)
    [item] = created["credentials"]["action"]
    credential = item["credential"]
    assert credential == {
        "id": credential["id"],
        "organisationId": organisation.id,
        "type": kind,
        "name": "mine",
        "data": shown,
    }
    assert item["authSchemeConfig"] == NONE and item["id"]
    assert organisation.get(path_of(made, created)) == created
    assert organisation.get(f"/connectors/{made['id']}")["connections"] == [created]


def test_a_code_is_read_back_as_a_token(organisation):
    made = organisation.http()
    body = with_credential({"type": "oauth2-code", "data": {"code": SECRET, "state": SECRET}})
    credential = organisation.post(path_of(made), body, 200)["credentials"]["action"][0][
        "credential"
    ]
    assert (credential["type"], credential["data"]) == ("oauth2-token", {})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"credentials": {"action": []}}, "name"),
        ({"name": "a"}, "credentials"),
        ({"name": "a", "credentials": {}}, "credentials"),
        ({"name": "a", "credentials": {"action": {}}}, "credentials.action"),
        ({"name": "a", "credentials": {"action": [{}]}}, "credentials.action[0].authSchemeConfig"),
        (
            {"name": "a", "credentials": {"trigger": [{"authSchemeConfig": {"id": "unknown"}}]}},
            "credentials.trigger[0].authSchemeConfig.id",
        ),
        (with_credential({"type": "magic"}), "credentials.action[0].credential.type"),
        (
            with_credential({"type": "string", "data": {}}),
            "credentials.action[0].credential.data.value",
        ),
        (
            with_credential(string_credential("******")),
            "credentials.action[0].credential.data.value",
        ),
        (with_credential({"id": "x"}), "credentials.action[0].credential.id"),
        (
            with_credential({"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}),
            "credentials.action[0].credential.id",
        ),
        ({**connection("a"), "variables": [{"name": "x"}]}, "variables[0].value"),
    ],
)
def test_what_is_wrong_is_named(organisation, body, field):
    made = organisation.http()
    assert field in fields(organisation.post(path_of(made), body, 400))
    assert organisation.get(path_of(made)) == {"totalCount": 0, "items": []}


def test_names_are_unique_within_a_connector(organisation):
    made = organisation.http()
    first = organisation.connect(made)
    assert organisation.post(path_of(made), connection("prod"), 409)["code"] == "409001"
    organisation.connect(organisation.http())
    second = organisation.connect(made, "test")
    organisation.put(path_of(made, second), {"id": second["id"], "name": "prod"}, 409)
    organisation.put(path_of(made, first), {"id": first["id"], "name": "prod"})


def test_the_list_is_of_summaries(organisation):
    made = organisation.http()
    created = [organisation.connect(made, name) for name in ("a", "b")]
    summary = ("id", "name", "createdAt", "updatedAt")
    items = [{name: one[name] for name in summary} for one in reversed(created)]
    assert organisation.get(path_of(made)) == {"totalCount": 2, "items": items}


def test_the_list_has_pages_most_recently_updated_first(organisation):
    made = organisation.http()
    created = [organisation.connect(made, f"c{n}") for n in range(5)]
    organisation.put(path_of(made, created[0]), {"id": created[0]["id"], "name": "first"})
    pages, query = [], {"first": 2}
    for _ in range(3):
        pages.append(organisation.get(path_of(made), params=query))
        query = {"first": 2, "after": pages[-1].get("next")}
    assert [one["name"] for page in pages for one in page["items"]] == [
        "first",
        "c4",
        "c3",
        "c2",
        "c1",
    ]
    assert all(page["totalCount"] == 5 for page in pages) and "next" not in pages[2]
    back = organisation.get(path_of(made), params={"first": 2, "before": pages[2]["prev"]})
    assert back["items"] == pages[1]["items"]
    assert "after" in fields(organisation.get(path_of(made), 400, params={"after": "x"}))


def test_a_connection_by_its_name(organisation):
    made = organisation.http()
    created = organisation.connect(made, "prod eu")
    assert organisation.get(f"{path_of(made)}/prod%20eu") == created
    assert organisation.get(f"{path_of(made)}/other", 404)["code"] == "404000"
    other = organisation.http()
    organisation.get(path_of(other, created), 404)


def test_credentials_can_be_shared_within_a_connector(organisation):
    made = organisation.http()
    first = organisation.connect(made)
    credential = first["credentials"]["action"][0]["credential"]
    reference = {"id": credential["id"], "organisationId": organisation.id}
    body = {
        "name": "test",
        "credentials": {"trigger": [{"authSchemeConfig": KEY, "credential": reference}]},
    }
    second = organisation.post(path_of(made), body, 200)
    assert second["credentials"]["trigger"][0]["credential"] == credential
    organisation.delete(path_of(made, first))
    assert organisation.get(path_of(made, second)) == second
    body["name"] = "third"
    other = organisation.http()
    assert "credentials.trigger[0].credential.id" in fields(
        organisation.post(path_of(other), body, 400)
    )


def test_configs_with_a_grant_of_their_own(organisation):
    made = organisation.http()
    item = {
        "authSchemeConfig": OAUTH2,
        "credential": {"type": "oauth2-token", "data": {"scopes": ["read"]}},
    }
    created = organisation.post(
        path_of(made), {"name": "a", "credentials": {"action": [item]}}, 200
    )
    grant = created["credentials"]["action"][0]["authSchemeConfig"]["grant"]
    assert (grant["clientId"], grant["clientSecret"]) == ("client", "******")
    written = organisation.put(path_of(made, created), created)
    assert written["credentials"] == created["credentials"]


# Update


@pytest.fixture
def made(organisation):
    return organisation.http()


@pytest.fixture
def pair(organisation, made):
    """A connection with two credentials for actions and variables."""
    items = [
        {"id": id, "authSchemeConfig": KEY, "credential": string_credential(name=id)}
        for id in ("first", "second")
    ]
    body = {
        "name": "pair",
        "credentials": {"action": items},
        "variables": [{"name": "a", "value": "1"}],
    }
    return organisation.post(path_of(made), body, 200)


def test_what_is_read_can_be_written_back(organisation, made, pair):
    written = organisation.put(path_of(made, pair), pair)
    assert written == pair


def test_variables_are_kept_or_cleared(organisation, made, pair):
    kept = organisation.put(path_of(made, pair), {"id": pair["id"], "name": "new"})
    assert (kept["name"], kept["variables"], kept["credentials"]) == (
        "new",
        pair["variables"],
        pair["credentials"],
    )
    cleared = organisation.put(
        path_of(made, pair), {"id": pair["id"], "name": "new", "variables": []}
    )
    assert cleared["variables"] == []


def test_credentials_are_put_in_another_order(organisation, made, pair):
    items = [{"id": "second"}, {"id": "first"}]
    body = {"id": pair["id"], "name": "pair", "credentials": {"action": items}}
    written = organisation.put(path_of(made, pair), body)
    assert written["credentials"]["action"] == list(reversed(pair["credentials"]["action"]))


def test_a_config_can_change_but_not_its_scheme(organisation, made, pair):
    def body(config):
        items = [{"id": "first", "authSchemeConfig": config}, {"id": "second"}]
        return {"id": pair["id"], "name": "pair", "credentials": {"action": items}}

    changed = {**KEY, "name": "X-Other", "in": "query"}
    written = organisation.put(path_of(made, pair), body(changed))
    assert written["credentials"]["action"][0]["authSchemeConfig"] == changed
    assert written["credentials"]["action"][1] == pair["credentials"]["action"][1]
    error = organisation.put(path_of(made, pair), body(BASIC), 400)
    assert "credentials.action[0].authSchemeConfig.schemeType" in fields(error)


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"id": None}, "id"),
        ({"name": None}, "name"),
        ({"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, "id"),
        ({"credentials": {"action": [{"id": "first"}]}}, "credentials.action"),
        (
            {"credentials": {"action": [{"id": "first"}, {"id": "second"}, {"id": "third"}]}},
            "credentials.action",
        ),
        (
            {"credentials": {"action": [{"id": "first"}, {"id": "first"}]}},
            "credentials.action[1].id",
        ),
        ({"credentials": {"action": [{}]}}, "credentials.action[0].id"),
        ({"credentials": {"trigger": [{"id": "first"}]}}, "credentials.trigger"),
        ({"variables": {}}, "variables"),
    ],
)
def test_what_cannot_be_changed(organisation, made, pair, members, field):
    body = {"id": pair["id"], "name": "pair", **members}
    body = {name: value for name, value in body.items() if value is not None}
    assert field in fields(organisation.put(path_of(made, pair), body, 400))
    assert organisation.get(path_of(made, pair)) == pair


def test_a_stale_update_is_refused(organisation, made, pair):
    path = path_of(made, pair)
    tag = organisation.request("GET", path, 200).headers["etag"]
    body = {"id": pair["id"], "name": "renamed"}
    organisation.put(path, body, headers={"If-Match": tag})
    assert organisation.put(path, body, 412, headers={"If-Match": tag})["code"] == "412000"


# Delete


def test_a_connection_in_use_is_deleted_by_force_only(organisation, made, pair):
    organisation.version(made, "1")
    organisation.publish(made, "1")
    error = organisation.delete(path_of(made, pair), 412)
    assert error["code"] == "412000"
    organisation.delete(path_of(made, pair), params={"force": "true"})
    organisation.get(path_of(made, pair), 404)


def test_connections_of_no_connector(organisation):
    path = "/connectors/01ARZ3NDEKTSV4RRFFQ69G5FAV/connections"
    organisation.get(path, 404)
    organisation.post(path, connection("a"), 404)
    organisation.delete(f"{path}/a", 404)


def test_many_at_once_are_all_made(organisation, made):
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: organisation.connect(made, f"c{n}"), range(64)))
    assert organisation.get(path_of(made))["totalCount"] == 64


def test_of_many_with_one_name_one_is_made(organisation, made):
    path = f"{organisation.root}{path_of(made)}"

    def connect(_):
        return organisation.client.post(path, json=connection("same")).status_code

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(connect, range(8)))
    assert statuses == [200] + [409] * 7


def test_a_repeated_create_is_answered_as_the_first_time(organisation, made):
    headers = {"Idempotency-Key": "one"}
    first = organisation.post(path_of(made), connection("a"), 200, headers=headers)
    assert organisation.post(path_of(made), connection("a"), 200, headers=headers) == first
    assert organisation.get(path_of(made))["totalCount"] == 1


def test_a_preview_makes_nothing(organisation, made):
    plan = organisation.post(path_of(made), connection("a"), 200, params={"preview": "true"})
    assert (plan["operation"], plan["before"], plan["after"]["name"]) == ("create", None, "a")
    assert SECRET not in str(plan)
    assert organisation.get(path_of(made))["totalCount"] == 0


def test_secrets_are_nowhere_to_be_read(organisation):
    made = organisation.http(connections=[connection("a")])
    organisation.connect(made, "b")
    for path in ("/connectors", f"/connectors/{made['id']}", path_of(made), f"{path_of(made)}/a"):
        assert SECRET not in organisation.request("GET", path, 200).text
    body = http_connector(connections=[connection("a"), connection("a")])
    assert SECRET not in str(organisation.post("/protocols/http/connectors", body, 400))
