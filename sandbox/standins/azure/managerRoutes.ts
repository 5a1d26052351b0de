import { ok, type Reply } from "../jsonServer";
import type { DeletedVaults } from "./deletedVaults";
import type { Caller, Entra } from "./entra";
import { AzureError } from "./errors";
import type { RoleAssignments } from "./roleAssignments";
import { authorize } from "./roles";
import type { SecretContent, Secrets } from "./secrets";
import type { AzureStore, Vault } from "./state";
import { vaultId, type Vaults } from "./vaults";

export interface Parts {
    readonly store: AzureStore;
    readonly entra: Entra;
    readonly vaults: Vaults;
    readonly deletedVaults: DeletedVaults;
    readonly secrets: Secrets;
    readonly assignments: RoleAssignments;
}

export interface Route {
    readonly method: string;
    /** Matches the path after the subscription, case-insensitively, as in Azure. */
    readonly path: RegExp;
    readonly answer: (caller: Caller, args: readonly string[], body: object) => Reply;
    /** Whether the call changes the vault that the path's second group names. */
    readonly changesVault?: true;
}

const IN_VAULT = "^/resourceGroups/([^/]+)/providers/Microsoft\\.KeyVault/vaults/([^/]+)";

const pathPattern = (path: string): RegExp => new RegExp(`${path}$`, "i");

/** Returns the routes of Azure Resource Manager in a subscription. */
export function routesOf(parts: Parts): Route[] {
    const subscription = `/subscriptions/${parts.store.state.subscriptionId}`;
    return [
        resourceGroupRoute(subscription, parts),
        ...vaultRoutes(parts),
        ...secretRoutes(parts),
        ...deletedVaultRoutes(parts),
        ...assignmentRoutes(subscription, parts),
    ];
}

function resourceGroupRoute(subscription: string, { store }: Parts): Route {
    return {
        method: "GET",
        path: pathPattern("^/resourceGroups/([^/]+)"),
        answer: (caller, [name = ""]) => {
            const scope = `${subscription}/resourceGroups/${name}`;
            authorize(store, caller, "Microsoft.Resources/subscriptions/resourceGroups/read", scope);
            const location = store.state.resourceGroups[name];
            if (location === undefined) {
                throw new AzureError(404, "ResourceGroupNotFound", `Resource group '${name}' could not be found.`);
            }
            return ok({
                id: scope,
                name,
                type: "Microsoft.Resources/resourceGroups",
                location,
                properties: { provisioningState: "Succeeded" },
            });
        },
    };
}

function vaultRoutes({ vaults }: Parts): Route[] {
    return [
        {
            method: "GET",
            path: pathPattern("^/resourceGroups/([^/]+)/providers/Microsoft\\.KeyVault/vaults"),
            answer: (who, [group = ""]) => ok(vaults.list(who, group)),
        },
        {
            method: "PUT",
            path: pathPattern(IN_VAULT),
            changesVault: true,
            answer: (who, [group = "", name = ""], body) => vaults.put(who, group, name, body),
        },
        {
            method: "GET",
            path: pathPattern(IN_VAULT),
            answer: (who, [group = "", name = ""]) => ok(vaults.get(who, group, name)),
        },
        {
            method: "DELETE",
            path: pathPattern(IN_VAULT),
            changesVault: true,
            answer: (who, [group = "", name = ""]) => vaults.delete(who, group, name),
        },
        {
            method: "PUT",
            path: pathPattern(`${IN_VAULT}/accessPolicies/(add|replace|remove)`),
            changesVault: true,
            answer: (who, [group = "", name = "", kind = ""], body) =>
                vaults.accessPolicies(who, group, name, kind, body),
        },
    ];
}

