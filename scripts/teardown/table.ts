/** What became of a stack. */
export interface Row {
    readonly stack: string;
    readonly expires: string | undefined;
    /**
     * `to be destroyed` where it would be; `gone` where there is none; `kept` where nobody asked for it; `left` where it
     * should be gone.
     */
    readonly result: "destroyed" | "gone" | "left" | "kept" | "to be destroyed";
    readonly why: string;
}

/** Plain columns, one line a stack, so that a log can be searched. */
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
