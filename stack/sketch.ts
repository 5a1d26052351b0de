import { z } from "zod";
import { azureVaultUrl } from "../components/azure/airflow";
import { parameterStorePrefixes } from "../components/aws/parameterStore";
import { flatPrefixes, namePrefixes, type Prefixes, type Scope } from "../airflow/scope";
import { secretsManagerPrefixes } from "../components/aws/secretsManager";
import { vaultPaths } from "../components/vault/airflow";
import { parameterStoreKeys, secretsManagerKeys } from "../components/aws/config";
import { azureKeyVaultKeys } from "../components/azure/config";
import { gcpSecretManagerKeys } from "../components/gcp/config";
import { vaultBackend } from "../components/vault/config";
import { nearest } from "../config/nearest";
import type { Reach } from "../config/overlap";
import { quote } from "../config/text";
import { deployment } from "./schema";
import { astronomerTarget } from "../components/astronomer/config";
import { kubernetesTarget } from "../components/kubernetes/config";

/**
 * What can be told of a Deployment even when other parts of it are wrong: as much as the rules need that look at
 * several Deployments, so that their mistakes are reported together with all others.
 */
export interface Sketch {
    readonly index: number;
    readonly name: string | undefined;
    readonly grant: Grant | undefined;
    readonly reach: Reach | undefined;
    readonly mount: MountSketch | undefined;
    readonly workloads: readonly WorkloadSketch[];
    /** What Astronomer knows the target by, in words. */
    readonly release: string | undefined;
}

export interface MountSketch {
    /** Path of the mount, below its namespace. */
    readonly path: string;
    readonly kvVersion: number;
}

export interface WorkloadSketch {
    /** What Kubernetes knows it by, in words. */
    readonly id: string | undefined;
    /** At their places in the workload's list. */
    readonly containers: readonly (string | undefined)[];
}

const anyMapping = z.looseObject({});
const anyList = z.array(z.unknown());

export function sketch(item: unknown, index: number): Sketch {
    const found = read(anyMapping, item) ?? {};
    const grant = firstDefined(grants, found.backend);
    const shareSecrets = readUnlessMistyped(shareSecretsOnly, found, deployment.shape)?.shareSecrets;
    return {
        index,
        name: read(deployment.shape.name, found.name),
        grant,
        reach: grant === undefined || shareSecrets === undefined ? undefined : { ...grant, shareSecrets },
        mount: mountOf(found.backend),
        workloads: workloadsOf(found.target),
        release: releaseOf(found.target, read(deployment.shape.name, found.name)),
    };
}

const shareSecretsOnly = deployment.pick({ shareSecrets: true }).strip();

/** What a Deployment may read, and how its place could be another. */
export interface Grant extends Omit<Reach, "shareSecrets"> {
    readonly scope: string | undefined;
    /** Whether a scope can be written, or is told by other keys. */
    readonly takesScope: boolean;
    /** In words: what else makes its prefixes. */
    readonly movedBy: string;
}

/** One function a kind of backend; it gives nothing for another kind, or when what it needs is not right. */
const grants: readonly ((backend: unknown) => Grant | undefined)[] = [
    vaultGrant,
    secretsManagerGrant,
    parameterStoreGrant,
    gcpGrant,
    azureGrant,
];

const vaultPlace = vaultBackend.pick({ kind: true, mount: true, scope: true, namespace: true }).strip();

/** A stack is one Vault, and `mistakesTogether` sees to it that a mount has one version: neither matters here. */
function vaultGrant(backend: unknown): Grant | undefined {
    const found = readUnlessMistyped(vaultPlace, backend, vaultBackend.shape);
    if (found === undefined) {
        return undefined;
    }
    const { scope } = found;
    const root = mountPath(found);
    const { variables, connections } = vaultPaths({ scope });
    const prefixes = [`${root}/${variables}/`, `${root}/${connections}/`];
    return { store: "vault", scope, takesScope: true, movedBy: "another scope or mount", prefixes };
}

const awsPlace = { kind: true, region: true, scope: true, variablesPrefix: true, connectionsPrefix: true } as const;
const secretsManagerPlace = secretsManagerKeys.pick({ ...awsPlace, sep: true }).strip();
const parameterStorePlace = parameterStoreKeys.pick(awsPlace).strip();

/** A stack is one AWS account; each region has secrets of its own. */
function secretsManagerGrant(backend: unknown): Grant | undefined {
    const found = readUnlessMistyped(secretsManagerPlace, backend, secretsManagerKeys.shape);
    return found === undefined ? undefined : awsGrant("secretsmanager", found, secretsManagerPrefixes(found));
}

