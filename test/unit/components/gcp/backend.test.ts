import assert from "node:assert/strict";
import * as fc from "fast-check";
import { adviceMessage } from "../../../../components/errorAdvice";
import { gcpErrorAdvice } from "../../../../components/gcp/errors";
import { GcpSecretManagerBackend, type GcpSecretManagerBackendArgs } from "../../../../components/gcp/backend";
import { gcpAccountId } from "../../../../components/names";
import type * as pulumi from "@pulumi/pulumi";
import { describeGolden } from "../golden";
import { inspect, Mocks, settled } from "../mocks";

const NAME = "solar-dust-1234";
const ACCOUNT = "gcp:serviceaccount/account:Account";
const GRANT = "gcp:projects/iAMMember:IAMMember";
const KEY = "gcp:serviceaccount/key:Key";

const defaults = {
    project: "my-project",
    projectNumber: "123456789012",
    scope: "solar",
    sep: "-",
    generation: 1,
    testSecrets: false,
} as const;

async function build(args: Partial<GcpSecretManagerBackendArgs> = {}) {
    const mocks = await Mocks.set();
    const backend = new GcpSecretManagerBackend(NAME, { ...defaults, ...args });
    await settled();
    return { backend, mocks };
}

describe("GcpSecretManagerBackend", () => {
    it("creates only a service account, its grant and a key, all as its children", async () => {
        const { mocks } = await build();
        const parent = "airflow-secrets-backends:index:GcpSecretManagerBackend";
        assert.deepEqual(
            mocks.registered.map(({ type, name, parent: of }) => [type, name, of]),
            [
                [parent, NAME, ""],
                [ACCOUNT, `${NAME}-account`, `${parent}::${NAME}`],
                [GRANT, `${NAME}-grant`, `${parent}::${NAME}`],
                [KEY, `${NAME}-key-1`, `${parent}::${NAME}`],
            ],
        );
        assert.ok(mocks.registered.slice(1).every(({ onError }) => onError.join() === `${NAME}-advice`));
    });

    it("grants Secret Accessor with a condition on the two prefixes", async () => {
        const { mocks } = await build();
        const { condition, ...rest } = mocks.one(GRANT).inputs;
        const member = "serviceAccount:account-of-test";
        assert.deepEqual(rest, { project: "my-project", role: "roles/secretmanager.secretAccessor", member });
        assert.match(
            (condition as { expression: string }).expression,
            /secrets\/solar-airflow-variables-"\) \|\| .*secrets\/solar-airflow-connections-"\)\)$/,
        );
    });

    it("creates the grant and test secrets of a new scope before it deletes the old ones", async () => {
        const { mocks } = await build({ testSecrets: true });
        const replaced = [GRANT, "gcp:secretmanager/secret:Secret", "gcp:secretmanager/secretVersion:SecretVersion"];
        const made = mocks.registered.filter(({ type }) => replaced.includes(type));
        assert.equal(made.length, 7);
        assert.ok(made.every(({ deleteBeforeReplace }) => deleteBeforeReplace === false));
    });

    it("marks both env vars as secret, and has the key in the kwargs as an object, including newlines", async () => {
        const { backend } = await build();
        assert.deepEqual(
            backend.env.map(({ name, secret }) => [name, secret]),
            [
                ["AIRFLOW__SECRETS__BACKEND", true],
                ["AIRFLOW__SECRETS__BACKEND_KWARGS", true],
            ],
        );
        const [, kwargs] = await Promise.all(backend.env.map(({ value }) => inspect(value)));
        assert.equal(kwargs!.secret, true);
        const { gcp_keyfile_dict: key } = JSON.parse(kwargs!.value) as { gcp_keyfile_dict: object };
        assert.deepEqual(key, { client_email: "account-of-test", private_key: "-----\nline\n-----\n" });
    });

    it("names a key by its generation, so that the new one exists next to the old one", async () => {
        const { mocks } = await build({ generation: 7 });
        assert.equal(mocks.one(KEY).name, `${NAME}-key-7`);
    });

    it("creates three test secrets with secret values", async () => {
        const { mocks } = await build({ testSecrets: true });
        const secrets = mocks.registered.filter(({ type }) => type === "gcp:secretmanager/secret:Secret");
        assert.deepEqual(
            secrets.map(({ inputs }) => inputs.secretId),
            [
                "solar-airflow-variables-verify_variable",
                "solar-airflow-connections-verify_connection_uri",
                "solar-airflow-connections-verify_connection_json",
            ],
        );
        const versions = mocks.registered.filter(
            ({ type }) => type === "gcp:secretmanager/secretVersion:SecretVersion",
        );
        assert.ok(versions.length === 3 && versions.every((version) => version.secrets.join() === "secretData"));
    });
});

describe("the id of a service account", () => {
    it("has 6 to 30 characters that Google Cloud allows, and is unique", () => {
        const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
        const stack = fc.stringMatching(/^[a-zA-Z0-9._-]{1,40}$/);
        const ids = new Map<string, string>();
        fc.assert(
            fc.property(stack, stack, label, (project, of, name) => {
                const id = gcpAccountId(project, of, name);
                assert.match(id, /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
                const owner = JSON.stringify([project, of, name]);
                assert.equal(ids.get(id) ?? owner, owner);
                ids.set(id, owner);
                assert.equal(gcpAccountId(project, of, name), id);
            }),
            { numRuns: 2000 },
        );
    });

    it("differs for names that only differ beyond the limit, or in where one ends and the next begins", () => {
        const long = "a".repeat(60);
        const ids = [
            gcpAccountId("p", "dev", `${long}b`),
            gcpAccountId("p", "dev", `${long}c`),
            gcpAccountId("p", "a-b", "c"),
            gcpAccountId("p", "a", "b-c"),
            gcpAccountId("p", "Dev", "x"),
            gcpAccountId("p", "dev", "x"),
        ];
        assert.equal(new Set(ids).size, ids.length);
    });
});

describe("the advice on an error from Google Cloud", () => {
    const cases: [error: string, advice: RegExp][] = [
        [
            "Error creating service account key: googleapi: Error 400: Key creation is not allowed on this service " +
                "account. Details: [constraints/iam.disableServiceAccountKeyCreation]",
            /organisation forbids service account keys.*another kind of backend/,
        ],
        [
            "Error 409: Service account a already exists within project projects/p., alreadyExists",
            /already, but it is not in/,
        ],
        ["Error 409: Secret [projects/1/secrets/a] already exists.", /^There is a secret "a" already/],
        [
            "Error 400: The number of members in the policy (1,501) is larger than the maximum allowed size 1,500.",
            /IAM policy is full/,
        ],
        ["Error 403: Permission 'iam.serviceAccounts.create' denied on resource", /lacks a permission: docs\/gcp\.md/],
        [
            "Error 403: Secret Manager API has not been used in project 1 before or it is disabled.",
            /gcloud services enable/,
        ],
    ];
    for (const [error, advice] of cases) {
        it(`exists for ${error.slice(0, 60)}…`, () => {
            const args = { newInputs: { secretId: "a", accountId: "a" }, errors: [error] };
            assert.match(adviceMessage(gcpErrorAdvice, args as unknown as pulumi.ErrorHookArgs) ?? "", advice);
        });
    }
});

describeGolden("gcp-secret-manager");
