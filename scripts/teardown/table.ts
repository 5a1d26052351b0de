/** The result for one stack. */
export interface Row {
    readonly stack: string;
    readonly expires: string | undefined;
    /**
     * - `destroyed`
     * - `gone`: there is no such stack
     * - `left`: it should have been destroyed
     * - `kept`: it was not selected
     * - `to be destroyed`: result of a dry run
     */
    readonly result: "destroyed" | "gone" | "left" | "kept" | "to be destroyed";
    readonly why: string;
}

/** Formats the rows as plain columns, one line per stack, so that a log can be searched. */
export function formatRows(rows: readonly Row[]): string {
    const lines = [
        ["stack", "expires", "result", "why"],
        ...rows.map(({ stack, expires = "-", result, why }) => [stack, expires, result, why.replace(/\s+/g, " ")]),
    ];
    const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
    return lines
        .map((line) =>
            line
                .map((cell, column) => cell.padEnd(widths[column] ?? 0))
                .join("  ")
                .trimEnd(),
        )
        .join("\n");
}
