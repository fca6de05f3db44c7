"""A connector through each of the five APIs, for tests that look at one from all of them.

Each class knows how to make a connector of a class with parameters, to read it, to write back what it read, and to change
one parameter. A connector is found everywhere by what Kubernetes says of it: its name and its uid.
"""

import json
import uuid

from . import kubernetes, sailpoint

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid(text):
    """A uid as Versori prints it."""
    number = uuid.UUID(text).int
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


class Dialect:
    """What all of them have: the scope, and everything that was ever answered, to look for secrets in."""

    def __init__(self, scope, answers):
        self.scope = scope
        self.answers = answers
        self.namespace = kubernetes.Namespace(scope)

    def request(self, method, path, status, **options):
        response = self.scope.client.request(method, path, **options)
        self.answers.append(response.text)
        allowed = status if isinstance(status, tuple) else (status,)
        assert response.status_code in allowed, f"{method} {path}: {response.text}"
        return response

    def seen(self, name):
        """The connector as Kubernetes shows it."""
        return self.request("GET", f"{self.namespace.connectors}/{name}", 200).json()


class Privacera(Dialect):
    name = "privacera"

    def make(self, name, of_class, values):
        kinds = of_class.get("applicationTypes", [{"type": "CONNECTOR", "appConfigs": []}])
        applications = []
        for kind in kinds:
            known = {row["name"] for row in kind["appConfigs"]}
            # What no application has a row for is one more of the first.
            rows = [
                {"name": key, "value": value}
                for key, value in values.items()
                if key in known or not applications
            ]
            rest = {"appConfigs": rows, "deployConfigs": []}
            applications.append({"appType": kind["type"], **rest})
        datasource = of_class["name"].upper().replace("-", "_")
        body = {"name": name, "datasourceType": datasource, "applications": applications}
        self.request("POST", "/v2/runtime/connector/import", 201, json=body)

    def read(self, name):
        return self.request("GET", f"/v2/runtime/connector/{name}/export", 200).text

    def values(self, name):
        rows = {}
        for application in json.loads(self.read(name))["applications"]:
            for row in application["appConfigs"]:
                if row.get("value") not in ("", None):
                    rows.setdefault(row["name"], row["value"])
        return rows

    def write_back(self, name, other):
        """An export can only be imported elsewhere: there it is the same."""
        export = self.read(name)
        there = Privacera(other, self.answers)
        path = "/v2/runtime/connector/import"
        there.request(
            "POST", path, 201, content=export, headers={"content-type": "application/json"}
        )
        imported = there.read(name)
        there.request("DELETE", f"{there.namespace.connectors}/{name}", 200)
        assert masked_unset(imported) == masked_unset(export)


def masked_unset(export):
    """An export without the masks: where it is imported the secrets are still to be set."""
    return export.replace('"******"', '""')


class PingOne(Dialect):
    name = "pingone"

    def path(self, name):
        environment = self.scope.document["environmentId"]
        id = uuid.UUID(self.seen(name)["metadata"]["uid"]).hex
        return f"/v1/environments/{environment}/connectorInstances/{id}"

    def make(self, name, of_class, values):
        environment = self.scope.document["environmentId"]
        body = {
            "name": name,
            "connector": {"id": of_class["doc"]["pingone"]["id"]},
            "properties": {key: {"value": value} for key, value in values.items()},
        }
        path = f"/v1/environments/{environment}/connectorInstances"
        self.request("POST", path, 201, json=body)

    def read(self, name):
        return undated(self.request("GET", self.path(name), 200).json())

    def values(self, name):
        properties = json.loads(self.read(name)).get("properties", {})
        return {
            key: value["value"] if isinstance(value, dict) and "value" in value else value
            for key, value in properties.items()
        }

    def write_back(self, name, _other):
        self.request("PUT", self.path(name), 200, json=json.loads(self.read(name)))

    def change(self, name, key, value):
        document = json.loads(self.read(name))
        property = document["properties"].get(key)
        if isinstance(property, dict) and "value" in property:
            property["value"] = value
        else:
            document["properties"][key] = value
        self.request("PUT", self.path(name), 200, json=document)


