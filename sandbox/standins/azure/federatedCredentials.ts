import { randomUUID } from "node:crypto";
import { ok, type Reply } from "../jsonServer";
import { AzureError } from "./errors";
import type { Application, FederatedCredential } from "./state";

/** Azure's limit for an application. */
const LIMIT = 20;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{2,119}$/;

/** What a request can set. The name never changes. */
interface Body {
    readonly name?: string;
    readonly issuer?: string;
    readonly subject?: string;
    readonly audiences?: readonly string[];
    readonly description?: string | null;
}

export function federatedCredentialsOf({ federatedCredentials = [] }: Application): readonly FederatedCredential[] {
    return federatedCredentials;
}

/**
 * Answers a call of Microsoft Graph about an application's federated credentials; `undefined` if it has no such call.
 *
 * @param call method and collection, with a slash at its end for one of them
 * @param owned returns the application if the caller may change it
 */
export function answerFederatedCredentials(
    call: string,
    id: string,
    given: Readonly<Record<string, unknown>>,
    { application, owned }: { readonly application: () => Application; readonly owned: () => Application },
): Reply | undefined {
    switch (call) {
        case "GET federatedIdentityCredentials":
            return ok({ value: federatedCredentialsOf(application()) });
        case "GET federatedIdentityCredentials/":
            return ok(find(application(), id));
        case "POST federatedIdentityCredentials":
            return { status: 201, body: addFederatedCredential(owned(), given) };
        case "PATCH federatedIdentityCredentials/":
            updateFederatedCredential(owned(), id, given);
            return { status: 204 };
        case "DELETE federatedIdentityCredentials/":
            removeFederatedCredential(owned(), id);
            return { status: 204 };
        default:
            return undefined;
    }
}

/** @throws AzureError Request_ResourceNotFound */
function find(application: Application, id: string): FederatedCredential {
    const found = federatedCredentialsOf(application).find((each) => each.id === id);
    if (found === undefined) {
        const message = `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`;
        throw new AzureError(404, "Request_ResourceNotFound", message);
    }
    return found;
}

function addFederatedCredential(application: Application, given: Body): FederatedCredential {
    const before = federatedCredentialsOf(application);
    const { name = "", description = null } = given;
    if (!NAME.test(name)) {
        throw badRequest(
            "The name of a federated identity credential has to be URL-friendly, with 3 to 120 characters.",
        );
    }
    if (before.some((each) => each.name === name)) {
        const message = `FederatedIdentityCredential with name ${name} already exists.`;
        throw new AzureError(409, "Request_MultipleObjectsWithSameKeyValue", message);
    }
    if (before.length >= LIMIT) {
        throw badRequest(`An application can have ${LIMIT} federated identity credentials at most.`);
    }
    const created = { id: randomUUID(), name, description, ...checked(given, before) };
    application.federatedCredentials = [...before, created];
    return created;
}

function updateFederatedCredential(application: Application, id: string, given: Body): void {
    const found = find(application, id);
    const others = federatedCredentialsOf(application).filter((each) => each !== found);
    const description = given.description === undefined ? found.description : given.description;
    const changed = { ...found, description, ...checked({ ...found, ...given }, others) };
    application.federatedCredentials = [...others, changed];
}

function removeFederatedCredential(application: Application, id: string): void {
    const found = find(application, id);
    application.federatedCredentials = federatedCredentialsOf(application).filter((each) => each !== found);
}

function checked(
    { issuer = "", subject = "", audiences = [] }: Body,
    others: readonly FederatedCredential[],
): Pick<FederatedCredential, "issuer" | "subject" | "audiences"> {
    if (issuer === "" || subject === "" || audiences.length !== 1) {
        throw badRequest("A federated identity credential needs an issuer, a subject and one audience.");
    }
    if (others.some((each) => each.issuer === issuer && each.subject === subject)) {
        throw badRequest("The combination of issuer and subject has to be unique on the application.");
    }
    return { issuer, subject, audiences };
}

const badRequest = (message: string): AzureError => new AzureError(400, "Request_BadRequest", message);
