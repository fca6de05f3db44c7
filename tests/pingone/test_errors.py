"""What is refused, and how (reference B2 and B4)."""

import pytest

from support.pingone import CLONE, check_error, instance

PATTERN = r"^(?=\S)[\p{L}\p{M}\p{N}\p{So}/.'_ -]*(?!.*((<)|(\$\{)))"


@pytest.mark.parametrize(
    ("document", "details"),
    [
        (instance(name=None), [("REQUIRED_VALUE", "name")]),
        ({**instance(), "name": None}, [("REQUIRED_VALUE", "name")]),
        (instance(name=""), [("EMPTY_VALUE", "name")]),
        (instance(name=5), [("INVALID_VALUE", "name")]),
        (instance(name=" a"), [("INVALID_VALUE", "name")]),
        (instance(name="a<b"), [("INVALID_VALUE", "name")]),
        (instance(name="a${b"), [("INVALID_VALUE", "name")]),
        (instance(name="x" * 257), [("SIZE_LIMIT_EXCEEDED", "name")]),
        (instance(connector=None), [("REQUIRED_VALUE", "connector")]),
        (instance(connector="httpConnector"), [("INVALID_VALUE", "connector")]),
        (instance(connector={}), [("REQUIRED_VALUE", "connector.id")]),
        (instance(connector={"id": ""}), [("EMPTY_VALUE", "connector.id")]),
        (instance(connector={"id": 1}), [("INVALID_VALUE", "connector.id")]),
        (instance(connector={"id": "noSuchConnector"}), [("INVALID_VALUE", "connector.id")]),
        (instance(properties=[]), [("INVALID_VALUE", "properties")]),
        ({}, [("REQUIRED_VALUE", "name"), ("REQUIRED_VALUE", "connector")]),
        (
            instance(name="", connector={"id": "noSuchConnector"}),
            [("EMPTY_VALUE", "name"), ("INVALID_VALUE", "connector.id")],
        ),
        ([], [("INVALID_VALUE", None)]),
    ],
)
def test_every_bad_field_is_named(environment, document, details):
    assert check_error(environment.create(document), 400, "INVALID_DATA") == details
    assert environment.list() == []


def test_the_same_rules_hold_for_a_replacement(environment):
    created = environment.created()
    for document, details in [
        (instance(name=""), [("EMPTY_VALUE", "name")]),
        (instance(name="x" * 257), [("SIZE_LIMIT_EXCEEDED", "name")]),
        (instance(connector=None), [("REQUIRED_VALUE", "connector")]),
        (instance(connector={}), [("REQUIRED_VALUE", "connector.id")]),
        (instance(properties=1), [("INVALID_VALUE", "properties")]),
    ]:
        assert (
            check_error(environment.replace(created["id"], document), 400, "INVALID_DATA")
            == details
        )
    assert environment.get(created["id"]).json() == created


def test_the_inner_error_says_what_is_allowed(environment):
    def inner(name):
        return environment.create(instance(name=name)).json()["details"][0]["innerError"]

    assert inner(" a") == {"allowedPattern": PATTERN}
    assert inner("x" * 257) == {"rangeMinimumValue": 1, "rangeMaximumValue": 256}


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "x" * 256,
        "ü" * 256,
        "Ünï/Cøde. '_-1",
        "☃",
        "a$b{c}",
        "a>b",
        "\u0301a",
        "a\tb",
        "日本語",
    ],
)
def test_names_with_every_allowed_character(environment, name):
    created = environment.created(name=name)
    assert created["name"] == name
    assert environment.get(created["id"]).json()["name"] == name


def test_what_is_no_json_is_refused(environment):
    headers = {"content-type": "application/json"}
    for content in (b"", b"{", b"\xff", b"[" * 100_000):
        response = environment.client.post(environment.instances, content=content, headers=headers)
        check_error(response, 400, "INVALID_REQUEST")


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/xml", CLONE, "application/x-www-form-urlencoded"]
)
def test_other_content_types_are_415(environment, media_type):
    created = environment.created()
    headers = {"content-type": media_type}
    for method, path in (
        ("POST", environment.instances),
        ("PUT", f"{environment.instances}/{created['id']}"),
    ):
        response = environment.client.request(method, path, content=b"{}", headers=headers)
        check_error(response, 415, "INVALID_REQUEST")


@pytest.mark.parametrize("media_type", ["application/json", "text/plain"])
def test_a_post_on_an_instance_must_say_that_it_clones(environment, media_type):
    created = environment.created()
    response = environment.clone(created["id"], b"{}", {"content-type": media_type})
    check_error(response, 415, "INVALID_REQUEST")


def test_the_content_type_may_have_parameters(environment):
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    content = b'{"name": "a", "connector": {"id": "httpConnector"}}'
    assert (
        environment.client.post(environment.instances, content=content, headers=headers).status_code
        == 201
    )


@pytest.mark.parametrize("content", [b"[]", b"1", b"{"])
def test_a_clone_takes_an_object_or_nothing(environment, content):
    created = environment.created()
    check_error(environment.clone(created["id"], content), 400, "INVALID_REQUEST")


@pytest.mark.parametrize("id", ["0" * 32, "defaultUserPool", "x", "0" * 31, "a%20b"])
def test_an_unknown_instance_is_404(environment, id):
    check_error(environment.get(id), 404, "NOT_FOUND")


def test_an_unknown_environment_is_403(environment, admin):
    for id in ("00000000-49eb-49f5-a5d9-80ad5c98f9f6", "x"):
        for client in (environment.client, admin):
            for path in (
                "",
                "/connectorInstances",
                "/connectors",
                "/connectors/httpConnector/details",
            ):
                response = client.get(f"/v1/environments/{id}{path}")
                details = check_error(response, 403, "ACCESS_FAILED")
                assert details == [("INSUFFICIENT_PERMISSIONS", None)]


def test_the_environment_of_another_is_403(environment, scope):
    response = scope.client.get(environment.instances)
    check_error(response, 403, "ACCESS_FAILED")


def test_a_bad_credential_is_401(environment, anyone):
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}):
        response = anyone.get(environment.instances, headers=headers)
        check_error(response, 401, "ACCESS_FAILED")
    details = check_error(anyone.get(environment.instances), 401, "ACCESS_FAILED")
    assert details == [("INVALID_TOKEN", None)]


def test_a_missing_permission_is_403(environment):
    reader = environment.scope.client_with(environment.scope.new_key("read")["key"])
    writer = environment.scope.client_with(environment.scope.new_key("write")["key"])
    assert reader.get(environment.instances).status_code == 200
    check_error(reader.post(environment.instances, json=instance()), 403, "ACCESS_FAILED")
    created = writer.post(environment.instances, json=instance())
    assert created.status_code == 201
    path = f"{environment.instances}/{created.json()['id']}"
    check_error(reader.delete(path), 403, "ACCESS_FAILED")
    check_error(writer.get(path), 403, "ACCESS_FAILED")


def test_other_methods_are_405(environment):
    response = environment.client.patch(environment.instances, json={})
    check_error(response, 405, "INVALID_REQUEST")
    assert set(response.headers["allow"].split(", ")) == {"GET", "POST"}


def test_an_empty_external_id_is_refused(environment):
    response = environment.create(headers={"X-Ping-External-Session-ID": ""})
    assert check_error(response, 400, "INVALID_DATA") == [
        ("EMPTY_VALUE", "X-Ping-External-Session-ID")
    ]


def test_a_path_that_is_not_there_is_404(environment):
    check_error(environment.client.get(f"{environment.path}/flows"), 404, "NOT_FOUND")
