import { createHash } from "node:crypto";
import {
    ApiException,
    KubernetesObjectApi,
    PatchStrategy,
    type KubeConfig,
    type V1Secret,
} from "@kubernetes/client-node";
import type { Releases, StoredVariable } from "./releases";
import { components, namespaceOf, type Component } from "../../company/releases";

/** The field manager in Kubernetes. */
const FIELD_MANAGER = "houston";
/** The annotation with the names of the secret variables. */
const HIDDEN_ANNOTATION = "astronomer.io/hide-from-ui";

/**
 * Keeps a Deployment's variables where Houston keeps them: in the Secret `<release>-env`. The Airflow chart refers to
 * it from the pods' env. A checksum annotation on the pod template restarts the pods when a variable changes.
 */
export class KubernetesReleases implements Releases {
    private readonly api: KubernetesObjectApi;

    constructor(config: KubeConfig) {
        this.api = KubernetesObjectApi.makeApiClient(config);
    }

    async read(release: string): Promise<StoredVariable[] | undefined> {
        const metadata = { name: secretName(release), namespace: namespaceOf(release) };
        try {
            const secret = await this.api.read<V1Secret & { metadata: { name: string; namespace: string } }>({
                apiVersion: "v1",
                kind: "Secret",
                metadata,
            });
            const hidden = JSON.parse(secret.metadata.annotations?.[HIDDEN_ANNOTATION] ?? "[]") as string[];
            return Object.entries(secret.data ?? {}).map(([key, value]) => ({
                key,
                value: Buffer.from(value, "base64").toString("utf8"),
                isSecret: hidden.includes(key),
            }));
        } catch (error) {
            if (error instanceof ApiException && error.code === 404) {
                return undefined;
            }
            throw error;
        }
    }

    async write(release: string, variables: readonly StoredVariable[]): Promise<void> {
        const sorted = [...variables].sort((one, other) => (one.key < other.key ? -1 : 1));
        const hidden = sorted.filter(({ isSecret }) => isSecret).map(({ key }) => key);
        await this.apply({
            apiVersion: "v1",
            kind: "Secret",
            type: "Opaque",
            metadata: {
                name: secretName(release),
                namespace: namespaceOf(release),
                annotations: { [HIDDEN_ANNOTATION]: JSON.stringify(hidden) },
            },
            data: Object.fromEntries(sorted.map(({ key, value }) => [key, Buffer.from(value).toString("base64")])),
        });
        const checksum = createHash("sha512").update(JSON.stringify(sorted)).digest("hex");
        const env = sorted.map(({ key }) => ({
            name: key,
            valueFrom: { secretKeyRef: { name: secretName(release), key } },
        }));
        await Promise.all(components.map((component) => this.apply(workloadWith(release, component, env, checksum))));
    }

    async remove(release: string): Promise<void> {
        const metadata = { name: secretName(release), namespace: namespaceOf(release) };
        try {
            await this.api.delete({ apiVersion: "v1", kind: "Secret", metadata });
        } catch (error) {
            if (!(error instanceof ApiException && error.code === 404)) {
                throw error;
            }
        }
    }

    private async apply(object: object): Promise<void> {
        await this.api.patch(object, undefined, undefined, FIELD_MANAGER, true, PatchStrategy.ServerSideApply);
    }
}

function workloadWith(release: string, { kind, role }: Component, env: readonly object[], checksum: string): object {
    return {
        apiVersion: "apps/v1",
        kind,
        metadata: { name: `${release}-${role}`, namespace: namespaceOf(release) },
        spec: {
            template: {
                metadata: { annotations: { "checksum/airflow-secrets": checksum } },
                spec: { containers: [{ name: role, env }] },
            },
        },
    };
}

function secretName(release: string): string {
    return `${release}-env`;
}
