import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { variablesOwner } from "../names";
import type { TargetDeployment, TargetService } from "../target";
import type { astronomerTarget } from "./config";
import { findDeployments, readVariables } from "./houston/deployment";
import { HoustonError } from "./houston/errors";
import { refusedKey } from "./houston/keys";
import { describeConflicts } from "./houston/problems";
import { conflicts } from "./houston/variables";
import { AstronomerTarget } from "./target";

type AstronomerConfig = z.output<typeof astronomerTarget>;

export const astronomer: TargetService<AstronomerConfig> = {
    kind: "astronomer",
    lookUp: async (deployments, provider) => {
        const { problems, deploymentUuids } = await findInAstronomer(deployments.map(plannedVariables));
        return {
            problems,
            create: (name, { houstonUrl, force, releaseName = name }, env) => {
                const deploymentUuid = deploymentUuids.get(name);
                if (deploymentUuid === undefined) {
                    throw new Error(`the id of ${name} in Houston was not looked up`);
                }
                const args = { houstonUrl, deploymentUuid, releaseName, force, env };
                return new AstronomerTarget(name, args, { providers: [provider] });
            },
            describe: (name, { kind, houstonUrl, releaseName = name }) => ({ kind, houstonUrl, releaseName }),
        };
    },
};

function plannedVariables({ name, target, envNames }: TargetDeployment<AstronomerConfig>): PlannedVariables {
    const { houstonUrl, releaseName = name, deploymentUuid, force } = target;
    return { name, houstonUrl, releaseName, deploymentUuid, force, keys: envNames, owner: variablesOwner(name) };
}

/** A target on Astronomer as it is configured. */
export interface AstronomerPlan {
    readonly houstonUrl: string;
    readonly releaseName: string;
    /** Looked up where it is not given. */
    readonly deploymentUuid: string | undefined;
    readonly force: boolean;
}

export interface PlannedVariables extends AstronomerPlan {
    /** The Deployment's name. */
    readonly name: string;
    /** Names of the variables to be set. */
    readonly keys: readonly string[];
    readonly owner: string;
}

export interface FoundInAstronomer {
    readonly problems: readonly string[];
    /** What Houston knows the Deployments by, by name. */
    readonly deploymentUuids: ReadonlyMap<string, string>;
}

/** Asks Houston, before anything is changed, whether the variables can be set. */
export async function findInAstronomer(planned: readonly PlannedVariables[]): Promise<FoundInAstronomer> {
    try {
        const found = await Promise.all([...groups(planned)].map(([url, group]) => findAt(url, group)));
        await pulumi.log.info(
            "Houston gives its variables no version: whoever edits a Deployment's variables in the Software UI in the " +
                "very moment that this stack writes them (a round trip) may lose that edit.",
        );
        return {
            problems: found.flatMap(({ problems }) => problems),
            deploymentUuids: new Map(found.flatMap(({ deploymentUuids }) => [...deploymentUuids])),
        };
    } catch (error) {
        if (error instanceof HoustonError) {
            // The engine prints a RunError without a stack trace.
            throw new pulumi.RunError(`${error.message}. Nothing was changed.`);
        }
        throw error;
    }
}

async function findAt(houstonUrl: string, planned: readonly PlannedVariables[]): Promise<FoundInAstronomer> {
    // A service account of one Deployment may see no list.
    const isNeeded = planned.some(({ deploymentUuid }) => deploymentUuid === undefined);
    const listed = isNeeded ? await findDeployments(houstonUrl) : undefined;
    const deploymentUuids = new Map<string, string>();
    const found = planned.map(async (plan) => {
        const uuid = uuidOf(plan, listed);
        if (typeof uuid !== "string") {
            return [uuid.problem];
        }
        deploymentUuids.set(plan.name, uuid);
        return problemsOf(plan, uuid);
    });
    return { problems: (await Promise.all(found)).flat(), deploymentUuids };
}

function uuidOf(
    { name, houstonUrl, releaseName, deploymentUuid }: PlannedVariables,
    listed: ReadonlyMap<string, string> | undefined,
): string | { readonly problem: string } {
    const found = listed?.get(releaseName);
    if (deploymentUuid !== undefined) {
        // Houston would take the rights of one Deployment and change another.
        const isAnother = found !== undefined && found !== deploymentUuid;
        return isAnother
            ? {
                  problem: `Deployment "${name}": deploymentUuid is ${deploymentUuid}, and Houston at ${houstonUrl} knows ${releaseName} as ${found}. Leave the key out`,
              }
            : deploymentUuid;
    }
    const seen = [...(listed?.keys() ?? [])].sort().join(", ") || "none";
    return (
        found ?? {
            problem:
                `Deployment "${name}": the service account sees no Deployment with the release name ${releaseName} at ` +
                `${houstonUrl}, only: ${seen}. Check releaseName and the service account's role, or write deploymentUuid`,
        }
    );
}

async function problemsOf(plan: PlannedVariables, deploymentUuid: string): Promise<string[]> {
    const { houstonUrl, releaseName, owner, keys } = plan;
    const live = await readVariables({ houstonUrl, releaseName, deploymentUuid });
    const refused = keys.flatMap((key) => refusedKey(key) ?? []);
    const taken = plan.force ? [] : describeConflicts(conflicts(live, keys, { owner }), plan);
    return [...refused, ...taken].map((problem) => `Deployment "${plan.name}": ${problem}`);
}

function groups(planned: readonly PlannedVariables[]): ReadonlyMap<string, readonly PlannedVariables[]> {
    const byUrl = new Map<string, PlannedVariables[]>();
    for (const plan of planned) {
        byUrl.set(plan.houstonUrl, [...(byUrl.get(plan.houstonUrl) ?? []), plan]);
    }
    return byUrl;
}
