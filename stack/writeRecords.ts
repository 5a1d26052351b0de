import * as pulumi from "@pulumi/pulumi";
import { madeRecordName, movedRecordName } from "./records";
import type { PlannedDeployment } from "./planStack";
import { registered } from "./registered";

/**
 * Records the Deployments and their credentials, and waits until the records are in the state: what an interrupted run
 * creates after this is then known to the next run.
 */
export async function recordMade(deployments: readonly PlannedDeployment[]): Promise<void> {
    await Promise.all(
        deployments.map(({ current, made }) =>
            registered(new pulumi.Stash(madeRecordName(current.owner.deployment), { input: made })),
        ),
    );
}

/** Records which credential the env vars hold, after they have been set. */
export function recordMoved({ current, plan }: PlannedDeployment, target: pulumi.ComponentResource): void {
    new pulumi.Stash(movedRecordName(current.owner.deployment), { input: plan.moved }, { dependsOn: [target] });
}
