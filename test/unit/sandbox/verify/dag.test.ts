import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { testJsonConnection, testUriConnection, testVariable } from "../../../../airflow/testSecrets";
import { dagFile } from "../../../../sandbox/verify/airflowRun";

describe("the example DAG", () => {
    it("expects exactly the secrets that testSecrets creates", () => {
        // Python parses the file, without Airflow.
        const script = `
import ast, json, sys
constants = {}
for node in ast.parse(open(sys.argv[1], encoding="utf8").read()).body:
    if isinstance(node, ast.Assign) and not node.targets[0].id.startswith("WHAT"):
        constants[node.targets[0].id] = ast.literal_eval(node.value)
print(json.dumps(constants))
`;
        const constants: unknown = JSON.parse(execFileSync("python3", ["-c", script, dagFile], { encoding: "utf8" }));
        const uri = new URL(testUriConnection.uri);
        const { extra, ...jsonFields } = testJsonConnection.fields;
        assert.deepEqual(constants, {
            VARIABLE_KEY: testVariable.key,
            VARIABLE_VALUE: testVariable.value,
            URI_CONNECTION_ID: testUriConnection.id,
            URI_CONNECTION: {
                conn_type: uri.protocol.replace(":", ""),
                host: uri.hostname,
                login: uri.username,
                password: uri.password,
                port: Number(uri.port),
                schema: uri.pathname.slice(1),
                extra: Object.fromEntries(uri.searchParams),
            },
            JSON_CONNECTION_ID: testJsonConnection.id,
            JSON_CONNECTION: { ...jsonFields, extra: JSON.parse(extra) as unknown },
        });
    });
});
