import { CommandError, log } from "../command";
import { CANCELLED, pulumiOrThrow } from "../pulumi";
import { decide } from "./decide";
import { expiresInFile } from "./expiresInFile";
import { exportState } from "./stack";
import { expiresInState, remainingResources } from "./state";
import { formatRows, type Row } from "./table";
import { tearDown } from "./tearDown";

export interface TeardownOptions {
    /** The stacks to tear down; `undefined` for all that have expired. */
    readonly names: readonly string[] | undefined;
    /** Only print what would be done. */
    readonly dryRun: boolean;
}

/** Tears stacks down, one after the other; continues if one fails. Returns the exit code. */
export async function tearDownStacks({ names, dryRun }: TeardownOptions): Promise<number> {
    const interrupt = new AbortController();
    const onSignal = (): void => {
        interrupt.abort(new CommandError("interrupted: run teardown again", CANCELLED));
    };
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    signals.forEach((signal) => process.on(signal, onSignal));
    try {
        const chosen = names ?? (await listStacks());
        const rows: Row[] = [];
        for (const [index, stack] of chosen.entries()) {
            const started = performance.now();
            const count = `[${index + 1}/${chosen.length}] ${stack}`;
            log(count);
            const selection = names === undefined ? "expired" : "named";
            const row = await tearDownOne(stack, { selection, dryRun, signal: interrupt.signal });
            log(`${count}: ${row.result}, ${row.why} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
            rows.push(row);
        }
        process.stdout.write(`${rows.length === 0 ? "This project has no stack." : formatRows(rows)}\n`);
        const isLeft = rows.some(({ result }) => result === "left");
        return interrupt.signal.aborted ? CANCELLED : Number(isLeft);
    } finally {
        signals.forEach((signal) => process.off(signal, onSignal));
    }
}

interface StackOptions {
    readonly selection: "named" | "expired";
    readonly dryRun: boolean;
    readonly signal: AbortSignal;
}

async function tearDownOne(stack: string, { selection, dryRun, signal }: StackOptions): Promise<Row> {
    let expires: string | undefined;
    try {
        signal.throwIfAborted();
        const state = await exportState(stack);
        if (state === undefined) {
            return { stack, expires, result: "gone", why: "there is no stack of that name" };
        }
        const inState = expiresInState(state);
        const resources = remainingResources(state);
        const hasResources = resources.length > 0;
        const inFile = hasResources || inState !== undefined ? undefined : await expiresInFile(stack);
        const decision = decide({ hasResources, inState, inFile }, selection, new Date());
        expires = decision.expires;
        if (decision.result !== "tear down") {
            return { ...decision, result: decision.result, stack };
        }
        if (dryRun) {
            return {
                stack,
                expires,
                result: "to be destroyed",
                why: `${decision.why}; has ${resources.filter(({ custom }) => custom === true).length} resources`,
            };
        }
        await tearDown(stack, state, signal);
        return { stack, expires, result: "destroyed", why: decision.why };
    } catch (error) {
        if (!(error instanceof Error)) {
            throw error;
        }
        return { stack, expires, result: "left", why: error.message };
    }
}

async function listStacks(): Promise<string[]> {
    const listed = JSON.parse(await pulumiOrThrow(["stack", "ls", "--json"])) as readonly { readonly name: string }[];
    return listed.map(({ name }) => name).sort();
}
