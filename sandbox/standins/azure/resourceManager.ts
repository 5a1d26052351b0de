import { ok, type Call, type Reply } from "../jsonServer";
import { audiences, LOGIN_HOST, type Caller, type Entra, type TokenProblem } from "./entra";
import type { DeletedVaults } from "./deletedVaults";
import { AzureError, notBuilt } from "./errors";
import type { RoleAssignments } from "./roleAssignments";
import { authorize } from "./roles";
import type { SecretContent, Secrets } from "./secrets";
import type { AzureStore, Vault } from "./state";
import { vaultId, type Vaults } from "./vaults";

export const MANAGER_HOST = "management.azure.com";

interface Parts {
    readonly store: AzureStore;
    readonly entra: Entra;
    readonly vaults: Vaults;
    readonly deletedVaults: DeletedVaults;
    readonly secrets: Secrets;
    readonly assignments: RoleAssignments;
}

interface Route {
    readonly method: string;
    /** Of what follows the subscription in the path; Azure does not tell upper from lower case there. */
    readonly path: RegExp;
    readonly answer: (caller: Caller, args: readonly string[], body: object) => Reply;
}

/** Azure Resource Manager: resource groups, Key Vaults, role assignments. */
export class ResourceManager {
    private readonly routes: readonly Route[];

    constructor(private readonly parts: Parts) {
        this.routes = routesOf(parts);
    }

    async answer({ method, path, query, headers, body }: Call): Promise<Reply> {
        const { store, entra } = this.parts;
        const caller = await entra.caller(headers.authorization, audiences.manager, (problem) =>
            this.unauthorized(problem),
        );
        if (query.get("api-version") === null) {
            throw new AzureError(
                400,
                "MissingApiVersionParameter",
                "The api-version query parameter (?api-version=) is required for all requests.",
            );
        }
        if (method === "GET" && path === "/subscriptions") {
            return ok({ value: this.subscriptionsOf(caller) });
        }
        const [, subscription = "", rest = ""] = /^\/+subscriptions\/([^/]+)(.*)$/i.exec(path) ?? [];
        if (subscription !== store.state.subscriptionId) {
            throw new AzureError(404, "SubscriptionNotFound", `The subscription '${subscription}' could not be found.`);
        }
        for (const route of this.routes) {
            const [matched, ...args] = route.path.exec(rest) ?? [];
            if (matched !== undefined && route.method === method) {
                return route.answer(caller, args, (body === "" ? {} : JSON.parse(body)) as object);
            }
        }
        throw notBuilt(`${method} https://${MANAGER_HOST}${path}`);
    }

    /** Those in which the caller has any role. */
    private subscriptionsOf({ objectId }: Caller): object[] {
        const { roleAssignments, subscriptionId, tenantId } = this.parts.store.state;
        const isKnown = Object.values(roleAssignments).some(({ principalId }) => principalId === objectId);
        return isKnown ? [{ id: `/subscriptions/${subscriptionId}`, subscriptionId, tenantId, state: "Enabled" }] : [];
    }

    private unauthorized(problem: TokenProblem): AzureError {
        const codes = {
            missing: "AuthenticationFailed",
            invalid: "InvalidAuthenticationToken",
            expired: "ExpiredAuthenticationToken",
            audience: "InvalidAuthenticationTokenAudience",
        };
        const challenge = `Bearer authorization_uri="https://${LOGIN_HOST}/${this.parts.store.state.tenantId}", error="invalid_token"`;
        return new AzureError(401, codes[problem], "The access token is missing, or is not valid here.", {
            headers: { "www-authenticate": challenge },
        });
    }
}

function routesOf({ store, vaults, deletedVaults, secrets, assignments }: Parts): Route[] {
    const inVault = "^/resourceGroups/([^/]+)/providers/Microsoft\\.KeyVault/vaults/([^/]+)";
    const at = (path: string): RegExp => new RegExp(`${path}$`, "i");
    const subscription = `/subscriptions/${store.state.subscriptionId}`;
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
            // Resource Manager never tells a value.
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
            path: at("^/resourceGroups/([^/]+)"),
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
        },
        {
            method: "GET",
            path: at("^/resourceGroups/([^/]+)/providers/Microsoft\\.KeyVault/vaults"),
            answer: (who, [group = ""]) => ok(vaults.list(who, group)),
        },
        {
            method: "PUT",
            path: at(inVault),
            answer: (who, [group = "", name = ""], body) => vaults.put(who, group, name, body),
        },
        {
            method: "GET",
            path: at(inVault),
            answer: (who, [group = "", name = ""]) => ok(vaults.get(who, group, name)),
        },
        {
            method: "DELETE",
            path: at(inVault),
            answer: (who, [group = "", name = ""]) => vaults.delete(who, group, name),
        },
        {
            method: "PUT",
            path: at(`${inVault}/accessPolicies/(add|replace|remove)`),
            answer: (who, [group = "", name = "", kind = ""], body) =>
                vaults.accessPolicies(who, group, name, kind, body),
        },
        {
            method: "PUT",
            path: at(`${inVault}/secrets/([^/]+)`),
            answer: (who, [group = "", of = "", name = ""], body) => {
                const vault = vaults.find(group, of);
                authorize(store, who, "Microsoft.KeyVault/vaults/secrets/write", secretScope(vault, name));
                const { properties, tags } = body as { properties: SecretContent; tags?: Record<string, string> };
                secrets.set(vault, name, { ...properties, tags });
                return { status: 201, body: showSecret(vault, name) };
            },
        },
        {
            method: "GET",
            path: at(`${inVault}/secrets/([^/]+)`),
            answer: (who, [group = "", of = "", name = ""]) => {
                const vault = vaults.find(group, of);
                authorize(store, who, "Microsoft.KeyVault/vaults/secrets/read", secretScope(vault, name));
                return ok(showSecret(vault, name));
            },
        },
        {
            method: "GET",
            path: at("^/providers/Microsoft\\.KeyVault/deletedVaults"),
            answer: (who) => ok(deletedVaults.list(who)),
        },
        {
            method: "GET",
            path: at("^/providers/Microsoft\\.KeyVault/locations/([^/]+)/deletedVaults/([^/]+)"),
            answer: (who, [location = "", name = ""]) => ok(deletedVaults.get(who, location, name)),
        },
        {
            method: "POST",
            path: at("^/providers/Microsoft\\.KeyVault/locations/([^/]+)/deletedVaults/([^/]+)/purge"),
            answer: (who, [location = "", name = ""]) => deletedVaults.purge(who, location, name),
        },
        {
            method: "GET",
            path: at("^/providers/Microsoft\\.KeyVault/locations/([^/]+)/operationResults/([^/]+)"),
            answer: () => ({ status: 200 }),
        },
        ...assignmentRoutes(subscription, assignments),
    ];
}

function assignmentRoutes(subscription: string, assignments: RoleAssignments): Route[] {
    const all = "^(.*)/providers/Microsoft\\.Authorization/roleAssignments";
    const one = new RegExp(`${all}/([^/]+)$`, "i");
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
            path: new RegExp(`${all}$`, "i"),
            answer: (who, [scope = ""]) => ok(assignments.list(who, `${subscription}${scope}`)),
        },
    ];
}
