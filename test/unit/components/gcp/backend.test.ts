import assert from "node:assert/strict";
import * as fc from "fast-check";
import { adviceMessage } from "../../../../components/errorAdvice";
import { gcpErrorAdvice } from "../../../../components/gcp/errors";
import { marksOf } from "../../../../components/marks";
import {
    accountTitle,
    GcpSecretManagerBackend,
    type GcpSecretManagerBackendArgs,
} from "../../../../components/gcp/backend";
import { gcpAccountId } from "../../../../components/names";
import type { Current } from "../../../../components/owner";
import type * as pulumi from "@pulumi/pulumi";
import { currentOf, IDENTITY, NAME, ownerOf, PLACE } from "../current";
import { describeGolden } from "../golden";
import { inspect, Mocks, settled } from "../mocks";

const ACCOUNT = "gcp:serviceaccount/account:Account";
const GRANT = "gcp:projects/iAMMember:IAMMember";
const KEY = "gcp:serviceaccount/key:Key";

const defaults = {
    project: "my-project",
    projectNumber: "123456789012",
    scope: "solar",
    sep: "-",
    testSecrets: false,
    shareSecrets: false,
} as const;

const SECRET = "gcp:secretmanager/secret:Secret";

async function build(args: Partial<GcpSecretManagerBackendArgs> = {}, current: Partial<Current> = {}) {
    const mocks = await Mocks.set();
    const backend = new GcpSecretManagerBackend(currentOf(current), { ...defaults, ...args });
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
                [ACCOUNT, `${NAME}.${IDENTITY}.account`, `${parent}::${NAME}`],
                [GRANT, `${NAME}.${IDENTITY}.grant`, `${parent}::${NAME}`],
                [KEY, `${NAME}.${IDENTITY}.key.1`, `${parent}::${NAME}`],
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

    it("names all of another identity and place differently, so that they exist next to the old ones", async () => {
        const before = (await build({ testSecrets: true })).mocks;
        const after = (await build({ testSecrets: true }, { identity: "eeeeeeee", place: "ffffffff" })).mocks;
        const [component, ...names] = before.registered.map(({ name }) => name);
        assert.equal(names.length, 9);
        assert.deepEqual(
            after.registered.map(({ name }) => name),
            [component, ...names.map((name) => name.replace(IDENTITY, "eeeeeeee").replace(PLACE, "ffffffff"))],
        );
        assert.equal(names.filter((name) => name.startsWith(`${NAME}.${IDENTITY}.`)).length, 3);
        const [one, other] = [before, after].map((mocks) => mocks.one(ACCOUNT).inputs.accountId);
        assert.equal(one, gcpAccountId(ownerOf(), IDENTITY));
        assert.equal(other, gcpAccountId(ownerOf(), "eeeeeeee"));
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
        const { mocks } = await build({}, { generation: 7 });
        assert.equal(mocks.one(KEY).name, `${NAME}.${IDENTITY}.key.7`);
        assert.equal(mocks.one(ACCOUNT).name, `${NAME}.${IDENTITY}.account`);
    });

    it("creates three test secrets with secret values", async () => {
        const { mocks } = await build({ testSecrets: true });
        const secrets = mocks.registered.filter(({ type }) => type === SECRET);
        assert.deepEqual(
            secrets.map(({ inputs }) => inputs.secretId),
            [
                "solar-airflow-variables-verify_variable",
                "solar-airflow-connections-verify_connection_uri",
                "solar-airflow-connections-verify_connection_json",
            ],
        );
        assert.deepEqual(
            secrets.map(({ name }) => name),
            ["test-variable", "test-connection-uri", "test-connection-json"].map((role) => `${NAME}.${PLACE}.${role}`),
        );
        const versions = mocks.registered.filter(
            ({ type }) => type === "gcp:secretmanager/secretVersion:SecretVersion",
        );
        assert.ok(versions.length === 3 && versions.every((version) => version.secrets.join() === "secretData"));
    });

    it("marks the test secrets with annotations, and the service account with its display name", async () => {
        const { mocks } = await build({ testSecrets: true, shareSecrets: true });
        const secrets = mocks.registered.filter(({ type }) => type === SECRET);
        assert.equal(secrets.length, 3);
        for (const { inputs } of secrets) {
            assert.deepEqual(inputs.annotations, marksOf(ownerOf(), true));
        }
        assert.equal(mocks.one(ACCOUNT).inputs.displayName, `Airflow ${ownerOf().project}/dev/${NAME}`);
        const titles = ["b", "c"].map((end) => accountTitle(ownerOf(`${"a".repeat(62)}${end}`, "s".repeat(40))));
        assert.ok(titles.every((title) => title.length <= 100));
        assert.notEqual(titles[0], titles[1]);
    });

    it("creates and grants nothing for variables if Airflow looks up connections only", async () => {
        const { mocks } = await build({ testSecrets: true, only: "connections" });
        const secrets = mocks.registered.filter(({ type }) => type === SECRET);
        assert.deepEqual(
            secrets.map(({ inputs }) => inputs.secretId),
            ["uri", "json"].map((format) => `solar-airflow-connections-verify_connection_${format}`),
        );
        assert.doesNotMatch(JSON.stringify(mocks.one(GRANT).inputs.condition), /variables/);
    });

    it("keeps the test secrets in the configured locations, and recreates them for others", async () => {
        const replicationIn = async (args: Partial<GcpSecretManagerBackendArgs>) => {
            const { mocks } = await build({ testSecrets: true, ...args });
            const { inputs, deleteBeforeReplace } = mocks.one(SECRET, "test-variable");
            assert.equal(deleteBeforeReplace, true);
            return inputs.replication;
        };
        assert.deepEqual(await replicationIn({}), { auto: {} });
        assert.deepEqual(await replicationIn({ replication: ["europe-west1", "europe-west4"] }), {
            userManaged: { replicas: [{ location: "europe-west1" }, { location: "europe-west4" }] },
        });
    });
});