class Kubernetes(Dialect):
    name = "kubernetes"

    def make(self, name, of_class, values):
        address = next((one["name"] for one in of_class["parameters"] if one.get("address")), None)
        params = [{"name": key, "value": text(value)} for key, value in values.items()]
        spec = {"connectorClassName": of_class["name"]}
        spec["params"] = [row for row in params if row["name"] != address]
        if address in values:
            spec["address"] = values[address]
        document = {
            "apiVersion": "connectors.alauda.io/v1alpha1",
            "kind": "Connector",
            "metadata": {"name": name},
            "spec": spec,
        }
        self.request("POST", self.namespace.connectors, 201, json=document)

    def read(self, name):
        seen = self.seen(name)
        seen.pop("status", None)
        seen["metadata"].pop("resourceVersion")
        seen["metadata"].pop("managedFields", None)
        return json.dumps(seen)

    def values(self, name):
        spec = self.seen(name)["spec"]
        values = {row["name"]: row["value"] for row in spec.get("params", [])}
        return {**values, "spec.address": spec.get("address")}

    def write_back(self, name, _other):
        seen = self.seen(name)
        self.request("PUT", f"{self.namespace.connectors}/{name}", 200, json=seen)
        labels = {"metadata": {"labels": {"seen": "yes"}}}
        for patch in (labels, {"metadata": {"labels": None}}):
            self.namespace.patch(name, patch)

    def change(self, name, key, value):
        seen = self.seen(name)
        for row in seen["spec"]["params"]:
            if row["name"] == key:
                row["value"] = text(value)
        self.request("PUT", f"{self.namespace.connectors}/{name}", 200, json=seen)


def undated(document):
    """A document without the time of its last change, which a label moves, too."""
    document.pop("updatedAt", None)
    return json.dumps(document)


def text(value):
    """Numbers and switches are texts in Kubernetes."""
    return json.dumps(value) if isinstance(value, (bool, int, float)) else value


class SailPoint(Dialect):
    name = "sailpoint"

    def tenant(self):
        return sailpoint.Tenant(self.scope.client, "/v2025/sp-config")

    def make(self, name, of_class, values):
        object = {"connector": of_class["name"], "connectorAttributes": values}
        self.run(sailpoint.file(sailpoint.config("SOURCE", str(uuid.uuid4()), name, object)))

    def run(self, file):
        job, results = self.tenant().run_import(file)
        self.answers.append(json.dumps(results))
        assert job["status"] == "COMPLETE", results
        assert not results["results"]["SOURCE"]["errors"], results

    def file(self, name):
        options = {"SOURCE": {"includedNames": [name]}}
        file = self.tenant().export(includeTypes=["SOURCE"], objectOptions=options)
        self.answers.append(json.dumps(file))
        assert len(file["objects"]) == 1, file
        return file

    def read(self, name):
        return json.dumps(self.file(name)["objects"])

    def values(self, name):
        return self.file(name)["objects"][0]["object"].get("connectorAttributes", {})

    def write_back(self, name, _other):
        self.run(self.file(name))

    def change(self, name, key, value):
        file = self.file(name)
        file["objects"][0]["object"]["connectorAttributes"][key] = value
        self.run(file)


class Versori(Dialect):
    name = "versori"

    def path(self, name=None):
        organisation = self.scope.document["organisationId"]
        connectors = f"/o/{organisation}/connectors"
        return f"{connectors}/{ulid(self.seen(name)['metadata']['uid'])}" if name else connectors

    def read(self, name):
        return undated(self.request("GET", self.path(name), 200).json())

    def values(self, name):
        return {"baseUrl": json.loads(self.read(name)).get("baseUrl")}

    def write_back(self, name, _other):
        seen = json.loads(self.read(name))
        schemes = [config["id"] for config in seen["authSchemeConfigs"]]
        members = ("id", "organisationId", "name", "public", "protocol", "baseUrl", "datasetId")
        update = {key: seen[key] for key in members if key in seen}
        for key in ("documentationURL", "imageURL", "tags", "connectionVariables"):
            if key in seen:
                update[key] = seen[key]
        self.request("PUT", self.path(name), 200, json={**update, "authSchemeConfigIds": schemes})


ALL = (Privacera, PingOne, Kubernetes, SailPoint, Versori)
