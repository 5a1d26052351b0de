import { isDeepStrictEqual } from "node:util";
import { isCreatedVault } from "../components/azure/resources";
import { credentialTitle, hashOf, parseResourceName } from "../components/names";
import type { CredentialId, Current } from "../components/owner";
import type { Place } from "../components/backend";
import type { TrustedPods } from "../components/trustedPods";
import { groupBy } from "../lib/groupBy";
import { backendKind, identityParts, targetKind } from "./kinds";
import { credentialEnd } from "./credentialEnd";
import { credentialTimes, trustedPods } from "./keyless";
import { isCompleted, plan, type Plan, type Wanted } from "./plan";
import { madeRecord, madeRecordName, movedRecord, movedRecordName, type MadeRecord, type MovedRecord } from "./records";
import { requestFor, type RotateRequest } from "./rotateRequest";
import type { DeploymentConfig } from "./schema";
import { recordsIn, type StateResource } from "./stateResource";
import { withAuthorization } from "./vaultAuthorization";

/** A Deployment of the config, and what the state says about its life. */
export interface PlannedDeployment extends DeploymentConfig {
    readonly current: Current;
    /** The pods that the backend trusts; `undefined` if the Deployment logs in with a credential. */
    readonly pods: TrustedPods | undefined;
    readonly plan: Plan;
    readonly made: MadeRecord;
    /** The credential that its env vars hold, as the last run recorded it; `undefined` before the first. */
    readonly holds: MovedRecord | undefined;
    /** Where Airflow reads until this run, and from then on; `undefined` if it is the same place. */
    readonly move: { readonly from: Place; readonly to: Place } | undefined;
    /** Its resources in the state that have a hash in their name. */
    readonly found: readonly StateResource[];
    /** Those that are not current and stay for now. */
    readonly retired: readonly StateResource[];
    /**
     * Whether a resource with this logical name may exist although it is not in the state: the last run for the
     * Deployment has begun, and was interrupted or failed before the env vars were set.
     */
    readonly mayExist: (name: string) => boolean;
    readonly isInState: (name: string) => boolean;
}

const MADE = madeRecordName("");

export interface PlanOptions {
    readonly project: string;
    readonly stack: string;
    readonly now: Date;
    /** What `npm run rotate` asks for. */
    readonly request?: RotateRequest | undefined;
}

/**
 * Plans the life of every Deployment.
 *
 * @param state the resources of the last checkpoint
 * @throws Error if a record in the state cannot be read
 */
export function planStack(
    deployments: readonly DeploymentConfig[],
    state: readonly StateResource[],
    { project, stack, now, request }: PlanOptions,
): readonly PlannedDeployment[] {
    const records = recordsIn(state);
    const made = madeRecords(records);
    const names = firstNames(deployments, made);
    const resources = groupBy(state, (resource) => parseResourceName(resource.name)?.deployment);
    return deployments.map((deployment) => {
        const { name } = deployment;
        const first = names.get(name) ?? name;
        const record = made.get(first);
        const found = records.get(movedRecordName(first));
        const moved = found === undefined ? undefined : movedRecord.parse(found);
        const own = resources.get(first) ?? [];
        const { identityKeys, placeKeys, storeKeys = [] } = backendKind(deployment.backend.kind).lifecycle;
        const store = hashOf([deployment.backend.kind, "store", pick(deployment.backend, storeKeys)]);
        const backend = withAuthorization(deployment.backend, store, own);
        const owner = { project: record?.project ?? project, stack: record?.stack ?? stack, deployment: first };
        // Names in the services have no room for the project. Its hash tells projects with the same names apart.
        const pods = trustedPods({ ...deployment, backend });
        // What logs in is a part of an identity. Where its token is does not matter.
        const trust = pods === undefined ? [] : [{ ...pods, tokenFile: undefined }];
        const identity = hashOf([owner.project, backend.kind, pick(backend, identityKeys), ...trust]);
        const place: Place = { ...pick(backend, placeKeys), kind: backend.kind };
        const placeHash = hashOf([backend.kind, "place", pick(backend, placeKeys)]);
        const endOf = (credential: CredentialId): Date | undefined => credentialEnd(own, credential);
        const planned = plan(
            { identity, ...credentialTimes(deployment), ...(pods === undefined ? requested(request, name) : {}) },
            { made: record, moved, living: living(own), endOf },
            now,
        );
        const current = { owner, place: placeHash, store, ...planned.current };
        const places = placesAfter(
            planned,
            { place, ...(pods === undefined ? {} : { keyless: true }) },
            record?.places ?? [],
        );
        const before = record?.places.find((each) => each.identity === moved?.identity)?.place;
        const isInState = (resource: string): boolean => own.some((known) => known.name === resource);
        return {
            ...deployment,
            backend,
            current,
            pods,
            plan: planned,
            made: {
                ...planned.made,
                places,
                name,
                project: owner.project,
                stack: owner.stack,
                target: targetOf(deployment),
            },
            holds: moved,
            move: before === undefined || isDeepStrictEqual(before, place) ? undefined : { from: before, to: place },
            found: own,
            retired: own.filter((resource) => isRetired(resource, current, planned, now)),
            isInState,
            mayExist: (resource: string) =>
                record !== undefined && !isCompleted({ made: record, moved }) && !isInState(resource),
        };
    });
}

