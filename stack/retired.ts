import * as pulumi from "@pulumi/pulumi";
import { componentName, componentType } from "../components/componentType";
import { isCreatedVault, storeParts } from "../components/azure/resources";
import type { IdentityPart, SecretsBackend } from "../components/backend";
import { parseResourceName, type ResourceName } from "../components/names";
import { DELETED_WITH_PARENT } from "../components/resourceTypes";
import { warnAboutKeptVault } from "./createdVaults";
import { backendKind, backendKinds, targetKind } from "./kinds";
import { pluginVersion } from "./pluginVersions";
import { resourceType } from "./resources";
import type { PlannedDeployment } from "./planStack";
import type { StateResource } from "./stateResource";

/** The Secret with the env vars, which every Kubernetes target has. It is created after the credential. */
const envSecret: IdentityPart = { name: "env", secretOutputs: ["data", "stringData"] };

/**
 * Refuses to create a resource that the state had when the program read it: `pulumi up --refresh` has just found that it
 * no longer exists.
 */
function refuseCreate({ name }: pulumi.ResourceHookArgs): void {
    throw new Error(
        `"${name}" no longer exists, and is not needed any more. Run pulumi refresh, and then pulumi up without --refresh`,
    );
}

class RetiredComponent extends pulumi.ComponentResource {}
class RetiredResource extends pulumi.CustomResource {}

/** A resource to declare. */
interface Retired {
    readonly resource: StateResource;
    readonly name: ResourceName;
    /** Its part of an identity; `undefined` if it belongs to a place. */
    readonly part: IdentityPart | undefined;
    /** Position in the order of creation. */
    readonly rank: number;
}

/**
 * Declares resources that stay in the state for now, as they are. This needs neither their config nor the place where
 * they are: `ignoreChanges` keeps all of their inputs. They depend on each other as those of a living identity do, so
 * that they are deleted in the same order.
 *
 * @param components what the program creates for the Deployment. A parent that it no longer creates is declared too
 * @param keepsVaults whether a created Key Vault remains in Azure when it leaves the state
 */
export function declareRetired(
    { name: deployment, current, backend, target, retired: resources }: PlannedDeployment,
    components: {
        readonly backend: pulumi.ComponentResource & Pick<SecretsBackend, "hooks" | "store">;
        readonly target: pulumi.ComponentResource;
    },
    keepsVaults: boolean,
): void {
    if (resources.length === 0) {
        return;
    }
    const parents = new Map([
        [componentType(backendKind(backend.kind).component), components.backend],
        [componentType(targetKind(target.kind).component), components.target],
    ]);
    const { store = [] } = components.backend;
    const declared: { readonly retired: Retired; readonly created: pulumi.CustomResource }[] = [];
    const refuse = new pulumi.ResourceHook(`${current.owner.deployment}-retired`, refuseCreate);
    const sorted = resources.flatMap(asRetired).sort((one, other) => one.rank - other.rank);
    for (const retired of sorted) {
        const { resource, name, part, rank } = retired;
        const { parentType } = resource;
        const isKept = keepsVaults && isCreatedVault(resource.name);
        if (isKept) {
            warnAboutKeptVault(deployment, resource);
        }
        const parent = parents.get(parentType) ?? new RetiredComponent(parentType, current.owner.deployment);
        parents.set(parentType, parent);
        const isOwn = (other: Retired): boolean => other.part === undefined || other.name.hash === name.hash;
        // Three test secrets, for example, do not depend on each other.
        const earlier = declared.filter((each) => each.retired.rank < rank && isOwn(each.retired));
        const owner = earlier.find((each) => each.retired.part?.name === part?.deletedWith)?.created;
        const created = new RetiredResource(
            resource.type,
            resource.name,
            {},
            {
                parent,
                version: pluginVersion(resource.type),
                // The engine understands `*`. Plugins built on Pulumi's bridge need the names: they compare what the
                // service has set with the inputs.
                ignoreChanges: ["*", ...resource.outputNames],
                dependsOn: [...earlier.map((each) => each.created), ...store],
                additionalSecretOutputs: [...(part?.secretOutputs ?? [])],
                hooks: { ...(parent === components.backend ? components.backend.hooks : {}), beforeCreate: [refuse] },
                retainOnDelete: isKept,
                ...(part?.deletedWith === undefined || owner === undefined ? {} : { deletedWith: owner }),
            },
        );
        declared.push({ retired, created });
    }
}

function asRetired(resource: StateResource): Retired[] {
    const name = parseResourceName(resource.name);
    if (name === undefined) {
        return [];
    }
    if (name.part === envSecret.name) {
        return [{ resource, name, part: envSecret, rank: Infinity }];
    }
    const parts = partsOf(resource.parentType);
    const index = parts.findIndex((part) => part.name === name.part);
    return [{ resource, name, part: parts[index], rank: index === -1 ? placeRank(resource, name) : index }];
}

/** Returns a negative rank: a place is there before the identity that reads in it. */
function placeRank({ type }: StateResource, { part }: ResourceName): number {
    const inStore = storeParts.indexOf(part);
    if (inStore !== -1) {
        return inStore - 10;
    }
    // A version of a secret comes after the secret.
    return resourceType(type)?.id === DELETED_WITH_PARENT ? -1 : -2;
}

/** Returns the parts of the kind of backend whose component has that type; an empty list for another component. */
function partsOf(type: string): readonly IdentityPart[] {
    return backendKinds.find(({ component }) => component === componentName(type))?.lifecycle.parts ?? [];
}
