import { IAMClient } from "@aws-sdk/client-iam";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { HttpsProxyAgent } from "https-proxy-agent";
import { proxyFor } from "../../../lib/http";

/**
 * AWS's own clients. They read endpoint, proxy and credentials from the environment, as the official plugin does. By
 * themselves, AWS's clients for Node.js do not use a proxy.
 */

/** IAM and STS are global; requests to them are signed for this region. */
const GLOBAL_REGION = "us-east-1";

const proxy = proxyFor("https://iam.amazonaws.com");
const connection =
    proxy === undefined
        ? {}
        : { requestHandler: new NodeHttpHandler({ httpsAgent: new HttpsProxyAgent(proxy, { keepAlive: true }) }) };

export const iam = withGoErrors(new IAMClient({ ...connection, region: GLOBAL_REGION }));
export const sts = withGoErrors(new STSClient({ ...connection, region: GLOBAL_REGION }));

const secretsManagers = new Map<string, SecretsManagerClient>();
const parameterStores = new Map<string, SSMClient>();

export function secretsManager(region: unknown): SecretsManagerClient {
    const name = regionOf(region);
    const client = secretsManagers.get(name) ?? withGoErrors(new SecretsManagerClient({ ...connection, region: name }));
    secretsManagers.set(name, client);
    return client;
}

export function parameterStore(region: unknown): SSMClient {
    const name = regionOf(region);
    const client = parameterStores.get(name) ?? withGoErrors(new SSMClient({ ...connection, region: name }));
    parameterStores.set(name, client);
    return client;
}

/** Returns the region; default: `AWS_REGION`. */
function regionOf(region: unknown = process.env.AWS_REGION): string {
    if (typeof region !== "string") {
        throw new Error("AWS_REGION is not set: the aws provider needs it");
    }
    return region;
}

/** Waits for `work`. Prefixes the message of an error with the operation, as the official plugin does. */
export async function withErrorPrefix<T>(operation: string, work: Promise<T>): Promise<T> {
    try {
        return await work;
    } catch (error) {
        throw Object.assign(error as Error, { name: "Error", message: `${operation}: ${(error as Error).message}` });
    }
}

/** Waits for `request`. Returns `undefined` if AWS answers with one of these errors: the resource does not exist. */
export async function ignoreNotFound<T>(request: Promise<T>, ...errorNames: readonly string[]): Promise<T | undefined> {
    try {
        return await request;
    } catch (error) {
        if (error instanceof Error && errorNames.includes(error.name)) {
            return undefined;
        }
        throw error;
    }
}

/**
 * Returns a resource that was just written.
 *
 * @throws Error if it was not found
 */
export function requireFound<T>(found: T | undefined): T {
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

/** Makes the client's errors read like those of the AWS SDK for Go, which the official plugin uses. */
function withGoErrors<C extends Client>(client: C): C {
    // The clients differ only in the types of their commands, which do not matter here.
    (client as IAMClient).middlewareStack.add(
        (next, { commandName = "" }) =>
            async (args) => {
                try {
                    return await next(args);
                } catch (error) {
                    const operation = `${client.config.serviceId}: ${commandName.replace(/Command$/, "")}`;
                    throw Object.assign(error as AwsError, { message: goMessage(operation, error as AwsError) });
                }
            },
        { step: "initialize", name: "goErrors" },
    );
    return client;
}

function goMessage(operation: string, { constructor, name, message, Code = name, $metadata }: AwsError): string {
    const { httpStatusCode = 0, requestId = "" } = $metadata ?? {};
    // Errors in the service's model have classes of their own; all others are a `…ServiceException`.
    const kind = constructor.name.endsWith("ServiceException") ? "api error " : "";
    const response = `https response error StatusCode: ${httpStatusCode}, RequestID: ${requestId}`;
    return `operation error ${operation}, ${response}, ${kind}${Code}: ${message}`;
}