function parameterStoreGrant(backend: unknown): Grant | undefined {
    const found = readUnlessMistyped(parameterStorePlace, backend, parameterStoreKeys.shape);
    return found === undefined ? undefined : awsGrant("ssm", found, parameterStorePrefixes(found));
}

function awsGrant(service: string, place: Scope & { readonly region: string }, prefixes: Prefixes): Grant {
    return { store: `${service} ${place.region}`, ...own(place), prefixes: namePrefixes(prefixes) };
}

const gcpPlace = gcpSecretManagerKeys
    .pick({ kind: true, project: true, scope: true, variablesPrefix: true, connectionsPrefix: true, sep: true })
    .strip();

function gcpGrant(backend: unknown): Grant | undefined {
    const found = readUnlessMistyped(gcpPlace, backend, gcpSecretManagerKeys.shape);
    return found === undefined
        ? undefined
        : { store: `gcp ${found.project}`, ...own(found), prefixes: namePrefixes(flatPrefixes(found)) };
}

const azurePlace = azureKeyVaultKeys.pick({ kind: true, vaultName: true }).strip();

/** Key Vault grants a vault as a whole. One that is made under a name of the stack's own is nobody else's. */
function azureGrant(backend: unknown): Grant | undefined {
    const vault = readUnlessMistyped(azurePlace, backend, azureKeyVaultKeys.shape)?.vaultName;
    return vault === undefined
        ? undefined
        : {
              store: "azure",
              scope: undefined,
              takesScope: false,
              movedBy: "a vault of its own",
              prefixes: [`${azureVaultUrl(vault)}/`],
          };
}

/** How a Deployment with a scope, or with prefixes of its own in its stead, could be moved. */
function own({ scope, variablesPrefix, connectionsPrefix }: Scope): Pick<Grant, "scope" | "takesScope" | "movedBy"> {
    return {
        scope,
        takesScope: variablesPrefix === undefined && connectionsPrefix === undefined,
        movedBy: "another scope or other prefixes",
    };
}

function mountPath({ mount, namespace }: { mount: string; namespace?: string | undefined }): string {
    return namespace === undefined ? mount : `${namespace}/${mount}`;
}

const vaultMount = vaultBackend.pick({ kind: true, mount: true, namespace: true, kvVersion: true }).strip();

function mountOf(backend: unknown): MountSketch | undefined {
    const found = readUnlessMistyped(vaultMount, backend, vaultBackend.shape);
    return found === undefined ? undefined : { path: mountPath(found), kvVersion: found.kvVersion };
}

const { namespace: namespaceName, workloads: workloadList } = kubernetesTarget.shape;
const workload = workloadList.element.shape;

function workloadsOf(target: unknown): WorkloadSketch[] {
    const found = read(anyMapping, target);
    const namespace = read(namespaceName, found?.namespace);
    return (read(anyList, found?.workloads) ?? []).map((item) => {
        const live = read(anyMapping, item);
        const kind = read(workload.kind, live?.kind);
        const name = read(workload.name, live?.name);
        const isKnown = namespace !== undefined && kind !== undefined && name !== undefined;
        return {
            id: isKnown ? `${kind} ${quote(name)} in namespace ${quote(namespace)}` : undefined,
            containers: (read(anyList, live?.containers) ?? []).map((each) => read(workload.containers.element, each)),
        };
    });
}

const astronomerPlace = astronomerTarget.pick({ kind: true, houstonUrl: true, releaseName: true }).strip();

function releaseOf(target: unknown, name: string | undefined): string | undefined {
    const found = readUnlessMistyped(astronomerPlace, target, astronomerTarget.shape);
    const release = found?.releaseName ?? name;
    return found === undefined || release === undefined
        ? undefined
        : `the release ${quote(release)} at ${found.houstonUrl}`;
}

function read<T extends z.ZodType>(schema: T, value: unknown): z.output<T> | undefined {
    return schema.safeParse(value).data;
}

/**
 * As `read`, of a part of `shape`. Nothing where one of the part's keys may be there under a mistyped name: a default
 * in its stead would call forth errors that vanish when the name is mended.
 */
function readUnlessMistyped<T extends z.ZodObject>(part: T, value: unknown, shape: object): z.output<T> | undefined {
    const known = Object.keys(shape);
    const unknown = Object.keys(read(anyMapping, value) ?? {}).filter((key) => !known.includes(key));
    const mistyped = unknown.some((key) => Object.hasOwn(part.shape, nearest(key, known) ?? ""));
    return mistyped ? undefined : read(part, value);
}

function firstDefined<T>(functions: readonly ((value: unknown) => T | undefined)[], value: unknown): T | undefined {
    return functions.map((each) => each(value)).find((result) => result !== undefined);
}
