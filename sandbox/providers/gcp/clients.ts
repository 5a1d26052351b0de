import { cloudresourcemanager } from "@googleapis/cloudresourcemanager";
import { auth as google, iam } from "@googleapis/iam";
import { doing as prefixed } from "../doing";

/** Google's own clients, with the login that the official plugin would take from the environment. */

const auth = new google.GoogleAuth({ scopes: "https://www.googleapis.com/auth/cloud-platform" });

export const { serviceAccounts } = iam({ version: "v1", auth }).projects;
export const { projects } = cloudresourcemanager({ version: "v1", auth });

/** A call of a REST API that has no client here: `path` is what follows `/v1/`. */
export async function call<T>(
    method: "DELETE" | "GET" | "POST",
    host: string,
    path: string,
    data?: object,
): Promise<T> {
    const url = `https://${host}/v1/${path}`;
    return (await auth.request<T>({ method, url, ...(data === undefined ? {} : { data }) })).data;
}

/** The same of Secret Manager: the official plugin does not use gRPC. */
export function secretManager<T>(method: "DELETE" | "GET" | "POST", path: string, data?: object): Promise<T> {
    return call(method, "secretmanager.googleapis.com", path, data);
}

/** What `ask` gives, or `undefined` when Google answers that the thing is not there. */
export async function unlessGone<T>(ask: Promise<T>): Promise<T | undefined> {
    try {
        return await ask;
    } catch (error) {
        if (refusalOf(error)?.code === 404) {
            return undefined;
        }
        throw error;
    }
}

/** Work whose error begins with what was to be done, and goes on as Google's client for Go tells it. */
export function doing<T>(what: string, work: Promise<T>): Promise<T> {
    return prefixed(`${what}: `, work, (error) => {
        const { code, message } = refusalOf(error) ?? {};
        return code === undefined ? (error as Error).message : `googleapi: Error ${code}: ${message ?? ""}`;
    });
}

/** What Google said, where it answered. */
export function refusalOf(error: unknown): { code: number; status: string; message: string } | undefined {
    const answer = error as { response?: { data?: { error?: { code: number; status: string; message: string } } } };
    return answer.response?.data?.error;
}
