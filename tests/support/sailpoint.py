"""sp-config as a test sees it: files, jobs and their results."""

import json
import time

PREFIXES = [
    "/beta/sp-config",
    "/v2024/sp-config",
    "/v2025/sp-config",
    "/v2026/sp-config",
    "/sp-config/v1",
    "/sp-config",
]
RUNNING = ("NOT_STARTED", "IN_PROGRESS")
JOB_SECONDS = 300


def config(kind, id, name, object=None, **siblings):
    """An object as a file has it."""
    itself = {"type": kind, "id": id, "name": name}
    return {"version": 1, "self": itself, "object": {"name": name, **(object or {})}, **siblings}


def file(*objects):
    """A file of objects."""
    return {
        "version": 1,
        "timestamp": "2021-05-10T15:19:23.425041-05:00",
        "tenant": "t",
        "objects": list(objects),
    }


def reference(kind, id, name=None):
    return {"type": kind, "id": id, "name": name}


class Tenant:
    """One scope through one prefix. It waits when it is told to: the published limit holds for tests too."""

    def __init__(self, client, prefix=PREFIXES[0]):
        self.client = client
        self.prefix = prefix

    def request(self, method, path, **arguments):
        while True:
            response = self.client.request(method, f"{self.prefix}{path}", **arguments)
            if response.status_code != 429:
                return response
            time.sleep(int(response.headers["retry-after"]))

    def post_import(self, content, options=None, preview=None, headers=None):
        parts = {
            "data": (
                "config.json",
                content if isinstance(content, (str, bytes)) else json.dumps(content),
            )
        }
        if options is not None:
            parts["options"] = (None, json.dumps(options))
        params = {} if preview is None else {"preview": preview}
        return self.request("POST", "/import", files=parts, params=params, headers=headers)

    def ended(self, kind, id):
        deadline = time.monotonic() + JOB_SECONDS
        while time.monotonic() < deadline:
            response = self.request("GET", f"/{kind}/{id}")
            assert response.status_code == 200, response.text
            if response.json()["status"] not in RUNNING:
                return response.json()
            time.sleep(0.1)
        raise AssertionError(f"the job {id} does not end")

    def run_import(self, content, options=None, preview=None):
        """The status at the end, and the results."""
        response = self.post_import(content, options, preview)
        assert response.status_code == 202, response.text
        job = self.ended("import", response.json()["jobId"])
        return job, self.results(job["jobId"])

    def results(self, id):
        response = self.request("GET", f"/import/{id}/download")
        assert response.status_code == 200, response.text
        return response.json()

    def export(self, **payload):
        """What an export gives."""
        response = self.request("POST", "/export", json=payload)
        assert response.status_code == 202, response.text
        job = self.ended("export", response.json()["jobId"])
        assert job["status"] == "COMPLETE", job
        return self.download_export(job["jobId"])

    def download_export(self, id):
        response = self.request("GET", f"/export/{id}/download")
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == "application/json"
        return response.json()


def texts(results, kind, list):
    """The texts of one list of a type's results."""
    return [message["text"] for message in results["results"][kind][list]]


def tenant_of(scope, prefix=PREFIXES[0]):
    return Tenant(scope.client, prefix)
