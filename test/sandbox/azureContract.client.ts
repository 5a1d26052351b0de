/** Calls the stand-in with Azure's own Node.js clients; prints a JSON object with one entry per call. */
import { readFile } from "node:fs/promises";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { KeyVaultManagementClient } from "@azure/arm-keyvault";
import { ResourceManagementClient } from "@azure/arm-resources";
import { ClientAssertionCredential, ClientSecretCredential, WorkloadIdentityCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";
import { graphClient } from "../../sandbox/providers/azure/graph";

/** A token of the cluster: its path, and who it is. */
const { TOKEN_FILE = "", TOKEN_ISSUER = "", TOKEN_SUBJECT = "" } = process.env;
const { ARM_TENANT_ID = "", ARM_SUBSCRIPTION_ID = "", ARM_CLIENT_ID = "", ARM_CLIENT_SECRET = "" } = process.env;
const GROUP = "sandbox-group";
const CONTRIBUTOR = "f25e0fa2-a7cd-4377-a976-54943a77a395";
const SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6";

interface ServiceError {
    readonly statusCode?: number;
    readonly code?: string;
    readonly errorResponse?: { readonly error?: string };
}

/** Returns status and code of the error that rejects the call; `allowed` if it succeeds. */
async function refusal(call: Promise<unknown>): Promise<string> {
    try {
        await call;
        return "allowed";
    } catch (error) {
        const { statusCode, code, errorResponse } = error as ServiceError;
        return [statusCode, code ?? errorResponse?.error].filter((part) => part !== undefined).join(" ");
    }
}

type Graph = ReturnType<typeof graphClient>;

/** Lets the app trust a token of the cluster, logs in with it, and lets the app forget it. */
async function federation(graph: Graph, app: { readonly id: string; readonly appId: string }): Promise<unknown[]> {
    const path = `/applications/${app.id}/federatedIdentityCredentials`;
    const audiences = ["api://AzureADTokenExchange"];
    const given = { name: "contract", issuer: TOKEN_ISSUER, subject: TOKEN_SUBJECT, audiences };
    const scope = "https://vault.azure.net/.default";
    const assertion = new ClientAssertionCredential(ARM_TENANT_ID, app.appId, () => readFile(TOKEN_FILE, "utf8"));
    const untrusted = await loginError(assertion.getToken(scope));
    const created = (await graph.api(path).post(given)) as { id: string; description: null };
    const second = await refusal(graph.api(path).post(given));
    const badName = await refusal(graph.api(path).post({ ...given, name: "a b" }));
    const { token } = await assertion.getToken(scope);
    const workload = new WorkloadIdentityCredential({
        tenantId: ARM_TENANT_ID,
        clientId: app.appId,
        tokenFilePath: TOKEN_FILE,
    });
    const { token: other } = await workload.getToken(scope);
    await graph.api(`${path}/${created.id}`).patch({ ...given, subject: "others" });
    const { subject } = (await graph.api(`${path}/${created.id}`).get()) as { subject: string };
    const changed = await loginError(
        new ClientAssertionCredential(ARM_TENANT_ID, app.appId, () => readFile(TOKEN_FILE, "utf8")).getToken(scope),
    );
    await graph.api(`${path}/${created.id}`).delete();
    const { value: left } = (await graph.api(path).get()) as { value: unknown[] };
    const deletedTwice = await refusal(graph.api(`${path}/${created.id}`).delete());
    return [
        untrusted,
        created.description,
        second,
        badName,
        token !== "" && other !== "",
        subject,
        changed,
        left,
        deletedTwice,
    ];
}

/** Returns the number of Microsoft Entra ID's error; `allowed` if the login succeeds. */
async function loginError(login: Promise<unknown>): Promise<string> {
    try {
        await login;
        return "allowed";
    } catch (error) {
        return /AADSTS\d+/.exec((error as Error).message)?.[0] ?? (error as Error).message;
    }
}

async function main(): Promise<void> {
    const credential = new ClientSecretCredential(ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET);
    const { vaults } = new KeyVaultManagementClient(credential, ARM_SUBSCRIPTION_ID);
    const { roleAssignments } = new AuthorizationManagementClient(credential, ARM_SUBSCRIPTION_ID);
    const { resourceGroups } = new ResourceManagementClient(credential, ARM_SUBSCRIPTION_ID);
    const graph = graphClient(credential);
    const answers: Record<string, unknown> = {};

    const { location } = await resourceGroups.get(GROUP);
    answers.group = location;
    answers.noGroup = await refusal(resourceGroups.get("nowhere"));

    const properties = { tenantId: ARM_TENANT_ID, sku: { family: "A", name: "standard" as const }, accessPolicies: [] };
    const rbacVault = { location, properties: { ...properties, enableRbacAuthorization: true } };
    const vault = await vaults.createOrUpdate(GROUP, "contract-node", rbacVault).pollUntilDone();
    answers.vault = [vault.properties.provisioningState, vault.properties.vaultUri];
    answers.badName = await refusal(vaults.createOrUpdate(GROUP, "contract--node", rbacVault).pollUntilDone());

    const app = (await graph.api("/applications").post({ displayName: "contract-node" })) as {
        id: string;
        appId: string;
    };
    const principal = (await graph.api("/servicePrincipals").post({ appId: app.appId })) as { id: string };
    await graph.api(`/applications/${app.id}`).patch({ notes: "contract", web: { logoutUrl: "https://example.com" } });
    const { displayName, notes, groupMembershipClaims, web } = (await graph.api(`/applications/${app.id}`).get()) as {
        displayName: string;
        notes: string;
        groupMembershipClaims: null;
        web: { logoutUrl: string; redirectUris: string[] };
    };
    answers.patched = [displayName, notes, groupMembershipClaims, web.logoutUrl, web.redirectUris];
    const beta = graph.api(`/applications/${app.id}`).version("beta");
    answers.beta = Object.keys((await beta.select("oauth2RequirePostResponse").get()) as object);
    await graph.api(`/servicePrincipals/${principal.id}`).patch({ description: "contract" });
    const readPrincipal = (await graph.api(`/servicePrincipals/${principal.id}`).get()) as Record<string, unknown>;
    const { value: owners } = (await graph.api(`/servicePrincipals/${principal.id}/owners`).get()) as { value: [] };
    answers.principal = [
        readPrincipal.description,
        readPrincipal.accountEnabled,
        readPrincipal.appOwnerOrganizationId,
        owners.length,
    ];
    answers.federation = await federation(graph, app);
    const { secretText } = (await graph
        .api(`/applications/${app.id}/addPassword`)
        .post({ passwordCredential: { displayName: "contract" } })) as { secretText: string };
    const reader = new ClientSecretCredential(ARM_TENANT_ID, app.appId, secretText);
    const admin = new SecretClient("https://contract-node.vault.azure.net", credential);
    const secrets = new SecretClient("https://contract-node.vault.azure.net", reader);
    await admin.setSecret("contract", "value");
    answers.ungranted = await refusal(secrets.getSecret("contract"));

    const scope = vault.id ?? "";
    const definition = (role: string) =>
        `/subscriptions/${ARM_SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
    const assign = (name: string, role: string, principalId = principal.id, at = scope) =>
        roleAssignments.create(at, name, {
            roleDefinitionId: definition(role),
            principalId,
            principalType: "ServicePrincipal",
        });
    const name = "11112222-3333-4444-5555-666677778888";
    await assign(name, SECRETS_USER);
    answers.granted = (await secrets.getSecret("contract")).value;
    answers.set = await refusal(secrets.setSecret("contract", "x"));
    const listed: string[] = [];
    for await (const each of secrets.listPropertiesOfSecrets()) listed.push(each.name);
    answers.listedByRole = listed;
    answers.secondAssignment = await refusal(assign("21112222-3333-4444-5555-666677778888", SECRETS_USER));
    answers.changedAssignment = await refusal(assign(name, CONTRIBUTOR));
    answers.unknownPrincipal = await refusal(
        assign("31112222-3333-4444-5555-666677778888", SECRETS_USER, ARM_TENANT_ID),
    );
    answers.aboveTheGroup = await refusal(
        assign(name, SECRETS_USER, principal.id, `/subscriptions/${ARM_SUBSCRIPTION_ID}`),
    );

    await vaults.delete(GROUP, "contract-node");
    answers.deletedVault = (await vaults.getDeleted("contract-node", location)).properties?.vaultId === scope;
    answers.reservedName = await refusal(vaults.createOrUpdate(GROUP, "contract-node", rbacVault).pollUntilDone());
    const recover = { location, properties: { ...properties, createMode: "recover" as const } };
    const recovered = await vaults.createOrUpdate(GROUP, "contract-node", recover).pollUntilDone();
    answers.recovered = [recovered.properties.enableRbacAuthorization, (await admin.getSecret("contract")).value];
    answers.grantAfterRecovery = await refusal(secrets.getSecret("contract"));
    await vaults.delete(GROUP, "contract-node");
    await vaults.purgeDeleted("contract-node", location).pollUntilDone();
    answers.purged = await refusal(vaults.getDeleted("contract-node", location));

    answers.notOwned = await refusal(
        graph
            .api("/applications")
            .filter("displayName eq 'sandbox-admin'")
            .get()
            .then(async (found) => {
                const { value } = found as { value: { id: string }[] };
                await graph.api(`/applications/${value[0]?.id ?? ""}`).delete();
            }),
    );
    await graph.api(`/applications/${app.id}`).delete();
    answers.principalAfterAppDeletion = await refusal(graph.api(`/servicePrincipals/${principal.id}`).get());
    answers.notImplemented = await refusal(graph.api("/users").get());
    console.log(JSON.stringify(answers));
}

main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
