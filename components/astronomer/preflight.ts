import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { OverridingVariable } from "../../airflow/overriding";
import { isSecretOption, secretOptionsWarning } from "../../airflow/secretOptions";
import { groupBy } from "../../lib/groupBy";
import { envVarsOwner } from "../names";
import type { TargetDeployment, TargetService } from "../target";
import type { astronomerTarget } from "./config";
import { findDeployments, readVariables } from "./houston/deployment";
import { HoustonError } from "./houston/errors";
import { keyProblem } from "./houston/keys";
import { describeConflicts } from "./houston/problems";
import { findConflicts, findOverriding, type Conflict, type Variable } from "./houston/variables";
import { AstronomerTarget } from "./target";

type AstronomerConfig = z.output<typeof astronomerTarget>;

export const astronomer: TargetService<AstronomerConfig> = {
    kind: "astronomer",
    lookUp: async (deployments, provider) => {
        const { problems, warnings, found } = await checkHouston(deployments.map(plannedVariables));
        return {
            problems,
            warnings,
            create: ({ name, current, target: { houstonUrl, force, releaseName = name } }, env, hooks) => {
                const looked = found.get(name);
                if (looked === undefined) {
                    throw new Error(`${name} was not looked up in Houston`);
                }
                const args = { houstonUrl, releaseName, force, env, hooks, ...looked };
                return new AstronomerTarget(current, args, { providers: [provider] });
            },
            describe: ({ name, target: { kind, houstonUrl, releaseName = name } }) => ({
                kind,
                houstonUrl,
                releaseName,
            }),
        };
    },
};

function plannedVariables(deployment: TargetDeployment<AstronomerConfig>): PlannedVariables {
    const { name, current, target, envNames, overriddenBy, readsConfig } = deployment;
    const { houstonUrl, releaseName = name, deploymentUuid, force } = target;
    const owner = envVarsOwner(current.owner);
    const planned = { name, houstonUrl, releaseName, deploymentUuid, force, keys: envNames };
    return { ...planned, overriddenBy, readsConfig, owner };
}

/** A target of kind `astronomer` in the stack's config. */
export interface AstronomerPlan {
    readonly houstonUrl: string;
    readonly releaseName: string;
    /** Looked up in Houston if `undefined`. */
    readonly deploymentUuid: string | undefined;
    readonly force: boolean;
}

export interface PlannedVariables extends AstronomerPlan {
    /** The Deployment's name. */
    readonly name: string;
    /** Names of the environment variables to set. */
    readonly keys: readonly string[];
    readonly overriddenBy: readonly OverridingVariable[];
    readonly readsConfig: boolean;
    readonly owner: string;
}

/** What Houston says about a Deployment. */
export interface FoundDeployment {
    readonly deploymentUuid: string;
    /** Names of the environment variables of others that this run takes over or removes, because of `force`. */
    readonly takeOver: readonly string[];
}

export interface HoustonCheck {
    readonly problems: readonly string[];
    readonly warnings: readonly string[];
    /** By Deployment name. */
    readonly found: ReadonlyMap<string, FoundDeployment>;
}

/**
 * Checks with Houston whether the environment variables can be set, before anything is changed.
 *
 * @throws RunError if Houston cannot be reached or refuses
 */
export async function checkHouston(planned: readonly PlannedVariables[]): Promise<HoustonCheck> {
    try {
        const checks = await Promise.all(
            [...groupBy(planned, (plan) => plan.houstonUrl)].map(([url, group]) => checkHoustonAt(url, group)),
        );
        await pulumi.log.info(
            "Houston does not version environment variables: if somebody edits a Deployment's environment variables in " +
                "the Software UI while this stack writes them (one round trip), that edit may be lost.",
        );
        return {
            problems: checks.flatMap(({ problems }) => problems),
            warnings: checks.flatMap(({ warnings }) => warnings),
            found: new Map(checks.flatMap(({ found }) => [...found])),
        };
    } catch (error) {
        if (error instanceof HoustonError) {
            // Pulumi prints a RunError without a stack trace.
            throw new pulumi.RunError(`${error.message}. Nothing was changed.`);
        }
        throw error;
    }
}

async function checkHoustonAt(houstonUrl: string, planned: readonly PlannedVariables[]): Promise<HoustonCheck> {
    // A service account of a single Deployment cannot list Deployments, so list them only if an id is missing.
    const isNeeded = planned.some(({ deploymentUuid }) => deploymentUuid === undefined);
    const listed = isNeeded ? await findDeployments(houstonUrl) : undefined;
    const found = new Map<string, FoundDeployment>();
    const warnings: string[] = [];
    const problems = planned.map(async (plan) => {
        const uuid = uuidOf(plan, listed);
        if (typeof uuid !== "string") {
            return [uuid.problem];
        }
        const live = await readVariables({ ...plan, deploymentUuid: uuid });
        const conflicts = conflictsOf(plan, live);
        warnings.push(...warningsOf(plan, live));
        found.set(plan.name, {
            deploymentUuid: uuid,
            takeOver: plan.force ? conflicts.map(({ key }) => key).sort() : [],
        });
        const keyProblems = plan.keys.flatMap((key) => keyProblem(key) ?? []);
        const refused = plan.force ? [] : describeConflicts(conflicts, plan);
        return [...keyProblems, ...refused].map((problem) => `Deployment "${plan.name}": ${problem}`);
    });
    return { problems: (await Promise.all(problems)).flat(), warnings, found };
}

function uuidOf(
    { name, houstonUrl, releaseName, deploymentUuid }: PlannedVariables,
    listed: ReadonlyMap<string, string> | undefined,
): string | { readonly problem: string } {
    const found = listed?.get(releaseName);
    if (deploymentUuid !== undefined) {
        // Houston would check the permissions on one Deployment and change another.
        const isAnother = found !== undefined && found !== deploymentUuid;
        return isAnother
            ? {
                  problem:
                      `Deployment "${name}": deploymentUuid is ${deploymentUuid}, but Houston at ${houstonUrl} has ` +
                      `the id ${found} for ${releaseName}. Remove deploymentUuid from the config`,
              }
            : deploymentUuid;
    }
    const visible = [...(listed?.keys() ?? [])].sort().join(", ") || "none";
    return (
        found ?? {
            problem:
                `Deployment "${name}": the service account sees no Deployment with the release name ${releaseName} at ` +
                `${houstonUrl}, only: ${visible}. Check releaseName and the service account's role, or write deploymentUuid. ` +
                "If it was deleted in Astronomer, remove it from the config",
        }
    );
}

function conflictsOf({ owner, keys, overriddenBy }: PlannedVariables, live: readonly Variable[]): Conflict[] {
    return [...findConflicts(live, keys, { owner }), ...findOverriding(live, overriddenBy, { owner })];
}

function warningsOf({ releaseName, readsConfig }: PlannedVariables, live: readonly Variable[]): string[] {
    const options = live.map(({ key }) => key).filter(isSecretOption);
    return readsConfig || options.length === 0 ? [] : [secretOptionsWarning(options, releaseName)];
}
