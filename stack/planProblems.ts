import * as pulumi from "@pulumi/pulumi";
import { DAY_MS } from "../config/duration";
import { credentialEnd } from "./credentialEnd";
import type { PlannedDeployment } from "./planStack";
import { requestFor, type RotateRequest } from "./rotateRequest";

/** Time before a credential's end in which every run warns about it. */
const WARNING_MS = 7 * DAY_MS;

/** Returns what to say about credentials that have ended, or end soon and are not replaced in this run. */
export function endWarnings(deployments: readonly PlannedDeployment[], now: Date): string[] {
    return deployments.flatMap((deployment) => {
        const end = credentialEnd(deployment.found, deployment.current);
        if (end === undefined || end.getTime() > now.getTime() + WARNING_MS) {
            return [];
        }
        const { name, plan } = deployment;
        const [verb, effect] =
            end <= now
                ? ["ended", "Airflow there cannot read secrets"]
                : ["ends", "Airflow there then cannot read secrets"];
        const next = plan.waits
            ? "It is replaced by the first pulumi up after the previous credential has been deleted"
            : `Replace it now: npm run rotate -- --stack ${pulumi.getStack()} --deployment ${name}`;
        return `Deployment "${name}": its credential ${verb} at ${end.toISOString()}, and ${effect}. ${next}.`;
    });
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
    const waiting = deployments.filter(({ name, plan }) => plan.waits && requestFor(request, name)?.revoke === false);
    return [
        ...unknown.map((name) => `the config has no Deployment "${name}", only: ${names.join(", ") || "none"}`),
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
