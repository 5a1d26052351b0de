/**
 * The stand-in for Azure, as its own process. No emulator is available. The stand-in implements the calls that the
 * stack, Airflow and verify make, and returns Azure's errors: `main.ts --port PORT --dir DIR --group NAME=LOCATION
 * --issuer URL=ADDRESS`, with the address at which the issuer of the cluster's tokens answers on this machine.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { jsonServer, ok, type Call, type Reply } from "../jsonServer";
import { Store } from "../store";
import { audiences, Entra, hashOf, LOGIN_HOST } from "./entra";
import { DeletedVaults } from "./deletedVaults";
import { AzureError, notImplemented } from "./errors";
import { Graph, GRAPH_HOST } from "./graph";
import { KeyVault, VAULT_DOMAIN } from "./keyVault";
import { IssuerKeys } from "./issuerKeys";
import { MANAGER_HOST, ResourceManager } from "./resourceManager";
import { RoleAssignments } from "./roleAssignments";
import { roles } from "./roles";
import { Secrets } from "./secrets";
import { emptyTenant, type AzureStore } from "./state";
import { Vaults } from "./vaults";

/** Exactly the roles that docs/azure.md and docs/teardown.md require, on the resource group and on the subscription. */
const GROUP_ROLES = ["Key Vault Contributor", "Key Vault Secrets Officer", "Role Based Access Control Administrator"];
const SUBSCRIPTION_ROLES = ["Key Vault Reader", "Key Vault Purge Operator"];
const GRAPH_ROLES = ["Application.ReadWrite.OwnedBy"];

async function main(): Promise<void> {
    const option = { type: "string" } as const;
    const { values } = parseArgs({ options: { port: option, dir: option, group: option, issuer: option } });
    const { dir, group, issuer: issuerOption } = values;
    if (dir === undefined || group === undefined || issuerOption === undefined) {
        throw new Error("--port, --dir, --group and --issuer are required");
    }
    const [issuer = "", address = ""] = issuerOption.split("=");
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const [resourceGroup = "", location = ""] = group.split("=");
    const store = new Store(join(dir, "state.json"), () => emptyTenant({ [resourceGroup]: location }));
    grantRoles(store, resourceGroup, createAdministrator(store, join(dir, "admin.json")));
    const server = jsonServer(await createHandler(store, new IssuerKeys(new Map([[issuer, address]]))), (error) =>
        error instanceof AzureError
            ? { status: error.status, body: error, ...(error.extra.headers ? { headers: error.extra.headers } : {}) }
            : undefined,
    );
    server.listen(Number(values.port), "127.0.0.1");
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
            server.close();
            server.closeAllConnections();
        });
    }
}

async function createHandler(store: AzureStore, issuerKeys: IssuerKeys): Promise<(call: Call) => Promise<Reply>> {
    const entra = await Entra.start(store, issuerKeys);
    const graph = new Graph(store);
    const assignments = new RoleAssignments(store);
    const secrets = new Secrets(store);
    const vaults = new Vaults(store, assignments);
    const manager = new ResourceManager({
        store,
        entra,
        vaults,
        deletedVaults: new DeletedVaults(store),
        secrets,
        assignments,
    });
    const keyVault = new KeyVault(store, secrets, entra);
    return async (call) => {
        if (call.host === LOGIN_HOST) {
            return ok(await entra.answer(call));
        }
        if (call.host === MANAGER_HOST) {
            return manager.answer(call);
        }
        if (call.host.endsWith(`.${VAULT_DOMAIN}`)) {
            return keyVault.answer(call);
        }
        if (call.host === GRAPH_HOST) {
            const refuse = (): AzureError =>
                new AzureError(401, "InvalidAuthenticationToken", "Access token is missing, or is not valid here.");
            return graph.answer(await entra.caller(call.headers.authorization, audiences.graph, refuse), call);
        }
        throw notImplemented(call.host);
    };
}

/**
 * Creates the administrator who runs Pulumi, who exists before this project is used: an app with a client secret,
 * written to `file`. Returns its app id.
 */
function createAdministrator(store: AzureStore, file: string): string {
    if (existsSync(file)) {
        return (JSON.parse(readFileSync(file, "utf8")) as { clientId: string }).clientId;
    }
    const { state } = store;
    const { tenantId, subscriptionId } = state;
    const [id, appId, objectId] = [randomUUID(), randomUUID(), randomUUID()];
    const clientSecret = randomBytes(30).toString("base64url");
    const now = new Date().toISOString();
    const password = {
        keyId: randomUUID(),
        displayName: null,
        startDateTime: now,
        endDateTime: "9999-12-31T00:00:00Z",
        hint: clientSecret.slice(0, 3),
        hash: hashOf(clientSecret),
    };
    state.applications[id] = {
        id,
        appId,
        displayName: "sandbox-admin",
        createdDateTime: now,
        owners: [],
        passwords: [password],
    };
    state.servicePrincipals[objectId] = { id: objectId, appId, owners: [], graphRoles: GRAPH_ROLES };
    store.save();
    const login = { tenantId, subscriptionId, clientId: appId, clientSecret };
    writeFileSync(file, JSON.stringify(login), { mode: 0o600 });
    return appId;
}

/**
 * Assigns missing roles to the administrator: a newer release may need more roles than the one that created the state.
 */
function grantRoles(store: AzureStore, resourceGroup: string, appId: string): void {
    const { state } = store;
    const objectId = Object.values(state.servicePrincipals).find((principal) => principal.appId === appId)?.id ?? "";
    const subscription = `/subscriptions/${state.subscriptionId}`;
    const grants = [
        ...SUBSCRIPTION_ROLES.map((role) => ({ role, scope: subscription })),
        ...GROUP_ROLES.map((role) => ({ role, scope: `${subscription}/resourceGroups/${resourceGroup}` })),
    ];
    for (const { role, scope } of grants) {
        const id = Object.keys(roles).find((each) => roles[each]?.name === role) ?? "";
        const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
        const has = Object.values(state.roleAssignments).some(
            (each) =>
                each.principalId === objectId && each.scope === scope && each.roleDefinitionId === roleDefinitionId,
        );
        if (!has) {
            const name = randomUUID();
            const properties = {
                principalId: objectId,
                principalType: "ServicePrincipal",
                createdOn: new Date().toISOString(),
            };
            state.roleAssignments[name] = { name, scope, roleDefinitionId, ...properties };
        }
    }
    store.save();
}

main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
