import assert from "node:assert/strict";
import * as fc from "fast-check";
import { approleKwargs, vaultKwargs, vaultPolicy } from "../../../../components/vault/airflow";
import { vaultKind } from "../../../../components/vault/kind";
import { VaultBackend, type VaultBackendArgs } from "../../../../components/vault/backend";
import type { Current } from "../../../../components/owner";
import { currentOf, IDENTITY, NAME, ownerOf, PLACE } from "../current";
import { describeGolden } from "../golden";
import { inspect, Mocks, settled } from "../mocks";

const POLICY = "vault:index/policy:Policy";
const ROLE = "vault:appRole/authBackendRole:AuthBackendRole";
const SECRET_ID = "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId";

const defaults = {
    address: "https://vault.example.com",
    mount: "secret",
    kvVersion: 2,
    scope: "solar",
    authMount: "approle",
    login: { type: "approle", secretIdTtl: 2_592_000 },
    tokenTtl: 1200,
    testSecrets: false,
    shareSecrets: false,
} as const;

const marks = {
    "made-by": "airflow-secrets-backends",
    "pulumi-stack": "airflow-secrets-backends/dev",
    "airflow-deployment": NAME,
};

async function build(
    args: Partial<VaultBackendArgs> = {},
    current: Partial<Current> = {},
): Promise<{ backend: VaultBackend; mocks: Mocks }> {
    const mocks = await Mocks.set();
    const backend = new VaultBackend(currentOf(current), { ...defaults, ...args });
    await settled();
    return { backend, mocks };
}

