import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { marksInLines, marksOf } from "../../../../components/marks";
import { azureVaultName, stableUuid } from "../../../../components/names";
import { IDENTITY, NAME, ownerOf, PLACE, STORE } from "../current";
import { describeGolden } from "../golden";
import { build, created, defaults } from "./fixture";

const APP = "azuread:index/application:Application";
const PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal";
const PASSWORD = "azuread:index/applicationPassword:ApplicationPassword";
const VAULT = "azure-native:keyvault:Vault";
const POLICY = "azure-native:keyvault:AccessPolicy";
const ASSIGNMENT = "azure-native:authorization:RoleAssignment";
const SECRET = "azure-native:keyvault:Secret";

describe("AzureKeyVaultBackend", () => {
    it("creates only an app, its service principal, a grant and a client secret, all as its children", async () => {
        const { mocks } = await build();
        const parent = "airflow-secrets-backends:index:AzureKeyVaultBackend";
        assert.deepEqual(
            mocks.registered.map(({ type, name, parent: of }) => [type, name, of]),
            [
                [parent, NAME, ""],
                [APP, `${NAME}.${IDENTITY}.app`, `${parent}::${NAME}`],
                [PRINCIPAL, `${NAME}.${IDENTITY}.principal`, `${parent}::${NAME}`],
                [POLICY, `${NAME}.${IDENTITY}.grant`, `${parent}::${NAME}`],
                [PASSWORD, `${NAME}.${IDENTITY}.client-secret.1`, `${parent}::${NAME}`],
            ],
        );
        assert.ok(mocks.registered.slice(1).every(({ onError }) => onError.join() === `${NAME}-advice`));
    });

    it("only grants get on secrets", async () => {
        const { mocks } = await build();
        assert.deepEqual(mocks.one(POLICY).inputs, {
            resourceGroupName: "group",
            vaultName: "my-vault",
            policy: { tenantId: "tenant", objectId: "object-id-of-test", permissions: { secrets: ["get"] } },
        });
    });

    it("assigns Key Vault Secrets User on a vault that uses RBAC", async () => {
        const { mocks, backend } = await build({ authorization: "rbac" });
        const { roleAssignmentName, ...rest } = mocks.one(ASSIGNMENT).inputs;
        const scope = "/subscriptions/subscription/resourceGroups/group/providers/Microsoft.KeyVault/vaults/my-vault";
        const roles = "/subscriptions/subscription/providers/Microsoft.Authorization/roleDefinitions";
        assert.deepEqual(rest, {
            scope,
            roleDefinitionId: `${roles}/4633458b-17de-408a-b874-0445c86b69e6`,
            principalId: "object-id-of-test",
            principalType: "ServicePrincipal",
        });
        assert.match(String(roleAssignmentName), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
        assert.deepEqual(
            mocks.registered.filter(({ type }) => type === POLICY),
            [],
        );
        assert.equal(backend.mayListNames, true);
    });

    it("creates a vault with the configured permission model, never with access policies in it", async () => {
        for (const authorization of ["access-policy", "rbac"] as const) {
            const { mocks } = await build({ vault: created, authorization });
            const { name, inputs, ignoreChanges } = mocks.one(VAULT);
            assert.equal(name, `${NAME}.${STORE}.vault`);
            const { properties, ...rest } = inputs as { properties: Record<string, unknown> };
            const tags = marksOf(ownerOf(), false);
            assert.deepEqual(rest, { vaultName: "my-vault", resourceGroupName: "group", location: "westeurope", tags });
            assert.equal(properties.enableRbacAuthorization, authorization === "rbac");
            const { accessPolicies, createMode, enablePurgeProtection } = properties;
            assert.deepEqual([accessPolicies, createMode, enablePurgeProtection], [undefined, undefined, undefined]);
            assert.deepEqual(ignoreChanges, ["properties.createMode"]);
        }
    });

    it("creates a vault with purge protection only if the config says so", async () => {
        const { mocks } = await build({ vault: created, purgeProtection: true });
        const { properties } = mocks.one(VAULT).inputs as { properties: Record<string, unknown> };
        assert.equal(properties.enablePurgeProtection, true);
    });

    it("marks everything that can be marked, and says in the marks whether the secrets are shared", async () => {
        const { mocks } = await build({ vault: created, testSecrets: true, shareSecrets: true });
        const marks = marksOf(ownerOf(), true);
        const marked = mocks.registered.filter(({ type }) => type === VAULT || type === SECRET);
        assert.equal(marked.length, 4);
        assert.ok(marked.every(({ inputs }) => isDeepStrictEqual(inputs.tags, marks)));
        // Nobody shares an app.
        assert.deepEqual(marksInLines(String(mocks.one(APP).inputs.notes)), marksOf(ownerOf(), false));
    });

    it("does not create a test secret that another stack shares", async () => {
        const claims = { existing: new Map(), shared: new Set([`${NAME}.${PLACE}.test-connection-uri`]), problems: [] };
        const { mocks } = await build({ testSecrets: true, claims });
        const secrets = mocks.registered.filter(({ type }) => type === SECRET);
        assert.deepEqual(
            secrets.map(({ inputs }) => inputs.secretName),
            ["solar-airflow-variables-verify-variable", "solar-airflow-connections-verify-connection-json"],
        );
    });

    it("recovers a deleted vault", async () => {
        const { mocks } = await build({ vault: { ...created, create: { ...created.create, recover: true } } });
        const { properties } = mocks.one(VAULT).inputs as { properties: { createMode: string } };
        assert.equal(properties.createMode, "recover");
    });

    it("keeps the first person or app that ran it as the owner", async () => {
        const { mocks } = await build();
        for (const type of [APP, PRINCIPAL]) {
            const { inputs, ignoreChanges } = mocks.one(type);
            assert.deepEqual([inputs.owners, ignoreChanges], [["operator"], ["owners"]]);
        }
        const { displayName, preventDuplicateNames } = mocks.one(APP).inputs;
        assert.deepEqual([displayName, preventDuplicateNames], [`airflow.dev.${NAME}.${IDENTITY}`, true]);
    });

    it("adopts an existing service principal of its app, and ignores a missing one at deletion", async () => {
        const { mocks } = await build();
        assert.equal(mocks.one(PRINCIPAL).inputs.useExisting, true);
    });

    it("names all of another identity, place and vault differently, so that they exist next to the old ones", async () => {
        for (const authorization of ["access-policy", "rbac"] as const) {
            const args = { testSecrets: true, vault: created, authorization };
            const before = (await build(args)).mocks;
            const after = (await build(args, { identity: "eeeeeeee", place: "ffffffff", store: "dddddddd" })).mocks;
            const names = before.registered.map(({ name }) => name);
            const expected = names.map((name) =>
                name.replace(IDENTITY, "eeeeeeee").replace(PLACE, "ffffffff").replace(STORE, "dddddddd"),
            );
            assert.deepEqual(after.registered.map(({ name }) => name).sort(), expected.sort());
            const inVault = names.filter((name) => name.startsWith(`${NAME}.${STORE}.`)).sort();
            const operator = authorization === "rbac" ? [] : [`${NAME}.${STORE}.operator`];
            assert.deepEqual(inVault, [...operator, `${NAME}.${STORE}.vault`]);
            assert.equal(after.one(APP).inputs.displayName, `airflow.dev.${NAME}.eeeeeeee`);
        }
    });

    it("makes one change of a vault at a time: Azure refuses more", async () => {
        for (const vault of [created, defaults.vault]) {
            for (const authorization of ["access-policy", "rbac"] as const) {
                const { mocks } = await build({ testSecrets: true, vault, authorization });
                const changes = mocks.registered.filter(({ type }) => type.startsWith("azure-native:"));
                changes.slice(1).forEach(({ name, dependsOn }, index) => {
                    assert.ok(dependsOn.includes(changes[index]!.name), `${name} depends on ${dependsOn.join()}`);
                });
            }
        }
    });

    it("creates three test secrets with secret values, which the operator may delete in a created vault", async () => {
        const { mocks } = await build({ testSecrets: true, vault: created });
        const secrets = mocks.registered.filter(({ type }) => type === SECRET);
        assert.deepEqual(
            secrets.map(({ inputs, secrets: hidden }) => [inputs.secretName, hidden]),
            [
                ["solar-airflow-variables-verify-variable", ["properties"]],
                ["solar-airflow-connections-verify-connection-uri", ["properties"]],
                ["solar-airflow-connections-verify-connection-json", ["properties"]],
            ],
        );
        assert.deepEqual(
            secrets.map(({ name }) => name),
            ["test-variable", "test-connection-uri", "test-connection-json"].map((role) => `${NAME}.${PLACE}.${role}`),
        );
        const { inputs, ignoreChanges } = mocks.one(POLICY, `${NAME}.${STORE}.operator`);
        const permissions = { secrets: ["get", "delete", "purge"] };
        assert.deepEqual(inputs.policy, { tenantId: "tenant", objectId: "operator", permissions });
        assert.deepEqual(ignoreChanges, ["policy.objectId"]);
    });

    it("creates nothing for variables if Airflow looks up connections only", async () => {
        const { mocks } = await build({ testSecrets: true, only: "connections" });
        const secrets = mocks.registered.filter(({ type }) => type === SECRET);
        const names = secrets.map(({ inputs }) => String(inputs.secretName));
        assert.match(names.join(" "), /^solar-airflow-connections-\S+ solar-airflow-connections-\S+$/);
    });

    it("grants the operator nothing in an existing vault, or in a vault that uses RBAC", async () => {
        for (const args of [{ vault: defaults.vault }, { vault: created, authorization: "rbac" }] as const) {
            const { mocks } = await build({ testSecrets: true, ...args });
            assert.deepEqual(
                mocks.registered.filter(({ name }) => name.endsWith("operator")),
                [],
            );
        }
    });
});

describe("the name of a Key Vault", () => {
    it("is a name that Azure allows, and is unique", () => {
        const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
        const stack = fc.stringMatching(/^[a-zA-Z0-9._-]{1,40}$/);
        const group = fc.stringMatching(/^[a-z0-9-]{1,20}$/);
        const names = new Map<string, string>();
        fc.assert(
            fc.property(fc.uuid(), stack, stack, label, group, (subscription, project, of, deployment, inGroup) => {
                const name = azureVaultName(subscription, { project, stack: of, deployment }, inGroup);
                assert.match(name, /^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/);
                const owner = JSON.stringify([subscription, project, of, deployment, inGroup]);
                assert.equal(names.get(name) ?? owner, owner);
                names.set(name, owner);
            }),
            { numRuns: 2000 },
        );
    });

    it("differs between subscriptions: names are unique in all of Azure", () => {
        assert.notEqual(azureVaultName("one", ownerOf(), "g"), azureVaultName("other", ownerOf(), "g"));
    });

    it("differs between resource groups, whose names are case-insensitive", () => {
        assert.notEqual(azureVaultName("one", ownerOf(), "g"), azureVaultName("one", ownerOf(), "h"));
        assert.equal(azureVaultName("one", ownerOf(), "Group"), azureVaultName("one", ownerOf(), "group"));
    });
});

describe("stableUuid", () => {
    it("is the same for the same text, and different for another text", () => {
        assert.equal(stableUuid("a"), stableUuid("a"));
        assert.notEqual(stableUuid("a"), stableUuid("b"));
    });
});

describeGolden("azure-key-vault");
