"""Auth scheme configs and the credentials of their grants."""

import pytest

from support.versori import (
    BASIC,
    CERTIFICATE,
    HMAC,
    KEY,
    NONE,
    OAUTH2,
    SCHEMES,
    SECRET,
    connection,
    fields,
    without,
)


def path_of(connector, id):
    return f"/connectors/{connector['id']}/auth-scheme-configs/{id}"


@pytest.mark.parametrize(
    "config", [one for one in SCHEMES if one is not OAUTH2], ids=lambda config: config["id"]
)
def test_configs_are_added_and_replaced_where_they_stand(organisation, config):
    made = organisation.http(authSchemeConfigs=[{**NONE, "id": "first"}])
    added = organisation.put(path_of(made, config["id"]), config)
    assert added["authSchemeConfigs"] == [{**NONE, "id": "first"}, config]
    changed = organisation.put(path_of(made, "first"), {**KEY, "id": "first"})
    assert changed["authSchemeConfigs"] == [{**KEY, "id": "first"}, config]
    assert changed["updatedAt"] > added["updatedAt"]


@pytest.mark.parametrize(
    ("config", "field"),
    [
        (without(NONE, "id"), "id"),
        (without(NONE, "description"), "description"),
        (without(NONE, "schemeType"), "schemeType"),
        ({**NONE, "schemeType": "magic"}, "schemeType"),
        ({**NONE, "id": "other"}, "id"),
        (without(KEY, "name"), "name"),
        (without(KEY, "in"), "in"),
        ({**KEY, "in": "body"}, "in"),
        *[
            (without(OAUTH2, name), name)
            for name in ("authorizeUrl", "tokenUrl", "scopes", "defaultScopes", "grant")
        ],
        ({**OAUTH2, "tokenUrl": "token"}, "tokenUrl"),
        ({**OAUTH2, "scopes": [{}]}, "scopes[0].name"),
        ({**OAUTH2, "grant": {"grantType": "implicit"}}, "grant.grantType"),
        ({**OAUTH2, "grant": {"grantType": "password", "clientId": 1}}, "grant.clientId"),
        ({**OAUTH2, "additionalTokenParams": {"a": "b"}}, "additionalTokenParams"),
        ({**OAUTH2, "grant": {**OAUTH2["grant"], "credentialId": "x"}}, "grant.organisationId"),
        ({**OAUTH2, "grant": {**OAUTH2["grant"], "organisationId": "x"}}, "grant.credentialId"),
        *[(without(HMAC, name), name) for name in ("name", "in", "algorithm", "digestInputs")],
        ({**HMAC, "algorithm": "md5"}, "algorithm"),
        ({**HMAC, "digestInputs": ["headers"]}, "digestInputs[0]"),
        ({**HMAC, "digestInputs": []}, "digestInputs"),
    ],
)
def test_every_rule_of_every_scheme(organisation, config, field):
    made = organisation.http(authSchemeConfigs=[])
    error = organisation.put(
        path_of(made, config.get("id") if config.get("id") != "other" else "none"), config, 400
    )
    assert field in fields(error)
    assert organisation.get(f"/connectors/{made['id']}") == made


def test_messages_are_ignored_when_sent(organisation):
    made = organisation.http()
    sent = {**BASIC, "validationMessages": [{"severity": "error", "text": "x"}], "password": SECRET}
    assert organisation.put(path_of(made, "basic"), sent)["authSchemeConfigs"][-1] == BASIC


def test_bigquery_has_schemes_of_its_own(organisation):
    made = organisation.bigquery()
    assert "schemeType" in fields(organisation.put(path_of(made, "certificate"), CERTIFICATE, 400))
    google = {"id": "google", "description": "", "schemeType": "google-service-account"}
    assert organisation.put(path_of(made, "google"), google)["authSchemeConfigs"] == [google]


def test_a_grant_makes_a_credential_and_never_tells_its_secret(organisation):
    made = organisation.http(authSchemeConfigs=[OAUTH2])
    [config] = made["authSchemeConfigs"]
    grant = config["grant"]
    assert grant == {
        "grantType": "authorization_code",
        "credentialId": grant["credentialId"],
        "organisationId": organisation.id,
        "clientId": "client",
        "clientSecret": "******",
    }
    assert without(config, "grant") == without(OAUTH2, "grant")
    # What is read can be written back: the mask keeps what is stored.
    again = organisation.put(path_of(made, "oauth2"), config)
    assert again["authSchemeConfigs"] == [config]
    renamed = organisation.put(
        path_of(made, "oauth2"), {**config, "grant": {**grant, "clientId": "new"}}
    )
    assert renamed["authSchemeConfigs"][0]["grant"] == {**grant, "clientId": "new"}
    assert SECRET not in organisation.client.get(f"{organisation.root}/connectors").text


def test_a_grant_of_client_credentials_has_no_credential(organisation):
    made = organisation.http(
        authSchemeConfigs=[{**OAUTH2, "grant": {"grantType": "client_credentials"}}]
    )
    assert made["authSchemeConfigs"][0]["grant"] == {"grantType": "client_credentials"}


def test_a_grant_cannot_use_the_credential_of_another_connector(organisation):
    [config] = organisation.http(authSchemeConfigs=[OAUTH2])["authSchemeConfigs"]
    other = organisation.http()
    assert "grant.credentialId" in fields(organisation.put(path_of(other, "oauth2"), config, 400))


def test_connections_stay_when_their_config_goes(organisation):
    made = organisation.http(connections=[connection("prod")])
    answered = organisation.delete(path_of(made, "key"), 200)
    assert answered["authSchemeConfigs"] == [NONE]
    assert answered["connections"] == made["connections"]
    assert organisation.delete(path_of(made, "key"), 404)["code"] == "404000"
