import { IAMClient } from "@aws-sdk/client-iam";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";

/** AWS's own clients, at the address and with the credential that the official plugin would take from the environment. */

/** IAM and STS are the same for all regions; requests to them are signed for this one. */
const GLOBAL_REGION = "us-east-1";

export const iam = worded(new IAMClient({ region: GLOBAL_REGION }));
export const sts = worded(new STSClient({ region: GLOBAL_REGION }));

const secretsManagers = new Map<string, SecretsManagerClient>();
const parameterStores = new Map<string, SSMClient>();

export function secretsManager(region: unknown): SecretsManagerClient {
    const name = regionOf(region);
    const client = secretsManagers.get(name) ?? worded(new SecretsManagerClient({ region: name }));
    secretsManagers.set(name, client);
    return client;
}

export function parameterStore(region: unknown): SSMClient {
    const name = regionOf(region);
    const client = parameterStores.get(name) ?? worded(new SSMClient({ region: name }));
    parameterStores.set(name, client);
    return client;
}

/** That of the login stands for one that nobody said. */
function regionOf(region: unknown = process.env.AWS_REGION): string {
    if (typeof region !== "string") {
        throw new Error("AWS_REGION is not set: the aws provider needs it");
    }
    return region;
}

/** What the official plugin puts before an error of AWS's: what it was doing. */
export async function doing<T>(what: string, work: Promise<T>): Promise<T> {
    try {
        return await work;
    } catch (error) {
        throw Object.assign(error as Error, { name: "Error", message: `${what}: ${(error as Error).message}` });
    }
}

/** What `ask` gives, or `undefined` when AWS answers with one of these errors: the thing is gone. */
export async function unlessGone<T>(ask: Promise<T>, ...errors: readonly string[]): Promise<T | undefined> {
    try {
        return await ask;
    } catch (error) {
        if (error instanceof Error && errors.includes(error.name)) {
            return undefined;
        }
        throw error;
    }
}

/** What was made a moment ago. */
export function there<T>(found: T | undefined): T {
    if (found === undefined) {
        throw new Error("couldn't find resource");
    }
    return found;
}

interface AwsError extends Error {
    readonly Code?: string;
    readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

type Client = IAMClient | STSClient | SecretsManagerClient | SSMClient;

/** A client whose errors read as those of AWS's client for Go, which the official plugin has. */
function worded<C extends Client>(client: C): C {
    // They differ in the types of their commands only, and those are nothing to this.
    (client as IAMClient).middlewareStack.add(
        (next, { commandName = "" }) =>
            async (args) => {
                try {
                    return await next(args);
                } catch (error) {
                    const operation = `${client.config.serviceId}: ${commandName.replace(/Command$/, "")}`;
                    throw Object.assign(error as AwsError, { message: wording(operation, error as AwsError) });
                }
            },
        { step: "initialize", name: "wordedAsInGo" },
    );
    return client;
}

function wording(operation: string, { constructor, name, message, Code = name, $metadata }: AwsError): string {
    const { httpStatusCode = 0, requestId = "" } = $metadata ?? {};
    // The client has a class of its own for each error that the service's description names.
    const kind = constructor.name.endsWith("ServiceException") ? "api error " : "";
    const response = `https response error StatusCode: ${httpStatusCode}, RequestID: ${requestId}`;
    return `operation error ${operation}, ${response}, ${kind}${Code}: ${message}`;
}
