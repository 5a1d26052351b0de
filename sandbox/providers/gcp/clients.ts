import { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import { cloudresourcemanager } from "@googleapis/cloudresourcemanager";
import { auth as google, iam } from "@googleapis/iam";

/** Google's own clients, with the login that the official plugin would take from the environment. */

const auth = new google.GoogleAuth({ scopes: "https://www.googleapis.com/auth/cloud-platform" });

export const { serviceAccounts } = iam({ version: "v1", auth }).projects;
export const { projects } = cloudresourcemanager({ version: "v1", auth });
export const secretManager = new SecretManagerServiceClient();

/** gRPC's status for what is not there, and HTTP's. */
const NOT_FOUND = [5, 404];

/** What `ask` gives, or `undefined` when Google answers that the thing is not there. */
export async function unlessGone<T>(ask: Promise<T>): Promise<T | undefined> {
    try {
        return await ask;
    } catch (error) {
        if (NOT_FOUND.includes(codeOf(error))) {
            return undefined;
        }
        throw error;
    }
}

/** REST errors carry an HTTP status, as number or as text; gRPC errors a status of their own. */
export function codeOf(error: unknown): number {
    return error instanceof Error && "code" in error ? Number(error.code) : NaN;
}
