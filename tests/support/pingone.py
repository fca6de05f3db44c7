"""Requests and documents of the PingOne dialect."""

import re
import uuid

from .shape import id_of_uuid, moment, one_of, text, url

CLONE = "application/vnd.pingidentity.connectorInstance.clone+json"
MASK = "******"
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

# The shapes that the official Go client decodes (reference B3).
LINK = {"href": url, "name?": str, "profile?": url, "title?": str, "type?": str}
LINKS = {"self": LINK, "environment": LINK}
ENVIRONMENT = {"id": id_of_uuid}
COLORS = {"canvas?": str, "canvasText?": str, "dark?": str}
LOGOS = {"canvas?": {"imageFileName?": str}}
METADATA = {
    "type?": one_of("core", "ping", "service"),
    "vendor?": str,
    "colors?": COLORS,
    "logos?": LOGOS,
}
INSTANCE = {
    "_links": {**LINKS, "connectorInstance.clone": LINK},
    "connector": {"id": text},
    "environment": ENVIRONMENT,
    "id": text,
    "name": text,
    "createdAt?": moment,
    "updatedAt?": moment,
    "properties?": dict,
    "metadata?": METADATA,
}


class Environment:
    """One environment as a client of it sees it."""

    def __init__(self, scope):
        self.scope = scope
        self.client = scope.client
        self.id = scope.document["environmentId"]
        self.path = f"/v1/environments/{self.id}"
        self.instances = f"{self.path}/connectorInstances"

    def create(self, document=None, **options):
        return self.client.post(
            self.instances, json=instance() if document is None else document, **options
        )

    def created(self, **members):
        """A new instance, as its 201 shows it."""
        response = self.create(instance(**members))
        assert response.status_code == 201, response.text
        return response.json()

    def get(self, id, **options):
        return self.client.get(f"{self.instances}/{id}", **options)

    def list(self):
        return self.client.get(self.instances).json()["_embedded"]["connectorInstances"]

    def replace(self, id, document, **options):
        return self.client.put(f"{self.instances}/{id}", json=document, **options)

    def clone(self, id, content=b"", headers=None, **options):
        headers = {"content-type": CLONE, **(headers or {})}
        return self.client.post(
            f"{self.instances}/{id}", content=content, headers=headers, **options
        )

    def delete(self, id, **options):
        return self.client.delete(f"{self.instances}/{id}", **options)


def instance(**members):
    """A document that can be created, with other top-level members; those that are None are left out."""
    document = {"name": "API_HTTP_Connection", "connector": {"id": "httpConnector"}, **members}
    return {name: value for name, value in document.items() if value is not None}


def check_error(response, status, code):
    """The published form of an error. Answers its details: code and target of each."""
    assert response.status_code == status, response.text
    error = response.json()
    uuid.UUID(error["id"])
    assert error["code"] == code
    assert error["message"]
    return [(detail["code"], detail.get("target")) for detail in error.get("details", [])]
