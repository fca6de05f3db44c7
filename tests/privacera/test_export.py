"""GET /v2/runtime/connector/{name}/export, and round trips."""

import pytest

from support.privacera import PASSWORD_ROW, SECRET, document, export, post, rows


def test_an_export_has_the_form_of_an_import_and_no_secret(scope):
    post(scope.client, document())
    response = export(scope.client, "Sales warehouse")
    assert response.status_code == 200
    assert set(response.json()) == {"name", "description", "datasourceType", "applications"}
    [application] = response.json()["applications"]
    assert set(application) == {"appType", "appConfigs", "deployConfigs"}
    assert SECRET not in response.text


def test_export_rename_import_export_changes_the_name_only(scope):
    post(scope.client, document())
    exported = export(scope.client, "Sales warehouse").json()
    assert post(scope.client, exported).status_code == 409
    renamed = {**exported, "name": "Sales warehouse 2"}
    created = post(scope.client, renamed)
    assert created.status_code == 201, created.text
    again = export(scope.client, "Sales warehouse 2").json()
    password = rows(again).pop(PASSWORD_ROW)
    assert SECRET not in str(password)

    def strip(body):
        return [row for row in body["applications"][0]["appConfigs"] if row["name"] != PASSWORD_ROW]

    assert strip(again) == strip(exported)
    assert again["applications"][0]["deployConfigs"] == exported["applications"][0]["deployConfigs"]


@pytest.mark.parametrize(
    "name",
    ["plain", "two words", "a/b", "ünïcode ✓", "100%", "q?x=1#y", "a+b&c", "it's", "x" * 255],
)
def test_every_name_can_be_exported(scope, name):
    assert post(scope.client, document(name=name)).status_code == 201
    response = export(scope.client, name)
    assert response.status_code == 200, response.text
    assert response.json()["name"] == name


def test_what_is_not_there_is_404(scope):
    response = export(scope.client, "nowhere")
    assert response.status_code == 404
    assert "nowhere" in response.json()["message"]


def test_another_scope_does_not_see_it(scope, new_scope):
    post(scope.client, document())
    assert export(new_scope().client, "Sales warehouse").status_code == 404


def test_a_method_that_the_path_does_not_have(scope):
    response = scope.client.delete("/v2/runtime/connector/import")
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
