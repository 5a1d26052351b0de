import { astronomerKind } from "../components/astronomer/kind";
import { parameterStoreKind, secretsManagerKind } from "../components/aws/kinds";
import { azureKeyVaultKind } from "../components/azure/kind";
import type { BackendKind, BackendReach, CloudIdentity } from "../components/backend";
import { gcpSecretManagerKind } from "../components/gcp/kind";
import { kubernetesKind } from "../components/kubernetes/kind";
import type { TargetKind } from "../components/target";
import { vaultKind } from "../components/vault/kind";

/**
 * All kinds of backend. stack/services.ts lists the services that create them: there are two lists, because the commands
 * read this one without loading the Pulumi SDK.
 */
const backends = [
    vaultKind,
    secretsManagerKind,
    parameterStoreKind,
    gcpSecretManagerKind,
    azureKeyVaultKind,
] as const satisfies readonly BackendKind[];

/** All kinds of target. stack/services.ts lists the services that create them. */
const targets = [astronomerKind, kubernetesKind] as const satisfies readonly TargetKind[];

export const backendKinds: readonly BackendKind[] = backends;
export const targetKinds: readonly TargetKind[] = targets;

/** The same kinds with the exact types of their schemas, for the config's schema. */
export const exactKinds = { backends, targets };

export type BackendKindName = (typeof backends)[number]["kind"];

export const backendKind = (kind: BackendKindName): BackendKind => listed(backendKinds, kind);

/** Returns what a backend may read, of whichever kind it is; `undefined` if a key that decides it is invalid. */
export function reachOf(backend: unknown): BackendReach | undefined {
    return backendKinds.flatMap((kind) => kind.reach(backend) ?? [])[0];
}

export type TargetKindName = (typeof targets)[number]["kind"];

export const targetKind = (kind: TargetKindName): TargetKind => listed(targetKinds, kind);

/** The clouds for which the credential is in the cloud's standard environment variables, e.g. `AWS_ACCESS_KEY_ID`. */
export const cloudIdentities: readonly CloudIdentity[] = [
    ...new Set(backendKinds.flatMap(({ cloudIdentity }) => cloudIdentity ?? [])),
];

function listed<Kind extends { readonly kind: string }>(kinds: readonly Kind[], name: string): Kind {
    const found = kinds.find(({ kind }) => kind === name);
    if (found === undefined) {
        throw new Error(`stack/kinds.ts does not list ${name}`);
    }
    return found;
}

/** Names of the resources that belong to an identity. The others with a hash in their name belong to a place. */
export const identityParts = new Set(backendKinds.flatMap(({ lifecycle }) => lifecycle.parts.map(({ name }) => name)));
