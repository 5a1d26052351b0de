import { randomBytes, randomUUID } from "node:crypto";
import { ok, type Call, type Reply } from "../jsonServer";
import { hashOf, type Caller } from "./entra";
import { AzureError, notImplemented } from "./errors";
import { answerFederatedCredentials } from "./federatedCredentials";
import {
    applyFilter,
    mergeProperties,
    applySelect,
    applicationProperties,
    principalProperties,
    showApplication,
    showOwners,
    showPassword,
    showPrincipal,
    type Version,
} from "./graphObjects";
import { applicationOf, type Application, type AzureStore, type Password, type ServicePrincipal } from "./state";

export const GRAPH_HOST = "graph.microsoft.com";

const OWNED = "Application.ReadWrite.OwnedBy";
const ALL = "Application.ReadWrite.All";
/** Lifetime of a password without a given end. */
const TWO_YEARS_MS = 2 * 365 * 86_400_000;

interface Body {
    readonly displayName?: string;
    readonly appId?: string;
    readonly "owners@odata.bind"?: readonly string[];
    readonly passwordCredential?: Partial<Password>;
    readonly keyId?: string;
    /** Other properties to set. */
    readonly [name: string]: unknown;
}

/** A parsed call of Microsoft Graph. */
interface GraphCall {
    readonly caller: Caller;
    readonly version: Version;
    /** Object id; empty for all objects of a kind. */
    readonly id: string;
    /** Object id of what belongs to that object; empty for all of them. */
    readonly part: string;
    readonly query: URLSearchParams;
    readonly given: Body;
}

/** Microsoft Graph, v1.0 and beta: applications with their passwords and federated credentials, and service principals. */
export class Graph {
    constructor(private readonly store: AzureStore) {}

    answer(caller: Caller, { method, path, query, body }: Call): Reply {
        const [, version = "", kind = "", id = "", what = "", part = ""] =
            /^\/(v1\.0|beta)\/(applications|servicePrincipals)(?:\/([^/]+)(?:\/(\w+)(?:\/([^/]+))?)?)?$/.exec(
                this.withObjectId(path),
            ) ?? [];
        if (!caller.roles.some((role) => role === OWNED || role === ALL)) {
            throw denied();
        }
        const given = (body === "" ? {} : JSON.parse(body)) as Body;
        const graphCall: GraphCall = { caller, version: version as Version, id, part, query, given };
        const call = `${method} ${kind}${id === "" ? "" : "/"}${what}${part === "" ? "" : "/"}`;
        const reply =
            kind === "applications"
                ? (this.ofApplications(call, graphCall) ?? this.ofFederatedCredentials(call, graphCall))
                : this.ofPrincipals(call, graphCall);
        if (reply === undefined) {
            throw notImplemented(`${method} ${GRAPH_HOST}${path}`);
        }
        return reply;
    }

    private ofApplications(call: string, { caller, version, id, query, given }: GraphCall): Reply | undefined {
        const { applications } = this.store.state;
        const show = (each: Application) => applySelect(showApplication(each, version), query);
        switch (call) {
            case "POST applications":
                return { status: 201, body: show(this.createApplication(caller, given)) };
            case "GET applications":
                return ok({ value: applyFilter(query, applications).map(show) });
            case "GET applications/":
                return ok(show(this.application(id)));
            case "PATCH applications/":
                return this.applyChange(() => {
                    const application = this.owned(caller, this.application(id));
                    application.displayName = given.displayName ?? application.displayName;
                    application.set = mergeProperties(application.set ?? {}, applicationProperties(given));
                });
            case "DELETE applications/":
                return this.applyChange(() => {
                    this.deleteApplication(this.owned(caller, this.application(id)));
                });
            case "GET applications/owners":
                return ok({ value: showOwners(this.application(id)) });
            case "POST applications/addPassword":
                return ok(this.addPassword(this.owned(caller, this.application(id)), given));
            case "POST applications/removePassword":
                return this.applyChange(() => {
                    this.removePassword(this.owned(caller, this.application(id)), given);
                });
            default:
                return undefined;
        }
    }

    private ofFederatedCredentials(call: string, { caller, id, part, given }: GraphCall): Reply | undefined {
        const reply = answerFederatedCredentials(call.replace("applications/", ""), part, given, {
            application: () => this.application(id),
            owned: () => this.owned(caller, this.application(id)),
        });
        if (!call.startsWith("GET ")) {
            this.store.save();
        }
        return reply;
    }

    private ofPrincipals(call: string, { caller, id, query, given }: GraphCall): Reply | undefined {
        const { state } = this.store;
        const show = (each: ServicePrincipal) => applySelect(showPrincipal(state, each), query);
        switch (call) {
            case "POST servicePrincipals":
                return { status: 201, body: show(this.createPrincipal(caller, given)) };
            case "GET servicePrincipals":
                return ok({ value: applyFilter(query, state.servicePrincipals).map(show) });
            case "GET servicePrincipals/":
                return ok(show(this.principal(id)));
            case "PATCH servicePrincipals/":
                return this.applyChange(() => {
                    const principal = this.owned(caller, this.principal(id));
                    principal.set = mergeProperties(principal.set ?? {}, principalProperties(given));
                });
            case "DELETE servicePrincipals/":
                return this.applyChange(() => {
                    Reflect.deleteProperty(state.servicePrincipals, this.owned(caller, this.principal(id)).id);
                });
            case "GET servicePrincipals/owners":
                return ok({ value: showOwners(this.principal(id)) });
            default:
                return undefined;
        }
    }

