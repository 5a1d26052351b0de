import { listManagers } from "./conflicts";
import { managersOf, withoutShared } from "./ownership";
import {
    containersOf,
    volumesOf,
    type LiveContainer,
    type LiveVolume,
    type LiveWorkload,
    type ManagedFields,
} from "./workload";

/** The service-account token that is put into containers, for a login without a stored credential. */
export interface PodToken {
    readonly audience: string;
}

/** Folder of the token in the containers, and the file's name in it. */
export const TOKEN_DIR = "/var/run/secrets/airflow-secrets-backend";
export const TOKEN_NAME = "token";
export const TOKEN_VOLUME = "airflow-secrets-backend-token";
/** Kubernetes' own default. The kubelet renews the file in time: a login reads it anew each time. */
const EXPIRATION_SECONDS = 3600;

/** The entry in a pod's `volumes`. */
export function tokenVolume({ audience }: PodToken): LiveVolume {
    const serviceAccountToken = { audience, expirationSeconds: EXPIRATION_SECONDS, path: TOKEN_NAME };
    return { name: TOKEN_VOLUME, projected: { sources: [{ serviceAccountToken }] } };
}

/** The entry in a container's `volumeMounts`. */
export const tokenMount = { name: TOKEN_VOLUME, mountPath: TOKEN_DIR, readOnly: true } as const;

/** Returns why the token cannot be put into a workload's pods. Each is a part of a sentence, about the workload. */
export function tokenProblems(token: PodToken, live: LiveWorkload, manager: string, force: boolean): string[] {
    const volume = volumesOf(live).find(({ name }) => name === TOKEN_VOLUME);
    const others = managersOf(live, volumePath).filter((each) => each !== manager);
    if (volume === undefined || others.length === 0 || isSame(volume, token)) {
        return [];
    }
    if (volume.projected === undefined) {
        return [`has a volume "${TOKEN_VOLUME}" of another type, owned by ${listManagers(others)}. Rename it there`];
    }
    return force
        ? []
        : [
              `has a volume "${TOKEN_VOLUME}" with other content, owned by ${listManagers(others)}. Remove it there, or set ` +
                  "force: true on this target to take it over",
          ];
}

/** Returns why the token cannot be mounted into a container. Each is a part of a sentence, about the container. */
export function mountProblems(live: LiveWorkload, container: LiveContainer, manager: string): string[] {
    const mount = container.volumeMounts?.find(({ mountPath }) => mountPath === TOKEN_DIR);
    const others = managersOf(live, mountPath(container.name)).filter((each) => each !== manager);
    return mount === undefined || mount.name === TOKEN_VOLUME
        ? []
        : [`something else is mounted at ${TOKEN_DIR}, owned by ${listManagers(others)}. Mount it elsewhere`];
}

/** Returns how the token in a workload's pods differs from what we set, by what differs. */
export function tokenDrift(
    live: LiveWorkload,
    token: PodToken,
    containers: readonly string[],
): Readonly<Record<string, string>> {
    const volume = volumesOf(live).find(({ name }) => name === TOKEN_VOLUME);
    const volumeDrift = volume === undefined ? "removed" : isSame(volume, token) ? undefined : "changed";
    const unmounted = containersOf(live)
        .filter(({ name }) => containers.includes(name))
        .filter(({ volumeMounts = [] }) => volumeMounts.every(({ name }) => name !== TOKEN_VOLUME));
    return {
        ...(volumeDrift === undefined ? {} : { [`volume ${TOKEN_VOLUME}`]: volumeDrift }),
        ...Object.fromEntries(unmounted.map(({ name }) => [`${name}: mount of ${TOKEN_VOLUME}`, "removed"])),
    };
}

/**
 * Returns the managed fields without what `manager` set for the token and somebody else has changed since; `undefined` if
 * there is nothing like that.
 */
export function withoutSharedToken(live: LiveWorkload, manager: string): readonly ManagedFields[] | undefined {
    const mounts = containersOf(live).map(({ name }) => mountPath(name));
    return withoutShared(live, manager, [volumePath, ...mounts]);
}

/** Ignores the defaults that the API server adds, e.g. the file's mode. */
function isSame({ projected }: LiveVolume, { audience }: PodToken): boolean {
    const [source, ...others] = projected?.sources ?? [];
    const found = source?.serviceAccountToken;
    return (
        others.length === 0 &&
        found?.audience === audience &&
        found.expirationSeconds === EXPIRATION_SECONDS &&
        found.path === TOKEN_NAME
    );
}

/** Paths in `fieldsV1`, below the pod's spec. */
const volumePath = ["f:volumes", `k:${JSON.stringify({ name: TOKEN_VOLUME })}`];
const mountPath = (container: string): string[] => [
    "f:containers",
    `k:${JSON.stringify({ name: container })}`,
    "f:volumeMounts",
    `k:${JSON.stringify({ mountPath: TOKEN_DIR })}`,
];
