/** Formats lines of cells as plain columns, so that a log can be searched. The first line is the head. */
export function formatColumns(lines: readonly (readonly string[])[]): string {
    const cells = lines.map((line) => line.map((cell) => cell.replace(/\s+/g, " ")));
    const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
    return cells
        .map((line) =>
            line
                .map((cell, column) => cell.padEnd(widths[column] ?? 0))
                .join("  ")
                .trimEnd(),
        )
        .join("\n");
}
