import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type { IdContext } from "../../../../components/resourceTypes";
import { idOf } from "../../../../scripts/teardown/ids";
import { projectDir } from "../../../../scripts/pulumi";
import { backendKinds } from "../../../../stack/kinds";
import { resourceTypes } from "../../../../stack/resources";

const context: IdContext = {
    azureSubscriptionId: "s-1",
    findApplication: (name) => Promise.resolve(name === "airflow.pr-1.solar.0a1b2c3d" ? "object-1" : undefined),
};
const find = (type: string, inputs: Record<string, unknown>, given = context): Promise<string | undefined> =>
    idOf({ urn: `urn:pulumi:pr-1::p::${type}::solar`, type, custom: true, inputs }, given);

const inVault = { resourceGroupName: "g", vaultName: "v" };
const vaultId = "/subscriptions/s-1/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v";

const cases: [type: string, inputs: Record<string, unknown>, id: string | undefined][] = [
    ["airflow-deployment:kubernetes:PodTemplateSecret", { namespace: "n", name: "s" }, "n/s"],
    ["vault:index/policy:Policy", { name: "n" }, "n"],
    ["vault:appRole/authBackendRole:AuthBackendRole", { backend: "approle", roleName: "r" }, "auth/approle/role/r"],
    ["vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId", {}, undefined],
    ["vault:kv/secret:Secret", { path: "kv/a" }, "kv/a"],
    ["vault:kv/secretV2:SecretV2", { mount: "secret", name: "a/b" }, "secret/data/a/b"],
    ["aws:iam/user:User", { name: "u" }, "u"],
    ["aws:iam/userPolicy:UserPolicy", { user: "u", name: "p" }, "u:p"],
    ["aws:iam/role:Role", { name: "r" }, "r"],
    ["aws:iam/rolePolicy:RolePolicy", { role: "r", name: "p" }, "r:p"],
    ["aws:iam/accessKey:AccessKey", { user: "u" }, undefined],
    ["aws:secretsmanager/secret:Secret", { name: "airflow/a" }, "airflow/a"],
    ["aws:ssm/parameter:Parameter", { name: "/airflow/a" }, "/airflow/a"],
    [
        "gcp:serviceaccount/account:Account",
        { project: "p", accountId: "a" },
        "projects/p/serviceAccounts/a@p.iam.gserviceaccount.com",
    ],
    [
        "gcp:projects/iAMMember:IAMMember",
        {
            project: "p",
            role: "roles/r",
            member: "serviceAccount:a",
            condition: { title: "t", description: "d", expression: 'name == "x/y"' },
        },
        'p/roles/r/serviceAccount:a/t/d/name == "x/y"',
    ],
    ["gcp:secretmanager/secret:Secret", { project: "p", secretId: "s" }, "projects/p/secrets/s"],
    ["gcp:secretmanager/secretVersion:SecretVersion", { secret: "s" }, undefined],
    ["azure-native:keyvault:Vault", inVault, vaultId],
    ["azure-native:keyvault:Secret", { ...inVault, secretName: "s" }, `${vaultId}/secrets/s`],
    ["azure-native:keyvault:AccessPolicy", { ...inVault, policy: { objectId: "o" } }, `${vaultId}/accessPolicy/o`],
    [
        "azure-native:authorization:RoleAssignment",
        { scope: vaultId, roleAssignmentName: "a" },
        `${vaultId}/providers/Microsoft.Authorization/roleAssignments/a`,
    ],
    ["azuread:index/application:Application", { displayName: "airflow.pr-1.solar.0a1b2c3d" }, "/applications/object-1"],
    ["azuread:index/application:Application", { displayName: "never created" }, undefined],
    ["azuread:index/servicePrincipal:ServicePrincipal", {}, undefined],
    [
        "kubernetes:core/v1:Secret",
        { metadata: { namespace: "n", name: "solar.0a1b2c3d.env.1-1a2b" } },
        "n/solar.0a1b2c3d.env.1-1a2b",
    ],
    [
        "airflow-deployment:kubernetes:WorkloadPatch",
        { kind: "StatefulSet", namespace: "n", name: "worker" },
        "n/StatefulSet/worker",
    ],
    ["airflow-deployment:astronomer:EnvironmentVariables", { releaseName: "solar" }, "solar"],
    ["pulumi:providers:vault", {}, undefined],
    ["pulumi:index:Stash", { input: {} }, undefined],
];

describe("the id of a resource whose create was interrupted", () => {
    for (const [type, inputs, id] of cases) {
        it(`of ${type} is ${id ?? "none"}`, async () => {
            assert.equal(await find(type, inputs), id);
        });
    }

    it("is known for every type that the stack creates", async () => {
        const dumps = await Promise.all(
            backendKinds.map(async ({ kind }) => {
                const golden = join(projectDir, `test/unit/components/${kind}.golden.yaml`);
                return parse(await readFile(golden, "utf8")) as Record<string, Record<string, object>>;
            }),
        );
        const below = dumps.flatMap((components) =>
            Object.values(components).flatMap((resources) =>
                Object.keys(resources).filter((key) => key.includes("::")),
            ),
        );
        assert.ok(below.length > 50);
        const types = new Set(below.map((urn) => urn.split("::")[0]!));
        assert.deepEqual(
            [...types].filter((type) => !Object.hasOwn(resourceTypes, type)),
            [],
        );
    });

    it("is undefined for a component", async () => {
        assert.equal(await idOf({ urn: "u", type: "airflow-secrets-backends:index:VaultBackend" }, context), undefined);
    });

    it("cannot be found for an unknown type, or if the state lacks an input", async () => {
        await assert.rejects(
            find("aws:s3/bucket:Bucket", {}),
            /does not know how to find a aws:s3\/bucket:Bucket.*--clear/,
        );
        await assert.rejects(
            find("aws:iam/user:User", { name: { ciphertext: "x" } }),
            /its state does not have the input "name"\. Find the resource .* --clear-pending-creates/,
        );
        const nowhere = { ...context, azureSubscriptionId: undefined };
        await assert.rejects(find("azure-native:keyvault:Vault", inVault, nowhere), /which Azure subscription/);
    });
});
