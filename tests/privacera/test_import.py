"""POST /v2/runtime/connector/import: every field, rule and status of the seed."""

import datetime
import json

import pytest

from support.privacera import (
    PASSWORD_ROW,
    SECRET,
    URL_ROW,
    USER_ROW,
    document,
    export,
    post,
    rows,
    with_rows,
)


def fields(response):
    assert response.status_code == 400, response.text
    return {error["field"]: error["message"] for error in response.json()["errors"]}


def without(path):
    """The document without a member, named by keys and indices."""
    body = document()
    holder = body
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return body


def with_value(path, value):
    body = document()
    holder = body
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return body


def test_a_201_has_the_published_fields(scope):
    response = post(scope.client, document())
    assert response.status_code == 201, response.text
    created = response.json()
    assert isinstance(created["id"], int)
    assert created["name"] == "Sales warehouse"
    assert created["description"] == "What sales looks at"
    assert created["datasourceType"] == "SNOWFLAKE"
    assert created["ownerType"] == "USER"
    assert created["runtimePlaneId"] == scope.document["runtimePlaneId"]
    for stamp in ("createdAt", "updatedAt"):
        datetime.datetime.fromisoformat(created[stamp])
    [application] = created["applications"]
    assert isinstance(application["id"], int)
    assert application["name"] and application["status"] and application["imageTag"]
    assert application["replicas"] == 1
    assert application["appType"] == "ACCESS_CONTROL"


def test_template_rows_come_first_payload_rows_override_and_extras_are_kept(scope):
    extra = {"name": "MY_OWN_ROW", "value": {"deep": [1, 2.5, None]}, "note": "mine"}
    role = {"name": "CONNECTOR_SNOWFLAKE_ROLE_TO_USE", "value": "SYSADMIN"}
    body = with_rows(extra, role)
    merged = post(scope.client, body).json()["applications"][0]["appConfigs"]
    template = scope.client.get(f"/v1/scopes/{scope.name}/classes/SNOWFLAKE").json()
    [slice_] = [
        slice_ for slice_ in template["applicationTypes"] if slice_["type"] == "ACCESS_CONTROL"
    ]
    order = [row["name"] for row in slice_["appConfigs"]]
    assert [row["name"] for row in merged] == [*order, "MY_OWN_ROW"]
    by_name = {row["name"]: row for row in merged}
    assert by_name["MY_OWN_ROW"] == extra
    assert by_name["CONNECTOR_SNOWFLAKE_ROLE_TO_USE"] == role
    untouched = [row for row in slice_["appConfigs"] if row["name"].endswith("_LIST")]
    assert untouched and all(by_name[row["name"]] == row for row in untouched)


def test_deployment_rows_are_merged_too_and_shown_in_the_application(scope):
    body = document()
    body["applications"][0]["deployConfigs"] = [{"name": "REPLICAS", "value": "3"}]
    application = post(scope.client, body).json()["applications"][0]
    assert application["replicas"] == 3
    assert "CPU_REQUEST" in {row["name"] for row in application["deployConfigs"]}


def test_the_type_is_read_in_any_case_and_answered_in_upper_case(scope):
    assert (
        post(scope.client, document(datasourceType="snowflake")).json()["datasourceType"]
        == "SNOWFLAKE"
    )


def test_owner_type_user_and_unknown_members_are_taken(scope):
    body = document(ownerType="USER", labels={"team": "sales"})
    created = post(scope.client, body)
    assert created.status_code == 201
    assert export(scope.client, body["name"]).json()["labels"] == {"team": "sales"}


@pytest.mark.parametrize(
    "path",
    [
        ("name",),
        ("datasourceType",),
        ("applications",),
        ("applications", 0, "appType"),
        ("applications", 0, "appConfigs"),
        ("applications", 0, "deployConfigs"),
        ("applications", 0, "appConfigs", 0, "name"),
    ],
)
def test_a_missing_field_is_named(scope, path):
    field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(
        "."
    )
    assert "required" in fields(post(scope.client, without(path)))[field]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("name",), "", "name"),
        (("name",), "   ", "name"),
        (("name",), 7, "name"),
        (("name",), "x" * 256, "name"),
        (("name",), "a\nb", "name"),
        (("name",), "<script>", "name"),
        (("name",), " padded ", "name"),
        (("description",), "x" * 1001, "description"),
        (("description",), ["x"], "description"),
        (("datasourceType",), "NO_SUCH_TYPE", "datasourceType"),
        (("datasourceType",), 5, "datasourceType"),
        (("ownerType",), "SYSTEM", "ownerType"),
        (("applications",), [], "applications"),
        (("applications",), {}, "applications"),
        (("applications",), ["x"], "applications[0]"),
        (("applications", 0, "appType"), "NO_SUCH_SLICE", "applications[0].appType"),
        (("applications", 0, "appConfigs"), {}, "applications[0].appConfigs"),
        (("applications", 0, "appConfigs", 1), "row", "applications[0].appConfigs[1]"),
        (("applications", 0, "appConfigs", 1, "name"), 1, "applications[0].appConfigs[1].name"),
        (("applications", 0, "deployConfigs"), None, "applications[0].deployConfigs"),
    ],
)
def test_a_bad_field_is_named(scope, path, value, field):
    assert field in fields(post(scope.client, with_value(path, value)))


