import * as pulumi from "@pulumi/pulumi";
import { requestProblems } from "./planProblems";
import { planStack, type PlannedDeployment } from "./planStack";
import { rotateRequest } from "./rotateRequest";
import type { DeploymentConfig } from "./schema";
import { readState } from "./state";

/**
 * Plans the life of the Deployments, from the stack's state and what `npm run rotate` asks for.
 *
 * @throws RunError if what was asked for cannot be done
 */
export async function plannedDeployments(
    deployments: readonly DeploymentConfig[],
): Promise<readonly PlannedDeployment[]> {
    const request = rotateRequest(process.env);
    const names = { project: pulumi.getProject(), stack: pulumi.getStack() };
    const planned = planStack(deployments, await readState(), { ...names, now: new Date(), request });
    const problems = requestProblems(planned, request);
    if (problems.length > 0) {
        throw new pulumi.RunError(`Nothing was changed: ${problems.join("; ")}.`);
    }
    return planned;
}
