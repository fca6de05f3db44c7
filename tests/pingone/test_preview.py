"""Every mutation can be previewed: the plan is told, and nothing is written."""

import pytest

from support.pingone import check_error, instance

PREVIEWS = [{"params": {"preview": "true"}}, {"headers": {"Prefer": "preview"}}]


def origins(plan):
    return {origin["pointer"]: origin["source"] for origin in plan["origins"]}


def origin(plan, pointer):
    """That of the value, or else of the nearest one around it."""
    known = origins(plan)
    while pointer not in known:
        pointer = pointer.rpartition("/")[0]
    return known[pointer]


@pytest.mark.parametrize("preview", PREVIEWS)
def test_a_create_can_be_previewed(environment, preview):
    response = environment.create(
        instance(properties={"password": {"value": "hunter2"}}), **preview
    )
    assert response.status_code == 200, response.text
    assert response.headers["preference-applied"] == "preview"
    plan = response.json()
    assert plan["operation"] == "create"
    assert plan["before"] is None
    assert plan["after"]["name"] == "API_HTTP_Connection"
    assert plan["after"]["properties"] == {"password": {"value": "******"}}
    assert origins(plan)[""] == "payload"
    assert [change["kind"] for change in plan["also"]] == ["secret"]
    assert environment.list() == []


@pytest.mark.parametrize("preview", PREVIEWS)
def test_a_replacement_can_be_previewed(environment, preview):
    created = environment.created(properties={"a": {"value": 1}, "password": {"value": "hunter2"}})
    document = {
        "name": "other",
        "connector": {"id": ""},
        "properties": {"b": {"value": 2}, "password": {"value": "******"}},
    }
    plan = environment.replace(created["id"], document, **preview).json()
    assert plan["operation"] == "update"
    assert plan["before"] == created
    assert plan["after"]["name"] == "other"
    assert set(plan["after"]["properties"]) == {"b", "password"}
    assert origin(plan, "/name") == "payload"
    assert origin(plan, "/connector/id") == "current"
    assert origin(plan, "/properties/b/value") == "payload"
    assert origin(plan, "/properties/password/value") == "current"
    assert origin(plan, "/id") == "server"
    assert plan["also"] == []
    assert environment.get(created["id"]).json() == created


def test_a_replacement_that_changes_nothing_says_so(environment):
    created = environment.created()
    plan = environment.replace(created["id"], created, params={"preview": "true"}).json()
    assert plan["operation"] == "none"
    assert plan["before"] == plan["after"] == created


@pytest.mark.parametrize("preview", PREVIEWS)
def test_a_clone_can_be_previewed(environment, preview):
    created = environment.created()
    plan = environment.clone(created["id"], **preview).json()
    assert plan["operation"] == "create"
    assert plan["after"]["name"].startswith("API_HTTP_Connection clone ")
    assert origins(plan) == {"": "current", "/name": "server"}
    assert environment.list() == [created]


@pytest.mark.parametrize("preview", PREVIEWS)
def test_a_delete_can_be_previewed(environment, preview):
    created = environment.created(properties={"password": {"value": "hunter2"}})
    plan = environment.delete(created["id"], **preview).json()
    assert (plan["operation"], plan["before"], plan["after"]) == ("delete", created, None)
    assert [(change["operation"], change["kind"]) for change in plan["also"]] == [
        ("delete", "secret")
    ]
    assert environment.list() == [created]


def test_a_preview_is_refused_as_the_mutation_would_be(environment):
    preview = {"params": {"preview": "true"}}
    check_error(environment.create({}, **preview), 400, "INVALID_DATA")
    check_error(environment.delete("0" * 32, **preview), 404, "NOT_FOUND")
    created = environment.created()
    stale = environment.replace(
        created["id"], instance(name="b"), headers={"If-Match": '"0"'}, **preview
    )
    check_error(stale, 412, "REQUEST_FAILED")


def test_the_preference_is_told_exactly(environment):
    assert environment.create(params={"preview": "false"}).status_code == 201
    assert check_error(environment.create(params={"preview": "perhaps"}), 400, "INVALID_DATA") == [
        ("INVALID_VALUE", "preview")
    ]
    assert environment.create(headers={"Prefer": "respond-async, preview"}).status_code == 200
