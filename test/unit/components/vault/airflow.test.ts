import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import {
    approleKwargs,
    vaultKwargs,
    vaultPolicy,
    vaultPrefixes,
    vaultSecretPaths,
    type VaultScope,
} from "../../../../components/vault/airflow";

const server = { address: "https://vault.example.com", authMount: "approle" };
const login = approleKwargs("role", "secret");

describe("the paths of a scope in Vault", () => {
    it("are those of Astronomer's guide without a scope", () => {
        const plain = { variables: "variables", connections: "connections", sep: "/" };
        assert.deepEqual(vaultPrefixes({}), plain);
        assert.deepEqual(vaultPrefixes({ scope: undefined }), plain);
    });

    it("begin with the scope", () => {
        const scope = "solar-dust-1234";
        assert.deepEqual(vaultPrefixes({ scope }), {
            variables: "solar-dust-1234/variables",
            connections: "solar-dust-1234/connections",
            sep: "/",
        });
    });

    it("are the prefixes of the config in place of those made from the scope", () => {
        assert.deepEqual(vaultPrefixes({ variablesPrefix: "airflow/vars" }), {
            variables: "airflow/vars",
            connections: "connections",
            sep: "/",
        });
    });

    it("are below data/ only in the API of KV version 2", () => {
        assert.deepEqual(vaultSecretPaths({ mount: "secret", kvVersion: 2 }), [
            "secret/data/variables/",
            "secret/data/connections/",
        ]);
        assert.deepEqual(vaultSecretPaths({ mount: "team/kv", kvVersion: 1, scope: "a" }), [
            "team/kv/a/variables/",
            "team/kv/a/connections/",
        ]);
    });
});

describe("vaultPolicy", () => {
    it("grants read below the path of Airflow's own configuration only if there is one, as the kwargs have it", () => {
        const scope = { mount: "secret", kvVersion: 2, configPrefix: "a/config" } as const;
        assert.match(vaultPolicy(scope, {}), /^path "secret\/data\/a\/config\/\*" \{\n {2}capabilities = \["read"\]/m);
        assert.equal(vaultKwargs(scope, server, login).config_path, "a/config");
        const without = { mount: "secret", kvVersion: 2 } as const;
        assert.doesNotMatch(vaultPolicy(without, {}), /config/);
        assert.equal(vaultKwargs(without, server, login).config_path, null);
    });

    it("grants read below the two paths, and says whose it is", () => {
        assert.equal(
            vaultPolicy({ mount: "secret", kvVersion: 2, scope: "a" }, { "made-by": "x", "pulumi-stack": "p/s" }),
            '# made-by: x\n# pulumi-stack: p/s\n\npath "secret/data/a/variables/*" {\n  capabilities = ["read"]\n}\n\n' +
                'path "secret/data/a/connections/*" {\n  capabilities = ["read"]\n}\n',
        );
    });
});

describe("vaultKwargs", () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/);
    const scope: fc.Arbitrary<VaultScope> = fc.record({
        mount: segment,
        kvVersion: fc.constantFrom(1 as const, 2 as const),
        scope: fc.option(segment, { nil: undefined }),
        variablesPrefix: fc.option(segment, { nil: undefined }),
        connectionsPrefix: fc.option(segment, { nil: undefined }),
        only: fc.constantFrom(undefined, "variables" as const, "connections" as const),
    });

    it("contains the paths that the policy grants", () => {
        fc.assert(
            fc.property(scope, (value) => {
                const { mount_point, kv_engine_version, variables_path, connections_path } = vaultKwargs(
                    value,
                    server,
                    login,
                );
                const root = kv_engine_version === 2 ? `${mount_point}/data` : mount_point;
                const granted = [...vaultPolicy(value, {}).matchAll(/^path "(.*)\/\*" \{$/gm)].map(([, path]) => path);
                const paths = [variables_path, connections_path].flatMap((path) => path ?? []);
                assert.equal(paths.length, value.only === undefined ? 2 : 1);
                assert.deepEqual(
                    granted,
                    paths.map((path) => `${root}/${path}`),
                );
            }),
        );
    });

    it("has a namespace only if there is one", () => {
        const kwargs = vaultKwargs({ mount: "secret", kvVersion: 2 }, server, login);
        assert.equal("namespace" in kwargs, false);
        assert.equal(
            vaultKwargs({ mount: "secret", kvVersion: 2 }, { ...server, namespace: "team" }, login).namespace,
            "team",
        );
    });

    it("names the file of a private CA, which the client of Airflow's backend takes as verify", () => {
        const kwargs = vaultKwargs({ mount: "secret", kvVersion: 2 }, { ...server, caFile: "/ca.pem" }, login);
        assert.equal(kwargs.verify, "/ca.pem");
        assert.equal("verify" in vaultKwargs({ mount: "secret", kvVersion: 2 }, server, login), false);
    });

    it("survives conversion to JSON and back, whatever characters the credential contains", () => {
        const hostile = fc.oneof(fc.string({ unit: "binary" }), fc.constant("'\"\\\n$HOME ${x} #√\u2028"));
        fc.assert(
            fc.property(hostile, hostile, (roleId, secretId) => {
                const kwargs = vaultKwargs({ mount: "secret", kvVersion: 1 }, server, approleKwargs(roleId, secretId));
                assert.deepEqual(JSON.parse(JSON.stringify(kwargs)), kwargs);
                assert.equal(kwargs.role_id, roleId);
                assert.equal(kwargs.secret_id, secretId);
            }),
        );
    });
});
