import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { gcpKwargs, gcpSecretManagerClass } from "../../../../components/gcp/airflow";
import { probeGcp } from "../../../../components/gcp/probe";
import { backendEnv, check, run, type Answer } from "./probing";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const accountKey = {
    client_email: "solar@my-project.iam.gserviceaccount.com",
    private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
    private_key_id: "1",
};
const gcpEnv = backendEnv(gcpSecretManagerClass, gcpKwargs({ scope: "solar", sep: "-" }, "my-project", accountKey));

describe("a probe of Google Cloud", () => {
    const denied = (message: string): Answer => [403, { error: { code: 403, message } }];
    it("reads the latest version", async () => {
        const answers: Answer[] = [
            [200, {}],
            [200, {}],
        ];
        const { problem, calls } = await run(probeGcp, gcpEnv, { answers });
        assert.equal(problem, undefined);
        const secrets = "https://secretmanager.googleapis.com/v1/projects/my-project/secrets";
        assert.equal(calls[0], `GET ${secrets}/solar-airflow-variables-verify_variable/versions/latest:access`);
    });
    it("reads only what Airflow looks up", async () => {
        const kwargs = gcpKwargs({ scope: "solar", sep: "-", only: "connections" }, "my-project", accountKey);
        const { problem, calls } = await run(probeGcp, backendEnv(gcpSecretManagerClass, kwargs), {
            answers: [[200, {}]],
        });
        assert.deepEqual([problem, calls.length], [undefined, 1]);
        assert.match(calls[0]!, /solar-airflow-connections-verify_connection_uri/);
    });
    check(probeGcp, gcpEnv, [
        {
            name: "reads names that do not exist",
            testSecrets: false,
            answers: [
                [404, {}],
                [404, {}],
            ],
        },
        { name: "waits for the role", answers: [denied("denied")], problem: { kind: "refused", mayPass: "late" } },
        { name: "waits for the key", answers: [[401, {}]], problem: { kind: "refused", mayPass: "late" } },
        {
            name: "tells a service perimeter apart",
            answers: [denied("Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: x")],
            problem: { kind: "unreachable", mayPass: "no" },
        },
    ]);
});
