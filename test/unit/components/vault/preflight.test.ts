import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { marksOf } from "../../../../components/marks";
import { vaultPolicy } from "../../../../components/vault/airflow";
import type { VaultConfig } from "../../../../components/vault/config";
import { vault } from "../../../../components/vault/preflight";
import { deploymentWith, IDENTITY, NAME, ownerOf, PLACE } from "../current";
import { mockNetwork } from "../../mockNetwork";
import { Mocks, settled } from "../mocks";

const ADDRESS = "https://vault.example.com";
const CLUSTER = "11112222-3333-4444-5555-666677778888";

const backend = {
    kind: "vault",
    address: ADDRESS,
    mount: "secret",
    kvVersion: 2,
    scope: "solar",
    login: "approle",
    authMount: "approle",
    tokenTtl: 1200,
    secretIdTtl: 2_592_000,
} as const satisfies VaultConfig;

const healthy: Readonly<Record<string, object>> = {
    "auth/token/lookup-self": { data: {} },
    "sys/internal/ui/mounts/secret": { data: { path: "secret/", type: "kv", options: { version: "2" } } },
    "sys/health?standbyok=true&perfstandbyok=true": { cluster_id: CLUSTER },
};

describe("the preflight of Vault", () => {
    const network = mockNetwork();
    const before = { ...process.env };
    let mocks: Mocks;
    beforeEach(async () => {
        Object.assign(process.env, { VAULT_ADDR: ADDRESS, VAULT_TOKEN: "a-token" });
        mocks = await Mocks.set();
    });
    afterEach(() => {
        process.env = { ...before };
        pulumi.runtime.setAllConfig({});
    });

    /** Returns what was asked, in the order of the requests. */
    function serve(answers: Readonly<Record<string, object | string>> = healthy, status = 200): string[] {
        const asked: string[] = [];
        network()
            .get(ADDRESS)
            .intercept({ path: () => true })
            .reply(({ path }) => {
                const name = path.replace("/v1/", "");
                asked.push(name);
                const found = answers[name];
                return found === undefined
                    ? { statusCode: 404, data: '{"errors":[]}' }
                    : { statusCode: status, data: typeof found === "string" ? found : JSON.stringify(found) };
            })
            .persist();
        return asked;
    }

    const lookUp = (vaultClusterId?: string) =>
        vault.lookUp([deploymentWith<VaultConfig>(backend)], { vaultClusterId });

    it("finds no problem in a Vault with the mounts and nothing of the names", async () => {
        serve();
        assert.deepEqual((await lookUp(CLUSTER)).problems, []);
    });

    it("uses the test secrets of another stack that shares, and imports its own AppRole of an interrupted run", async () => {
        const name = `airflow.dev.${NAME}.${IDENTITY}`;
        serve({
            ...healthy,
            [`sys/policies/acl/${name}`]: { data: { policy: vaultPolicy(backend, marksOf(ownerOf(), false)) } },
            [`auth/approle/role/${name}`]: { data: { token_policies: [name] } },
            "secret/metadata/solar/variables/verify_variable": {
                data: { custom_metadata: marksOf(ownerOf("lunar", "production"), true), current_version: 1 },
            },
        });
        const deployment = deploymentWith<VaultConfig>(backend, { shareSecrets: true });
        const found = await vault.lookUp([deployment], {});
        assert.deepEqual(found.problems, []);
        found.create(deployment);
        await settled();
        const secrets = mocks.registered.filter(({ type }) => type === "vault:kv/secretV2:SecretV2");
        assert.deepEqual(
            secrets.map((each) => each.name),
            ["test-connection-uri", "test-connection-json"].map((part) => `${NAME}.${PLACE}.${part}`),
        );
        assert.equal(mocks.one("vault:appRole/authBackendRole:AuthBackendRole").importId, `auth/approle/role/${name}`);
        assert.equal(mocks.one("vault:index/policy:Policy").importId, "");
    });

    it("creates a role for the token of the pods, and no credential", async () => {
        mocks = await Mocks.set({ authMount: { type: "kubernetes", maxLeaseTtlSeconds: 0 } });
        const { secretIdTtl, ...keys } = backend;
        assert.equal(secretIdTtl, 2_592_000);
        const keyless: VaultConfig = { ...keys, login: "kubernetes", authMount: "kubernetes", audience: "vault" };
        const pods = {
            namespace: "airflow",
            serviceAccounts: ["scheduler"],
            audience: "vault",
            tokenFile: "/tokens/token",
        };
        const deployment = deploymentWith(keyless, { pods, testSecrets: false });
        serve({ ...healthy, "auth/kubernetes/config": { data: { kubernetes_host: "https://k8s" } } });
        const found = await vault.lookUp([deployment], {});
        assert.deepEqual(found.problems, []);
        const created = found.create(deployment);
        await settled();
        assert.equal(created.requirement, "apache-airflow-providers-hashicorp>=3.1.0");
        const types = mocks.registered.map(({ type }) => type).filter((type) => type.startsWith("vault:"));
        assert.deepEqual(types, ["vault:index/policy:Policy", "vault:kubernetes/authBackendRole:AuthBackendRole"]);
    });

    it("stops in another Vault than the config names, before the token is sent to it", async () => {
        const asked = serve();
        await assert.rejects(lookUp("99992222-3333-4444-5555-666677778888"), (error: Error) => {
            assert.ok(pulumi.RunError.isInstance(error));
            assert.match(
                error.message,
                /nothing was changed[^]*cluster id 1111.*, but vaultClusterId in Pulumi\.dev\.yaml is 9999/,
            );
            return true;
        });
        assert.deepEqual(asked, ["sys/health?standbyok=true&perfstandbyok=true"]);
    });

    it("stops with a namespace in the environment, and with a login in the stack's config", async () => {
        const asked = serve();
        process.env.VAULT_NAMESPACE = "team";
        pulumi.runtime.setAllConfig({ "vault:address": ADDRESS });
        await assert.rejects(lookUp(), /VAULT_NAMESPACE is set to "team".*\n.*vault:address is in the stack's config/);
        assert.deepEqual(asked, []);
    });

    it("stops without a login, and says what to set", async () => {
        process.env.VAULT_ADDR = "";
        await assert.rejects(lookUp(), (error: Error) => {
            assert.ok(pulumi.RunError.isInstance(error));
            assert.match(error.message, /no login to Vault: set VAULT_ADDR and VAULT_TOKEN/);
            return true;
        });
    });

    it("reports all of Vault's problems together", async () => {
        serve({
            "auth/token/lookup-self": { data: {} },
            "sys/internal/ui/mounts/secret": { data: { path: "secret/", type: "kv", options: null } },
            "secret/metadata/solar/variables/verify_variable": { data: { custom_metadata: null, current_version: 3 } },
        });
        const { problems } = await lookUp();
        assert.equal(problems.length, 2);
        assert.match(problems.join("\n"), /has version 1, but kvVersion is 2[^]*not known whose it is/);
    });

    it("survives a proxy's error page, and does not print it all", async () => {
        serve({ "auth/token/lookup-self": `<html>${"x".repeat(10_000)}` }, 502);
        await assert.rejects(lookUp(), (error: Error) => {
            assert.ok(pulumi.RunError.isInstance(error));
            assert.match(
                error.message,
                /^Vault's answer to GET auth\/token\/lookup-self: 502 <html>x+\. Nothing was changed/,
            );
            assert.ok(error.message.length < 700);
            return true;
        });
    });

    it("says what to check if Vault cannot be reached", async () => {
        network()
            .get(ADDRESS)
            .intercept({ path: () => true })
            .replyWithError(new Error("self-signed certificate"));
        await assert.rejects(lookUp(), /has no answer: self-signed certificate.*Check VAULT_ADDR.*NODE_EXTRA_CA_CERTS/);
    });
});
