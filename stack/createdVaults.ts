import * as pulumi from "@pulumi/pulumi";
import { isCreatedVault } from "../components/azure/resources";
import { parseResourceName } from "../components/names";
import type { PlannedDeployment } from "./planStack";
import type { StateResource } from "./stateResource";
import { authorizationOf } from "./vaultAuthorization";

/** The fields of a Deployment that the check needs. */
export type WithCreatedVault = Pick<PlannedDeployment, "name" | "backend" | "current" | "found">;

/**
 * Finds changes of a created Key Vault's `authorization`. Azure would switch the vault at once, and no identity, old or
 * new, could read until it has a grant of the other kind.
 *
 * @returns sentences without a full stop
 */
export function createdVaultProblems(deployments: readonly WithCreatedVault[]): string[] {
    return deployments.flatMap(({ name, backend, current, found }) =>
        found
            .filter((resource) => isCreatedVault(resource.name))
            .flatMap((vault) => {
                const isCurrent = parseResourceName(vault.name)?.hash === current.store;
                const authorization = authorizationOf(vault);
                return backend.kind !== "azure-key-vault" || !isCurrent || backend.authorization === authorization
                    ? []
                    : `Deployment "${name}": the stack created Key Vault "${String(vault.output("name"))}" with ` +
                          `authorization: ${authorization}. With ${backend.authorization} instead, pods could read ` +
                          `nothing until they have restarted. Write authorization: ${authorization} again. To change it, ` +
                          `create a vault of your own that is set up for ${backend.authorization}, copy the secrets into ` +
                          "it, and write its vaultName, without createVault";
            }),
    );
}

/**
 * Warns about a created vault from which a Deployment no longer reads: the stack does not delete it, because it also
 * holds the company's secrets.
 */
export function warnAboutKeptVault(deployment: string, vault: StateResource): void {
    void pulumi.log.warn(
        `Deployment "${deployment}" does not read from Key Vault "${String(vault.output("name"))}" any more. The stack ` +
            "created the vault, but leaves it in Azure with its secrets, and no longer manages it after the overlap. " +
            "Delete it yourself when nobody needs it.",
    );
}
