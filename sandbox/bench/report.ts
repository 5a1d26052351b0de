import Table from "cli-table3";
import type { Cost } from "./measure";

export interface MeasuredProgram {
    readonly title: string;
    /** One per round. */
    readonly costs: readonly Cost[];
}

const columns: readonly { readonly head: string; readonly key: keyof Cost; readonly digits: number }[] = [
    { head: "wall, s", key: "seconds", digits: 2 },
    { head: "CPU, s", key: "cpuSeconds", digits: 2 },
    { head: "peak memory, MB", key: "megabytes", digits: 0 },
];

/**
 * Formats a table with one row per program. Each cell has the median, the minimum and maximum in parentheses, and the
 * ratio of the median to that of the first program.
 */
export function formatCosts(programs: readonly MeasuredProgram[]): string {
    const table = new Table({
        head: ["", ...columns.map(({ head }) => head)],
        style: { head: [], border: [] },
        colAligns: ["left", ...columns.map(() => "right" as const)],
    });
    for (const { title, costs } of programs) {
        const cells = columns.map(({ key, digits }) => {
            const values = costs.map((cost) => cost[key]);
            const base = median(programs[0]?.costs.map((cost) => cost[key]) ?? []);
            const [typical, minimum, maximum] = [median(values), Math.min(...values), Math.max(...values)].map(
                (value) => value.toFixed(digits),
            ) as [string, string, string];
            return `${typical} (${minimum} to ${maximum})  ${(median(values) / base).toFixed(2)} ×`;
        });
        table.push([title, ...cells]);
    }
    return table.toString();
}

export function median(values: readonly number[]): number {
    const sorted = values.toSorted((a, b) => a - b);
    const middle = sorted.length / 2;
    return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}
