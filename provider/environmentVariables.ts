import { whyDeleted, workspaceOf } from "../components/astronomer/houston/deleted";
import { changeVariables, readVariables, type HoustonDeployment } from "../components/astronomer/houston/deployment";
import { HoustonError } from "../components/astronomer/houston/errors";
import { keyProblem } from "../components/astronomer/houston/keys";
import { describeConflicts } from "../components/astronomer/houston/problems";
import {
    findConflicts,
    findDrift,
    mergeOwned,
    removeOwned,
    type Ownership,
    type Variable,
} from "../components/astronomer/houston/variables";
import { secretParts } from "./marshal";
import type { Context, Properties, ResourceType } from "./resourceType";

/** The resource's inputs. */
interface Inputs extends HoustonDeployment {
    readonly owner: string;
    /** Whether to take over env vars of the same name that somebody else set. */
    readonly force: boolean;
    /** Names of env vars of others that preflight found, and that this run takes over or removes. */
    readonly takeOver?: readonly string[];
    readonly values: Readonly<Record<string, string>>;
    readonly secretValues: Readonly<Record<string, string>>;
}

/** The output with the id of the Deployment's Workspace. */
const WORKSPACE = "workspaceUuid";

/**
 * `airflow-deployment:astronomer:EnvironmentVariables`: some of the environment variables of an Airflow Deployment on
 * Astronomer. The others are left unchanged.
 */
export const environmentVariables = {
    inputs: ["houstonUrl", "deploymentUuid", "releaseName", "owner", "force", "takeOver", "values", "secretValues"],
    required: ["houstonUrl", "deploymentUuid", "releaseName", "owner", "force", "values", "secretValues"],
    replaceOn: ["houstonUrl", "releaseName"],
    once: ["takeOver"],
    // The Deployment's Workspace, if the service account can see it: its list tells whether the Deployment was deleted.
    computed: [WORKSPACE],
    secrets: [],
    async create(inputs: Properties) {
        const wanted = inputs as unknown as Inputs;
        const workspace = await workspaceOf(wanted);
        await set(wanted, undefined);
        return { id: wanted.releaseName, outputs: outputsOf(inputs, workspace) };
    },
    async read(id: string, inputs: Properties, outputs: Properties, context: Context) {
        const wanted = inputs as unknown as Inputs;
        const live = await unlessDeleted(() => readVariables(wanted), outputs, context);
        if (live === undefined) {
            return undefined;
        }
        const set = variablesOf(wanted);
        if (!set.some(({ key }) => live.some((variable) => variable.key === key))) {
            return undefined;
        }
        const found = findDrift(live, set, { owner: wanted.owner });
        // The program never sets `drift`, so the next `up` sees a difference and writes the env vars again.
        const shown = { ...withoutDrift(inputs), ...(Object.keys(found).length === 0 ? {} : { drift: found }) };
        return { id, inputs: outputsOf(shown), outputs: outputsOf(shown, outputs[WORKSPACE]) };
    },
    async update(_id: string, inputs: Properties, outputs: Properties) {
        const wanted = inputs as unknown as Inputs;
        const isSame = outputs.deploymentUuid === wanted.deploymentUuid;
        const workspace = (isSame ? outputs[WORKSPACE] : undefined) ?? (await workspaceOf(wanted));
        await set(wanted, ownershipOf(outputs));
        return outputsOf(inputs, workspace);
    },
    async delete(_id: string, outputs: Properties, context: Context) {
        const ownership = ownershipOf(outputs);
        const state = outputs as unknown as Inputs;
        await unlessDeleted(() => changeVariables(state, (live) => removeOwned(live, ownership)), outputs, context);
    },
} satisfies ResourceType;

/** Returns `undefined` instead of failing if the Deployment was deleted in Astronomer. */
async function unlessDeleted<T>(work: () => Promise<T>, outputs: Properties, { log }: Context): Promise<T | undefined> {
    try {
        return await work();
    } catch (error) {
        if (!(error instanceof HoustonError)) {
            throw error;
        }
        const workspace = outputs[WORKSPACE] as string | undefined;
        const why = await whyDeleted(outputs as unknown as Inputs, workspace, error);
        log("info", `${why}. Its environment variables were deleted with it`);
        return undefined;
    }
}

/** @param before what we have set before, possibly under another owner name, because a stack can be renamed */
async function set(wanted: Inputs, before: Ownership | undefined): Promise<void> {
    const variables = variablesOf(wanted);
    for (const { key, value, isSecret } of variables) {
        const problem = keyProblem(key);
        if (problem !== undefined) {
            throw new HoustonError(problem);
        }
        if (isSecret && value === "") {
            throw new HoustonError(`${key} is empty: Houston would ignore it and keep the stored value`);
        }
    }
    const keys = variables.map(({ key }) => key);
    const ownership = { owner: wanted.owner };
    await changeVariables(wanted, (found) => {
        const live = before === undefined ? found : (removeOwned(found, before) ?? found);
        const conflicts = wanted.force ? [] : findConflicts(live, keys, ownership);
        if (conflicts.length > 0) {
            throw new HoustonError(describeConflicts(conflicts, wanted).join("; "));
        }
        return mergeOwned(live, variables, ownership, wanted.force ? wanted.takeOver : []);
    });
}

function variablesOf({ values, secretValues }: Inputs): Variable[] {
    const all = (of: Readonly<Record<string, string>>, isSecret: boolean): Variable[] =>
        Object.entries(of).map(([key, value]) => ({ key, value, isSecret }));
    return [...all(secretValues, true), ...all(values, false)];
}

/** Returns our owner name and the names of the env vars that we set, from the state. */
function ownershipOf(outputs: Properties): Ownership {
    const state = outputs as unknown as Inputs;
    return { owner: state.owner, keysInState: variablesOf(state).map(({ key }) => key) };
}

function outputsOf(inputs: Properties, workspace?: unknown): Properties {
    const marked = { ...inputs, secretValues: secretParts(inputs.secretValues as Inputs["secretValues"]) };
    return workspace === undefined ? marked : { ...marked, [WORKSPACE]: workspace };
}

function withoutDrift(inputs: Properties): Properties {
    return Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== "drift"));
}
