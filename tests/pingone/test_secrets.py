"""Secure properties are never shown, at any depth, and a mask that is written back keeps them."""

from support.pingone import MASK, Environment, check_error, instance

SECRETS = ["hunter2", "s3cr3t-nested", "s3cr3t-in-a-list", "s3cr3t-by-class", "s3cr3t-bare"]
PROPERTIES = {
    "password": {"value": SECRETS[0], "type": "string"},
    "customAuth": {
        "properties": {
            "clientSecret": {"value": SECRETS[1], "secure": True, "displayName": "Client secret"},
            "clientId": {"value": "me"},
        }
    },
    "list": {"value": [{"inner": {"value": {"deep": SECRETS[2]}, "secure": True}}, 5]},
    "saml": {"properties": {"token": {"value": SECRETS[3]}}},
    "token": SECRETS[4],
    "empty": {"value": "", "secure": True},
    "nothing": {"value": None, "secure": True},
}
SHOWN = {
    "password": {"value": MASK, "type": "string"},
    "customAuth": {
        "properties": {
            "clientSecret": {"value": MASK, "secure": True, "displayName": "Client secret"},
            "clientId": {"value": "me"},
        }
    },
    "list": {"value": [{"inner": {"value": MASK, "secure": True}}, 5]},
    "saml": {"properties": {"token": {"value": MASK}}},
    "token": MASK,
    "empty": {"value": "", "secure": True},
    "nothing": {"value": None, "secure": True},
}


def assert_no_secret(*responses):
    for response in responses:
        for secret in SECRETS:
            assert secret not in response.text


def test_no_answer_shows_a_secret(environment):
    created = environment.create(instance(properties=PROPERTIES))
    id = created.json()["id"]
    assert created.json()["properties"] == SHOWN
    read, listed = environment.get(id), environment.client.get(environment.instances)
    assert read.json()["properties"] == SHOWN
    replaced = environment.replace(id, instance(properties=PROPERTIES))
    assert replaced.json()["properties"] == SHOWN
    clone = environment.clone(id)
    assert clone.json()["properties"] == SHOWN
    preview = environment.create(instance(properties=PROPERTIES), params={"preview": "true"})
    other = environment.replace(
        id, instance(name="b", properties=PROPERTIES), params={"preview": "true"}
    )
    gone = environment.delete(id, params={"preview": "true"})
    assert_no_secret(created, read, listed, replaced, clone, preview, other, gone)


def test_what_was_read_can_be_written_back(environment):
    created = environment.created(properties=PROPERTIES)
    changed = {**created, "name": "other"}
    replaced = environment.replace(created["id"], changed)
    assert replaced.status_code == 200, replaced.text
    assert replaced.json()["properties"] == SHOWN
    preview = environment.replace(created["id"], changed, params={"preview": "true"}).json()
    assert preview["operation"] == "none"


def test_a_mask_keeps_the_stored_value(environment):
    """The secret itself is nowhere to be read, so that the plan says whether it changes."""
    created = environment.created(
        properties={"password": {"value": "one"}, "token": {"value": "two"}}
    )

    def also(properties):
        document = instance(name="other", properties=properties)
        plan = environment.replace(created["id"], document, params={"preview": "true"}).json()
        return [(change["operation"], change["kind"]) for change in plan["also"]]

    masked = {"password": {"value": MASK}, "token": {"value": MASK}}
    assert also(masked) == []
    assert also({**masked, "token": {"value": "three"}}) == [("update", "secret")]
    assert also({"password": {"value": MASK}}) == [("update", "secret")]
    assert also({}) == [("delete", "secret")]


def test_a_mask_where_nothing_is_stored_is_refused(environment):
    masked = {
        "password": {"value": MASK},
        "customAuth": {"properties": {"x": {"value": MASK, "secure": True}}},
    }
    details = check_error(environment.create(instance(properties=masked)), 400, "INVALID_DATA")
    assert details == [
        ("INVALID_VALUE", "properties.password.value"),
        ("INVALID_VALUE", "properties.customAuth.properties.x.value"),
    ]
    created = environment.created(properties={"token": {"value": "one"}})
    document = instance(properties={"password": {"value": MASK}, "token": {"value": MASK}})
    details = check_error(environment.replace(created["id"], document), 400, "INVALID_DATA")
    assert details == [("INVALID_VALUE", "properties.password.value")]


def test_asterisks_in_what_is_not_secure_are_a_value(environment):
    properties = {"whiteList": {"value": "*"}, "baseUrl": {"value": "**"}}
    created = environment.created(properties=properties)
    assert created["properties"] == properties
    assert environment.replace(created["id"], created).json()["properties"] == properties


def test_a_scope_that_keeps_its_secrets_elsewhere_takes_references_only(new_scope):
    environment = Environment(new_scope(secretStore="kubernetes"))
    response = environment.create(
        instance(properties={"password": {"value": "hunter2"}, "token": "hunter2"})
    )
    details = check_error(response, 400, "INVALID_DATA")
    assert details == [
        ("INVALID_VALUE", "properties.password.value"),
        ("INVALID_VALUE", "properties.token"),
    ]
    assert "hunter2" not in response.text
    reference = {"password": {"value": {"secretRef": {"name": "s", "key": "k"}}}}
    assert environment.created(properties=reference)["properties"] == reference
