// The SDK `sailpoint-api-client` does what it is for, under the version that it is told. Prints JSON.

import fs from "node:fs";
import { createRequire } from "node:module";

const [version, url, clientId, clientSecret, content] = process.argv.slice(2);
const sdk = createRequire(import.meta.url)("sailpoint-api-client");
const configuration = new sdk.Configuration({ baseurl: url, tokenUrl: `${url}/oauth/token`, clientId, clientSecret });
const api = version === "beta" ? new sdk.SPConfigBetaApi(configuration) : new sdk.SPConfigV2024Api(configuration);

async function ended(status) {
  for (;;) {
    const { data } = await status();
    if (data.status !== "NOT_STARTED" && data.status !== "IN_PROGRESS") return data;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const types = (await api.listSpConfigObjects({})).data;
const data = new File([fs.readFileSync(content)], "config.json", { type: "application/json" });
let id = (await api.importSpConfig({ data, preview: false, options: { excludeBackup: false } })).data.jobId;
const imported = await ended(() => api.getSpConfigImportStatus({ id }));
const results = (await api.getSpConfigImport({ id })).data;
const payload = { description: "by node", includeTypes: ["SOURCE"], excludeTypes: [], objectOptions: {} };
const body = version === "beta" ? { exportPayloadBeta: payload } : { exportPayloadV2024: payload };
const job = (await api.exportSpConfig(body)).data.jobId;
const exported = await ended(() => api.getSpConfigExportStatus({ id: job }));
const { objects } = (await api.getSpConfigExport({ id: job })).data;
console.log(JSON.stringify({
  types: types.length, imported: imported.status, results, exported: exported.status, objects: objects.length,
}));
