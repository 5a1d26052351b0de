import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { withErrorAdvice } from "../../../components/errorAdvice";
import type { PlannedDeployment } from "../../../stack/planStack";
import { planStack } from "../../../stack/planStack";
import { declareRetired } from "../../../stack/retired";
import type { StateResource } from "../../../stack/stateResource";
import { Mocks, settled, type Registered } from "../components/mocks";
import { minimal, parseDeployments } from "./fixtures";

const VAULT = "airflow-secrets-backends:index:VaultBackend";
const AWS = "airflow-secrets-backends:index:SecretsManagerBackend";
const TARGET = "airflow-secrets-backends:index:KubernetesTarget";

class CustomResource extends pulumi.CustomResource {}

class Component extends pulumi.ComponentResource {
    readonly hooks = withErrorAdvice(this, "solar", []).hooks;
}

function resource(type: string, name: string, parentType: string): StateResource {
    const outputNames = ["first", "second"];
    return { type, name, parentType, outputNames, output: () => undefined };
}

/** Declares these resources as retired, for a Deployment `solar` in Vault; returns what the engine received. */
async function declared(
    resources: readonly StateResource[],
    storeOf: (parent: pulumi.Resource) => pulumi.Resource[] = () => [],
): Promise<ReadonlyMap<string, Registered>> {
    const mocks = await Mocks.set();
    const options = { project: "airflow-secrets-backends", stack: "dev", now: new Date() };
    const [planned] = planStack(parseDeployments([minimal("solar")]), [], options);
    const deployment: PlannedDeployment = { ...planned!, retired: resources };
    const backend = new Component(VAULT, "solar");
    const components = {
        backend: Object.assign(backend, { store: storeOf(backend) }),
        target: new Component(TARGET, "solar"),
    };
    declareRetired(deployment, components, true);
    await settled();
    return new Map(mocks.registered.map((each) => [each.name.replace(/^solar\./, ""), each]));
}

const vaultIdentity = [
    // Not in the order of creation.
    resource("kubernetes:core/v1:Secret", "solar.aaaaaaaa.env.1", TARGET),
    resource("vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId", "solar.aaaaaaaa.secret-id.1", VAULT),
    resource("vault:appRole/authBackendRole:AuthBackendRole", "solar.aaaaaaaa.role", VAULT),
    resource("vault:index/policy:Policy", "solar.aaaaaaaa.policy", VAULT),
    resource("vault:kv/secretV2:SecretV2", "solar.cccccccc.test-variable", VAULT),
];

