import { stripVTControlCharacters } from "node:util";
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import { isMapping } from "../../lib/json";
import type { Inputs } from "../../components/resourceTypes";
import { RECORD } from "../../stack/records";
import { grantKind, resourceType } from "../../stack/resources";

/** An operation of the engine on a resource. */
export interface Step {
    /** The operation, e.g. `create` or `delete-replaced`. */
    readonly op: string;
    readonly urn: string;
    readonly type: string;
    /** URN of the parent resource; empty for the stack itself. */
    readonly parent: string;
    /** Whether a provider manages the resource; `false` for components. */
    readonly custom: boolean;
    /** Names of the inputs that change. */
    readonly properties: readonly string[];
    readonly old?: Inputs | undefined;
    readonly new?: Inputs | undefined;
}

export interface Events {
    readonly steps: readonly Step[];
    /** Error messages of the engine and mandatory policy violations. */
    readonly errors: readonly string[];
}

/**
 * Reads the engine's event log, one JSON object per line. The engine also writes its debug messages there, which
 * contain plaintext secrets: they are ignored.
 */
export async function readEvents(lines: AsyncIterable<string>): Promise<Events> {
    const steps: Step[] = [];
    const errors: string[] = [];
    for await (const line of lines) {
        // If the engine was killed, the last line may be incomplete.
        if (!line.endsWith("}")) {
            break;
        }
        const { resourcePreEvent, diagnosticEvent, policyEvent } = JSON.parse(line) as EngineEvent;
        if (resourcePreEvent !== undefined) {
            steps.push(stepOf(resourcePreEvent.metadata));
        } else if (diagnosticEvent?.severity === "error") {
            errors.push(plain(`${diagnosticEvent.prefix ?? ""}${diagnosticEvent.message}`));
        } else if (policyEvent?.enforcementLevel === "mandatory") {
            const { policyPackName, policyName, message, resourceUrn = "" } = policyEvent;
            errors.push(plain(`policy ${policyPackName}/${policyName}: ${message}\n${resourceUrn}`));
        }
    }
    return { steps, errors };
}

/**
 * Omits outputs, and the inputs of unchanged resources that neither grant, trust nor record something: with a thousand
 * Deployments, they would need too much memory.
 */
function stepOf({ op, urn, type, old, new: next, diffs, detailedDiff }: StepEventMetadata): Step {
    const state = next ?? old;
    // The first segment of each path. A quoted first segment is in `diffs`.
    const names = Object.keys(detailedDiff ?? {}).flatMap((path) => /^[^.[]+/.exec(path) ?? []);
    const trusts = resourceType(type)?.trusts !== undefined;
    const isNeeded = op !== "same" || grantKind(type) !== "none" || trusts || type === RECORD;
    const inputs = isNeeded ? { old: inputsOf(old), new: inputsOf(next) } : {};
    return {
        op,
        urn,
        type,
        parent: state?.parent ?? "",
        custom: state?.custom === true,
        properties: [...new Set([...(diffs ?? []), ...names])],
        ...inputs,
    };
}

function inputsOf(state: StepEventMetadata["old"] | null): Inputs | undefined {
    return isMapping(state?.inputs) ? state.inputs : undefined;
}

function plain(message: string): string {
    return stripVTControlCharacters(message).trim();
}
