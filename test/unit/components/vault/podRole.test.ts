import assert from "node:assert/strict";
import { VaultBackend, type VaultBackendArgs } from "../../../../components/vault/backend";
import { currentOf, IDENTITY, NAME, PLACE } from "../current";
import { inspect, Mocks, settled } from "../mocks";

const KUBERNETES_ROLE = "vault:kubernetes/authBackendRole:AuthBackendRole";
const JWT_ROLE = "vault:jwt/authBackendRole:AuthBackendRole";

describe("VaultBackend that trusts the pods", () => {
    const pods = {
        namespace: "airflow-solar",
        serviceAccounts: ["scheduler", "worker"],
        audience: "vault",
        tokenFile: "/tokens/token",
    };
    const keyless = async (type: "kubernetes" | "jwt", more: Partial<VaultBackendArgs> = {}) => {
        const mocks = await Mocks.set();
        const backend = new VaultBackend(currentOf(), {
            address: "https://vault.example.com",
            mount: "secret",
            kvVersion: 2,
            scope: "solar",
            authMount: "clusters/eu",
            login: { type, pods },
            tokenTtl: 1200,
            testSecrets: false,
            shareSecrets: false,
            ...more,
        });
        await settled();
        return { backend, mocks };
    };
    const settings = {
        backend: "clusters/eu",
        roleName: `airflow.dev.${NAME}.${IDENTITY}`,
        tokenPolicies: [`airflow.dev.${NAME}.${IDENTITY}`],
        tokenType: "batch",
        tokenTtl: 1200,
        tokenMaxTtl: 1200,
    };

    it("creates only a policy and a role, which binds the service accounts and the audience", async () => {
        const { mocks } = await keyless("kubernetes");
        assert.deepEqual(
            mocks.registered.map(({ name }) => name),
            [NAME, `${NAME}.${IDENTITY}.policy`, `${NAME}.${IDENTITY}.role`],
        );
        assert.deepEqual(mocks.one(KUBERNETES_ROLE).inputs, {
            ...settings,
            boundServiceAccountNames: ["scheduler", "worker"],
            boundServiceAccountNamespaces: ["airflow-solar"],
            audience: "vault",
        });
    });

    it("binds the subjects and the audience of a JWT", async () => {
        const { mocks } = await keyless("jwt");
        assert.equal(mocks.registered.length, 3);
        assert.deepEqual(mocks.one(JWT_ROLE).inputs, {
            ...settings,
            roleType: "jwt",
            userClaim: "sub",
            boundAudiences: ["vault"],
            boundClaims: {
                sub: "system:serviceaccount:airflow-solar:scheduler,system:serviceaccount:airflow-solar:worker",
            },
        });
    });

    it("binds the tokens to the CIDR blocks, imports what exists, and waits for the test secrets", async () => {
        const id = `auth/clusters/eu/role/airflow.dev.${NAME}.${IDENTITY}`;
        const existing = new Map([[`${NAME}.${IDENTITY}.role`, id]]);
        for (const type of ["kubernetes", "jwt"] as const) {
            const more = { boundCidrs: ["10.0.0.0/8"], namespace: "team", testSecrets: true, existing };
            const role = (await keyless(type, more)).mocks.one(type === "jwt" ? JWT_ROLE : KUBERNETES_ROLE);
            assert.deepEqual([role.inputs.tokenBoundCidrs, role.inputs.namespace], [["10.0.0.0/8"], "team"]);
            assert.equal(role.importId, id);
            // The env vars contain the role's name: the proof reads the test secrets before these are set.
            assert.ok(role.dependsOn.includes(`${NAME}.${PLACE}.test-variable`), role.dependsOn.join());
        }
    });

    it("sets nothing that is secret, and the path of the token", async () => {
        for (const [type, login] of [
            ["kubernetes", { kubernetes_role: settings.roleName, kubernetes_jwt_path: "/tokens/token" }],
            ["jwt", { jwt_role: settings.roleName, jwt_token_path: "/tokens/token" }],
        ] as const) {
            const { backend } = await keyless(type);
            assert.deepEqual(
                backend.env.map(({ name, secret }) => [name, secret]),
                [
                    ["AIRFLOW__SECRETS__BACKEND", false],
                    ["AIRFLOW__SECRETS__BACKEND_KWARGS", false],
                ],
            );
            const { value, secret } = await inspect(backend.env[1]!.value);
            assert.equal(secret, false);
            assert.deepEqual(JSON.parse(value), {
                connections_path: "solar/connections",
                variables_path: "solar/variables",
                config_path: null,
                url: "https://vault.example.com",
                mount_point: "secret",
                kv_engine_version: 2,
                auth_mount_point: "clusters/eu",
                auth_type: type,
                ...login,
            });
            assert.equal(backend.credentialEnds, undefined);
        }
    });

    it("needs a version of the provider that has its login", async () => {
        const approle = { login: { type: "approle", secretIdTtl: 3600 } } as const;
        const requirements = [await keyless("jwt", approle), await keyless("kubernetes"), await keyless("jwt")].map(
            ({ backend }) => backend.requirement,
        );
        const provider = "apache-airflow-providers-hashicorp";
        assert.deepEqual(requirements, [`${provider}>=2.1.0`, `${provider}>=3.1.0`, `${provider}>=4.5.0`]);
    });
});
