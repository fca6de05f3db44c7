"""Documents of the Privacera dialect."""

import copy

SECRET = "s3cr3t-passw0rd"
URL_ROW = "CONNECTOR_SNOWFLAKE_JDBC_URL"
USER_ROW = "CONNECTOR_SNOWFLAKE_JDBC_USERNAME"
PASSWORD_ROW = "CONNECTOR_SNOWFLAKE_JDBC_PASSWORD"

_IMPORT = {
    "name": "Sales warehouse",
    "description": "What sales looks at",
    "datasourceType": "SNOWFLAKE",
    "applications": [
        {
            "appType": "ACCESS_CONTROL",
            "appConfigs": [
                {"name": URL_ROW, "value": "jdbc:snowflake://acme.snowflakecomputing.com"},
                {"name": USER_ROW, "value": "PATCHBAY"},
                {"name": PASSWORD_ROW, "value": SECRET},
            ],
            "deployConfigs": [],
        }
    ],
}


def document(**members):
    """An import document that is good, with other top-level members."""
    return {**copy.deepcopy(_IMPORT), **members}


def with_rows(*rows, **members):
    """The same with these rows after those that are required."""
    changed = document(**members)
    changed["applications"][0]["appConfigs"] += rows
    return changed


def post(client, body, **options):
    return client.post("/v2/runtime/connector/import", json=body, **options)


def export(client, name):
    from urllib.parse import quote

    return client.get(f"/v2/runtime/connector/{quote(name, safe='')}/export")


def rows(document, list_name="appConfigs", application=0):
    """The rows of a list, by name."""
    return {row["name"]: row for row in document["applications"][application][list_name]}
