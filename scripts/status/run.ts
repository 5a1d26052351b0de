import { reasonOf } from "../../lib/reason";
import { planStack } from "../../stack/planStack";
import { CommandError, log } from "../command";
import { CANCELLED } from "../pulumi";
import { exportState, PulumiStack } from "../teardown/stack";
import { STACK, type ExportedState } from "../teardown/state";
import { configuredDeployments, PROJECT } from "./config";
import { deploymentStatus } from "./deployment";
import { goneAmong, orphansAmong, Services, type Orphan } from "./orphans";
import { asData, asText, exitCode, type OrphanResult } from "./report";
import { identitiesIn, plannableResources, type FoundIdentity } from "./state";

export interface StatusOptions {
    readonly stack: string;
    /** Whether to print JSON instead of a table. */
    readonly json: boolean;
    readonly removeOrphans: boolean;
    /** Additional arguments of `pulumi config`. */
    readonly configArgs?: readonly string[];
}

/**
 * Prints the state of a stack's credentials. Returns the exit code.
 *
 * @throws CommandError if the stack or its config cannot be read
 */
export async function status({ stack, json, removeOrphans, configArgs = [] }: StatusOptions): Promise<number> {
    const before = await existingState(stack);
    const config = await configuredDeployments(stack, configArgs);
    const services = new Services();
    const listed = await services.list(identitiesIn(before));
    const { held, unchecked } = listed;
    const gone = goneAmong(listed, before);
    // Asking takes a while: look at the state again before a credential counts as an orphan.
    const hasCandidates = orphansAmong(held, before).length > 0;
    const running = hasCandidates && removeOrphans ? await findRunningUp(stack, before) : undefined;
    const state = hasCandidates ? await existingState(stack) : before;
    const orphans = await removed(orphansAmong(held, state), { removeOrphans, running, services });

    const now = new Date();
    const identities = identitiesIn(state);
    const name = stack.split("/").at(-1) ?? stack;
    const planned = planStack(config, plannableResources(state), { project: PROJECT, stack: name, now });
    const report = {
        stack,
        now,
        deployments: planned.map((each) => deploymentStatus(each, identities, { stack, now, gone })),
        warnings: notConfigured(
            identities,
            planned.map(({ current }) => current.owner.deployment),
        ),
        orphans,
        unchecked,
    };
    process.stdout.write(`${json ? JSON.stringify(asData(report), undefined, 2) : asText(report)}\n`);
    return exitCode(report);
}

async function existingState(stack: string): Promise<ExportedState> {
    const state = await exportState(stack);
    if (state === undefined) {
        throw new CommandError(`There is no stack ${stack}. List the stacks: pulumi stack ls.`);
    }
    return state;
}

/**
 * Returns why orphans must not be deleted now: an `up` is running, and may be creating one of them.
 *
 * The services have been asked before. If no `up` runs now, the one that created a credential they listed has ended: the
 * credential is in the state that is exported next, or it never will be.
 */
async function findRunningUp(stack: string, { deployment }: ExportedState): Promise<string | undefined> {
    const root = (deployment.resources ?? []).flatMap(({ type, urn }) => (type === STACK ? urn : []));
    log(`${stack}: checking that no pulumi up runs`);
    try {
        // A refresh of the stack itself reads nothing, but it needs the lock.
        await PulumiStack.with(stack, new AbortController().signal, (locked) => locked.refresh(root));
        return undefined;
    } catch (error) {
        if (error instanceof CommandError && error.exitCode !== CANCELLED) {
            return `not deleted: stack ${stack}: ${error.message}`;
        }
        throw error;
    }
}

interface Removal {
    readonly removeOrphans: boolean;
    /** Why they must not be deleted now. */
    readonly running: string | undefined;
    readonly services: Services;
}

async function removed(
    orphans: readonly Orphan[],
    { removeOrphans, running, services }: Removal,
): Promise<OrphanResult[]> {
    const results: OrphanResult[] = [];
    for (const orphan of orphans) {
        results.push(
            !removeOrphans || running !== undefined
                ? { ...orphan, isRemoved: false, ...(running === undefined ? {} : { reason: running }) }
                : await removeOne(orphan, services),
        );
    }
    return results;
}

async function removeOne(orphan: Orphan, services: Services): Promise<OrphanResult> {
    const { identity, credential } = orphan;
    log(`deleting ${identity.credentials.title} ${credential.id} of ${identity.name}`);
    try {
        await services.remove(orphan);
        return { ...orphan, isRemoved: true };
    } catch (error) {
        return { ...orphan, isRemoved: false, reason: `not deleted: ${reasonOf(error)}` };
    }
}

function notConfigured(identities: readonly FoundIdentity[], configured: readonly string[]): string[] {
    const names = new Set(identities.map(({ deployment }) => deployment).filter((name) => !configured.includes(name)));
    return [...names].map(
        (name) => `The state has a Deployment "${name}", but the config does not: the next pulumi up deletes it.`,
    );
}
