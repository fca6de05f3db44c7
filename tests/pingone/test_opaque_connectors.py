"""Connectors of which only the id is known: any property is taken and kept."""

import pytest

from support.pingone import check_error, instance

CANARY = "opaque-canary-5f1c"


@pytest.fixture(scope="module")
def opaque(admin):
    """Their ids, as the classes of any scope have them."""
    classes = admin.get("/v1/scopes/default/classes").json()["classes"]
    return {one["pingone"]["id"]: one["name"] for one in classes if one.get("opaque")}


def test_those_that_terraform_files_name_are_known(environment, opaque):
    for id in (
        "webhookConnector",
        "genericConnector",
        "pingOneAuthenticationConnector",
        "defaultUserPool",
        "skUserPool",
        "flowConnector",
    ):
        assert id in opaque
    listed = environment.client.get(f"{environment.path}/connectors").json()
    assert set(opaque) <= {one["id"] for one in listed["_embedded"]["connectors"]}
    details = environment.client.get(f"{environment.path}/connectors/webhookConnector/details")
    assert details.json()["properties"] == {} == details.json()["capabilities"]


def test_any_property_is_kept_and_secure_ones_are_secret(environment, opaque):
    properties = {
        "urls": {"value": ["https://a.example", {"nested": [1, None, True]}]},
        "token": {"value": CANARY, "secure": True},
        "openId": {"properties": {"clientSecret": {"value": CANARY, "secure": True}}},
        "plain": "text",
        "number": {"value": 5, "type": "number", "unknown": {"a": 1}},
    }
    created = environment.created(connector={"id": "webhookConnector"}, properties=properties)
    shown = created["properties"]
    for name in ("urls", "plain", "number"):
        assert shown[name] == properties[name]
    assert shown["token"] == {"value": "******", "secure": True}
    assert shown["openId"]["properties"]["clientSecret"]["value"] == "******"
    read = environment.get(created["id"])
    assert CANARY not in read.text and read.json()["properties"] == shown
    kept = environment.replace(
        created["id"],
        instance(connector={"id": "webhookConnector"}, properties=shown, name="b"),
    )
    assert kept.status_code == 200 and kept.json()["properties"] == shown
    name = environment.scope.name
    namespaced = f"/apis/connectors.alauda.io/v1alpha1/namespaces/{name}/connectors"
    seen = environment.client.get(namespaced)
    assert CANARY not in seen.text
    assert seen.json()["items"][0]["spec"]["connectorClassName"] == opaque["webhookConnector"]


def test_every_one_of_them_has_instances(environment, opaque):
    for id in opaque:
        assert environment.created(connector={"id": id})["connector"] == {"id": id}


def test_an_id_that_nobody_knows_is_refused(environment):
    refused = environment.create(instance(connector={"id": "nobodyKnowsConnector"}))
    check_error(refused, 400, "INVALID_DATA")
    assert refused.json()["details"][0]["target"] == "connector.id"


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"colors": {"canvas": 5}}, "pingone.colors.canvas"),
        ({"logos": {"canvas": {"imageFileName": 1}}}, "pingone.logos.canvas.imageFileName"),
        ({"type": "other"}, "pingone.type"),
        ({"vendor": 1}, "pingone.vendor"),
        ({"capabilities": {"a": "b"}}, "pingone.capabilities.a"),
        ({"accountConfigView": {}}, "pingone.accountConfigView.items"),
        ({"credentialsView": {"items": [{}]}}, "pingone.credentialsView.items[0].propertyName"),
        ({"sections": [{"name": "a"}]}, "pingone.sections[0].value"),
        ({"flowSections": {}}, "pingone.flowSections"),
    ],
)
def test_a_class_that_clients_cannot_decode_is_refused(scope, part, field):
    refused = scope.client.put(f"/v1/scopes/{scope.name}/classes/mine", json={"pingone": part})
    assert refused.status_code == 400, refused.text
    assert [entry["field"] for entry in refused.json()["error"]["fields"]] == [field]