describe("VaultBackend", () => {
    it("creates only a policy, an AppRole and a secret id, all as its children", async () => {
        const { mocks } = await build();
        assert.deepEqual(
            mocks.registered.map(({ type, name, parent }) => ({ type, name, parent })),
            [
                { type: "airflow-secrets-backends:index:VaultBackend", name: NAME, parent: "" },
                ...[
                    { type: POLICY, name: `${NAME}.${IDENTITY}.policy` },
                    { type: ROLE, name: `${NAME}.${IDENTITY}.role` },
                    { type: SECRET_ID, name: `${NAME}.${IDENTITY}.secret-id.1` },
                ].map((child) => ({ ...child, parent: `airflow-secrets-backends:index:VaultBackend::${NAME}` })),
            ],
        );
    });

    it("grants only read on its own paths in the policy", async () => {
        const { mocks } = await build();
        assert.deepEqual(mocks.one(POLICY).inputs, {
            name: `airflow.dev.${NAME}.${IDENTITY}`,
            policy:
                "# made-by: airflow-secrets-backends\n# pulumi-stack: airflow-secrets-backends/dev\n" +
                `# airflow-deployment: ${NAME}\n\n` +
                'path "secret/data/solar/variables/*" {\n  capabilities = ["read"]\n}\n\n' +
                'path "secret/data/solar/connections/*" {\n  capabilities = ["read"]\n}\n',
        });
    });

    it("uses paths without data/ for KV v1", () => {
        const policy = vaultPolicy({ mount: "team/kv", kvVersion: 1 }, {});
        assert.deepEqual(policy.match(/path "[^"]*"/g), ['path "team/kv/variables/*"', 'path "team/kv/connections/*"']);
        assert.deepEqual(policy.match(/capabilities = .*/g), ['capabilities = ["read"]', 'capabilities = ["read"]']);
    });

    it("creates the AppRole with batch tokens, explicit TTLs and one policy", async () => {
        const { mocks } = await build();
        assert.deepEqual(mocks.one(ROLE).inputs, {
            backend: "approle",
            roleName: `airflow.dev.${NAME}.${IDENTITY}`,
            tokenPolicies: [`airflow.dev.${NAME}.${IDENTITY}`],
            tokenType: "batch",
            tokenTtl: 1200,
            tokenMaxTtl: 1200,
            secretIdTtl: 2_592_000,
        });
    });

    it("passes namespace and CIDR blocks to every resource that has them", async () => {
        const { mocks } = await build({ namespace: "team-a", boundCidrs: ["10.0.0.0/8"], testSecrets: true });
        const children = mocks.registered.slice(1);
        assert.equal(children.length, 6);
        assert.deepEqual(new Set(children.map(({ inputs }) => inputs.namespace)), new Set(["team-a"]));
        const { secretIdBoundCidrs, tokenBoundCidrs } = mocks.one(ROLE).inputs;
        // A token that leaks cannot be used from elsewhere either.
        assert.deepEqual([secretIdBoundCidrs, tokenBoundCidrs], [["10.0.0.0/8"], ["10.0.0.0/8"]]);
    });

    it("calculates the secret id's expiry once and keeps it", async () => {
        const before = Date.now();
        const { backend, mocks } = await build();
        const { inputs, ignoreChanges } = mocks.one(SECRET_ID);
        const { ends, ttl } = JSON.parse(inputs.metadata as string) as { ends: string; ttl: string };
        const made = Date.parse(ends) - 2_592_000_000;
        assert.ok(made >= before && made <= Date.now(), ends);
        assert.equal(ttl, "2592000");
        assert.deepEqual(ignoreChanges, ["metadata", "ttl"]);
        assert.deepEqual(await inspect(backend.credentialEnds!), { value: ends, secret: false });
    });

    it("names a secret id by its generation, so that the new one exists next to the old one", async () => {
        const { mocks } = await build({}, { generation: 7 });
        assert.equal(mocks.one(SECRET_ID).name, `${NAME}.${IDENTITY}.secret-id.7`);
        assert.equal(mocks.one(ROLE).name, `${NAME}.${IDENTITY}.role`);
    });

    it("names all of another identity differently, so that it exists next to the old one", async () => {
        const { mocks } = await build({}, { identity: "ffffffff" });
        const name = `airflow.dev.${NAME}.ffffffff`;
        assert.deepEqual(
            [POLICY, ROLE, SECRET_ID].map((type) => mocks.one(type).name),
            [`${NAME}.ffffffff.policy`, `${NAME}.ffffffff.role`, `${NAME}.ffffffff.secret-id.1`],
        );
        assert.deepEqual([mocks.one(POLICY).inputs.name, mocks.one(ROLE).inputs.roleName], [name, name]);
    });

    it("keeps the names that it has, although the stack has another name now", async () => {
        const { mocks } = await build({}, { owner: ownerOf(NAME, "first") });
        assert.equal(mocks.one(ROLE).inputs.roleName, `airflow.first.${NAME}.${IDENTITY}`);
    });

    it("deletes a secret id with its AppRole: an expired one cannot be deleted by itself", async () => {
        const { mocks } = await build();
        assert.equal(mocks.one(SECRET_ID).deletedWith, `${NAME}.${IDENTITY}.role`);
    });

    it("imports an existing AppRole, and creates one otherwise", async () => {
        const path = `auth/approle/role/airflow.dev.${NAME}.${IDENTITY}`;
        assert.equal((await build()).mocks.one(ROLE).importId, "");
        assert.equal(
            (await build({ existing: new Map([[`${NAME}.${IDENTITY}.role`, path]]) })).mocks.one(ROLE).importId,
            path,
        );
    });

    it("marks the kwargs as secret, but not the class path", async () => {
        const { backend } = await build();
        const [backendClass, kwargs] = backend.env;
        assert.deepEqual(
            backend.env.map(({ name, secret }) => ({ name, secret })),
            [
                { name: "AIRFLOW__SECRETS__BACKEND", secret: false },
                { name: "AIRFLOW__SECRETS__BACKEND_KWARGS", secret: true },
            ],
        );
        assert.deepEqual(await inspect(backendClass!.value), {
            value: "airflow.providers.hashicorp.secrets.vault.VaultBackend",
            secret: false,
        });
        const { value, secret } = await inspect(kwargs!.value);
        assert.equal(secret, true);
        assert.deepEqual(JSON.parse(value), {
            connections_path: "solar/connections",
            variables_path: "solar/variables",
            config_path: null,
            url: "https://vault.example.com",
            mount_point: "secret",
            kv_engine_version: 2,
            auth_type: "approle",
            auth_mount_point: "approle",
            role_id: "role-id-of-test",
            secret_id: "secret-id-of-test",
        });
    });

    it("creates the test secrets at the paths in the kwargs, on KV v2 and v1", async () => {
        const testSecretNames = ["test-variable", "test-connection-uri", "test-connection-json"].map(
            (role) => `${NAME}.${PLACE}.${role}`,
        );
        const v2 = (await build({ testSecrets: true })).mocks;
        const paths = [
            "variables/verify_variable",
            "connections/verify_connection_uri",
            "connections/verify_connection_json",
        ];
        const secrets = v2.registered.filter(({ type }) => type === "vault:kv/secretV2:SecretV2");
        assert.deepEqual(
            secrets.map(({ inputs }) => inputs.name),
            paths.map((path) => `solar/${path}`),
        );
        assert.deepEqual(
            secrets.map(({ name }) => name),
            testSecretNames,
        );
        assert.deepEqual(secrets[0]!.inputs, {
            mount: "secret",
            name: "solar/variables/verify_variable",
            dataJson: '{"value":"my-test-variable"}',
            customMetadata: { data: marks },
            deleteAllVersions: true,
        });

        const v1 = (await build({ testSecrets: true, kvVersion: 1, mount: "kv", scope: undefined })).mocks;
        const plain = v1.registered.filter(({ type }) => type === "vault:kv/secret:Secret");
        assert.deepEqual(
            plain.map(({ inputs }) => inputs.path),
            paths.map((path) => `kv/${path}`),
        );
        assert.deepEqual(
            plain.map(({ name }) => name),
            testSecretNames,
        );
    });

    it("marks the test secrets, on KV v1 in a field that Airflow does not use", async () => {
        const shared = (await build({ testSecrets: true, shareSecrets: true })).mocks;
        assert.deepEqual(shared.one("vault:kv/secretV2:SecretV2", "test-variable").inputs.customMetadata, {
            data: { ...marks, "share-secrets": "true" },
        });
        const v1 = (await build({ testSecrets: true, kvVersion: 1 })).mocks;
        const fieldsOf = (role: string) =>
            JSON.parse(v1.one("vault:kv/secret:Secret", role).inputs.dataJson as string) as Record<string, unknown>;
        const text = JSON.stringify(marks);
        assert.deepEqual(fieldsOf("test-variable"), { value: "my-test-variable", description: text });
        assert.deepEqual([fieldsOf("uri").description, fieldsOf("json").description], [text, text]);
    });

    it("creates, grants and sets nothing for variables if Airflow looks up connections only", async () => {
        const { backend, mocks } = await build({ testSecrets: true, only: "connections" });
        const secrets = mocks.registered.filter(({ type }) => type === "vault:kv/secretV2:SecretV2");
        assert.deepEqual(
            secrets.map(({ inputs }) => inputs.name),
            ["solar/connections/verify_connection_uri", "solar/connections/verify_connection_json"],
        );
        assert.doesNotMatch(String(mocks.one(POLICY).inputs.policy), /variables/);
        const kwargs = JSON.parse((await inspect(backend.env[1]!.value)).value) as Record<string, unknown>;
        assert.deepEqual([kwargs.variables_path, kwargs.connections_path], [null, "solar/connections"]);
    });

    it("does not create the test secrets that another stack shares", async () => {
        const name = `${NAME}.${PLACE}.test-connection-uri`;
        const { mocks } = await build({ testSecrets: true, shareSecrets: true, shared: new Set([name]) });
        const secrets = mocks.registered.filter(({ type }) => type === "vault:kv/secretV2:SecretV2");
        assert.deepEqual(
            secrets.map((each) => each.name),
            ["test-variable", "test-connection-json"].map((role) => `${NAME}.${PLACE}.${role}`),
        );
    });

    it("sets the environment variables in envNames of its kind", async () => {
        const { backend } = await build();
        assert.deepEqual(
            backend.env.map(({ name }) => name),
            vaultKind.envNames(),
        );
    });
});

describe("vaultKwargs", () => {
    it("survives conversion to JSON and back, whatever the values are", () => {
        const text = fc.oneof(
            fc.string({ unit: "binary" }),
            fc.constantFrom("'\"\\", "a\nb", "$HOME ${x}", "ü√\u2028"),
        );
        fc.assert(
            fc.property(text, text, fc.record({ address: text, authMount: text }), (roleId, secretId, server) => {
                const scope = { mount: "secret", kvVersion: 2 } as const;
                const kwargs = vaultKwargs(scope, server, approleKwargs(roleId, secretId));
                assert.deepEqual(JSON.parse(JSON.stringify(kwargs)), kwargs);
                assert.equal(kwargs.secret_id, secretId);
            }),
        );
    });
});

describeGolden("vault");
