import type { ClusterSecrets } from "../components/kubernetes/cluster";
import { ClusterError } from "../components/kubernetes/clusterError";
import {
    hasOtherEntries,
    ownsEntries,
    secretDrift,
    secretProblems,
    type LiveSecret,
    type SecretName,
} from "../components/kubernetes/secret";
import { secretParts } from "./marshal";
import type { Properties, ResourceType } from "./resourceType";
import { removeOrForget } from "./unreachable";

/** The resource's inputs. */
interface Inputs extends SecretName {
    /** The env vars, by name. */
    readonly values: Readonly<Record<string, string>>;
    readonly fieldManager: string;
    /** Whether to add the env vars to a Secret that somebody else created. */
    readonly force: boolean;
}

const names = ["namespace", "name", "values", "fieldManager", "force"] as const satisfies readonly (keyof Inputs)[];

/**
 * `airflow-deployment:kubernetes:PodTemplateSecret`: a Secret with a fixed name, which pod templates can refer to. Its
 * content is updated in place.
 */
export function podTemplateSecret(cluster: () => ClusterSecrets): ResourceType {
    return {
        inputs: names,
        required: names,
        // With another field manager, the entries belong to another resource.
        replaceOn: ["namespace", "name", "fieldManager"],
        computed: [],
        secrets: [],
        async create(inputs) {
            const wanted = inputs as unknown as Inputs;
            await apply(cluster(), wanted);
            return { id: idOf(wanted), outputs: outputsOf(inputs) };
        },
        async read(id, inputs) {
            if (names.some((name) => !(name in inputs))) {
                throw new Error(`${id} cannot be imported: \`pulumi up\` adopts the existing Secret of its own`);
            }
            const wanted = inputs as unknown as Inputs;
            const live = await cluster().readSecret(wanted);
            if (live === undefined || Object.keys(wanted.values).every((key) => !(key in (live.data ?? {})))) {
                return undefined;
            }
            const drift = secretDrift(live, dataOf(wanted), wanted.fieldManager);
            // The program never sets `drift`, so the next `up` sees a difference and sets the entries again.
            const shown = { ...outputsOf(inputs), ...(Object.keys(drift).length === 0 ? {} : { drift }) };
            return { id, inputs: shown, outputs: shown };
        },
        async update(_id, inputs) {
            await apply(cluster(), inputs as unknown as Inputs);
            return outputsOf(inputs);
        },
        async delete(_id, outputs, { log }) {
            await removeOrForget(() => remove(cluster(), outputs as unknown as Inputs), log);
        },
    };
}

async function apply(cluster: ClusterSecrets, wanted: Inputs): Promise<void> {
    const live = await cluster.readSecret(wanted);
    expectNone(wanted, live);
    try {
        await cluster.applySecret(wanted, live?.metadata?.uid, dataOf(wanted), wanted);
    } catch (error) {
        // Somebody may have changed the Secret since it was read. The API server does not say what to do about it.
        if (error instanceof ClusterError && error.status === 409) {
            expectNone(wanted, await cluster.readSecret(wanted));
        }
        throw error;
    }
}

/** Deletes the Secret. If somebody else has entries in it, it stays, and only ours are removed. */
async function remove(cluster: ClusterSecrets, state: Inputs): Promise<void> {
    const live = await cluster.readSecret(state);
    const uid = live?.metadata?.uid;
    if (live === undefined || uid === undefined || !ownsEntries(live, state.fieldManager)) {
        return;
    }
    if (hasOtherEntries(live, state.fieldManager)) {
        await cluster.applySecret(state, uid, undefined, { fieldManager: state.fieldManager, force: false });
    } else {
        await cluster.deleteSecret(state, uid);
    }
}

const idOf = ({ namespace, name }: SecretName): string => `${namespace}/${name}`;

function dataOf({ values }: Inputs): Record<string, string> {
    const encoded = Object.entries(values).map(([name, value]) => [
        name,
        Buffer.from(value, "utf8").toString("base64"),
    ]);
    return Object.fromEntries(encoded) as Record<string, string>;
}

/** Returns the inputs that the program sets, without the `drift` of a refresh. */
function outputsOf(inputs: Properties): Properties {
    const known = Object.fromEntries(names.map((name) => [name, inputs[name]]));
    return { ...known, values: secretParts(inputs.values as Inputs["values"]) };
}

/** @throws Error with the problems of writing our entries to the Secret */
function expectNone({ namespace, name, values, fieldManager, force }: Inputs, live: LiveSecret | undefined): void {
    const plan = { namespace, name, names: Object.keys(values), manager: fieldManager, force };
    const problems = secretProblems(plan, live);
    if (problems.length > 0) {
        throw new Error(problems.join("; "));
    }
}
