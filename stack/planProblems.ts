import * as pulumi from "@pulumi/pulumi";
import { endWarning } from "./endWarning";
import type { PlannedDeployment } from "./planStack";
import { requestFor, type RotateRequest } from "./rotateRequest";

/** Returns what to say about credentials that have ended, or end soon and are not replaced in this run. */
export function endWarnings(deployments: readonly PlannedDeployment[], now: Date): string[] {
    const stack = pulumi.getStack();
    return deployments.flatMap((deployment) => endWarning(deployment, deployment.current, { stack, now }) ?? []);
}

/**
 * Returns why what `npm run rotate` asks for cannot be done, each a sentence without a full stop.
 *
 * @param request `undefined` if nothing was asked for
 */
export function requestProblems(
    deployments: readonly PlannedDeployment[],
    request: RotateRequest | undefined,
): string[] {
    const names = deployments.map(({ name }) => name);
    const unknown = (request?.deployments ?? []).filter((name) => !names.includes(name));
    const keyless = deployments.filter(({ name, pods }) => pods !== undefined && request?.deployments?.includes(name));
    const waiting = deployments.filter(({ name, plan }) => plan.waits && requestFor(request, name)?.revoke === false);
    return [
        ...unknown.map((name) => `the config has no Deployment "${name}", only: ${names.join(", ") || "none"}`),
        ...keyless.map(
            ({ name }) =>
                `Deployment "${name}" has no credential to replace: its pods log in with their service accounts' own token`,
        ),
        ...waiting.map(({ name, current, plan }) => {
            const before = plan.retiring.find(({ identity }) => identity === current.identity);
            const reason =
                before === undefined
                    ? "the one before the current one is deleted by the next pulumi up. Run it first"
                    : `the one before the current one is valid until ${before.until.toISOString()}. Wait until then and ` +
                      "run pulumi up, or add --revoke";
            return `Deployment "${name}" cannot get a new credential now: ${reason}`;
        }),
    ];
}

export async function warnAboutEnds(deployments: readonly PlannedDeployment[]): Promise<void> {
    for (const warning of endWarnings(deployments, new Date())) {
        await pulumi.log.warn(warning);
    }
}
