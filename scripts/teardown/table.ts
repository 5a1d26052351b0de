import { formatColumns } from "../columns";

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

/** Formats the rows as a table, one line per stack. */
export function formatRows(rows: readonly Row[]): string {
    return formatColumns([
        ["stack", "expires", "result", "why"],
        ...rows.map(({ stack, expires = "-", result, why }) => [stack, expires, result, why]),
    ]);
}
