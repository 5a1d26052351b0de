import { cloudresourcemanager } from "@googleapis/cloudresourcemanager";
import { auth as google, iam } from "@googleapis/iam";
import { withErrorPrefix as prefixed } from "../withErrorPrefix";

/** Google's own clients. They read their credentials from the environment, as the official plugin does. */

const auth = new google.GoogleAuth({ scopes: "https://www.googleapis.com/auth/cloud-platform" });

export const { serviceAccounts } = iam({ version: "v1", auth }).projects;
export const { projects } = cloudresourcemanager({ version: "v1", auth });

type Method = "DELETE" | "GET" | "PATCH" | "POST";

/** Calls a REST API for which there is no client here. `path` is the path after `/v1/`. */
export async function call<T>(method: Method, host: string, path: string, data?: object): Promise<T> {
    const url = `https://${host}/v1/${path}`;
    return (await auth.request<T>({ method, url, ...(data === undefined ? {} : { data }) })).data;
}

/** Calls Secret Manager over REST: the official plugin does not use gRPC. */
export function secretManager<T>(method: Method, path: string, data?: object): Promise<T> {
    return call(method, "secretmanager.googleapis.com", path, data);
}

/** Waits for `request`. Returns `undefined` if Google answers 404. */
export async function ignoreNotFound<T>(request: Promise<T>): Promise<T | undefined> {
    try {
        return await request;
    } catch (error) {
        if (googleErrorOf(error)?.code === 404) {
            return undefined;
        }
        throw error;
    }
}

/** Waits for `work`. If it fails, throws an error with the operation and the message of Google's Go client. */
export function withErrorPrefix<T>(operation: string, work: Promise<T>): Promise<T> {
    return prefixed(`${operation}: `, work, (error) => {
        const { code, message } = googleErrorOf(error) ?? {};
        return code === undefined ? (error as Error).message : `googleapi: Error ${code}: ${message ?? ""}`;
    });
}

/** Returns the error in Google's response, or `undefined` if there was no response. */
export function googleErrorOf(error: unknown): { code: number; status: string; message: string } | undefined {
    const httpError = error as { response?: { data?: { error?: { code: number; status: string; message: string } } } };
    return httpError.response?.data?.error;
}
