import { findWorkspaces, type HoustonDeployment, type Workspace } from "./deployment";
import { HoustonError } from "./errors";

/** Env var with the release names, separated by commas, of Deployments that were deleted in Astronomer. */
const DELETED_ENV_VAR = "ASTRONOMER_DELETED_DEPLOYMENTS";

/**
 * Finds out whether a Deployment was deleted in Astronomer, after Houston has refused a call about it. Houston answers
 * the same for a deleted Deployment and for one that the caller may not see. The difference shows in the list of the
 * Deployment's Workspace, which a service account of the Workspace may read.
 *
 * @param workspaceUuid the Deployment's Workspace; `undefined` if it is not known
 * @param failure why the call failed
 * @returns how it is known that the Deployment was deleted: a sentence without a full stop
 * @throws HoustonError `failure` if the Deployment exists or Houston does not answer; with advice if nobody can tell
 */
export async function whyDeleted(
    deployment: HoustonDeployment,
    workspaceUuid: string | undefined,
    failure: HoustonError,
): Promise<string> {
    const { deploymentUuid, releaseName } = deployment;
    const isNamed = namedAsDeleted().includes(releaseName);
    const byName = `${releaseName} was deleted in Astronomer, says ${DELETED_ENV_VAR}`;
    if (failure.retry !== false) {
        if (isNamed) {
            return byName;
        }
        throw failure;
    }
    const visible = await visibleWorkspaces(deployment);
    const lists = ({ deployments }: Workspace): boolean =>
        deployments?.some(({ id }) => id === deploymentUuid) === true;
    if (visible.some(lists)) {
        throw isNamed ? new HoustonError(`${failure.message}. ${DELETED_ENV_VAR} is wrong: it still exists`) : failure;
    }
    if (visible.some(({ id, deployments }) => id === workspaceUuid && deployments !== null)) {
        return `${releaseName} was deleted in Astronomer: its Workspace does not list it any more`;
    }
    if (isNamed) {
        return byName;
    }
    throw new HoustonError(
        `${failure.message}. If ${releaseName} was deleted in Astronomer, its environment variables were deleted with it; ` +
            "this service account cannot see its Workspace, and so cannot tell. Use a service account of the Workspace, or " +
            `run this again with ${DELETED_ENV_VAR}=${releaseName}`,
    );
}

/** Returns the id of a Deployment's Workspace; `undefined` if the service account cannot list its Deployments. */
export async function workspaceOf(deployment: HoustonDeployment): Promise<string | undefined> {
    const visible = await visibleWorkspaces(deployment);
    return visible.find(({ deployments }) => deployments?.some(({ id }) => id === deployment.deploymentUuid))?.id;
}

/** Returns none for a service account that may not list any: that of a single Deployment. */
async function visibleWorkspaces({ houstonUrl }: HoustonDeployment): Promise<readonly Workspace[]> {
    try {
        return await findWorkspaces(houstonUrl);
    } catch (error) {
        if (error instanceof HoustonError && error.retry === false) {
            return [];
        }
        throw error;
    }
}

function namedAsDeleted(): string[] {
    return (process.env[DELETED_ENV_VAR] ?? "").split(",").map((name) => name.trim());
}
