import { componentName } from "../../components/componentType";
import { parseResourceName } from "../../components/names";
import { backendKinds, targetKinds } from "../../stack/kinds";
import { madeRecord, madeRecordName, movedRecord, movedRecordName, RECORD } from "../../stack/records";
import { testStackType } from "../../stack/testStackConfig";
import { groupBy } from "../../lib/groupBy";
import { urnParts } from "../../lib/urn";
import type { Step } from "./events";
import type { Inputs } from "../../components/resourceTypes";

/** What happens to a resource. */
export type ChangeKind = "created" | "changed" | "replaced" | "deleted" | "same";

/** The change of one resource. */
export interface Change {
    readonly kind: ChangeKind;
    readonly type: string;
    /** Its logical name in Pulumi, without the Deployment's name and the hash. */
    readonly role: string;
    /** The hash of the identity or the place that it belongs to; `undefined` if there is none in its name. */
    readonly hash: string | undefined;
    /** Names of the inputs that change. */
    readonly properties: readonly string[];
    /** Its current inputs; `undefined` if it is new, or unchanged and grants nothing. */
    readonly old?: Inputs | undefined;
    /** Its new inputs; `undefined` if it is deleted, or unchanged and grants nothing. */
    readonly new?: Inputs | undefined;
    /** Whether the old resource is deleted before its replacement is created. */
    readonly deletedFirst: boolean;
}

/** The changes of one Deployment, or of the resources that belong to no Deployment. */
export interface Part {
    /** The Deployment's name; `undefined` for resources that belong to no Deployment. */
    readonly deployment: string | undefined;
    /** Kinds of its backend: two if the kind changes. */
    readonly backends: readonly string[];
    readonly changes: readonly Change[];
    /** Set if all its resources are created, or all are deleted. */
    readonly whole: "created" | "deleted" | undefined;
    /** Whether the record of the credential in its env vars changes. */
    readonly recordsMove: boolean;
    /** Hash of the identity whose credential the env vars hold before the run; `undefined` if there is none. */
    readonly movesFrom: string | undefined;
}

/** Names of the components that are named after their Deployment. */
const components: ReadonlySet<string> = new Set([...backendKinds, ...targetKinds].map(({ component }) => component));

/** Kinds of backend, by the name of their component. */
const backendKindOf: ReadonlyMap<string, string> = new Map(
    backendKinds.map(({ component, kind }) => [component, kind]),
);

/** The kind of change for each operation of the engine: https://www.pulumi.com/docs/iac/concepts/how-pulumi-works/ */
const kindOfOperation: Readonly<Record<string, ChangeKind>> = {
    same: "same",
    // Only read, or only removed from the state.
    read: "same",
    "read-replacement": "same",
    "discard-read": "same",
    "discard-replaced": "same",
    "remove-pending-replace": "same",
    refresh: "same",
    create: "created",
    import: "created",
    update: "changed",
    replace: "replaced",
    "create-replacement": "replaced",
    "import-replacement": "replaced",
    delete: "deleted",
    "delete-replaced": "deleted",
};

/** If a resource has several operations, the kind that comes first here applies. */
const precedence: readonly ChangeKind[] = ["replaced", "created", "changed", "deleted", "same"];

/**
 * Groups the engine's steps by Deployment and sorts the groups by Deployment name. Resources that belong to no
 * Deployment come first.
 */
export function partsOf(steps: readonly Step[]): Part[] {
    const records = groupBy(
        steps.filter(({ type }) => type === RECORD),
        ({ urn }) => urnParts(urn).name,
    );
    const byUrn = groupBy(
        // The records only repeat what changes.
        steps.filter(({ type }) => type !== RECORD),
        ({ urn }) => urn,
    );
    const parentOf = (urn: string): string => byUrn.get(urn)?.[0]?.parent ?? "";
    const byDeployment = groupBy([...byUrn.values()], ([first]) => deploymentOf(first?.urn ?? "", parentOf));
    return [...byDeployment]
        .map(([first, resources]) => ({
            ...partOf(first, resources),
            deployment: first === undefined ? undefined : configName(first, records),
            recordsMove: first !== undefined && kindOf(movedSteps(first, records)) !== "same",
            movesFrom: first === undefined ? undefined : movesFrom(first, records),
        }))
        .sort((one, other) => compare(one.deployment ?? "", other.deployment ?? ""));
}