function requested(request: RotateRequest | undefined, deployment: string): Partial<Wanted> {
    const found = requestFor(request, deployment);
    return found === undefined
        ? {}
        : { madeBefore: new Date(found.madeBefore), ...(found.revoke ? { overlapMs: 0 } : {}) };
}

function pick(backend: object, keys: readonly string[]): object {
    return Object.fromEntries(
        Object.entries(backend)
            .filter(([key]) => keys.includes(key))
            .sort(),
    );
}

type RecordedPlace = MadeRecord["places"][number];

/** Returns where each recorded identity may read. What an identity may read never changes, nor how it logs in. */
function placesAfter(
    { made, current: { identity: current } }: Plan,
    place: Omit<RecordedPlace, "identity">,
    before: readonly RecordedPlace[],
): RecordedPlace[] {
    const identities = new Set(made.credentials.map(({ identity }) => identity));
    const known = [...before.filter(({ identity }) => identity !== current), { identity: current, ...place }];
    return known.filter(({ identity }) => identities.has(identity));
}

function madeRecords(records: ReadonlyMap<string, unknown>): ReadonlyMap<string, MadeRecord> {
    const made = [...records].filter(([name]) => name.endsWith(MADE));
    return new Map(made.map(([name, record]) => [name.slice(0, -MADE.length), madeRecord.parse(record)]));
}

/**
 * Returns each Deployment's first name, which is in the names of its resources, by its name in the config. The same name
 * with the same target is the same Deployment. Otherwise, what runs where a Deployment ran is that one, renamed; and
 * what has its name is that one, moved.
 */
function firstNames(
    deployments: readonly DeploymentConfig[],
    records: ReadonlyMap<string, MadeRecord>,
): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    const hasName = ({ name }: DeploymentConfig, record: MadeRecord): boolean => record.name === name;
    const hasTarget = (deployment: DeploymentConfig, record: MadeRecord): boolean => {
        const target = targetOf(deployment);
        return record.target.some((each) => target.includes(each));
    };
    const isUnchanged: typeof hasName = (...both) => hasName(...both) && hasTarget(...both);
    const left = new Map(records);
    for (const matches of [isUnchanged, hasTarget, hasName]) {
        for (const deployment of deployments.filter(({ name }) => !found.has(name))) {
            const [first] = [...left].find(([, record]) => matches(deployment, record)) ?? [];
            if (first !== undefined) {
                found.set(deployment.name, first);
                left.delete(first);
            }
        }
    }
    for (const { name } of deployments.filter((deployment) => !found.has(deployment.name))) {
        found.set(name, freeName(name, new Set([...records.keys(), ...found.values()])));
    }
    return found;
}

/** Returns the name, with a number if it was the first name of a Deployment that was renamed since. */
function freeName(name: string, taken: ReadonlySet<string>): string {
    let free = name;
    for (let number = 2; taken.has(free); number += 1) {
        free = `${name}-${number}`;
    }
    return free;
}

/** Returns what only this Deployment may have: its release, or its workloads. */
function targetOf({ name, target }: DeploymentConfig): string[] {
    return targetKind(target.kind)
        .claims(target, name)
        .flatMap(({ what, group }) => (group === undefined ? [what] : []));
}

/** Returns the credentials with resources in the state. An identity without one counts as its first credential. */
function living(resources: readonly StateResource[]): CredentialId[] {
    const found = resources.flatMap(({ name }) => {
        const { hash = "", part = "", generation } = parseResourceName(name) ?? {};
        return generation !== undefined || identityParts.has(part) ? [{ identity: hash, generation }] : [];
    });
    const withGeneration = found.flatMap(({ identity, generation }) =>
        generation === undefined ? [] : [{ identity, generation }],
    );
    const without = found
        .filter(({ identity }) => withGeneration.every((each) => each.identity !== identity))
        .map(({ identity }) => ({ identity, generation: 1 }));
    return [...new Map([...withGeneration, ...without].map((each) => [credentialTitle(each), each])).values()];
}

function isRetired(resource: StateResource, current: Current, { retiring, moved }: Plan, now: Date): boolean {
    const { hash, part = "", generation } = parseResourceName(resource.name) ?? {};
    if (generation !== undefined) {
        return retiring.some((each) => each.identity === hash && each.generation === generation);
    }
    if (identityParts.has(part)) {
        return hash !== current.identity && retiring.some(({ identity }) => identity === hash);
    }
    // A place stays as long as another identity may read there. A created vault stays for at least one run, also without
    // overlap: `declareRetired` then makes sure that it is not deleted.
    const isNeeded = retiring.some(({ identity }) => identity !== current.identity);
    const isKept = isCreatedVault(resource.name) && moved.since === now.toISOString();
    return hash !== current.place && hash !== current.store && (isNeeded || isKept);
}
