import assert from "node:assert/strict";

const SIZE = 10_000;
const FACTOR = 4;
/** Whatever is done within this time grows too little to be seen. */
const NOTHING_MS = 50;

/**
 * Asserts that the time of a function grows with the length of its text, and not with its square. Compares a text with
 * one that is four times as long: that takes four times as long, or sixteen times. The CPU time of this process counts,
 * so other processes do not matter.
 *
 * @param run the function
 * @param parts what hostile texts are made of: each is repeated, alone and after each of the others
 */
export function assertLinear(run: (text: string) => unknown, parts: readonly string[]): void {
    for (const start of ["", ...parts]) {
        for (const part of parts) {
            const textOf = (length: number): string => start + part.repeat(length / part.length);
            const [short, long] = [textOf(SIZE), textOf(SIZE * FACTOR)];
            if (cpuTime(run, long, 1) > NOTHING_MS) {
                const growth = cpuTime(run, long, 3) / cpuTime(run, short, 3);
                assert.ok(
                    growth < FACTOR * 2,
                    `${JSON.stringify([start, part])} takes ${growth.toFixed(1)} times as long`,
                );
            }
        }
    }
}

/** Returns the time of the shortest run, in milliseconds. */
function cpuTime(run: (text: string) => unknown, text: string, runs: number): number {
    const times = Array.from({ length: runs }, () => {
        const before = process.cpuUsage();
        run(text);
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1000;
    });
    return Math.min(...times);
}
