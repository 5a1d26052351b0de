import { IAMClient } from "@aws-sdk/client-iam";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";

/** AWS's own clients, at the address and with the credential that the official plugin would take from the environment. */

/** IAM and STS are the same for all regions; requests to them are signed for this one. */
const GLOBAL_REGION = "us-east-1";

export const iam = new IAMClient({ region: GLOBAL_REGION });
export const sts = new STSClient({ region: GLOBAL_REGION });

const secretsManagers = new Map<string, SecretsManagerClient>();
const parameterStores = new Map<string, SSMClient>();

export function secretsManager(region: unknown): SecretsManagerClient {
    const name = regionOf(region);
    const client = secretsManagers.get(name) ?? new SecretsManagerClient({ region: name });
    secretsManagers.set(name, client);
    return client;
}

export function parameterStore(region: unknown): SSMClient {
    const name = regionOf(region);
    const client = parameterStores.get(name) ?? new SSMClient({ region: name });
    parameterStores.set(name, client);
    return client;
}

function regionOf(region: unknown): string {
    if (typeof region !== "string") {
        throw new Error("region is not set: the stack sets it on every secret and parameter");
    }
    return region;
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
