import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { gcpKwargs, gcpSecretManagerClass } from "../../../../components/gcp/airflow";
import { probeGcp } from "../../../../components/gcp/probe";
import { credentialConfig } from "../../../../components/gcp/workloadIdentity";
import { backendEnv, check, run, type Answer } from "./probing";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const accountKey = {
    client_email: "solar@my-project.iam.gserviceaccount.com",
    private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
    private_key_id: "1",
};
const scope = { scope: "solar", sep: "-" } as const;
const keyKwargs = { gcp_keyfile_dict: accountKey };
const gcpEnv = backendEnv(gcpSecretManagerClass, gcpKwargs(scope, "my-project", keyKwargs));

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
        const kwargs = gcpKwargs({ ...scope, only: "connections" }, "my-project", keyKwargs);
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

describe("a probe of Google Cloud with the pods' own token", () => {
    const pods = {
        namespace: "airflow",
        serviceAccounts: ["scheduler"],
        audience: "unused",
        tokenFile: "/var/run/secrets/token",
    };
    const provider = "projects/1/locations/global/workloadIdentityPools/pool/providers/cluster";
    const config = { gcp_credential_config_file: credentialConfig({ pods, provider }) };
    const env = backendEnv(gcpSecretManagerClass, gcpKwargs(scope, "my-project", config));
    const refused = (error: string): Answer => [400, { error, error_description: "no" }];

    it("exchanges it for an access token, and reads with that", async () => {
        const answers: Answer[] = [
            [200, { access_token: "access-token-of-test" }],
            [200, {}],
            [200, {}],
        ];
        const { problem, calls, bodies } = await run(probeGcp, env, { answers, token: "token-of-test" });
        assert.deepEqual([problem, calls.length], [undefined, 3]);
        assert.equal(calls[0], "POST https://sts.googleapis.com/v1/token");
        const form = Object.fromEntries(new URLSearchParams(bodies[0]));
        assert.deepEqual(form, {
            grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
            audience: `//iam.googleapis.com/${provider}`,
            scope: "https://www.googleapis.com/auth/cloud-platform",
            requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
            subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
            subject_token: "token-of-test",
        });
    });

    it("says what the token endpoint answers, and never a token", async () => {
        const answers: Answer[] = [
            [400, { access_token: "secret", error: "invalid_grant", error_description: "The issuer" }],
        ];
        const { problem } = await run(probeGcp, env, { answers, token: "token-of-test" });
        assert.equal(problem?.answer, "invalid_grant: The issuer");
        assert.doesNotMatch(JSON.stringify(problem), /secret\b|token-of-test/);
    });

    it("needs a token", async () => {
        await assert.rejects(run(probeGcp, env, { answers: [] }), /neither a key nor a token/);
    });

    check(
        probeGcp,
        env,
        [
            {
                name: "waits for the role",
                answers: [
                    [200, { access_token: "a" }],
                    [403, {}],
                ] satisfies Answer[],
                problem: { kind: "refused", mayPass: "late" } as const,
            },
            {
                name: "waits for a new pool, for a minute",
                answers: [refused("invalid_target")],
                problem: { kind: "refused", mayPass: "soon" } as const,
            },
            ...["invalid_grant", "unauthorized_client", "invalid_request"].map((error) => ({
                name: `does not wait after ${error}`,
                answers: [refused(error)],
                problem: { kind: "refused", mayPass: "no" } as const,
            })),
            {
                name: "does not wait until the service is enabled",
                answers: [
                    [403, { error: { code: 403, message: "Security Token Service API is disabled" } }],
                ] satisfies Answer[],
                problem: { kind: "refused", mayPass: "no" } as const,
            },
        ].map((each) => ({ ...each, token: "token-of-test" })),
    );
});