def test_all_faults_are_told_at_once(scope):
    body = document(name="", ownerType="X", description=1)
    assert {"name", "ownerType", "description"} <= set(fields(post(scope.client, body)))


def test_required_rows_without_a_value_are_named(scope):
    body = document()
    body["applications"][0]["appConfigs"] = [{"name": USER_ROW, "value": ""}]
    found = fields(post(scope.client, body))
    assert any(URL_ROW in message for message in found.values())
    assert any(USER_ROW in message for message in found.values())


def test_a_row_outside_of_its_enum_or_type_is_named(scope):
    choice = {"name": "CONNECTOR_SNOWFLAKE_USE_KEY_PAIR_AUTHENTICATION", "value": "perhaps"}
    found = fields(post(scope.client, with_rows(choice)))
    assert any("USE_KEY_PAIR" in message or "perhaps" in message for message in found.values())


def test_duplicate_rows_and_applications_are_refused(scope):
    twice = with_rows({"name": URL_ROW, "value": "other"})
    assert any("appConfigs" in field for field in fields(post(scope.client, twice)))
    body = document()
    body["applications"] *= 2
    assert any("applications" in field for field in fields(post(scope.client, body)))


def test_a_class_without_application_types_has_one(scope):
    class_ = {"parameters": [{"name": "region", "default": "eu"}]}
    scope.client.put(f"/v1/scopes/{scope.name}/classes/bare", json=class_)
    application = {"appType": "CONNECTOR", "appConfigs": [], "deployConfigs": []}
    body = document(name="Bare", datasourceType="BARE", applications=[application])
    created = post(scope.client, body)
    assert created.status_code == 201, created.text
    assert created.json()["datasourceType"] == "BARE"
    rows = created.json()["applications"][0]["appConfigs"]
    assert rows == [{"name": "region", "value": "eu"}]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"nul", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_object_is_400(scope, body):
    headers = {"Content-Type": "application/json"}
    response = scope.client.post("/v2/runtime/connector/import", content=body, headers=headers)
    assert response.status_code == 400, response.text
    assert response.json()["message"]


def test_another_content_type_is_400(scope):
    response = scope.client.post(
        "/v2/runtime/connector/import", content=b"a=b", headers={"Content-Type": "text/plain"}
    )
    assert response.status_code == 400
    assert "application/json" in response.json()["message"]


def test_the_error_body_keeps_its_form(scope):
    response = post(scope.client, document(ownerType="X"))
    body = response.json()
    assert (body["status"], body["error"]) == (400, "Bad Request")
    assert body["path"] == "/v2/runtime/connector/import"
    assert body["message"] and body["timestamp"]
    assert body["requestId"] == response.headers["x-request-id"]


def test_a_name_is_taken_once_per_plane(scope, new_scope):
    assert post(scope.client, document()).status_code == 201
    refused = post(scope.client, document())
    assert refused.status_code == 409
    assert "Sales warehouse" in refused.json()["message"]
    assert post(new_scope().client, document()).status_code == 201


def test_every_way_to_send_the_key(scope, anyone):
    by_header = anyone.post(
        "/v2/runtime/connector/import", json=document(), headers={"x-pcloud-key": scope.key}
    )
    assert by_header.status_code == 201


@pytest.mark.parametrize(
    "key", [None, "nonsense", "pbk_00000000000000000000000000000000_00", "a.b.c"]
)
def test_without_a_good_key_it_is_403(anyone, key):
    headers = {"x-pcloud-key": key} if key else {}
    assert (
        anyone.post("/v2/runtime/connector/import", json=document(), headers=headers).status_code
        == 403
    )


def test_a_key_without_the_permission_is_403(scope):
    reader = scope.client_with(scope.new_key("read")["key"])
    refused = post(reader, document())
    assert refused.status_code == 403
    assert "write" in refused.json()["message"]


def test_a_preview_writes_nothing_and_tells_where_every_row_is_from(scope):
    body = with_rows({"name": "MINE", "value": "1"})
    preview = post(scope.client, body, params={"preview": "true"})
    assert preview.status_code == 200, preview.text
    plan = preview.json()
    origins = {row["name"]: row["origin"] for row in plan["rows"]}
    assert origins[URL_ROW] == origins["MINE"] == "payload"
    assert origins["CONNECTOR_SNOWFLAKE_MANAGE_TABLE_LIST"] == "template"
    assert SECRET not in preview.text
    assert export(scope.client, body["name"]).status_code == 404
    created = post(scope.client, body).json()
    shown = {row["name"] for row in plan["connector"]["applications"][0]["appConfigs"]}
    assert shown == set(rows(created))


def test_a_preview_foretells_every_refusal(scope):
    post(scope.client, document())
    assert post(scope.client, document(), params={"preview": "true"}).status_code == 409
    bad = document(name="Other", datasourceType="NOPE")
    assert post(scope.client, bad, params={"preview": "true"}).status_code == 400
    assert post(scope.client, document(), params={"preview": "maybe"}).status_code == 400


