import { identityParts } from "../../stack/kinds";
import { resourceType } from "../../stack/resources";
import type { Change, Part } from "../preview/changes";

const ENV_SECRET = "kubernetes:core/v1:Secret";
/** The resources that set env vars, and their inputs that a rotation changes. */
const targets: Readonly<Record<string, readonly string[]>> = {
    "airflow-deployment:kubernetes:PodTemplateSecret": ["values"],
    "airflow-deployment:kubernetes:WorkloadPatch": ["env"],
    "airflow-deployment:astronomer:EnvironmentVariables": ["secretValues", "values"],
};

/**
 * Returns the changes that are neither part of a rotation nor of the retirement of what was rotated: somebody changed the
 * config, or a service. Each as `<Deployment>: <change>`.
 */
export function otherChanges(parts: readonly Part[]): string[] {
    return parts.flatMap((part) =>
        part.changes
            .filter((change) => change.kind !== "same" && !isExpected(part, change))
            .map(({ kind, type, role }) => `${part.deployment ?? "the stack"}: ${type} ${role} is ${kind}`),
    );
}

function isExpected({ changes, whole }: Part, { kind, type, role, hash, properties }: Change): boolean {
    // A newer version of a provider is recorded in the state, and changes nothing in a service.
    if (type.startsWith("pulumi:providers:")) {
        return true;
    }
    if (whole !== undefined) {
        return false;
    }
    const login = resourceType(type)?.login;
    switch (kind) {
        case "created":
            return login === "credential" || (type === ENV_SECRET && hash !== undefined);
        case "changed":
            // Without a changed input, the engine only repeats an update that failed, e.g. a rollout that was not waited for.
            return targets[type] !== undefined && properties.every((name) => targets[type]?.includes(name));
        case "deleted":
            // Test secrets are also deleted if the config no longer wants them. Otherwise an identity goes with them.
            return hash !== undefined && (!role.startsWith("test-") || changes.some(isDeletedIdentity));
        default:
            return false;
    }
}

/** Whether a part of an identity is deleted: an identity of pods in Google Cloud has nothing but grants. */
function isDeletedIdentity({ kind, role, hash }: Change): boolean {
    return kind === "deleted" && hash !== undefined && identityParts.has(role);
}

/** Whether anything changes in a service, or what is recorded about the env vars: an overlap begins with the record. */
export function hasChanges(parts: readonly Part[]): boolean {
    return parts.some(
        ({ changes, recordsMove }) =>
            recordsMove || changes.some(({ kind, type }) => kind !== "same" && !type.startsWith("pulumi:providers:")),
    );
}
