import assert from "node:assert/strict";
import type { BackendDeployment } from "../../../../components/backend";
import { marksOf } from "../../../../components/marks";
import { vaultPolicy } from "../../../../components/vault/airflow";
import type { VaultConfig } from "../../../../components/vault/config";
import { findClaimsInVault } from "../../../../components/vault/existing";
import { description } from "../../../../components/vault/marks";
import { testSecretsOf } from "../../../../components/vault/testSecrets";
import { deploymentWith, IDENTITY, NAME, ownerOf, PLACE } from "../current";
import { fakeVault, type Contents } from "./fakeVault";

type More = Partial<Omit<BackendDeployment<VaultConfig>, "backend">>;

const backend: VaultConfig = {
    kind: "vault",
    address: "https://vault.example.com",
    mount: "secret",
    kvVersion: 2,
    scope: "solar",
    login: "approle",
    authMount: "logins",
    tokenTtl: 1200,
    secretIdTtl: 2_592_000,
};

async function claims(contents: Contents, more: More = {}, config: object = {}) {
    const { call, asked } = fakeVault(contents);
    const found = await findClaimsInVault(deploymentWith<VaultConfig>({ ...backend, ...config }, more), call);
    return { ...found, asked };
}

const vaultName = `airflow.dev.${NAME}.${IDENTITY}`;
const policyPath = `sys/policies/acl/${vaultName}`;
const rolePath = `auth/logins/role/${vaultName}`;
const policyResource = `${NAME}.${IDENTITY}.policy`;
const roleResource = `${NAME}.${IDENTITY}.role`;
const variableResource = `${NAME}.${PLACE}.test-variable`;
const metadataPath = "secret/metadata/solar/variables/verify_variable";
const dataPath = "secret/data/solar/variables/verify_variable";

const own = marksOf(ownerOf(), false);
const another = marksOf(ownerOf("lunar", "production"), false);
const sharing = marksOf(ownerOf("lunar", "production"), true);
const policyOf = (marks: Readonly<Record<string, string>>) => ({ policy: vaultPolicy(backend, marks) });
const metadata = (marks: object | null, version = 1) => ({ custom_metadata: marks, current_version: version });