def test_the_merge_uses_the_class_as_it_is_now(scope):
    path = f"/v1/scopes/{scope.name}/classes/SNOWFLAKE"
    changed = scope.client.get(path).json()
    changed["applicationTypes"][0]["appConfigs"].append({"name": "ADDED_LATER", "value": "yes"})
    assert scope.client.put(path, json=changed).status_code == 201
    created = post(scope.client, document()).json()
    assert rows(created)["ADDED_LATER"]["value"] == "yes"


def test_sensitive_values_are_never_shown(scope):
    created = post(scope.client, document())
    assert SECRET not in created.text
    assert rows(created.json())[PASSWORD_ROW]["value"] == "******"


@pytest.mark.parametrize("mode", ["kubernetes", "cloud"])
def test_a_plane_that_keeps_secrets_elsewhere_takes_references_only(new_scope, mode):
    scope = new_scope(secretStore=mode)
    refused = fields(post(scope.client, document()))
    assert any(field.startswith("applications[0].appConfigs[") for field in refused)
    assert SECRET not in str(refused)
    body = document()
    reference = {"secretRef": {"name": "snowflake", "key": "password"}}
    body["applications"][0]["appConfigs"][2]["value"] = reference
    created = post(scope.client, body)
    assert created.status_code == 201, created.text
    assert rows(created.json())[PASSWORD_ROW]["value"] == reference


def bad_value(parameter):
    """A value that a row of the parameter cannot have."""
    if parameter.get("enum"):
        return "none of these"
    others = {"number": "many", "boolean": "perhaps", "object": 7, "array": 7}
    return others.get(parameter.get("type"), {"not": "a text"})


def of_classes(scope):
    """Every class with a runtime configuration, and what its connectors take by name."""
    for class_ in scope.client.get(f"/v1/scopes/{scope.name}/classes").json()["classes"]:
        if class_.get("applicationTypes"):
            yield (
                class_,
                {parameter["name"]: parameter for parameter in class_.get("parameters", [])},
            )


def test_the_fields_of_errors_are_those_of_what_was_sent_for_every_class(scope):
    walked = 0
    for class_, parameters in of_classes(scope):
        for kind in class_["applicationTypes"]:
            names = [row["name"] for row in kind["appConfigs"]]
            checked = [
                name
                for name in names
                if name in parameters and not parameters[name].get("sensitive")
            ]
            if not checked:
                continue
            # The last one of the template is the first row of what is sent, after one of the caller's own.
            rows = [
                {"name": "MINE", "value": "1"},
                {"name": checked[-1], "value": bad_value(parameters[checked[-1]])},
            ]
            application = {"appType": kind["type"], "appConfigs": rows, "deployConfigs": []}
            body = document(datasourceType=class_["name"], applications=[application])
            found = fields(post(scope.client, body, params={"preview": "true"}))
            assert "applications[0].appConfigs[1].value" in found, (class_["name"], found)
            required = {
                name for name in checked if parameters[name].get("required") and name != checked[-1]
            }
            others = found.keys() - {"applications[0].appConfigs[1].value"}
            assert others <= {"applications[0].appConfigs"}, (class_["name"], found)
            assert bool(others) == bool(required), (class_["name"], found)
            walked += 1
    assert walked > 20


def test_a_raw_secret_is_named_where_it_was_sent(new_scope):
    scope = new_scope(secretStore="kubernetes")
    found = fields(post(scope.client, document()))
    assert set(found) == {"applications[0].appConfigs[2].value"}


@pytest.mark.parametrize("value", ["abc", "-1", "1.5", -1, 1.5, True, [], {}, "9" * 20])
def test_replicas_that_are_no_whole_number_are_named(scope, value):
    body = document()
    body["applications"][0]["deployConfigs"] = [
        {"name": "MINE", "value": 1},
        {"name": "REPLICAS", "value": value},
    ]
    assert (
        "whole number" in fields(post(scope.client, body))["applications[0].deployConfigs[1].value"]
    )


@pytest.mark.parametrize(("value", "replicas"), [("2", 2), (2, 2), ("", 1), (None, 1), (0, 0)])
def test_replicas_are_a_number_or_its_text(scope, value, replicas):
    body = document()
    body["applications"][0]["deployConfigs"] = [{"name": "REPLICAS", "value": value}]
    created = post(scope.client, body)
    assert created.status_code == 201, created.text
    assert created.json()["applications"][0]["replicas"] == replicas


def test_an_image_tag_that_is_no_text_is_named(scope):
    body = document()
    body["applications"][0]["deployConfigs"] = [{"name": "IMAGE_TAG", "value": {"tag": "1"}}]
    assert set(fields(post(scope.client, body))) == {"applications[0].deployConfigs[0].value"}


def test_no_content_type_is_400_as_a_wrong_one_is(scope):
    content = json.dumps(document()).encode()
    response = scope.client.post("/v2/runtime/connector/import", content=content)
    assert "content-type" not in response.request.headers
    assert response.status_code == 400
    assert "application/json" in response.json()["message"]
