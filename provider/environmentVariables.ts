import { changeVariables, readVariables, type HoustonDeployment } from "../components/astronomer/houston/deployment";
import { HoustonError } from "../components/astronomer/houston/errors";
import { refusedKey } from "../components/astronomer/houston/keys";
import { describeConflicts } from "../components/astronomer/houston/problems";
import {
    conflicts,
    drift,
    withOurs,
    withoutOurs,
    type Claim,
    type Variable,
} from "../components/astronomer/houston/variables";
import { secretPart } from "./marshal";
import type { Properties, ResourceType } from "./resourceType";

/** What the program asks for. */
interface Wanted extends HoustonDeployment {
    readonly owner: string;
    /** Take over a variable of the same name that is somebody else's. */
    readonly force: boolean;
    readonly values: Readonly<Record<string, string>>;
    readonly secretValues: Readonly<Record<string, string>>;
}

/**
 * `airflow-deployment:astronomer:EnvironmentVariables`: some of the environment variables of an Airflow Deployment on Astronomer. The
 * others stay as they are.
 */
export const environmentVariables = {
    inputs: ["houstonUrl", "deploymentUuid", "releaseName", "owner", "force", "values", "secretValues"],
    required: ["houstonUrl", "deploymentUuid", "releaseName", "owner", "force", "values", "secretValues"],
    replaceOn: ["houstonUrl", "releaseName"],
    computed: [],
    secrets: [],
    async create(inputs: Properties) {
        const wanted = inputs as unknown as Wanted;
        await set(wanted, undefined);
        return { id: wanted.releaseName, outputs: outputsOf(inputs) };
    },
    async read(id: string, inputs: Properties) {
        const wanted = inputs as unknown as Wanted;
        const live = await readVariables(wanted);
        const set = variablesOf(wanted);
        if (!set.some(({ key }) => live.some((variable) => variable.key === key))) {
            return undefined;
        }
        const found = drift(live, set, { owner: wanted.owner });
        // The program never says `drift`: the next `up` sees a difference, and writes what it is to be.
        const shown = { ...withoutDrift(inputs), ...(Object.keys(found).length === 0 ? {} : { drift: found }) };
        return { id, inputs: outputsOf(shown), outputs: outputsOf(shown) };
    },
    async update(_id: string, inputs: Properties, outputs: Properties) {
        await set(inputs as unknown as Wanted, claimOf(outputs));
        return outputsOf(inputs);
    },
    async delete(_id: string, outputs: Properties) {
        const claim = claimOf(outputs);
        const held = outputs as unknown as Wanted;
        try {
            await changeVariables(held, (live) => withoutOurs(live, claim));
        } catch (error) {
            if (error instanceof HoustonError && error.retry === false) {
                // Houston does not tell a Deployment that is gone from one that the caller may not see.
                throw new HoustonError(
                    `${error.message}. If ${held.releaseName} itself is gone from Astronomer, so are its variables: take ` +
                        "this resource out of the state with `pulumi state delete` and its URN",
                );
            }
            throw error;
        }
    },
} satisfies ResourceType;

/** @param before what we have set already, maybe as another owner: the stack may have another name now */
async function set(wanted: Wanted, before: Claim | undefined): Promise<void> {
    const variables = variablesOf(wanted);
    for (const { key, value, isSecret } of variables) {
        const refused = refusedKey(key);
        if (refused !== undefined) {
            throw new HoustonError(refused);
        }
        if (isSecret && value === "") {
            throw new HoustonError(`${key} is empty: Houston would keep the secret that it has`);
        }
    }
    const keys = variables.map(({ key }) => key);
    const claim = { owner: wanted.owner };
    await changeVariables(wanted, (found) => {
        const live = before === undefined ? found : (withoutOurs(found, before) ?? found);
        const taken = wanted.force ? [] : conflicts(live, keys, claim);
        if (taken.length > 0) {
            throw new HoustonError(describeConflicts(taken, wanted).join("; "));
        }
        return withOurs(live, variables, claim);
    });
}

function variablesOf({ values, secretValues }: Wanted): Variable[] {
    const all = (of: Readonly<Record<string, string>>, isSecret: boolean): Variable[] =>
        Object.entries(of).map(([key, value]) => ({ key, value, isSecret }));
    return [...all(secretValues, true), ...all(values, false)];
}

/** Who we are, and what the state remembers of what we set. */
function claimOf(outputs: Properties): Claim {
    const held = outputs as unknown as Wanted;
    return { owner: held.owner, remembered: variablesOf(held).map(({ key }) => key) };
}

/** Each secret by itself, so that a preview still shows the names. */
function outputsOf(inputs: Properties): Properties {
    const { secretValues, ...others } = inputs;
    const marked = Object.entries(secretValues as Record<string, string>).map(([key, value]) => [
        key,
        secretPart(value),
    ]);
    return { ...others, secretValues: Object.fromEntries(marked) as Properties };
}

function withoutDrift(inputs: Properties): Properties {
    return Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== "drift"));
}
