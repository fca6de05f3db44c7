"""PUT /connectors/{id}: every sentence of the seed and of the reference's Semantics."""

import concurrent.futures

import pytest

from support.versori import KEY, NONE, connection, fields, update_of

VARIABLES = [{"name": "region", "value": "eu"}, {"name": "tier", "value": ""}]


def test_the_answer_is_the_connector_by_either_prefix(either):
    made = either.http()
    path = f"/connectors/{made['id']}"
    answered = either.put(path, update_of(made, name="Dogs", baseUrl="https://dogs.example.com"))
    assert (answered["name"], answered["baseUrl"]) == ("Dogs", "https://dogs.example.com")
    required = {
        "id",
        "organisationId",
        "name",
        "public",
        "protocol",
        "authSchemeConfigs",
        "connections",
        "versions",
    }
    assert required | {"createdAt", "updatedAt", "baseUrl"} <= answered.keys()
    assert either.get(path) == answered


def test_updated_at_moves_and_created_at_does_not(organisation):
    made = organisation.http()
    for number in range(3):
        changed = update_of(made, tags={"number": [str(number)]})
        answered = organisation.put(f"/connectors/{made['id']}", changed)
        assert answered["createdAt"] == made["createdAt"]
        assert answered["updatedAt"] > made["updatedAt"]
        # What is written as it was read changes nothing.
        assert organisation.put(f"/connectors/{made['id']}", changed) == answered
        made = answered


def test_what_is_left_out_is_unset(organisation):
    optional = {
        "public": True,
        "documentationURL": "https://docs.example.com",
        "imageURL": "https://img.example.com/a.png",
        "tags": {"team": ["a", "b"]},
    }
    made = organisation.http()
    path = f"/connectors/{made['id']}"
    full = organisation.put(path, update_of(made, **optional))
    assert {name: full[name] for name in optional} == optional
    for name in optional:
        left = organisation.put(path, update_of(full, **{name: None}))
        assert left.get(name, False) is False
        assert {other: left[other] for other in optional if other != name} == {
            other: optional[other] for other in optional if other != name
        }


@pytest.mark.parametrize("name", ["id", "organisationId", "name", "protocol", "baseUrl"])
def test_what_must_not_be_unset_is_named(organisation, name):
    made = organisation.http()
    error = organisation.put(f"/connectors/{made['id']}", update_of(made, **{name: None}), 400)
    assert fields(error)[name] == "is required"
    assert organisation.get(f"/connectors/{made['id']}") == made


def test_a_dataset_must_not_be_unset(organisation):
    made = organisation.bigquery()
    path = f"/connectors/{made['id']}"
    assert set(fields(organisation.put(path, update_of(made, datasetId=None), 400))) == {
        "datasetId"
    }
    assert organisation.put(path, update_of(made, datasetId="p.other"))["datasetId"] == "p.other"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        ("organisationId", "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        ("protocol", "bigquery"),
    ],
)
def test_what_cannot_be_changed_is_refused(organisation, name, value):
    made = organisation.http()
    error = organisation.put(
        f"/connectors/{made['id']}", update_of(made, datasetId="a.b", **{name: value}), 400
    )
    assert name in fields(error)
    assert organisation.get(f"/connectors/{made['id']}") == made


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("name", " ", "name"),
        ("name", 7, "name"),
        ("name", "x" * 257, "name"),
        ("baseUrl", "ftp://x", "baseUrl"),
        ("baseUrl", "/relative", "baseUrl"),
        ("public", "yes", "public"),
        ("documentationURL", "docs", "documentationURL"),
        ("imageURL", {"a": 1}, "imageURL"),
        ("tags", ["a"], "tags"),
        ("tags", {"a": "b"}, "tags.a"),
        ("tags", {"a": [1]}, "tags.a[0]"),
        ("authSchemeConfigIds", "none", "authSchemeConfigIds"),
        ("connectionVariables", {}, "connectionVariables"),
        ("connectionVariables", [{"name": "a"}], "connectionVariables[0].value"),
        ("connectionVariables", [{"value": "a"}], "connectionVariables[0].name"),
        ("connectionVariables", [{"name": "a", "value": 1}], "connectionVariables[0].value"),
        (
            "connectionVariables",
            [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}],
            "connectionVariables[1].name",
        ),
    ],
)
def test_every_field_has_its_rule(organisation, name, value, field):
    made = organisation.http()
    error = organisation.put(f"/connectors/{made['id']}", update_of(made, **{name: value}), 400)
    assert field in fields(error)