function secretRoutes({ store, vaults, secrets }: Parts): Route[] {
    const secretScope = (vault: Vault, name: string): string => `${vaultId(store, vault)}/secrets/${name}`;
    const showSecret = (vault: Vault, name: string): object => {
        const { version, tags, created } = secrets.get(vault, name);
        const uri = `https://${vault.name.toLowerCase()}.vault.azure.net/secrets/${name}`;
        return {
            id: secretScope(vault, name),
            name,
            type: "Microsoft.KeyVault/vaults/secrets",
            location: vault.location,
            tags,
            // Resource Manager never returns the value.
            properties: {
                attributes: { enabled: true, created, updated: created },
                secretUri: uri,
                secretUriWithVersion: `${uri}/${version}`,
            },
        };
    };
    return [
        {
            method: "GET",
            path: pathPattern(`${IN_VAULT}/secrets`),
            answer: (who, [group = "", vaultName = ""]) => {
                const vault = vaults.find(group, vaultName);
                authorize(store, who, "Microsoft.KeyVault/vaults/secrets/read", vaultId(store, vault));
                return ok({ value: secrets.list(vault, false).map((name) => showSecret(vault, name)) });
            },
        },
        {
            method: "PUT",
            path: pathPattern(`${IN_VAULT}/secrets/([^/]+)`),
            changesVault: true,
            answer: (who, [group = "", vaultName = "", name = ""], body) => {
                const vault = vaults.find(group, vaultName);
                authorize(store, who, "Microsoft.KeyVault/vaults/secrets/write", secretScope(vault, name));
                const { properties, tags } = body as { properties: SecretContent; tags?: Record<string, string> };
                secrets.set(vault, name, { ...properties, tags });
                return { status: 201, body: showSecret(vault, name) };
            },
        },
        {
            method: "GET",
            path: pathPattern(`${IN_VAULT}/secrets/([^/]+)`),
            answer: (who, [group = "", vaultName = "", name = ""]) => {
                const vault = vaults.find(group, vaultName);
                authorize(store, who, "Microsoft.KeyVault/vaults/secrets/read", secretScope(vault, name));
                return ok(showSecret(vault, name));
            },
        },
    ];
}

function deletedVaultRoutes({ deletedVaults }: Parts): Route[] {
    return [
        {
            method: "GET",
            path: pathPattern("^/providers/Microsoft\\.KeyVault/deletedVaults"),
            answer: (who) => ok(deletedVaults.list(who)),
        },
        {
            method: "GET",
            path: pathPattern("^/providers/Microsoft\\.KeyVault/locations/([^/]+)/deletedVaults/([^/]+)"),
            answer: (who, [location = "", name = ""]) => ok(deletedVaults.get(who, location, name)),
        },
        {
            method: "POST",
            path: pathPattern("^/providers/Microsoft\\.KeyVault/locations/([^/]+)/deletedVaults/([^/]+)/purge"),
            answer: (who, [location = "", name = ""]) => deletedVaults.purge(who, location, name),
        },
        {
            method: "GET",
            path: pathPattern("^/providers/Microsoft\\.KeyVault/locations/([^/]+)/operationResults/([^/]+)"),
            answer: () => ({ status: 200 }),
        },
    ];
}

function assignmentRoutes(subscription: string, { assignments }: Parts): Route[] {
    const all = "^(.*)/providers/Microsoft\\.Authorization/roleAssignments";
    const one = pathPattern(`${all}/([^/]+)`);
    return [
        {
            method: "PUT",
            path: one,
            answer: (who, [scope = "", name = ""], body) => ({
                status: 201,
                body: assignments.put(who, `${subscription}${scope}`, name, body),
            }),
        },
        {
            method: "GET",
            path: one,
            answer: (who, [scope = "", name = ""]) => ok(assignments.get(who, `${subscription}${scope}`, name)),
        },
        {
            method: "DELETE",
            path: one,
            answer: (who, [scope = "", name = ""]) => ok(assignments.delete(who, `${subscription}${scope}`, name)),
        },
        {
            method: "GET",
            path: pathPattern(all),
            answer: (who, [scope = ""]) => ok(assignments.list(who, `${subscription}${scope}`)),
        },
    ];
}
