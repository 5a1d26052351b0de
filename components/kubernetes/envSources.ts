import type { ClusterReads } from "./cluster";
import { containersOf, type LiveContainer, type LiveEnvSource, type LiveWorkload } from "./workload";

/** Env vars that a container gets from a ConfigMap or a Secret as a whole (`envFrom`). */

export interface SourceName {
    readonly kind: "ConfigMap" | "Secret";
    readonly name: string;
}

/** The content of sources, by title; of a Secret decoded. A source that does not exist has no keys. */
export type EnvSources = ReadonlyMap<string, Readonly<Record<string, string>>>;

export interface SourcedVariable {
    readonly name: string;
    readonly value: string;
    readonly source: SourceName;
}

/** Returns the name of a source for messages. */
export const sourceTitle = ({ kind, name }: SourceName): string => `${kind} "${name}"`;

/** Reads the sources of some containers, each once. */
export async function readEnvSources(
    cluster: ClusterReads,
    namespace: string,
    live: LiveWorkload | undefined,
    containers: readonly string[],
): Promise<EnvSources> {
    const used = containersOf(live ?? {}).filter(({ name }) => containers.includes(name));
    const sources = used.flatMap(({ envFrom = [] }) => envFrom.flatMap((each) => sourceName(each) ?? []));
    const unique = new Map(sources.map((source) => [sourceTitle(source), source]));
    const read = [...unique].map(async ([title, { kind, name }]) => {
        const found =
            kind === "Secret"
                ? decoded((await cluster.readSecret({ namespace, name }))?.data)
                : await cluster.readConfigMap({ namespace, name });
        return [title, found ?? {}] as const;
    });
    return new Map(await Promise.all(read));
}

/** Returns the env vars that a container gets from its sources. */
export function sourcedVariables({ envFrom = [] }: LiveContainer, sources: EnvSources): SourcedVariable[] {
    return envFrom.flatMap((each) => {
        const source = sourceName(each);
        const found = source === undefined ? {} : (sources.get(sourceTitle(source)) ?? {});
        return Object.entries(found).flatMap(([key, value]) =>
            source === undefined ? [] : [{ name: `${each.prefix ?? ""}${key}`, value, source }],
        );
    });
}

function sourceName({ configMapRef, secretRef }: LiveEnvSource): SourceName | undefined {
    if (secretRef?.name !== undefined) {
        return { kind: "Secret", name: secretRef.name };
    }
    return configMapRef?.name === undefined ? undefined : { kind: "ConfigMap", name: configMapRef.name };
}

function decoded(data: Readonly<Record<string, string>> = {}): Record<string, string> {
    const entries = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]);
    return Object.fromEntries(entries) as Record<string, string>;
}
