"""The SDK `sailpoint` 1.x does what it is for, under the prefix that it is told. Prints JSON."""

import importlib
import json
import sys
import time

version, url, client_id, client_secret, content = sys.argv[1:]

from sailpoint.configuration import Configuration, ConfigurationParams

parameters = ConfigurationParams()
parameters.base_url, parameters.client_id, parameters.client_secret = url, client_id, client_secret
configuration = Configuration(parameters)
package = importlib.import_module(f"sailpoint.{version}")
models = importlib.import_module(f"sailpoint.{version}.models")
with package.ApiClient(configuration) as client:
    api = importlib.import_module(f"sailpoint.{version}.api.sp_config_api").SPConfigApi(client)

    def ended(status, id):
        while (job := status(id)).status in ("NOT_STARTED", "IN_PROGRESS"):
            time.sleep(0.2)
        return job

    types = api.list_sp_config_objects()
    options = models.import_options.ImportOptions(exclude_backup=False)
    with open(content, "rb") as file:
        job = api.import_sp_config(
            data=("config.json", file.read()), preview=False, options=options
        )
    imported = ended(api.get_sp_config_import_status, job.job_id)
    results = api.get_sp_config_import(job.job_id)
    job = api.export_sp_config(models.export_payload.ExportPayload(include_types=["SOURCE"]))
    exported = ended(api.get_sp_config_export_status, job.job_id)
    objects = api.get_sp_config_export(job.job_id).objects
print(
    json.dumps(
        {
            "types": len(types),
            "imported": imported.status,
            "results": results.to_dict(),
            "exported": exported.status,
            "objects": len(objects),
        },
        default=str,
    )
)
