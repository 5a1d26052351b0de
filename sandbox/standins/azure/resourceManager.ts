import { ok, type Call, type Reply } from "../jsonServer";
import { audiences, LOGIN_HOST, type Caller, type TokenProblem } from "./entra";
import { AzureError, notImplemented } from "./errors";
import { OneChangeAtATime } from "./oneChange";
import { routesOf, type Parts, type Route } from "./managerRoutes";

export const MANAGER_HOST = "management.azure.com";

/** Azure Resource Manager: resource groups, Key Vaults, role assignments. */
export class ResourceManager {
    private readonly routes: readonly Route[];
    private readonly changes = new OneChangeAtATime();

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
                const answer = () => route.answer(caller, args, (body === "" ? {} : JSON.parse(body)) as object);
                return route.changesVault === true ? this.changes.make(args[1] ?? "", answer) : answer();
            }
        }
        throw notImplemented(`${method} https://${MANAGER_HOST}${path}`);
    }

    /** Returns the subscriptions in which the caller has any role. */
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
