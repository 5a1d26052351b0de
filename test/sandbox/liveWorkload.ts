import type { KubernetesObject } from "@kubernetes/client-node";

/** An env entry of a live container. */
export interface EnvEntry {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
}

export interface LiveWorkload extends KubernetesObject {
    readonly spec: {
        readonly template: { readonly spec: { readonly containers: { name: string; env?: EnvEntry[] }[] } };
    };
}
