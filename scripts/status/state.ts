import { componentName } from "../../components/componentType";
import { parseResourceName } from "../../components/names";
import type { ServiceCredentials, StoredResource } from "../../components/serviceCredentials";
import { urnParts } from "../../lib/urn";
import { backendKinds } from "../../stack/kinds";
import type { StateResource } from "../../stack/stateResource";
import type { ExportedState, StateResource as ExportedResource } from "../teardown/state";

/** An identity in the state. */
export interface FoundIdentity {
    /** The Deployment's first name, as in the names of its resources. */
    readonly deployment: string;
    /** The kind of backend. */
    readonly kind: string;
    /** Hash of what the identity is. */
    readonly hash: string;
    /** Its name in the service. */
    readonly name: string;
    readonly resource: StoredResource;
    readonly credentials: ServiceCredentials;
}

/** Returns the resources in the form that `planStack` reads. Its own source is the engine, which leaves these out too. */
export function plannableResources({ deployment }: ExportedState): StateResource[] {
    return (deployment.resources ?? [])
        .filter((resource) => resource.delete !== true)
        .map(({ urn, outputs = {} }) => ({
            ...urnParts(urn),
            outputNames: Object.keys(outputs),
            output: (name) => outputs[name],
        }));
}

/** Returns all identities in the state: current, retiring and those that no config wants any more. */
export function identitiesIn({ deployment }: ExportedState): FoundIdentity[] {
    const found = (deployment.resources ?? []).flatMap((exported): FoundIdentity[] => {
        const { parentType, name } = urnParts(exported.urn);
        const kind = backendKinds.find(({ component }) => component === componentName(parentType));
        const parsed = parseResourceName(name);
        const resource = stored(exported);
        const identity = resource.id === "" ? undefined : kind?.credentials.identityName(resource);
        return kind === undefined || parsed === undefined || identity === undefined
            ? []
            : [
                  {
                      deployment: parsed.deployment,
                      kind: kind.kind,
                      hash: parsed.hash,
                      name: identity,
                      resource,
                      credentials: kind.credentials,
                  },
              ];
    });
    return [...new Map(found.map((identity) => [keyOf(identity), identity])).values()];
}

/** Returns a text that is the same for the same identity only. */
export const keyOf = ({ resource }: FoundIdentity): string => `${resource.type} ${resource.id}`;

/** Returns the ids of all credentials in the state, including those that an operation was changing or deleting. */
export function credentialsIn({ deployment }: ExportedState): ReadonlySet<string> {
    const pending = (deployment.pending_operations ?? []).map(({ resource }) => resource);
    return new Set([...(deployment.resources ?? []), ...pending].flatMap(credentialIdsOf));
}

/** Returns the ids of the credentials in the state, by logical name. */
export function credentialIds({ deployment }: ExportedState): ReadonlyMap<string, string> {
    return new Map(
        (deployment.resources ?? []).flatMap((exported) =>
            credentialIdsOf(exported).map((id) => [urnParts(exported.urn).name, id]),
        ),
    );
}

/** Returns the id of a credential in its service; none for another resource, or one that was not created yet. */
function credentialIdsOf(exported: ExportedResource): string[] {
    const resource = stored(exported);
    return resource.id === ""
        ? []
        : backendKinds.flatMap(({ credentials }) => credentials.credentialId(resource) ?? []);
}

/**
 * Whether a credential of the identity is being created: by an `up` that runs now, or by one that was killed before it
 * could record the credential.
 */
export function isCreatingCredential({ deployment }: ExportedState, identity: FoundIdentity): boolean {
    return (deployment.pending_operations ?? []).some(({ type, resource }) => {
        const parsed = parseResourceName(urnParts(resource.urn).name);
        return (
            type === "creating" &&
            parsed?.generation !== undefined &&
            parsed.deployment === identity.deployment &&
            parsed.hash === identity.hash
        );
    });
}

function stored({ type, id = "", outputs = {} }: ExportedResource): StoredResource {
    return { type, id, output: (name) => outputs[name] };
}
