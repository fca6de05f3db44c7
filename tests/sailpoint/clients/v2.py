"""The SDK `sailpoint` 2.x does what it is for. Prints JSON."""

import json
import sys
import time

url, client_id, client_secret, content = sys.argv[1:]

from sailpoint.configuration import Configuration, ConfigurationParams
from sailpoint.sp_config.api.sp_config_api import SPConfigApi
from sailpoint.sp_config.api_client import ApiClient
from sailpoint.sp_config.models.export_payload import ExportPayload
from sailpoint.sp_config.models.import_options import ImportOptions

parameters = ConfigurationParams()
parameters.base_url, parameters.client_id, parameters.client_secret = url, client_id, client_secret
with ApiClient(Configuration(parameters)) as client:
    api = SPConfigApi(client)

    def ended(status, id):
        while (job := status(id)).status in ("NOT_STARTED", "IN_PROGRESS"):
            time.sleep(0.2)
        return job

    types = api.list_sp_config_objects_v1()
    with open(content, "rb") as file:
        data = file.read()
    job = api.import_sp_config_v1(data=("config.json", data), preview=True)
    previewed = ended(api.get_sp_config_import_status_v1, job.job_id)
    preview = api.get_sp_config_import_v1(job.job_id)
    job = api.import_sp_config_v1(
        data=data, preview=False, options=ImportOptions(exclude_backup=False)
    )
    imported = ended(api.get_sp_config_import_status_v1, job.job_id)
    results = api.get_sp_config_import_v1(job.job_id)
    job = api.export_sp_config_v1(ExportPayload(include_types=["SOURCE"]))
    exported = ended(api.get_sp_config_export_status_v1, job.job_id)
    objects = api.get_sp_config_export_v1(job.job_id).objects
print(
    json.dumps(
        {
            "types": len(types),
            "previewed": previewed.status,
            "preview": preview.to_dict(),
            "imported": imported.status,
            "results": results.to_dict(),
            "exported": exported.status,
            "objects": len(objects),
        },
        default=str,
    )
)