describe("the id of a service account", () => {
    it("has 6 to 30 characters that Google Cloud allows, and is unique", () => {
        const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
        const stack = fc.stringMatching(/^[a-zA-Z0-9._-]{1,40}$/);
        const identity = fc.stringMatching(/^[0-9a-f]{8}$/);
        const ids = new Map<string, string>();
        fc.assert(
            fc.property(stack, stack, label, identity, (project, of, deployment, hash) => {
                const owner = { project, stack: of, deployment };
                const id = gcpAccountId(owner, hash);
                assert.match(id, /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
                const whose = JSON.stringify([owner, hash]);
                assert.equal(ids.get(id) ?? whose, whose);
                ids.set(id, whose);
                assert.equal(gcpAccountId(owner, hash), id);
            }),
            { numRuns: 2000 },
        );
    });

    it("differs for names that only differ beyond the limit, or in where one ends and the next begins", () => {
        const long = "a".repeat(60);
        const id = (stack: string, deployment: string, identity = IDENTITY): string =>
            gcpAccountId({ project: "p", stack, deployment }, identity);
        const ids = [
            id("dev", `${long}b`),
            id("dev", `${long}c`),
            id("a-b", "c"),
            id("a", "b-c"),
            id("Dev", "x"),
            id("dev", "x"),
            id("dev", "x", "ffffffff"),
        ];
        assert.equal(new Set(ids).size, ids.length);
    });
});

describe("the advice on an error from Google Cloud", () => {
    const cases: [error: string, advice: RegExp][] = [
        [
            "Error creating service account key: googleapi: Error 400: Key creation is not allowed on this service " +
                "account. Details: [constraints/iam.disableServiceAccountKeyCreation]",
            /organisation forbids service account keys.*login: workload-identity/,
        ],
        [
            "Error 409: Service account a already exists within project projects/p., alreadyExists",
            /already, but it is not in/,
        ],
        ["Error 409: Secret [projects/1/secrets/a] already exists.", /^There is a secret "a" already/],
        [
            "Error creating Secret: googleapi: Error 400: Constraint constraints/gcp.resourceLocations violated for " +
                "[orgpolicy:projects/1] attempting to create a secret in [global].",
            /secret "a" would be elsewhere\. .*replication: \[europe-west1\]/,
        ],
        [
            "Error 400: The number of members in the policy (1,501) is larger than the maximum allowed size 1,500.",
            /IAM policy is full/,
        ],
        [
            "Error 400: Identity Pool does not exist (projects/1/locations/global/workloadIdentityPools/a). Please check",
            /knows no workload identity pool for the member a\. Correct workloadIdentityProvider/,
        ],
        ["Error 403: Permission 'iam.serviceAccounts.create' denied on resource", /lacks a permission: docs\/gcp\.md/],
        [
            "Error 403: Secret Manager API has not been used in project 1 before or it is disabled.",
            /gcloud services enable/,
        ],
    ];
    for (const [error, advice] of cases) {
        it(`exists for ${error.slice(0, 60)}…`, () => {
            const args = { newInputs: { secretId: "a", accountId: "a", member: "a" }, errors: [error] };
            assert.match(adviceMessage(gcpErrorAdvice, args as unknown as pulumi.ErrorHookArgs) ?? "", advice);
        });
    }
});

describeGolden("gcp-secret-manager");