def test_all_faults_are_told_at_once(organisation):
    made = organisation.http()
    body = {
        "id": made["id"],
        "organisationId": "x",
        "protocol": "http",
        "authSchemeConfigIds": ["none", "z"],
    }
    found = fields(organisation.put(f"/connectors/{made['id']}", body, 400))
    assert {
        "name",
        "baseUrl",
        "organisationId",
        "authSchemeConfigIds",
        "authSchemeConfigIds[1]",
    } <= found.keys()


def test_names_with_every_character_and_256_of_them(organisation):
    made = organisation.http()
    for name in ["ü/\\\"'<>{}%20\t☃ 🦀", "x" * 256]:
        assert (
            organisation.put(f"/connectors/{made['id']}", update_of(made, name=name))["name"]
            == name
        )


def test_null_is_left_out(organisation):
    made = organisation.http(connectionVariables=VARIABLES, tags={"a": ["b"]})
    body = {
        **update_of(made),
        "tags": None,
        "connectionVariables": None,
        "authSchemeConfigIds": None,
    }
    answered = organisation.put(f"/connectors/{made['id']}", body)
    assert "tags" not in answered
    assert answered["connectionVariables"] == VARIABLES


def test_what_is_read_can_be_written_back(organisation):
    made = organisation.http(connections=[connection("prod")], tags={"a": ["b"]})
    organisation.version(made, "1")
    read = organisation.get(f"/connectors/{made['id']}")
    answered = organisation.put(f"/connectors/{made['id']}", read)
    assert {**answered, "updatedAt": None} == {**read, "updatedAt": None}


# authSchemeConfigIds


def test_configs_are_reordered_and_nothing_else(organisation):
    made = organisation.http(authSchemeConfigs=[NONE, KEY])
    path = f"/connectors/{made['id']}"
    answered = organisation.put(path, update_of(made, authSchemeConfigIds=["key", "none"]))
    assert answered["authSchemeConfigs"] == [KEY, NONE]
    assert organisation.put(path, update_of(made))["authSchemeConfigs"] == [KEY, NONE]


@pytest.mark.parametrize(
    "ids", [[], ["none"], ["none", "key", "other"], ["none", "none"], ["none", "key", "key"]]
)
def test_what_is_no_permutation_is_refused(organisation, ids):
    made = organisation.http(authSchemeConfigs=[NONE, KEY])
    error = organisation.put(
        f"/connectors/{made['id']}", update_of(made, authSchemeConfigIds=ids), 400
    )
    assert any(field.startswith("authSchemeConfigIds") for field in fields(error))
    assert organisation.get(f"/connectors/{made['id']}") == made


# connectionVariables


def test_variables_go_to_every_connection(organisation):
    own = [{"name": "own", "value": "1"}]
    made = organisation.http(connections=[connection("a", variables=own), connection("b")])
    assert [one["variables"] for one in made["connections"]] == [own, []]
    path = f"/connectors/{made['id']}"
    answered = organisation.put(path, update_of(made, connectionVariables=VARIABLES))
    assert answered["connectionVariables"] == VARIABLES
    assert [one["variables"] for one in answered["connections"]] == [VARIABLES, VARIABLES]
    untouched = organisation.put(path, update_of(made))
    assert untouched["connectionVariables"] == VARIABLES
    assert [one["variables"] for one in untouched["connections"]] == [VARIABLES, VARIABLES]
    cleared = organisation.put(path, update_of(made, connectionVariables=[]))
    assert "connectionVariables" not in cleared
    assert [one["variables"] for one in cleared["connections"]] == [[], []]


def test_variables_of_new_connections_start_from_the_connectors(organisation):
    made = organisation.http(connectionVariables=VARIABLES)
    own = [{"name": "tier", "value": "gold"}, {"name": "more", "value": "1"}]
    made = organisation.connect(made, variables=own)
    assert made["variables"] == [VARIABLES[0], own[0], own[1]]


def test_a_refused_update_leaves_the_connections_alone(organisation):
    made = organisation.http(connections=[connection("a")])
    body = update_of(made, name=None, connectionVariables=VARIABLES)
    organisation.put(f"/connectors/{made['id']}", body, 400)
    assert organisation.get(f"/connectors/{made['id']}") == made


def test_ten_thousand_connections_change_together(organisation):
    count = 10_000
    plain = {"action": [{"authSchemeConfig": {"id": "none"}}]}
    many = [{"name": f"c{n}", "credentials": plain} for n in range(count)]
    made = organisation.http(connections=many)
    assert len(made["connections"]) == count
    body = update_of(made, connectionVariables=VARIABLES)
    answered = organisation.put(f"/connectors/{made['id']}", body)
    assert [one["name"] for one in answered["connections"]] == [one["name"] for one in many]
    assert all(one["variables"] == VARIABLES for one in answered["connections"])
    read = organisation.get(f"/connectors/{made['id']}")
    assert read == answered


# Preconditions and concurrency


