import * as pulumi from "@pulumi/pulumi";
import { reasonOf } from "../lib/reason";
import type { BackendDeployment } from "./backend";
import { findClaims, type ClaimLookup, type Claims } from "./claims";

export interface FoundClaims {
    /** By Deployment name. */
    readonly claims: ReadonlyMap<string, Claims>;
    /** Each is a sentence without a full stop. */
    readonly problems: readonly string[];
}

/**
 * Looks for what already has the names of the Deployments' resources. Warns where it cannot look: the clouds do not create
 * what already exists, so nothing can be overwritten.
 *
 * @param denied matches the service's errors that say that Pulumi's login may not look
 * @throws RunError if a lookup fails for another reason
 */
export async function findClaimsByDeployment<Config>(
    deployments: readonly BackendDeployment<Config>[],
    lookupsOf: (deployment: BackendDeployment<Config>) => readonly ClaimLookup[],
    denied: RegExp,
): Promise<FoundClaims> {
    const found = await Promise.all(
        deployments.map(async (deployment) => {
            const claims = await allowedClaims(deployment, lookupsOf(deployment), denied);
            return [deployment.name, claims] as const;
        }),
    );
    return { claims: new Map(found), problems: found.flatMap(([, { problems }]) => problems) };
}

async function allowedClaims(
    deployment: BackendDeployment<unknown>,
    lookups: readonly ClaimLookup[],
    denied: RegExp,
): Promise<Claims> {
    const refusals: { readonly title: string; readonly reason: string }[] = [];
    const find = async ({ title, find: lookUp }: ClaimLookup): ReturnType<ClaimLookup["find"]> => {
        try {
            return await lookUp();
        } catch (error) {
            const reason = reasonOf(error);
            if (!denied.test(reason)) {
                throw new pulumi.RunError(
                    `Deployment "${deployment.name}": cannot find out whether ${title} already exists: ${reason}. ` +
                        "Nothing was changed.",
                );
            }
            refusals.push({ title, reason });
            return undefined;
        }
    };
    const claims = await findClaims(
        deployment,
        lookups.map((lookup) => ({ ...lookup, find: () => find(lookup) })),
    );
    const [first] = refusals;
    if (first !== undefined) {
        await pulumi.log.warn(
            `Deployment "${deployment.name}": cannot find out whether one of these already exists: ` +
                `${refusals.map(({ title }) => title).join(", ")} (${first.reason}). If so, pulumi up stops where it ` +
                "creates it.",
        );
    }
    return claims;
}
