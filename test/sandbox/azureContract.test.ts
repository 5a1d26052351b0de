import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { ISSUER } from "../../sandbox/services/issuer";
import { openSandbox } from "../../sandbox/sandbox";
import { kubernetesCluster } from "../../sandbox/verify/kubernetesCluster";
import { typescript } from "../typescript";
import { AzureSubscription } from "./azure";
import { Harness } from "./harness";

const LOGIN = "https://login.microsoftonline.com";
const MANAGEMENT = "https://management.azure.com";
const VAULT = "https://vault.azure.net";
const GRAPH = "https://graph.microsoft.com";
const PEARL = "pearl-signal-1317";

/** Tests the stand-in with Azure's own clients. */
describe("the stand-in for Azure", function () {
    this.timeout(300_000);
    this.slow(30_000);
    let harness: Harness;
    let azure: AzureSubscription;

    before(async () => {
        harness = await Harness.open();
        azure = await AzureSubscription.open(harness.sandbox);
        await azure.createVault("contract");
        await azure.setAccessPolicy("contract", await azure.administratorId(), { secrets: ["all"] });
        await azure.createVault("contract-forbidden");
    });
    after(async () => {
        await azure.close();
        await harness.close();
    });

    it("serves Azure's Python clients, with errors in Azure's format", async () => {
        const { proxyUrl, caPath } = harness.sandbox.edge;
        const { ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET } = harness.sandbox.env;
        const hosts = ["contract", "contract-forbidden", "contract-nowhere"].map(
            (name) => `https://${name}.vault.azure.net`,
        );
        const { stdout } = await execa(
            join(harness.installed.airflow, "bin", "python"),
            [join(__dirname, "azure_contract.py"), ...hosts],
            {
                env: {
                    AZURE_TENANT_ID: ARM_TENANT_ID,
                    AZURE_CLIENT_ID: ARM_CLIENT_ID,
                    AZURE_CLIENT_SECRET: ARM_CLIENT_SECRET,
                    HTTPS_PROXY: proxyUrl,
                    REQUESTS_CA_BUNDLE: caPath,
                },
            },
        );
        assert.deepEqual(JSON.parse(stdout), {
            latest: "second",
            tags: { by: "python" },
            version: "second",
            listed: ["contract-python"],
            underscore: "HttpResponseError 400 BadParameter",
            missing: "ResourceNotFoundError 404 SecretNotFound",
            deleted: "ResourceNotFoundError 404 SecretNotFound",
            softDeleted: ["contract-python"],
            setAfterDelete: "ResourceExistsError 409 Conflict ObjectIsDeletedButRecoverable",
            recovered: "second",
            purged: "ResourceNotFoundError 404 SecretNotFound",
            notImplemented: "HttpResponseError 501 NotImplemented",
            policy: "HttpResponseError 403 Forbidden ForbiddenByPolicy",
            "no such vault": "ServiceRequestError",
            "wrong secret": "ClientAuthenticationError Authentication failed",
        });
    });

    it("serves Azure's Node.js clients, with errors in Azure's format", async () => {
        const { env, edge, kubeconfig } = harness.sandbox;
        const script = join(__dirname, "azureContract.client.ts");
        const [namespace, account] = [`airflow-${PEARL}`, `${PEARL}-worker`];
        const audience = "api://AzureADTokenExchange";
        const tokenFile = join(harness.dir, "token");
        await writeFile(tokenFile, await kubernetesCluster(kubeconfig).token({ namespace, audience }, account));
        const token = {
            TOKEN_FILE: tokenFile,
            TOKEN_ISSUER: ISSUER,
            TOKEN_SUBJECT: `system:serviceaccount:${namespace}:${account}`,
        };
        const { stdout } = await execa(process.execPath, [...typescript, script], {
            env: { ...env, ...token, https_proxy: edge.proxyUrl, NODE_EXTRA_CA_CERTS: edge.caPath },
        });
        assert.deepEqual(JSON.parse(stdout), {
            group: "westeurope",
            noGroup: "404 ResourceGroupNotFound",
            vault: ["Succeeded", "https://contract-node.vault.azure.net/"],
            badName: "400 VaultNameNotValid",
            patched: ["contract-node", "contract", null, "https://example.com", []],
            beta: ["id", "oauth2RequirePostResponse"],
            principal: ["contract", true, harness.sandbox.env.ARM_TENANT_ID, 1],
            federation: [
                "AADSTS700211",
                null,
                "409 Request_MultipleObjectsWithSameKeyValue",
                "400 Request_BadRequest",
                true,
                "others",
                "AADSTS700213",
                [],
                "404 Request_ResourceNotFound",
            ],
            ungranted: "403 Forbidden",
            granted: "value",
            set: "403 Forbidden",
            listedByRole: ["contract"],
            secondAssignment: "409 RoleAssignmentExists",
            changedAssignment: "400 RoleAssignmentUpdateNotPermitted",
            unknownPrincipal: "400 PrincipalNotFound",
            aboveTheGroup: "403 AuthorizationFailed",
            deletedVault: true,
            reservedName: "409 ConflictError",
            recovered: [true, "value"],
            grantAfterRecovery: "403 Forbidden",
            purged: "404 DeletedVaultNotFound",
            notOwned: "403 Authorization_RequestDenied",
            principalAfterAppDeletion: "404 Request_ResourceNotFound",
            notImplemented: "501 NotImplemented",
        });
    });

    it("challenges a vault request without a token, and says where to get one", async () => {
        const { status, headers, body } = await azure.raw(
            "GET",
            "https://contract.vault.azure.net/secrets/a?api-version=7.4",
        );
        assert.equal(status, 401);
        const { ARM_TENANT_ID } = harness.sandbox.env;
        assert.equal(
            headers.get("www-authenticate"),
            `Bearer authorization="${LOGIN}/${ARM_TENANT_ID}", resource="${VAULT}"`,
        );
        assert.match(JSON.stringify(body), /AKV10000/);
    });

    it("publishes its token endpoint and its signing key", async () => {
        const { ARM_TENANT_ID } = harness.sandbox.env;
        const { body } = await azure.raw("GET", `${LOGIN}/${ARM_TENANT_ID}/v2.0/.well-known/openid-configuration`);
        const { jwks_uri: uri, token_endpoint: endpoint } = body as { jwks_uri: string; token_endpoint: string };
        assert.equal(endpoint, `${LOGIN}/${ARM_TENANT_ID}/oauth2/v2.0/token`);
        const { keys } = (await azure.raw("GET", uri)).body as { keys: { kty: string; d?: string }[] };
        assert.deepEqual(
            keys.map(({ kty, d }) => [kty, d]),
            [["RSA", undefined]],
        );
    });

    it("rejects a forged token and a token for another service", async () => {
        const token = await azure.token(MANAGEMENT);
        const [header, payload = "", signature] = token.split(".");
        const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
        const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
        const forged = [header, encode({ ...claims, aud: VAULT }), signature].join(".");
        const unsigned = [encode({ alg: "none" }), encode({ ...claims, aud: VAULT }), ""].join(".");
        for (const bad of [token, forged, unsigned, "nonsense"]) {
            const url = "https://contract.vault.azure.net/secrets?api-version=7.4";
            assert.equal((await azure.raw("GET", url, { token: bad })).status, 401);
        }
        const forVault = await azure.token(VAULT);
        const group = `${MANAGEMENT}/subscriptions/${azure.subscriptionId}/resourceGroups/sandbox-group?api-version=2023-07-01`;
        assert.equal((await azure.raw("GET", group, { token: forVault })).status, 401);
        assert.equal((await azure.raw("GET", `${GRAPH}/v1.0/applications`, { token: forVault })).status, 401);
        assert.equal((await azure.raw("GET", group, { token })).status, 200);
    });

    it("issues no token for an unknown app, tenant, resource or grant type, or an expired client secret", async () => {
        const { ARM_TENANT_ID = "", ARM_CLIENT_ID = "", ARM_CLIENT_SECRET = "" } = harness.sandbox.env;
        const login = { tenantId: ARM_TENANT_ID, clientId: ARM_CLIENT_ID, clientSecret: ARM_CLIENT_SECRET };
        const error = async (change: object, audience = VAULT) =>
            (await azure.logIn({ ...login, ...change }, audience)).error?.split(":")[0];
        assert.equal(await error({ clientId: ARM_TENANT_ID }), "AADSTS700016");
        assert.equal(await error({ tenantId: ARM_CLIENT_ID }), "AADSTS90002");
        assert.equal(await error({}, "https://example.com"), "AADSTS500011");
        const body = new URLSearchParams({ grant_type: "password" });
        const { body: refused } = await azure.raw("POST", `${LOGIN}/${ARM_TENANT_ID}/oauth2/v2.0/token`, { body });
        assert.equal((refused as { error: string }).error, "unsupported_grant_type");

        const { body: application } = await azure.graph("POST", "applications", { displayName: "contract-ended" });
        const { id, appId } = application as { id: string; appId: string };
        const expired = { passwordCredential: { endDateTime: "2020-01-01T00:00:00Z" } };
        const { body: password } = await azure.graph("POST", `applications/${id}/addPassword`, expired);
        const { secretText: clientSecret } = password as { secretText: string };
        assert.equal(await error({ clientId: appId, clientSecret }), "AADSTS7000222");
        await azure.graph("DELETE", `applications/${id}`);
    });

    // Runs after all other tests, because it closes the sandbox.
    describe("after a restart", () => {
        it("has the same state", async () => {
            const state = async () => [
                await azure.applications(),
                await azure.vaults(),
                await azure.policies("contract"),
            ];
            const before = await state();
            await azure.close();
            await harness.sandbox.close();
            const restarted = await openSandbox(harness.installed);
            try {
                azure = await AzureSubscription.open(restarted);
                assert.deepEqual(await state(), before);
            } finally {
                await restarted.close();
            }
        });
    });
});