/** The steps of the records, by logical name. */
type Records = ReadonlyMap<string, readonly Step[]>;

/** Returns a Deployment's name in the config: its resources have its first name, also after a rename. */
function configName(first: string, records: Records): string {
    const [record] = records.get(madeRecordName(first)) ?? [];
    return madeRecord.safeParse((record?.new ?? record?.old)?.input).data?.name ?? first;
}

/** Returns the identity in a Deployment's record of its env vars, as it is before; `undefined` if it is unchanged. */
function movesFrom(deployment: string, records: Records): string | undefined {
    const [record] = movedSteps(deployment, records);
    return movedRecord.safeParse(record?.old?.input).data?.identity;
}

function movedSteps(deployment: string, records: Records): readonly Step[] {
    return records.get(movedRecordName(deployment)) ?? [];
}

function partOf(
    deployment: string | undefined,
    resources: readonly (readonly Step[])[],
): Omit<Part, "deployment" | "recordsMove" | "movesFrom"> {
    const backends = resources.flatMap(
        ([step]) => backendKindOf.get(componentOf(step?.urn ?? "")?.component ?? "") ?? [],
    );
    const changes = resources
        // Of the components, only the one that contains `expires` is of interest.
        .filter(([step]) => step?.custom === true || step?.type === testStackType)
        .map((steps) => changeOf(deployment, steps))
        // The engine's order is different each time.
        .sort((one, other) => compare(one.role + one.type, other.role + other.type));
    const all = new Set(resources.map(kindOf));
    const [only] = all;
    const whole = all.size === 1 && (only === "created" || only === "deleted") ? only : undefined;
    return { backends: [...new Set(backends)], changes, whole };
}

function changeOf(deployment: string | undefined, steps: readonly Step[]): Change {
    const [{ type, urn } = { type: "", urn: "" }] = steps;
    const ops = steps.map(({ op }) => op);
    const deleted = ops.indexOf("delete-replaced");
    return {
        kind: kindOf(steps),
        type,
        ...roleOf(deployment, urnParts(urn).name),
        properties: [...new Set(steps.flatMap(({ properties }) => properties))],
        old: steps.find((step) => step.old !== undefined)?.old,
        new: steps.find((step) => step.new !== undefined)?.new,
        deletedFirst: deleted !== -1 && deleted < ops.indexOf("create-replacement"),
    };
}

function roleOf(deployment: string | undefined, name: string): Pick<Change, "role" | "hash"> {
    const { hash, part, generation } = parseResourceName(name) ?? {};
    const prefix = `${deployment ?? ""}.`;
    return part === undefined
        ? { role: name.startsWith(prefix) ? name.slice(prefix.length) : name, hash: undefined }
        : { role: generation === undefined ? part : `${part}.${generation}`, hash };
}

function kindOf(steps: readonly Step[]): ChangeKind {
    // Operations of later engine versions are shown rather than hidden.
    const found = steps.map(({ op }) => kindOfOperation[op] ?? "changed");
    return precedence.find((kind) => found.includes(kind)) ?? "same";
}

/** Returns the Deployment whose component is the resource or one of its ancestors; `undefined` if there is none. */
function deploymentOf(urn: string, parentOf: (urn: string) => string): string | undefined {
    for (let at = urn; at !== ""; at = parentOf(at)) {
        const component = componentOf(at);
        if (component !== undefined) {
            return component.name;
        }
    }
    return undefined;
}

function componentOf(urn: string): { component: string; name: string } | undefined {
    const { type, name } = urnParts(urn);
    const component = componentName(type);
    return component !== undefined && components.has(component) ? { component, name } : undefined;
}

function compare(one: string, other: string): number {
    return one < other ? -1 : one > other ? 1 : 0;
}
