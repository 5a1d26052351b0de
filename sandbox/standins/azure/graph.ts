import { randomBytes, randomUUID } from "node:crypto";
import type { Call, Reply } from "../jsonServer";
import { hashOf, type Caller } from "./entra";
import { AzureError, notBuilt } from "./errors";
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
}

/** Microsoft Graph v1.0: applications with their passwords, and service principals. */
export class Graph {
    constructor(private readonly store: AzureStore) {}

    answer(caller: Caller, { method, path, query, body }: Call): Reply {
        const [, kind = "", id = "", what = ""] =
            /^\/v1\.0\/(applications|servicePrincipals)(?:\/([^/]+)(?:\/(\w+))?)?$/.exec(this.byId(path)) ?? [];
        if (!caller.roles.some((role) => role === OWNED || role === ALL)) {
            throw denied();
        }
        const given = (body === "" ? {} : JSON.parse(body)) as Body;
        const call = `${method} ${kind}${id === "" ? "" : "/"}${what}`;
        switch (call) {
            case "POST applications":
                return { status: 201, body: this.createApplication(caller, given) };
            case "GET applications":
                return { status: 200, body: { value: this.filtered(query, this.store.state.applications).map(show) } };
            case "GET applications/":
                return { status: 200, body: show(this.application(id)) };
            case "PATCH applications/":
                this.owned(caller, this.application(id)).displayName = given.displayName ?? "";
                break;
            case "DELETE applications/":
                this.deleteApplication(this.owned(caller, this.application(id)));
                break;
            case "GET applications/owners":
                return { status: 200, body: { value: this.application(id).owners.map((owner) => ({ id: owner })) } };
            case "POST applications/addPassword":
                return { status: 200, body: this.addPassword(this.owned(caller, this.application(id)), given) };
            case "POST applications/removePassword":
                this.removePassword(this.owned(caller, this.application(id)), given);
                break;
            case "POST servicePrincipals":
                return { status: 201, body: this.createPrincipal(caller, given) };
            case "GET servicePrincipals":
                return {
                    status: 200,
                    body: {
                        value: this.filtered(query, this.store.state.servicePrincipals).map((each) =>
                            this.showPrincipal(each),
                        ),
                    },
                };
            case "GET servicePrincipals/":
                return { status: 200, body: this.showPrincipal(this.principal(id)) };
            case "DELETE servicePrincipals/":
                Reflect.deleteProperty(this.store.state.servicePrincipals, this.owned(caller, this.principal(id)).id);
                break;
            default:
                throw notBuilt(`${method} ${GRAPH_HOST}${path}`);
        }
        this.store.save();
        return { status: 204 };
    }

    /** `applications(appId='…')` is another way to name one. */
    private byId(path: string): string {
        return path.replace(/^(\/v1\.0\/applications)\(appId='([^']*)'\)/, (_, before: string, appId: string) => {
            return `${before}/${applicationOf(this.store.state, appId)?.id ?? appId}`;
        });
    }

    private createApplication(caller: Caller, given: Body): object {
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
        };
        this.store.state.applications[application.id] = application;
        this.store.save();
        return show(application);
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

    private createPrincipal(caller: Caller, given: Body): object {
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
        const principal = { id: randomUUID(), appId, owners: ownersOf(caller, given), graphRoles: [] };
        servicePrincipals[principal.id] = principal;
        this.store.save();
        return this.showPrincipal(principal);
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

    /** `$filter=displayName eq '…'` and `appId eq '…'`. */
    private filtered<T extends Application | ServicePrincipal>(query: URLSearchParams, all: Record<string, T>): T[] {
        const filter = query.get("$filter");
        const [, property = "", value = ""] = /^(displayName|appId) eq '((?:[^']|'')*)'$/.exec(filter ?? "") ?? [];
        if (filter !== null && property === "") {
            throw notBuilt(`filter ${filter}`);
        }
        return Object.values(all).filter(
            (each) =>
                filter === null ||
                (each as unknown as Record<string, string>)[property] === value.replaceAll("''", "'"),
        );
    }

    private showPrincipal({ id, appId }: ServicePrincipal): object {
        const application = applicationOf(this.store.state, appId);
        return {
            id,
            appId,
            displayName: application?.displayName,
            servicePrincipalType: "Application",
            accountEnabled: true,
        };
    }
}

function show({ id, appId, displayName, createdDateTime, passwords }: Application): object {
    const passwordCredentials = passwords.map(showPassword);
    return { id, appId, displayName, createdDateTime, signInAudience: "AzureADMyOrg", passwordCredentials };
}

function showPassword({ keyId, displayName, startDateTime, endDateTime, hint }: Password): object {
    return { keyId, displayName, startDateTime, endDateTime, hint, secretText: null };
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
