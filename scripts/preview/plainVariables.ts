import type { Change } from "./changes";
import { isMapping } from "../../lib/json";
import type { Inputs } from "./grants/inputs";

/** Names of the environment variables that were secret so far and no longer are. */
export function plainVariables({ type, old, new: next }: Change): string[] {
    if (old === undefined || next === undefined) {
        return [];
    }
    const was = variables(type, old).secret;
    return variables(type, next).plain.filter((name) => was.includes(name));
}

interface Variables {
    readonly secret: readonly string[];
    readonly plain: readonly string[];
}

function variables(type: string, inputs: Inputs): Variables {
    if (type === "houston:index:EnvironmentVariables") {
        return { secret: namesOf(inputs.secretValues), plain: namesOf(inputs.values) };
    }
    const entries = /^kubernetes:.*Patch$/.test(type) ? envEntries(inputs.spec) : [];
    const named = (isSecret: boolean): string[] => [
        ...new Set(entries.filter((entry) => isMapping(entry.valueFrom) === isSecret).map(({ name }) => String(name))),
    ];
    return { secret: named(true), plain: named(false) };
}

function namesOf(values: unknown): string[] {
    return isMapping(values) ? Object.keys(values) : [];
}

/** The env entries of a workload's containers. */
function envEntries(spec: unknown): Inputs[] {
    const template = at(spec, "template");
    return list(at(at(template, "spec"), "containers")).flatMap((container) => list(container.env));
}

function at(value: unknown, key: string): unknown {
    return isMapping(value) ? value[key] : undefined;
}

function list(value: unknown): Inputs[] {
    return Array.isArray(value) ? value.filter(isMapping) : [];
}
