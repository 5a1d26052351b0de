import type { Server } from "node:http";
import { jsonServer, type Call } from "../jsonServer";
import type { ServiceAccounts } from "./accounts";
import type { Authentication } from "./authentication";
import { GoogleError } from "./errors";
import type { Projects } from "./projects";
import { secretRoutes } from "./secretRoutes";
import type { Secrets } from "./secrets";
import type { WorkloadIdentity } from "./workloadIdentity";

interface Services {
    readonly accounts: ServiceAccounts;
    readonly projects: Projects;
    readonly secrets: Secrets;
    readonly workloadIdentity: WorkloadIdentity;
    readonly authentication: Authentication;
}

export interface Route {
    readonly method: string;
    readonly host: string;
    readonly path: RegExp;
    /** `args` are the matches of the path's groups. */
    readonly answer: (
        caller: string,
        args: readonly string[],
        body: object,
        query: URLSearchParams,
    ) => object | Promise<object>;
}

/**
 * Creates the stand-in's REST server: IAM v1, Resource Manager v1, Secret Manager v1, a project's billing and the token
 * endpoints. It answers 501 to a call that is not implemented.
 */
export function restServer(services: Services): Server {
    const routes = routesOf(services);

    async function answer({ method, host, path, query, headers, body }: Call): Promise<object> {
        if (host === "oauth2.googleapis.com" && method === "POST" && path === "/token") {
            return services.authentication.exchange(new URLSearchParams(body));
        }
        if (host === "sts.googleapis.com" && method === "POST" && path === "/v1/token") {
            return services.authentication.exchangeFederated(new URLSearchParams(body));
        }
        if (host === "iamcredentials.googleapis.com") {
            // Clients ask from which locations an account may be used. They take this answer for no restriction.
            throw new GoogleError("NOT_FOUND", `${path} was not found.`);
        }
        const caller = await services.authentication.caller(headers.authorization, host);
        for (const route of routes) {
            const [, ...args] = route.path.exec(path) ?? [];
            if (route.host === host && route.method === method && route.path.test(path)) {
                return route.answer(caller, args, body === "" ? {} : (JSON.parse(body) as object), query);
            }
        }
        throw new GoogleError("UNIMPLEMENTED", `the stand-in for Google Cloud has no ${method} ${host}${path}`);
    }

    return jsonServer(
        async (call) => ({ status: 200, body: await answer(call) }),
        (error) => (error instanceof GoogleError ? { status: error.http, body: error } : undefined),
    );
}

function routesOf({ accounts, projects, secrets, workloadIdentity }: Services): readonly Route[] {
    const iam = "iam.googleapis.com";
    const manager = "cloudresourcemanager.googleapis.com";
    const account = /^\/v1\/projects\/[^/]+\/serviceAccounts\/([^/:]+)$/;
    const keys = /^\/v1\/projects\/[^/]+\/serviceAccounts\/([^/:]+)\/keys$/;
    const key = /^\/v1\/projects\/[^/]+\/serviceAccounts\/([^/:]+)\/keys\/([^/:]+)$/;
    const all = /^\/v1\/projects\/[^/]+\/serviceAccounts$/;
    const project = /^\/v1\/projects\/([^/:]+)$/;
    return [
        { method: "POST", host: iam, path: all, answer: (who, _, body) => accounts.create(who, body) },
        { method: "GET", host: iam, path: all, answer: (who) => accounts.list(who) },
        { method: "GET", host: iam, path: account, answer: (who, [email = ""]) => accounts.get(who, email) },
        {
            method: "PATCH",
            host: iam,
            path: account,
            answer: (who, [email = ""], body) => accounts.patch(who, email, body),
        },
        { method: "DELETE", host: iam, path: account, answer: (who, [email = ""]) => accounts.delete(who, email) },
        { method: "POST", host: iam, path: keys, answer: (who, [email = ""]) => accounts.createKey(who, email) },
        { method: "GET", host: iam, path: keys, answer: (who, [email = ""]) => accounts.listKeys(who, email) },
        {
            method: "GET",
            host: iam,
            path: key,
            answer: (who, [email = "", id = ""]) => accounts.getKey(who, email, id),
        },
        {
            method: "DELETE",
            host: iam,
            path: key,
            answer: (who, [email = "", id = ""]) => accounts.deleteKey(who, email, id),
        },
        {
            method: "GET",
            host: iam,
            path: /^\/v1\/(projects\/[^/]+\/locations\/global\/workloadIdentityPools\/[^/]+\/providers\/[^/:]+)$/,
            answer: (who, [name = ""]) => workloadIdentity.get(who, name),
        },
        { method: "GET", host: manager, path: project, answer: (who, [id = ""]) => projects.get(who, id) },
        {
            method: "POST",
            host: manager,
            path: /^\/v1\/projects\/([^/:]+):getIamPolicy$/,
            answer: (who, [id = ""], body) => projects.getIamPolicy(who, id, body),
        },
        {
            method: "POST",
            host: manager,
            path: /^\/v1\/projects\/([^/:]+):setIamPolicy$/,
            answer: (who, [id = ""], body) => projects.setIamPolicy(who, id, body),
        },
        {
            method: "POST",
            host: manager,
            path: /^\/v1\/projects\/([^/:]+):setOrgPolicy$/,
            answer: (who, [id = ""], body) => projects.setOrgPolicy(who, id, body),
        },
        {
            method: "GET",
            host: "cloudbilling.googleapis.com",
            path: /^\/v1\/projects\/([^/:]+)\/billingInfo$/,
            answer: (who, [id = ""]) => projects.getBillingInfo(who, id),
        },
        ...secretRoutes(secrets),
    ];
}
