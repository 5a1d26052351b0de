import type { iam_v1 } from "@googleapis/iam";
import { ifFound } from "../../lib/ifFound";
import {
    outputText,
    requiredOutput,
    type CredentialStore,
    type ServiceCredentials,
    type StoredResource,
} from "../serviceCredentials";

const ACCOUNT = "gcp:serviceaccount/account:Account";
const KEY = "gcp:serviceaccount/key:Key";
/** Timeout of a call, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** Keys of service accounts. Not those that Google creates for itself. */
export const gcpCredentials: ServiceCredentials = {
    title: "service account key",
    identityName: (resource) =>
        resource.type === ACCOUNT ? (outputText(resource, "email") ?? resource.id) : undefined,
    credentialId: ({ type, id }) => (type === KEY ? keyId(id) : undefined),
    logIn,
};

async function logIn(): Promise<CredentialStore> {
    // Imported lazily: it loads Google's login for every environment.
    const { auth: google, iam } = await import("@googleapis/iam");
    const auth = new google.GoogleAuth({
        scopes: "https://www.googleapis.com/auth/cloud-platform",
        clientOptions: { transporterOptions: { timeout: TIMEOUT_MS } },
    });
    return new AccountKeys(iam({ version: "v1", auth, timeout: TIMEOUT_MS }).projects.serviceAccounts);
}

class AccountKeys implements CredentialStore {
    constructor(private readonly accounts: iam_v1.Resource$Projects$Serviceaccounts) {}

    async list(account: StoredResource) {
        const name = requiredOutput(account, "name");
        const found = await ifFound(this.accounts.get({ name }), isNotFound);
        if (found?.data.uniqueId !== requiredOutput(account, "uniqueId")) {
            throw new Error(
                found === undefined
                    ? "Google Cloud has no such service account"
                    : "Google Cloud has another service account of that name: somebody has created it again",
            );
        }
        const { data } = await this.accounts.keys.list({ name, keyTypes: ["USER_MANAGED"] });
        return (data.keys ?? []).map((key) => ({
            id: keyId(key.name ?? ""),
            made: key.validAfterTime ?? undefined,
        }));
    }

    async remove(account: StoredResource, key: string): Promise<void> {
        const name = `${requiredOutput(account, "name")}/keys/${key}`;
        await ifFound(this.accounts.keys.delete({ name }), isNotFound);
    }
}

/** A key's name is `projects/<project>/serviceAccounts/<account>/keys/<id>`. */
const keyId = (name: string): string => name.slice(name.lastIndexOf("/") + 1);

const isNotFound = (error: unknown): boolean => (error as { status?: unknown }).status === 404;
