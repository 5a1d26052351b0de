import { z } from "zod";
import { parseJson } from "../lib/json";

/** Env var with which `npm run rotate` tells the program what to rotate, as JSON. */
export const ROTATE_ENV = "AIRFLOW_SECRETS_BACKENDS_ROTATE";

const schema = z.strictObject({
    /** Rotate credentials that were made before this time. A second run with the same request then rotates nothing. */
    madeBefore: z.iso.datetime(),
    /** Names of the Deployments. Default: all. */
    deployments: z.array(z.string()).optional(),
    /** Whether the old credentials are deleted in the same run, without an overlap. */
    revoke: z.boolean(),
});

export type RotateRequest = z.output<typeof schema>;

/**
 * Reads the request; `undefined` if there is none.
 *
 * @throws Error if it is invalid: somebody set the env var by hand
 */
export function rotateRequest(env: Readonly<Record<string, string | undefined>>): RotateRequest | undefined {
    const text = env[ROTATE_ENV];
    if (text === undefined || text === "") {
        return undefined;
    }
    const { data } = schema.safeParse(parseJson(text));
    if (data === undefined) {
        throw new Error(`${ROTATE_ENV} is not what npm run rotate writes. Unset it, and use npm run rotate`);
    }
    return data;
}

/** Returns the request for one Deployment; `undefined` if it is about others only. */
export function requestFor(request: RotateRequest | undefined, deployment: string): RotateRequest | undefined {
    return request?.deployments === undefined || request.deployments.includes(deployment) ? request : undefined;
}
