"""Kubernetes as tests use it: paths, documents, watches and kubectl."""

import json
import os
import subprocess

import yaml

GROUP = "/apis/connectors.alauda.io/v1alpha1"
CLASSES = f"{GROUP}/connectorclasses"
MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
APPLY = "application/apply-patch+yaml"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


def connector(name, **spec):
    """A Connector."""
    document = {
        "apiVersion": "connectors.alauda.io/v1alpha1",
        "kind": "Connector",
        "metadata": {"name": name},
    }
    return {
        **document,
        "spec": {"connectorClassName": "git", "address": "https://git.example", **spec},
    }


def secret(name, **data):
    """A Secret with entries in the clear."""
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": data}


class Namespace:
    """A scope, through the paths of Kubernetes."""

    def __init__(self, scope):
        self.scope = scope
        self.name = scope.name
        self.client = scope.client
        self.connectors = f"{GROUP}/namespaces/{scope.name}/connectors"
        self.secrets = f"/api/v1/namespaces/{scope.name}/secrets"

    def create(self, document, status=201, **query):
        path = self.secrets if document.get("kind") == "Secret" else self.connectors
        response = self.client.post(path, json=document, params=query)
        assert response.status_code == status, response.text
        return response.json()

    def get(self, name, status=200, **query):
        response = self.client.get(f"{self.connectors}/{name}", params=query)
        assert response.status_code == status, response.text
        return response.json()

    def list(self, **query):
        response = self.client.get(self.connectors, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def patch(self, name, patch, media_type=MERGE, status=200, part="", **query):
        body = patch if isinstance(patch, (str, bytes)) else json.dumps(patch)
        headers = {"content-type": media_type}
        path = f"{self.connectors}/{name}{part}"
        response = self.client.patch(path, content=body, headers=headers, params=query)
        assert response.status_code == status, response.text
        return response.json()

    def apply(self, document, manager, status=200, force=False, **query):
        query = {"fieldManager": manager, "force": str(force).lower(), **query}
        return self.patch(document["metadata"]["name"], document, APPLY, status, **query)

    def watch(self, path=None, **query):
        """The events of a watch until it ends by itself."""
        query = {"watch": "true", "timeoutSeconds": 3, **query}
        with self.client.stream(
            "GET", path or self.connectors, params=query, timeout=120
        ) as response:
            assert response.status_code == 200, response.read()
            for line in response.iter_lines():
                yield json.loads(line)


class Kubectl:
    """kubectl with a kubeconfig of its own."""

    def __init__(self, program, folder, server, namespace, cache, token=None, authority=None):
        cluster = {"server": server}
        if authority:
            cluster["certificate-authority"] = str(authority)
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "patchbay", "cluster": cluster}],
            "users": [{"name": "user", "user": {"token": token} if token else {}}],
            "contexts": [
                {
                    "name": "test",
                    "context": {"cluster": "patchbay", "user": "user", "namespace": namespace},
                }
            ],
            "current-context": "test",
        }
        self.folder = folder
        self.namespace = namespace
        self.command = [
            program,
            "--kubeconfig",
            str(folder / "kubeconfig"),
            "--cache-dir",
            str(cache),
        ]
        (folder / "kubeconfig").write_text(yaml.safe_dump(config))

    def start(self, *arguments):
        return subprocess.Popen(
            [*self.command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments, document=None, status=0):
        """What kubectl prints, when it ends with the status."""
        arguments = [*arguments, *(["-f", "-"] if document is not None else [])]
        documents = document if isinstance(document, list) else [document]
        text = yaml.safe_dump_all(documents) if document is not None else None
        environment = {**os.environ, "KUBECTL_EXTERNAL_DIFF": "diff -u"}
        done = subprocess.run(
            [*self.command, *arguments],
            input=text,
            capture_output=True,
            text=True,
            env=environment,
            timeout=60,
        )
        assert done.returncode == status, (
            f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
        return done.stdout if status == 0 else done.stdout + done.stderr

    def minor(self):
        """The minor version of the client."""
        version = json.loads(self.run("version", "--client", "-o", "json"))
        return int("".join(filter(str.isdigit, version["clientVersion"]["minor"])))
