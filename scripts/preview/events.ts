import { stripVTControlCharacters } from "node:util";
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import { isMapping } from "../../lib/json";
import type { Inputs } from "../../components/resourceTypes";

/** What the engine would do with a resource. */
export interface Step {
    readonly op: string;
    readonly urn: string;
    readonly type: string;
    /** URN of the resource it belongs to; empty for the stack itself. */
    readonly parent: string;
    /** Whether a provider makes it: a component is nothing but a name. */
    readonly custom: boolean;
    /** Names of the inputs that change. */
    readonly properties: readonly string[];
    readonly old?: Inputs | undefined;
    readonly new?: Inputs | undefined;
}

export interface Events {
    readonly steps: readonly Step[];
    /** What the engine and policy packs say stands in the way. */
    readonly errors: readonly string[];
}

/**
 * Reads the engine's events, one JSON text a line. The engine also logs its debug messages there, with secrets in the
 * clear: they are not looked at.
 */
export async function readEvents(lines: AsyncIterable<string>): Promise<Events> {
    const steps: Step[] = [];
    const errors: string[] = [];
    for await (const line of lines) {
        // An engine that was killed leaves half a line.
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

/** Without outputs, and without the inputs of what stays as it is: with a thousand Deployments, they fill the memory. */
function stepOf({ op, urn, type, old, new: next, diffs, detailedDiff }: StepEventMetadata): Step {
    const state = next ?? old;
    // The first part of each path; one that is quoted is among the diffs.
    const names = Object.keys(detailedDiff ?? {}).flatMap((path) => /^[^.[]+/.exec(path) ?? []);
    const inputs = op === "same" ? {} : { old: inputsOf(old), new: inputsOf(next) };
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
