import * as pulumi from "@pulumi/pulumi";
import { requestProblems } from "./planProblems";
import { planStack, type PlannedDeployment } from "./planStack";
import { rotateRequest } from "./rotateRequest";
import type { DeploymentConfig } from "./schema";
import type { StateResource } from "./stateResource";

/**
 * Plans the life of the Deployments, from the stack's state and what `npm run rotate` asks for.
 *
 * @throws RunError if what was asked for cannot be done
 */
export function plannedDeployments(
    deployments: readonly DeploymentConfig[],
    state: readonly StateResource[],
): readonly PlannedDeployment[] {
    const request = rotateRequest(process.env);
    const names = { project: pulumi.getProject(), stack: pulumi.getStack() };
    const planned = planStack(deployments, state, { ...names, now: new Date(), request });
    const problems = requestProblems(planned, request);
    if (problems.length > 0) {
        throw new pulumi.RunError(`Nothing was changed: ${problems.join("; ")}.`);
    }
    return planned;
}