describe("declareRetired", () => {
    it("declares nothing if nothing stays", async () => {
        assert.deepEqual([...(await declared([])).keys()], ["solar"]);
    });

    it("keeps every input, for the engine and for plugins", async () => {
        for (const [name, { ignoreChanges, inputs }] of await declared(vaultIdentity)) {
            if (name !== "solar") {
                assert.deepEqual([ignoreChanges, inputs], [["*", "first", "second"], {}]);
            }
        }
    });

    it("has the order of deletion of a living identity", async () => {
        const found = await declared(vaultIdentity);
        const place = ["solar.cccccccc.test-variable"];
        assert.deepEqual(found.get("cccccccc.test-variable")?.dependsOn, []);
        assert.deepEqual(found.get("aaaaaaaa.policy")?.dependsOn.toSorted(), place);
        assert.deepEqual(found.get("aaaaaaaa.role")?.dependsOn.toSorted(), ["solar.aaaaaaaa.policy", ...place]);
        assert.deepEqual(found.get("aaaaaaaa.secret-id.1")?.dependsOn.toSorted(), [
            "solar.aaaaaaaa.policy",
            "solar.aaaaaaaa.role",
            ...place,
        ]);
        assert.equal(found.get("aaaaaaaa.secret-id.1")?.deletedWith, "solar.aaaaaaaa.role");
        assert.equal(found.get("aaaaaaaa.env.1")?.dependsOn.length, 4);
    });

    it("keeps two identities apart", async () => {
        const other = resource("vault:index/policy:Policy", "solar.bbbbbbbb.policy", VAULT);
        const role = resource("vault:appRole/authBackendRole:AuthBackendRole", "solar.bbbbbbbb.role", VAULT);
        const found = await declared([...vaultIdentity, other, role]);
        assert.ok(found.get("bbbbbbbb.role")?.dependsOn.every((name) => !name.includes("aaaaaaaa")));
        assert.ok(found.get("aaaaaaaa.secret-id.1")?.dependsOn.every((name) => !name.includes("bbbbbbbb")));
    });

    it("deletes a version of a secret before the secret", async () => {
        const found = await declared([
            resource("aws:secretsmanager/secretVersion:SecretVersion", "solar.cccccccc.test-variable", AWS),
            resource("aws:secretsmanager/secret:Secret", "solar.cccccccc.test-connection-uri", AWS),
        ]);
        assert.deepEqual(found.get("cccccccc.test-variable")?.dependsOn, ["solar.cccccccc.test-connection-uri"]);
    });

    it("keeps the outputs of a credential secret", async () => {
        const key = resource("aws:iam/accessKey:AccessKey", "solar.bbbbbbbb.access-key.1", AWS);
        const found = await declared([...vaultIdentity, key]);
        assert.deepEqual(found.get("aaaaaaaa.secret-id.1")?.additionalSecretOutputs, ["secretId", "wrappingToken"]);
        assert.deepEqual(found.get("aaaaaaaa.env.1")?.additionalSecretOutputs, ["data", "stringData"]);
        assert.ok(found.get("bbbbbbbb.access-key.1")?.additionalSecretOutputs.includes("secret"));
    });

    it("keeps the advice about errors, unless the kind of backend is another now", async () => {
        const found = await declared([...vaultIdentity, resource("aws:iam/user:User", "solar.bbbbbbbb.user", AWS)]);
        assert.deepEqual(found.get("aaaaaaaa.role")?.onError, ["solar-advice"]);
        assert.deepEqual(found.get("bbbbbbbb.user")?.onError, []);
    });

    it("deletes a vault's secrets before the operator may no longer delete them, and the vault last", async () => {
        const vault = "azure-native:keyvault:Vault";
        const found = await declared([
            resource("azure-native:keyvault:Secret", "solar.cccccccc.test-variable", AWS),
            resource("azure-native:keyvault:AccessPolicy", "solar.dddddddd.operator", AWS),
            resource(vault, "solar.dddddddd.vault", AWS),
        ]);
        assert.deepEqual(found.get("dddddddd.operator")?.dependsOn, ["solar.dddddddd.vault"]);
        const before = ["solar.dddddddd.operator", "solar.dddddddd.vault"];
        assert.deepEqual(found.get("cccccccc.test-variable")?.dependsOn.toSorted(), before);
    });

    it("deletes what it keeps before the vault that it is in, if the config still has that vault", async () => {
        const secret = resource("azure-native:keyvault:Secret", "solar.cccccccc.test-variable", VAULT);
        const found = await declared([secret], (parent) => [new CustomResource("a:b:Vault", "v", {}, { parent })]);
        assert.deepEqual(found.get("cccccccc.test-variable")?.dependsOn, ["v"]);
    });

    it("declares a parent that the config no longer has, with the Deployment's name", async () => {
        const found = await declared([resource("aws:iam/user:User", "solar.bbbbbbbb.user", AWS), ...vaultIdentity]);
        assert.equal(found.get("bbbbbbbb.user")?.parent, `${AWS}::solar`);
        assert.equal(found.get("aaaaaaaa.role")?.parent, `${VAULT}::solar`);
        assert.equal(found.get("aaaaaaaa.env.1")?.parent, `${TARGET}::solar`);
    });
});
