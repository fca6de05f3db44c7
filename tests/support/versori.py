"""Versori documents, and an organisation to put them in."""

SECRET = "correct-horse-battery-staple"

NONE = {"id": "none", "description": "", "schemeType": "none"}
KEY = {
    "id": "key",
    "description": "An API key",
    "schemeType": "api-key",
    "name": "X-Key",
    "in": "header",
}
BASIC = {"id": "basic", "description": "Log in", "schemeType": "basic-auth"}
OAUTH2 = {
    "id": "oauth2",
    "description": "Sign in",
    "schemeType": "oauth2",
    "authorizeUrl": "https://id.example.com/authorize",
    "tokenUrl": "https://id.example.com/token",
    "scopes": [{"name": "read", "description": "Look"}],
    "defaultScopes": ["read"],
    "grant": {"grantType": "authorization_code", "clientId": "client", "clientSecret": SECRET},
}
HMAC = {
    "id": "hmac",
    "description": "Signed",
    "schemeType": "hmac",
    "name": "X-Signature",
    "in": "header",
    "algorithm": "sha256",
    "digestInputs": ["body", "url"],
}
CERTIFICATE = {"id": "certificate", "description": "", "schemeType": "certificate"}
SCHEMES = [NONE, KEY, BASIC, OAUTH2, HMAC, CERTIFICATE]

OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1.2.0", "description": "About pets"},
    "servers": [
        {"url": "https://{region}.example.com/v1", "variables": {"region": {"default": "eu"}}}
    ],
    "paths": {
        "/pets/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True}],
            "get": {
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}
                        }
                    }
                }
            },
            "delete": {"operationId": "removePet"},
        }
    },
    "webhooks": {"newPet": {"post": {"operationId": "petAdded"}}},
    "components": {
        "schemas": {"Pet": {"type": "object"}, "Unused": {"type": "string"}},
        "securitySchemes": {
            "key": {"type": "apiKey", "name": "X-Key", "in": "header"},
            "odd": {"type": "openIdConnect", "openIdConnectUrl": "https://id.example.com"},
        },
    },
}


def string_credential(value=SECRET, **members):
    return {"type": "string", "data": {"value": value}, **members}


def connection(name, **members):
    item = {"authSchemeConfig": {"id": "key"}, "credential": string_credential()}
    return {"name": name, "credentials": {"action": [item]}, **members}


def http_connector(**members):
    return {
        "name": "Pets",
        "baseUrl": "https://pets.example.com",
        "authSchemeConfigs": [NONE, KEY],
        "connections": [],
        **members,
    }


class Organisation:
    """A scope as Versori names it."""

    def __init__(self, scope, prefix="/o"):
        self.scope = scope
        self.id = scope.document["organisationId"]
        self.client = scope.client
        self.root = f"{prefix}/{self.id}"

    def request(self, method, path, status, **options):
        response = self.client.request(method, f"{self.root}{path}", **options)
        assert response.status_code == status, (
            f"{method} {path}: {response.status_code} {response.text}"
        )
        return response

    def get(self, path, status=200, **options):
        return self.request("GET", path, status, **options).json()

    def post(self, path, body, status=201, **options):
        return self.request("POST", path, status, json=body, **options).json()

    def put(self, path, body, status=200, **options):
        response = self.request("PUT", path, status, json=body, **options)
        return response.json() if response.content else None

    def delete(self, path, status=204, **options):
        response = self.request("DELETE", path, status, **options)
        return response.json() if response.content else None

    def http(self, **members):
        """A new HTTP connector."""
        return self.post("/protocols/http/connectors", http_connector(**members))

    def bigquery(self, **members):
        body = {"name": "Sales", "datasetId": "project.sales", "connections": [], **members}
        return self.post("/protocols/bigquery/connectors", body)

    def connect(self, connector, name="prod", **members):
        """A new connection of a connector."""
        return self.post(
            f"/connectors/{connector['id']}/connections", connection(name, **members), 200
        )

    def version(self, connector, name, **members):
        return self.post(f"/connectors/{connector['id']}/versions", {"name": name, **members})

    def publish(self, connector, name):
        return self.post(f"/connectors/{connector['id']}/versions/{name}/publish", None, 200)[
            "version"
        ]


def update_of(connector, **members):
    """The ConnectorUpdate that changes nothing, but for these members; None leaves one out."""
    own = (
        "id",
        "organisationId",
        "name",
        "protocol",
        "public",
        "documentationURL",
        "imageURL",
        "tags",
        "baseUrl",
        "datasetId",
    )
    body = {name: connector[name] for name in own if name in connector}
    body.update(members)
    return {name: value for name, value in body.items() if value is not None}


def without(document, *names):
    """A document without some of its members."""
    return {key: value for key, value in document.items() if key not in names}


def fields(error):
    """The fields of an error, each with its message."""
    return {one["field"]: one["message"] for one in error["fields"]}
