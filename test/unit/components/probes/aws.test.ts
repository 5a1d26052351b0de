import assert from "node:assert/strict";
import type { Env } from "../../../../airflow/kwargs";
import { awsKwargs } from "../../../../components/aws/airflow";
import { parameterStoreClass, parameterStorePrefixes } from "../../../../components/aws/parameterStore";
import { probeParameterStore, probeSecretsManager } from "../../../../components/aws/probe";
import { secretsManagerClass, secretsManagerKwargs } from "../../../../components/aws/secretsManager";
import { backendEnv, check, run, type Answer } from "./probing";

const awsLogin = { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "secret", AWS_DEFAULT_REGION: "cn-north-1" };
const secretsManagerEnv: Env = {
    ...awsLogin,
    ...backendEnv(secretsManagerClass, secretsManagerKwargs({ scope: "solar", sep: "/" }, {})),
};
const parameterStoreEnv: Env = {
    ...awsLogin,
    ...backendEnv(parameterStoreClass, awsKwargs(parameterStorePrefixes({ scope: "solar" }), {})),
};
const awsError = (name: string): object => ({ __type: `com.amazonaws#${name}`, Message: "no" });

describe("a probe of Secrets Manager", () => {
    const ok: Answer = [200, {}];
    const missing: Answer = [400, awsError("ResourceNotFoundException")];
    it("reads at the host of the region's partition, with a signature and no secret key", async () => {
        const { problem, calls, bodies } = await run(probeSecretsManager, secretsManagerEnv, { answers: [ok, ok] });
        assert.equal(problem, undefined);
        assert.deepEqual(new Set(calls), new Set(["POST https://secretsmanager.cn-north-1.amazonaws.com.cn/"]));
        assert.deepEqual(bodies, [
            '{"SecretId":"airflow/solar/variables/verify_variable"}',
            '{"SecretId":"airflow/solar/connections/verify_connection_uri"}',
        ]);
    });
    it("reads only what Airflow looks up", async () => {
        const kwargs = secretsManagerKwargs({ scope: "solar", sep: "/", only: "connections" }, {});
        const env = { ...awsLogin, ...backendEnv(secretsManagerClass, kwargs) };
        const { problem, bodies } = await run(probeSecretsManager, env, { answers: [ok] });
        assert.equal(problem, undefined);
        assert.deepEqual(bodies, ['{"SecretId":"airflow/solar/connections/verify_connection_uri"}']);
    });
    check(probeSecretsManager, secretsManagerEnv, [
        { name: "reads names that do not exist", testSecrets: false, answers: [missing, missing] },
        {
            name: "finds a test secret that is gone",
            answers: [missing],
            problem: { kind: "absent", mayPass: "soon" },
        },
        {
            name: "waits for the policy",
            answers: [[400, awsError("AccessDeniedException")]],
            problem: { kind: "refused", mayPass: "late" },
        },
        {
            name: "waits for the key",
            answers: [[400, awsError("UnrecognizedClientException")]],
            problem: { kind: "refused", mayPass: "late" },
        },
        {
            name: "waits when it is throttled",
            answers: [[400, awsError("ThrottlingException")]],
            problem: { kind: "failing", mayPass: "late" },
        },
    ]);
});

describe("a probe of Parameter Store", () => {
    it("reads with decryption", async () => {
        const answers: Answer[] = [
            [200, {}],
            [200, {}],
        ];
        const { problem, bodies } = await run(probeParameterStore, parameterStoreEnv, { answers });
        assert.equal(problem, undefined);
        assert.equal(bodies[0], '{"Name":"/airflow/solar/variables/verify_variable","WithDecryption":true}');
    });
    it("reads only what Airflow looks up", async () => {
        const kwargs = awsKwargs(parameterStorePrefixes({ scope: "solar", only: "variables" }), {});
        const env = { ...awsLogin, ...backendEnv(parameterStoreClass, kwargs) };
        const { problem, bodies } = await run(probeParameterStore, env, { answers: [[200, {}]] });
        assert.equal(problem, undefined);
        assert.deepEqual(bodies, ['{"Name":"/airflow/solar/variables/verify_variable","WithDecryption":true}']);
    });
    check(probeParameterStore, parameterStoreEnv, [
        {
            name: "reads names that do not exist",
            testSecrets: false,
            answers: [
                [400, awsError("ParameterNotFound")],
                [400, awsError("ParameterNotFound")],
            ],
        },
    ]);
});
