import { randomBytes, randomUUID } from "node:crypto";
import { ok, type Call, type Reply } from "../jsonServer";
import { hashOf, type Caller } from "./entra";
import { AzureError, notBuilt } from "./errors";
import {
    filtered,
    merged,
    selected,
    settableOnApplication,
    settableOnPrincipal,
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
/** Of a password that is not told its end. */
const TWO_YEARS_MS = 2 * 365 * 86_400_000;

interface Body {
    readonly displayName?: string;
    readonly appId?: string;
    readonly "owners@odata.bind"?: readonly string[];
    readonly passwordCredential?: Partial<Password>;
    readonly keyId?: string;
    /** What else there is to set. */
    readonly [name: string]: unknown;
}

/** A call of Graph's, taken apart. */
interface Question {
    readonly caller: Caller;
    readonly version: Version;
    /** Object id of what it is about; empty for all of a kind. */
    readonly id: string;
    readonly query: URLSearchParams;
    readonly given: Body;
}

/** Microsoft Graph: applications with their passwords, and service principals, in v1.0 and beta. */
export class Graph {
    constructor(private readonly store: AzureStore) {}

    answer(caller: Caller, { method, path, query, body }: Call): Reply {
        const [, version = "", kind = "", id = "", what = ""] =
            /^\/(v1\.0|beta)\/(applications|servicePrincipals)(?:\/([^/]+)(?:\/(\w+))?)?$/.exec(this.byId(path)) ?? [];
        if (!caller.roles.some((role) => role === OWNED || role === ALL)) {
            throw denied();
        }
        const given = (body === "" ? {} : JSON.parse(body)) as Body;
        const question: Question = { caller, version: version as Version, id, query, given };
        const call = `${method} ${kind}${id === "" ? "" : "/"}${what}`;
        const reply = kind === "applications" ? this.ofApplications(call, question) : this.ofPrincipals(call, question);
        if (reply === undefined) {
            throw notBuilt(`${method} ${GRAPH_HOST}${path}`);
        }
        return reply;
    }

    private ofApplications(call: string, { caller, version, id, query, given }: Question): Reply | undefined {
        const { applications } = this.store.state;
        const show = (each: Application) => selected(showApplication(each, version), query);
        switch (call) {
            case "POST applications":
                return { status: 201, body: show(this.createApplication(caller, given)) };
            case "GET applications":
                return ok({ value: filtered(query, applications).map(show) });
            case "GET applications/":
                return ok(show(this.application(id)));
            case "PATCH applications/":
                return this.done(() => {
                    const application = this.owned(caller, this.application(id));
                    application.displayName = given.displayName ?? application.displayName;
                    application.set = merged(application.set ?? {}, settableOnApplication(given));
                });
            case "DELETE applications/":
                return this.done(() => {
                    this.deleteApplication(this.owned(caller, this.application(id)));
                });
            case "GET applications/owners":
                return ok({ value: showOwners(this.application(id)) });
            case "POST applications/addPassword":
                return ok(this.addPassword(this.owned(caller, this.application(id)), given));
            case "POST applications/removePassword":
                return this.done(() => {
                    this.removePassword(this.owned(caller, this.application(id)), given);
                });
            default:
                return undefined;
        }
    }

    private ofPrincipals(call: string, { caller, id, query, given }: Question): Reply | undefined {
        const { state } = this.store;
        const show = (each: ServicePrincipal) => selected(showPrincipal(state, each), query);
        switch (call) {
            case "POST servicePrincipals":
                return { status: 201, body: show(this.createPrincipal(caller, given)) };
            case "GET servicePrincipals":
                return ok({ value: filtered(query, state.servicePrincipals).map(show) });
            case "GET servicePrincipals/":
                return ok(show(this.principal(id)));
            case "PATCH servicePrincipals/":
                return this.done(() => {
                    const principal = this.owned(caller, this.principal(id));
                    principal.set = merged(principal.set ?? {}, settableOnPrincipal(given));
                });
            case "DELETE servicePrincipals/":
                return this.done(() => {
                    Reflect.deleteProperty(state.servicePrincipals, this.owned(caller, this.principal(id)).id);
                });
            case "GET servicePrincipals/owners":
                return ok({ value: showOwners(this.principal(id)) });
            default:
                return undefined;
        }
    }

    /** Does what has no answer of its own, and keeps it. */
    private done(change: () => void): Reply {
        change();
        this.store.save();
        return { status: 204 };
    }

    /** `applications(appId='…')` is another way to name one. */
    private byId(path: string): string {
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
            set: settableOnApplication(given),
        };
        this.store.state.applications[application.id] = application;
        this.store.save();
        return application;
    }

    /** In its own tenant an application takes its service principal along. */
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
        const left = application.passwords.filter((each) => each.keyId !== keyId);
        if (left.length === application.passwords.length) {
            throw new AzureError(400, "Request_BadRequest", "No password credential found with keyId.");
        }
        application.passwords = left;
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
            set: settableOnPrincipal(given),
        };
        servicePrincipals[principal.id] = principal;
        this.store.save();
        return principal;
    }

    /** With the narrow permission only the owner may. */
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

/** Whoever makes it is an owner. */
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

/** Graph's times have whole seconds. */
function seconds(time: Date): string {
    return time.toISOString().replace(/\.\d+Z$/, "Z");
}

function now(): string {
    return seconds(new Date());
}