def test_a_stale_if_match_is_refused(organisation):
    made = organisation.http()
    path = f"/connectors/{made['id']}"
    tag = organisation.request("GET", path, 200).headers["etag"]
    first = organisation.request(
        "PUT", path, 200, json=update_of(made, name="a"), headers={"If-Match": tag}
    )
    assert first.headers["etag"] != tag
    error = organisation.put(path, update_of(made, name="b"), 412, headers={"If-Match": tag})
    assert error["code"].startswith("412")
    assert organisation.get(path)["name"] == "a"
    organisation.put(path, update_of(made, name="b"), headers={"If-Match": first.headers["etag"]})
    organisation.put(path, update_of(made, name="c"), headers={"If-Match": "*"})
    organisation.put(path, update_of(made, name="d"), 412, headers={"If-None-Match": "*"})


def test_a_change_of_a_connection_is_a_change_of_its_connector(organisation):
    made = organisation.http()
    path = f"/connectors/{made['id']}"
    tag = organisation.request("GET", path, 200).headers["etag"]
    organisation.connect(made)
    organisation.put(path, update_of(made), 412, headers={"If-Match": tag})


def test_a_known_connector_is_not_sent_again(organisation):
    made = organisation.http()
    path = f"/connectors/{made['id']}"
    tag = organisation.request("GET", path, 200).headers["etag"]
    response = organisation.request("GET", path, 304, headers={"If-None-Match": tag})
    assert response.content == b"" and response.headers["etag"] == tag


def test_concurrent_replaces_with_if_match_lose_no_update(organisation):
    made = organisation.http(tags={"seen": []})
    path = f"/connectors/{made['id']}"

    def add(name):
        for _ in range(200):
            read = organisation.request("GET", path, 200)
            seen = read.json()["tags"]["seen"]
            body = update_of(read.json(), tags={"seen": [*seen, name]})
            response = organisation.client.put(
                f"{organisation.root}{path}", json=body, headers={"If-Match": read.headers["etag"]}
            )
            if response.status_code == 200:
                return
            assert response.status_code == 412, response.text
        raise AssertionError("never had its turn")

    names = [f"n{n}" for n in range(24)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(add, names))
    assert sorted(organisation.get(path)["tags"]["seen"]) == sorted(names)


def test_updates_and_new_connections_exclude_each_other(organisation):
    """However they overlap, every connection ends with variables of an update that came after it, or of its connector."""
    made = organisation.http()
    path = f"/connectors/{made['id']}"

    def connect(n):
        organisation.connect(made, f"c{n}")

    def update(n):
        organisation.put(
            path, update_of(made, connectionVariables=[{"name": "v", "value": str(n)}])
        )

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(job, n) for n in range(16) for job in (connect, update)]
        for job in jobs:
            job.result()
    last = organisation.put(path, update_of(made, name="last"))
    assert len(last["connections"]) == 16
    assert all(one["variables"] == last["connectionVariables"] for one in last["connections"])


# Preview


@pytest.mark.parametrize(
    "how", [{"params": {"preview": "true"}}, {"headers": {"Prefer": "preview"}}]
)
def test_a_preview_tells_and_changes_nothing(organisation, how):
    made = organisation.http(connections=[connection("a")], tags={"a": ["b"]})
    path = f"/connectors/{made['id']}"
    body = update_of(made, name="Dogs", tags=None, connectionVariables=VARIABLES)
    plan = organisation.put(path, body, **how)
    assert plan["operation"] == "update"
    assert plan["before"] == made
    assert plan["after"]["name"] == "Dogs"
    assert plan["also"] == [{"operation": "update", "kind": "connection", "name": "a"}]
    sources = {origin["pointer"]: origin["source"] for origin in plan["origins"]}
    assert sources[""] == "payload"
    assert sources["/authSchemeConfigIds"] == "current"
    assert organisation.get(path) == made


def test_a_connector_that_is_not_there(organisation, new_scope):
    made = organisation.http()
    for id in ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "x"]:
        error = organisation.put(f"/connectors/{id}", update_of(made), 404)
        assert error["code"] == "404000"
    other = new_scope()
    assert (
        other.client.put(
            f"/o/{organisation.id}/connectors/{made['id']}", json=update_of(made)
        ).status_code
        == 403
    )
    own = other.document["organisationId"]
    assert (
        other.client.put(f"/o/{own}/connectors/{made['id']}", json=update_of(made)).status_code
        == 404
    )


def test_ids_may_be_in_lower_case(organisation):
    made = organisation.http()
    body = update_of(made, id=made["id"].lower(), organisationId=organisation.id.lower())
    assert organisation.put(f"/connectors/{made['id'].lower()}", body)["id"] == made["id"]
