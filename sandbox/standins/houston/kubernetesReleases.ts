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

/** Who writes, in the eyes of Kubernetes. */
const MANAGER = "houston";
/** In which Houston remembers the names of the variables that are secret. */
const HIDDEN = "astronomer.io/hide-from-ui";

/**
 * Where Houston keeps a Deployment's variables: in the Secret `<release>-env`, from which the Airflow chart maps them
 * into the pods. A checksum of them all on the pods' template restarts the pods.
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
            const hidden = JSON.parse(secret.metadata.annotations?.[HIDDEN] ?? "[]") as string[];
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
                annotations: { [HIDDEN]: JSON.stringify(hidden) },
            },
            data: Object.fromEntries(sorted.map(({ key, value }) => [key, Buffer.from(value).toString("base64")])),
        });
        const checksum = createHash("sha512").update(JSON.stringify(sorted)).digest("hex");
        const env = sorted.map(({ key }) => ({
            name: key,
            valueFrom: { secretKeyRef: { name: secretName(release), key } },
        }));
        await Promise.all(components.map((component) => this.apply(podsWith(release, component, env, checksum))));
    }

    private async apply(object: object): Promise<void> {
        await this.api.patch(object, undefined, undefined, MANAGER, true, PatchStrategy.ServerSideApply);
    }
}

function podsWith(release: string, { kind, role }: Component, env: readonly object[], checksum: string): object {
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
