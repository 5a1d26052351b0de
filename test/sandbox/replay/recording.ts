import { readFileSync } from "node:fs";
import { join } from "node:path";

/** JSON with placeholders, as in a recording. */
export type Recorded = unknown;

export interface RecordedCall {
    readonly method: string;
    /** The token of the resource type or function. */
    readonly type: string;
    readonly name: string | undefined;
    readonly request: Readonly<Record<string, Recorded>>;
    /** Absent if the plugin answered with an error. */
    readonly response: Recorded;
    readonly error: string | undefined;
}

export interface RecordedStep {
    readonly step: string;
    readonly calls: readonly RecordedCall[];
}

export interface Recording {
    readonly steps: readonly RecordedStep[];
    /** The number of omitted calls per type that the stack no longer uses. */
    readonly leftOut: Readonly<Record<string, number>>;
}

interface FileCall {
    readonly method: string;
    readonly type: string;
    readonly name?: string;
    readonly request?: Record<string, Recorded>;
    readonly response?: Recorded;
    readonly error?: string;
    /** The earlier call that this one repeats: `call` is the index in the step. */
    readonly as?: { readonly step: string; readonly call: number };
}

interface RecordingFile {
    readonly leftOut: Record<string, number>;
    readonly steps: { readonly step: string; readonly calls: FileCall[] }[];
    readonly same: Record<string, Recorded>;
}

/**
 * Reads the recording of a plugin, with all references (`as`, `$same`) expanded.
 *
 * @throws Error if a call refers to one that does not exist
 */
export function readRecording(plugin: string): Recording {
    const file = join(__dirname, "..", "..", "recordings", `${plugin}.json`);
    const { steps, same, leftOut } = JSON.parse(readFileSync(file, "utf8")) as RecordingFile;
    const written = new Map(steps.map(({ step, calls }) => [step, calls]));
    return { leftOut, steps: steps.map(({ step, calls }) => ({ step, calls: calls.map(expandCall) })) };

    function expandCall(call: FileCall): RecordedCall {
        const { as } = call;
        const original = as === undefined ? call : written.get(as.step)?.[as.call];
        if (original?.request === undefined && original?.response === undefined) {
            throw new Error(
                `${plugin}.json: ${call.method} of ${call.name ?? call.type} refers to a call that does not exist`,
            );
        }
        const { request = {}, response, error } = original;
        const { method, type, name } = call;
        return {
            method,
            type,
            name,
            request: expand(request) as Record<string, Recorded>,
            response: expand(response),
            error,
        };
    }

    function expand(value: Recorded): Recorded {
        if (Array.isArray(value)) {
            return value.map(expand);
        }
        if (typeof value !== "object" || value === null) {
            return value;
        }
        const { $same: entry } = value as { $same?: string };
        if (entry !== undefined) {
            return expand(same[entry]);
        }
        return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expand(inner)]));
    }
}
