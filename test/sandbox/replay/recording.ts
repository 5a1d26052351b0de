import { readFileSync } from "node:fs";
import { join } from "node:path";

/** JSON as a recording holds it, with placeholders. */
export type Recorded = unknown;

export interface RecordedCall {
    readonly method: string;
    /** Of the resource or the function. */
    readonly type: string;
    readonly name: string | undefined;
    readonly request: Readonly<Record<string, Recorded>>;
    /** Left out where the plugin answered with an error. */
    readonly response: Recorded;
    readonly error: string | undefined;
}

export interface RecordedStep {
    readonly step: string;
    readonly calls: readonly RecordedCall[];
}

export interface Recording {
    readonly steps: readonly RecordedStep[];
    /** How many calls there were for types that the stack no longer uses. */
    readonly leftOut: Readonly<Record<string, number>>;
}

interface WrittenCall {
    readonly method: string;
    readonly type: string;
    readonly name?: string;
    readonly request?: Record<string, Recorded>;
    readonly response?: Recorded;
    readonly error?: string;
    /** The call of which this one is a repetition. */
    readonly as?: { readonly step: string; readonly call: number };
}

interface Written {
    readonly leftOut: Record<string, number>;
    readonly steps: { readonly step: string; readonly calls: WrittenCall[] }[];
    readonly same: Record<string, Recorded>;
}

/** Reads what was recorded of a plugin, every abbreviation written out. */
export function readRecording(plugin: string): Recording {
    const file = join(__dirname, "..", "..", "recordings", `${plugin}.json`);
    const { steps, same, leftOut } = JSON.parse(readFileSync(file, "utf8")) as Written;
    const written = new Map(steps.map(({ step, calls }) => [step, calls]));
    return { leftOut, steps: steps.map(({ step, calls }) => ({ step, calls: calls.map(inFull) })) };

    function inFull(call: WrittenCall): RecordedCall {
        const { as } = call;
        const told = as === undefined ? call : written.get(as.step)?.[as.call];
        if (told?.request === undefined && told?.response === undefined) {
            throw new Error(
                `${plugin}.json: ${call.method} of ${call.name ?? call.type} repeats a call that is not there`,
            );
        }
        const { request = {}, response, error } = told;
        const { method, type, name } = call;
        return {
            method,
            type,
            name,
            request: writtenOut(request) as Record<string, Recorded>,
            response: writtenOut(response),
            error,
        };
    }

    function writtenOut(value: Recorded): Recorded {
        if (Array.isArray(value)) {
            return value.map(writtenOut);
        }
        if (typeof value !== "object" || value === null) {
            return value;
        }
        const { $same: entry } = value as { $same?: string };
        if (entry !== undefined) {
            return writtenOut(same[entry]);
        }
        return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, writtenOut(inner)]));
    }
}
