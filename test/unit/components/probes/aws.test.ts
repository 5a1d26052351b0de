import assert from "node:assert/strict";
import type { Env } from "../../../../airflow/kwargs";
import { awsKwargs } from "../../../../components/aws/airflow";
import { parameterStoreClass, parameterStorePrefixes } from "../../../../components/aws/parameterStore";
import { probeParameterStore, probeSecretsManager } from "../../../../components/aws/probe";
import { accessKeyKwargs, webIdentityKwargs } from "../../../../components/aws/loginKwargs";
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

describe("a probe of AWS with a login in the kwargs", () => {
    const prefixes = secretsManagerKwargs({ scope: "solar", sep: "/" }, {});
    const read: Answer = [200, {}];

    it("reads in the region of the kwargs with the access key of the kwargs", async () => {
        const key = { accessKeyId: "AKIA", secretAccessKey: "secret" };
        const kwargs = { ...prefixes, ...accessKeyKwargs("eu-west-1", key) };
        const env = { ...awsLogin, ...backendEnv(secretsManagerClass, kwargs) };
        const { problem, calls } = await run(probeSecretsManager, env, { answers: [read, read] });
        assert.equal(problem, undefined);
        assert.deepEqual(new Set(calls), new Set(["POST https://secretsmanager.eu-west-1.amazonaws.com/"]));
    });

    const arn = "arn:aws:iam::111122223333:role/solar";
    const env = backendEnv(secretsManagerClass, { ...prefixes, ...webIdentityKwargs("eu-west-1", arn, "/t") });
    const token = "a.b.c";
    const session: Answer = [
        200,
        "<R><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey>" +
            "<SessionToken>a+b&amp;</SessionToken></Credentials></R>",
    ];
    const stsError = (status: number, code: string): Answer => [
        status,
        `<ErrorResponse><Error><Code>${code}</Code><Message>no &lt;token&gt;</Message></Error></ErrorResponse>`,
    ];

    it("takes the role with the token, and reads with the session", async () => {
        const { problem, calls, bodies } = await run(probeSecretsManager, env, {
            answers: [session, read, read],
            token,
        });
        assert.equal(problem, undefined);
        assert.deepEqual(calls, [
            "POST https://sts.eu-west-1.amazonaws.com/",
            ...Array<string>(2).fill("POST https://secretsmanager.eu-west-1.amazonaws.com/"),
        ]);
        const { RoleSessionName, ...sent } = Object.fromEntries(new URLSearchParams(bodies[0]));
        assert.match(RoleSessionName ?? "", /./);
        assert.deepEqual(sent, {
            Action: "AssumeRoleWithWebIdentity",
            Version: "2011-06-15",
            RoleArn: arn,
            DurationSeconds: "900",
            WebIdentityToken: token,
        });
    });

    it("says what was tried and what AWS answered, without the token", async () => {
        const answers = [stsError(403, "AccessDenied")];
        const { problem } = await run(probeSecretsManager, env, { answers, token });
        assert.equal(problem?.call, `AssumeRoleWithWebIdentity ${arn} at sts.eu-west-1.amazonaws.com`);
        assert.equal(problem.answer, "AccessDenied: no <token>");
    });

    const refused = (mayPass: "no" | "soon" | "late") => ({ kind: "refused" as const, mayPass });
    check(probeSecretsManager, env, [
        {
            name: "waits for the trust policy",
            token,
            answers: [stsError(403, "AccessDenied")],
            problem: refused("late"),
        },
        {
            name: "waits for the role's policy",
            token,
            answers: [session, [400, awsError("AccessDeniedException")]],
            problem: refused("late"),
        },
        {
            name: "waits a little for the identity provider",
            token,
            answers: [stsError(400, "InvalidIdentityToken")],
            problem: refused("soon"),
        },
        {
            name: "waits if AWS cannot reach the issuer",
            token,
            answers: [stsError(400, "IDPCommunicationError")],
            problem: { kind: "failing", mayPass: "late" },
        },
        {
            name: "does not wait with a token that has expired",
            token,
            answers: [stsError(400, "ExpiredTokenException")],
            problem: refused("no"),
        },
        { name: "does not wait if the answer has no key", token, answers: [[200, "<R/>"]], problem: refused("no") },
    ]);
});
