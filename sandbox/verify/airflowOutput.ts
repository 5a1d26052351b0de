import { failed, passed, type Outcome } from "./report";

/** The tasks of the example DAG. */
export const taskIds = ["read_variable", "read_connection_by_uri", "read_connection_by_json"] as const;

export type TaskId = (typeof taskIds)[number];

/** Parses the output of `airflow dags test verify_secrets_backend`; returns the outcome per task. */
export function parseDagTest(output: string): Record<TaskId, Outcome> {
    const lines = output.split("\n").map((line) => line.trimEnd());
    const outcome = (task: TaskId): Outcome => {
        const start = lines.findIndex((line) => line.includes(`[DAG TEST] starting task_id=${task} `));
        if (start < 0) return failed(`Airflow did not run the task: ${lastError(lines) ?? lastLine(lines)}`);
        const length = lines.slice(start).findIndex((line) => line.includes(`[DAG TEST] end task task_id=${task} `));
        const section = lines.slice(start, length < 0 ? undefined : start + length);
        // The DAG prints what it read, and Airflow logs the task's final state. A pass needs both.
        const read = section.find((line) => /^(variable|connection) '.*' read: /.test(line));
        const succeeded = section.some((line) => /\bnew_state=success\b/.test(line));
        if (succeeded && read !== undefined) return passed(read);
        return failed(lastError(section) ?? `the task did not succeed and logged no error: ${lastLine(section)}`);
    };
    return {
        read_variable: outcome("read_variable"),
        read_connection_by_uri: outcome("read_connection_by_uri"),
        read_connection_by_json: outcome("read_connection_by_json"),
    };
}

/** Matches a traceback's line with the exception: class, with or without its module, and message. */
const exceptionLine = /^(?:(?:\w+\.)+[A-Z]\w*|\w*(?:Error|Exception))(?::|$)/;

/**
 * Returns the last exception, followed by the first one if that is different: Airflow logs a backend's own error before
 * it tries other sources, and a chain of exceptions starts with its cause.
 */
function lastError(lines: readonly string[]): string | undefined {
    const exceptions = lines.flatMap((line, index) => {
        if (!exceptionLine.test(line)) return [];
        // hvac has a line break after "1 error occurred:".
        return withoutModule(line.endsWith(":") ? `${line} ${(lines[index + 1] ?? "").replace(/^[\s*]+/, "")}` : line);
    });
    const [cause, last] = [exceptions.at(0), exceptions.at(-1)];
    if (last !== undefined) return last === cause ? last : `${last} First error: ${cause}`;
    return lines.findLast((line) => /\[(error|critical) *\]/.test(line));
}

/** Removes the module of the exception class, and the class too if it is the DAG's own. */
function withoutModule(line: string): string {
    return line.replace(/^(\w+\.)+(?=\w+(:|$))/, "").replace(/^SecretsBackendError: /, "");
}

function lastLine(lines: readonly string[]): string {
    return lines.findLast((line) => line.trim() !== "") ?? "no output";
}