describe("what already has the names of a Deployment's resources in Vault", () => {
    it("is nothing in an empty Vault, where all names are looked up", async () => {
        const { existing, shared, problems, asked } = await claims({});
        assert.deepEqual([existing.size, shared.size, problems.length], [0, 0, 0]);
        assert.deepEqual([...asked].sort(), [
            rolePath,
            "secret/metadata/solar/connections/verify_connection_json",
            "secret/metadata/solar/connections/verify_connection_uri",
            metadataPath,
            policyPath,
        ]);
    });

    it("is not looked up if it is in the state", async () => {
        assert.deepEqual((await claims({}, { isInState: () => true })).asked, []);
    });

    it("is imported or written again if an interrupted run of this stack created it", async () => {
        const { existing, problems } = await claims({
            [policyPath]: policyOf(own),
            [rolePath]: { token_policies: [vaultName] },
            [metadataPath]: metadata(own),
        });
        assert.deepEqual(problems, []);
        assert.deepEqual(Object.fromEntries(existing), {
            [policyResource]: vaultName,
            [roleResource]: rolePath,
            [variableResource]: dataPath,
        });
    });

    it("is refused without an interrupted run, although it has this stack's marks", async () => {
        const contents = { [policyPath]: policyOf(own), [rolePath]: { token_policies: [vaultName] } };
        const { problems } = await claims(contents, { mayExist: () => false });
        assert.equal(problems.length, 2);
        assert.match(problems[0] ?? "", /the policy "airflow\.dev\..*" already exists, .*another Pulumi backend/);
        assert.match(problems[1] ?? "", /the AppRole "airflow\.dev\..*" at auth\/logins already exists/);
    });

    const foreign: readonly [what: string, contents: Contents, expected: RegExp][] = [
        ["a policy without marks", { [policyPath]: { policy: "" } }, /the policy .* not known whose it is/],
        [
            "an AppRole without a policy of ours",
            { [rolePath]: { token_policies: [vaultName] } },
            /the AppRole .* not known/,
        ],
        [
            "an AppRole with another policy, too",
            { [policyPath]: policyOf(own), [rolePath]: { token_policies: ["admin", vaultName] } },
            /the AppRole .* not known whose it is/,
        ],
        [
            "a team's own secret with the name of a test secret",
            { [metadataPath]: metadata(null), [dataPath]: { data: { value: "a team's own" } } },
            /the secret "solar\/variables\/verify_variable" in mount "secret" .* not known whose it is/,
        ],
        ["a secret whose latest version is deleted", { [metadataPath]: metadata({}, 3) }, /not known whose it is/],
        [
            "a secret with older versions, although its value is the test secret's",
            { [metadataPath]: metadata(null, 2), [dataPath]: { data: { value: "my-test-variable" } } },
            /not known whose it is/,
        ],
        ["another stack's test secret", { [metadataPath]: metadata(another) }, /"lunar" of stack \S+\/production's/],
    ];
    for (const [what, contents, expected] of foreign) {
        it(`is refused if it is ${what}`, async () => {
            const { problems, existing } = await claims(contents);
            assert.equal(problems.length, 1, problems.join("\n"));
            assert.match(problems[0] ?? "", expected);
            assert.deepEqual(
                [...existing.keys()].filter((name) => name !== policyResource),
                [],
            );
        });
    }

    it("is this stack's if a run was interrupted between the value and its marks", async () => {
        const contents = { [metadataPath]: metadata(null), [dataPath]: { data: { value: "my-test-variable" } } };
        assert.deepEqual([...(await claims(contents)).existing.keys()], [variableResource]);
        assert.equal((await claims(contents, { mayExist: () => false })).problems.length, 1);
    });

    it("is used and not created if both stacks share their secrets", async () => {
        const { shared, problems } = await claims({ [metadataPath]: metadata(sharing) }, { shareSecrets: true });
        assert.deepEqual([[...shared], problems], [[variableResource], []]);
        const unshared = await claims({ [metadataPath]: metadata(another) }, { shareSecrets: true });
        assert.match(unshared.problems.join(), /does not set shareSecrets: true/);
    });

    it("has its marks in the description on KV v1", async () => {
        const path = "kv/solar/variables/verify_variable";
        const v1 = { mount: "kv", kvVersion: 1 } as const;
        const ours = { [path]: { value: "my-test-variable", description: description(own) } };
        assert.deepEqual([...(await claims(ours, {}, v1)).existing], [[variableResource, path]]);
        for (const fields of [{ value: "a team's" }, { value: "x", description: "a text" }, { description: 7 }]) {
            assert.match((await claims({ [path]: fields }, {}, v1)).problems.join(), /not known whose it is/);
        }
    });

    it("without test secrets, is another stack's mark at the place and nothing else", async () => {
        const without = { testSecrets: false };
        const { problems, asked } = await claims({ [metadataPath]: metadata(another) }, without);
        assert.match(problems.join(), /production's\. Use another scope/);
        assert.deepEqual(
            asked.filter((path) => path.startsWith("secret/")),
            [metadataPath],
        );
        assert.deepEqual((await claims({ [metadataPath]: metadata(null, 4) }, without)).problems, []);
        assert.deepEqual((await claims({ [metadataPath]: 403 }, without)).problems, []);
        const leaving = { ...without, mayExist: () => false };
        assert.deepEqual((await claims({ [metadataPath]: metadata(own) }, leaving)).problems, []);
    });

    it("is looked for only among what Airflow looks up", async () => {
        const connections = { only: "connections" } as const;
        const { problems, asked } = await claims({ [metadataPath]: metadata(null, 4) }, {}, connections);
        assert.deepEqual([problems, asked.includes(metadataPath)], [[], false]);
        const uri = "secret/metadata/solar/connections/verify_connection_uri";
        const found = await claims({ [uri]: metadata(another) }, { testSecrets: false }, connections);
        assert.match(found.problems.join(), /production's\. Use another scope/);
    });

    it("is a problem if Vault refuses the look, with the right that is missing", async () => {
        assert.deepEqual((await claims({ [metadataPath]: 403 })).problems, [
            `Deployment "${NAME}": Vault's answer to GET ${metadataPath}: 403 permission denied. Pulumi's Vault token lacks a ` +
                `permission (read on ${metadataPath}): docs/vault.md lists the required policy`,
        ]);
        assert.match((await claims({ [policyPath]: 503 })).problems.join(), /Vault is sealed\. Unseal Vault/);
    });

    it("is looked up in the namespace, from which an AppRole cannot be imported", async () => {
        const contents = {
            [`team/${policyPath}`]: policyOf(own),
            [`team/${rolePath}`]: { token_policies: [vaultName] },
        };
        const { problems, asked } = await claims(contents, {}, { namespace: "team" });
        assert.equal(
            asked.every((path) => path.startsWith("team/")),
            true,
        );
        assert.equal(problems.length, 1);
        assert.match(problems[0] ?? "", new RegExp(`Delete it: vault delete -namespace=team ${rolePath}$`));
    });

    it("is a role of the login's auth method, which counts as ours by its policy, too", async () => {
        for (const [login, title] of [
            ["kubernetes", "the Kubernetes role"],
            ["jwt", "the JWT role"],
        ] as const) {
            const contents = { [policyPath]: policyOf(own), [rolePath]: { token_policies: [vaultName] } };
            const { existing } = await claims(contents, {}, { login });
            assert.equal(existing.get(roleResource), rolePath);
            const { problems } = await claims({ [rolePath]: { token_policies: ["admin"] } }, {}, { login });
            assert.match(problems.join(), new RegExp(`${title} "airflow.* at auth/logins already exists.* not known`));
        }
    });

    it("does not hide an error of another kind", async () => {
        const failing = () => Promise.reject(new TypeError("a fault in the program"));
        await assert.rejects(findClaimsInVault(deploymentWith(backend), failing), /a fault in the program/);
    });

    it("is compared with what the program writes", () => {
        assert.deepEqual(
            testSecretsOf(backend).map(({ path }) => path),
            [
                "solar/variables/verify_variable",
                "solar/connections/verify_connection_uri",
                "solar/connections/verify_connection_json",
            ],
        );
    });
});