    /** Makes a change, saves the state, and returns 204: the call has no response body. */
    private applyChange(change: () => void): Reply {
        change();
        this.store.save();
        return { status: 204 };
    }

    /** Replaces `applications(appId='…')`, another way to identify an application, by its object id. */
    private withObjectId(path: string): string {
        return path.replace(
            /^(\/(?:v1\.0|beta)\/applications)\(appId='([^']*)'\)/,
            (_, before: string, appId: string) => {
                return `${before}/${applicationOf(this.store.state, appId)?.id ?? appId}`;
            },
        );
    }

    private createApplication(caller: Caller, given: Body): Application {
        const { displayName = "" } = given;
        if (displayName === "") {
            throw new AzureError(400, "Request_BadRequest", "Property displayName is required.");
        }
        const application: Application = {
            id: randomUUID(),
            appId: randomUUID(),
            displayName,
            createdDateTime: now(),
            owners: ownersOf(caller, given),
            passwords: [],
            set: applicationProperties(given),
        };
        this.store.state.applications[application.id] = application;
        this.store.save();
        return application;
    }

    /** Deletes an application and, as Azure does in the app's own tenant, its service principal. */
    private deleteApplication({ id, appId }: Application): void {
        const { applications, servicePrincipals } = this.store.state;
        Reflect.deleteProperty(applications, id);
        for (const principal of Object.values(servicePrincipals).filter((each) => each.appId === appId)) {
            Reflect.deleteProperty(servicePrincipals, principal.id);
        }
    }

    private addPassword(application: Application, { passwordCredential = {} }: Body): object {
        const secretText = randomBytes(30).toString("base64url");
        const password: Password = {
            keyId: randomUUID(),
            displayName: passwordCredential.displayName ?? null,
            startDateTime: passwordCredential.startDateTime ?? now(),
            endDateTime: passwordCredential.endDateTime ?? seconds(new Date(Date.now() + TWO_YEARS_MS)),
            hint: secretText.slice(0, 3),
            hash: hashOf(secretText),
        };
        application.passwords.push(password);
        this.store.save();
        return { ...showPassword(password), secretText };
    }

    private removePassword(application: Application, { keyId }: Body): void {
        const remaining = application.passwords.filter((each) => each.keyId !== keyId);
        if (remaining.length === application.passwords.length) {
            throw new AzureError(400, "Request_BadRequest", "No password credential found with keyId.");
        }
        application.passwords = remaining;
    }

    private createPrincipal(caller: Caller, given: Body): ServicePrincipal {
        const { servicePrincipals } = this.store.state;
        const { appId = "" } = given;
        if (applicationOf(this.store.state, appId) === undefined) {
            throw new AzureError(
                400,
                "Request_BadRequest",
                `The appId '${appId}' of the service principal does not reference a valid application object.`,
            );
        }
        if (Object.values(servicePrincipals).some((each) => each.appId === appId)) {
            throw new AzureError(
                409,
                "Request_MultipleObjectsWithSameKeyValue",
                `The service principal cannot be created, updated, or restored because the service principal name ${appId} is already in use.`,
            );
        }
        const principal: ServicePrincipal = {
            id: randomUUID(),
            appId,
            owners: ownersOf(caller, given),
            graphRoles: [],
            set: principalProperties(given),
        };
        servicePrincipals[principal.id] = principal;
        this.store.save();
        return principal;
    }

    /**
     * Returns `thing` if the caller may change it: with `Application.ReadWrite.OwnedBy`, only an owner may.
     *
     * @throws AzureError Authorization_RequestDenied
     */
    private owned<T extends { readonly owners: readonly string[] }>(caller: Caller, thing: T): T {
        if (!caller.roles.includes(ALL) && !thing.owners.includes(caller.objectId)) {
            throw denied();
        }
        return thing;
    }

    private application(id: string): Application {
        return this.store.state.applications[id] ?? missing(id);
    }

    private principal(id: string): ServicePrincipal {
        return this.store.state.servicePrincipals[id] ?? missing(id);
    }
}

/** Returns the owners of a new object: the caller, and those in the request. */
function ownersOf(caller: Caller, given: Body): string[] {
    const named = (given["owners@odata.bind"] ?? []).map((url) => url.split("/").at(-1) ?? "");
    return [...new Set([caller.objectId, ...named])];
}

function denied(): AzureError {
    return new AzureError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
}

function missing(id: string): never {
    throw new AzureError(
        404,
        "Request_ResourceNotFound",
        `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
    );
}

/** Formats a time as Graph does: in whole seconds. */
function seconds(time: Date): string {
    return time.toISOString().replace(/\.\d+Z$/, "Z");
}

function now(): string {
    return seconds(new Date());
}
