import { failed, passed, type Outcome } from "./report";

/** The tasks of the example DAG. */
export const taskIds = ["read_variable", "read_connection_by_uri", "read_connection_by_json"] as const;

export type TaskId = (typeof taskIds)[number];

/** Reads from the output of `airflow dags test verify_secrets_backend` how each task ended. */
export function parseDagTest(output: string): Record<TaskId, Outcome> {
    const lines = output.split("\n").map((line) => line.trimEnd());
    const outcome = (task: TaskId): Outcome => {
        const start = lines.findIndex((line) => line.includes(`[DAG TEST] starting task_id=${task} `));
        if (start < 0) return failed(`Airflow did not run it: ${lastError(lines) ?? lastLine(lines)}`);
        const length = lines.slice(start).findIndex((line) => line.includes(`[DAG TEST] end task task_id=${task} `));
        const section = lines.slice(start, length < 0 ? undefined : start + length);
        // The DAG prints what it read; Airflow says how the task ended. Both are asked for.
        const read = section.find((line) => /^(variable|connection) '.*' read: /.test(line));
        const succeeded = section.some((line) => /\bnew_state=success\b/.test(line));
        if (succeeded && read !== undefined) return passed(read);
        return failed(lastError(section) ?? `the task did not succeed, nor say why: ${lastLine(section)}`);
    };
    return {
        read_variable: outcome("read_variable"),
        read_connection_by_uri: outcome("read_connection_by_uri"),
        read_connection_by_json: outcome("read_connection_by_json"),
    };
}

/** A line in which Python names an exception, with its module and what it says. */
const exceptionLine = /^(?:(?:\w+\.)+[A-Z]\w*|\w*(?:Error|Exception))(?::|$)/;

/**
 * What Python says in the end, and what it all began with: Airflow logs a backend's own error before it looks elsewhere,
 * and a chain of exceptions begins with its cause.
 */
function lastError(lines: readonly string[]): string | undefined {
    const exceptions = lines.flatMap((line, index) => {
        if (!exceptionLine.test(line)) return [];
        // hvac breaks the line after "1 error occurred:".
        return withoutModule(line.endsWith(":") ? `${line} ${(lines[index + 1] ?? "").replace(/^[\s*]+/, "")}` : line);
    });
    const [cause, last] = [exceptions.at(0), exceptions.at(-1)];
    if (last !== undefined) return last === cause ? last : `${last} It began with ${cause}`;
    return lines.findLast((line) => /\[(error|critical) *\]/.test(line));
}

/** Without the module that the class is from, and without the class when it is the DAG's own. */
function withoutModule(line: string): string {
    return line.replace(/^(\w+\.)+(?=\w+(:|$))/, "").replace(/^SecretsBackendError: /, "");
}

function lastLine(lines: readonly string[]): string {
    return lines.findLast((line) => line.trim() !== "") ?? "it printed nothing";
}
