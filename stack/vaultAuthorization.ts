import { defaultAuthorization } from "../components/azure/config";
import { isCreatedVault } from "../components/azure/resources";
import { parseResourceName } from "../components/names";
import { isMapping } from "../lib/json";
import type { DeploymentConfig } from "./schema";
import type { StateResource } from "./stateResource";

type BackendConfig = DeploymentConfig["backend"];

/**
 * Returns the backend with the permission model of its Key Vault, if the config does not say it: a vault that the stack
 * has created keeps the one that it has. Backends of other kinds stay as they are.
 *
 * @param store hash of the store that the config describes
 * @param found the Deployment's resources in the state
 */
export function withAuthorization(
    backend: BackendConfig,
    store: string,
    found: readonly StateResource[],
): BackendConfig {
    if (backend.kind !== "azure-key-vault" || backend.authorization !== undefined) {
        return backend;
    }
    const vault = found.find(({ name }) => isCreatedVault(name) && parseResourceName(name)?.hash === store);
    return { ...backend, authorization: vault === undefined ? defaultAuthorization : authorizationOf(vault) };
}

/** Returns the permission model of a Key Vault in the state. */
export function authorizationOf(vault: StateResource): "access-policy" | "rbac" {
    const properties = vault.output("properties");
    return isMapping(properties) && properties.enableRbacAuthorization === true ? "rbac" : "access-policy";
}
