import assert from "node:assert/strict";
import { parseDagTest } from "../../../../sandbox/verify/airflowOutput";

const stamp = "2026-11-24T02:14:26.184072Z";
const start = (task: string) =>
    `${stamp} [info     ] [DAG TEST] starting task_id=${task} map_index=-1 [airflow.sdk] loc=dag.py:1501`;
const end = (task: string) =>
    `${stamp} [info     ] [DAG TEST] end task task_id=${task} map_index=-1 [airflow.sdk] loc=dag.py:1563`;
const ended = (state: string) =>
    `${stamp} [info     ] Task instance state updated    [airflow] new_state=${state} rows_affected=1`;

/** Returns the output of a run with these tasks in this order. */
function output(sections: Record<string, string[]>): string {
    return Object.entries(sections)
        .flatMap(([task, lines]) => [start(task), ...lines, end(task)])
        .join("\n");
}

const read = "variable 'verify_variable' read: my-test-variable";

describe("parseDagTest", () => {
    it("passes a task that Airflow reports as successful and that prints what it read", () => {
        const tasks = parseDagTest(
            output({ read_connection_by_uri: [ended("failed")], read_variable: [read, ended("success")] }),
        );
        assert.deepEqual(tasks.read_variable, { ok: true, detail: read });
    });

    it("needs both Airflow's success state and the DAG's output to pass", () => {
        assert.equal(parseDagTest(output({ read_variable: [ended("success")] })).read_variable.ok, false);
        assert.equal(parseDagTest(output({ read_variable: [read, ended("failed")] })).read_variable.ok, false);
    });

    it("does not use the lines of another task", () => {
        const tasks = parseDagTest(
            output({ read_variable: [read, ended("success")], read_connection_by_json: [ended("failed")] }),
        );
        assert.equal(tasks.read_connection_by_json.ok, false);
    });

    it("returns the DAG's error and the backend's own, which Airflow logged before it tried other sources", () => {
        const { detail } = parseDagTest(
            output({
                read_variable: [
                    `${stamp} [error    ] Unable to retrieve variable from secrets backend (VaultBackend). [task] loc=context.py:344`,
                    "Traceback (most recent call last):",
                    '  File "hvac/utils.py", line 41, in raise_for_error',
                    "hvac.exceptions.InvalidRequest: invalid secret id, on post https://vault.sandbox.test/v1/auth/approle/login",
                    "Traceback (most recent call last):",
                    '  File "verify_secrets_backend.py", line 80, in read_variable',
                    "unusual_prefix_fe1d_verify_secrets_backend.SecretsBackendError: variable 'verify_variable' could not be read.",
                    "Airflow does not say whether the credential is wrong or the secret is missing. Check:",
                    ended("failed"),
                ],
            }),
        ).read_variable;
        assert.equal(
            detail,
            "variable 'verify_variable' could not be read. First error: InvalidRequest: invalid secret id, " +
                "on post https://vault.sandbox.test/v1/auth/approle/login",
        );
    });

    it("includes the next line if hvac has a line break in its message", () => {
        const lines = ["hvac.exceptions.Forbidden: 1 error occurred:", "\t* permission denied", "", ended("failed")];
        const { detail } = parseDagTest(output({ read_variable: lines })).read_variable;
        assert.equal(detail, "Forbidden: 1 error occurred: permission denied");
    });

    it("says why Airflow did not start", () => {
        const text =
            'Traceback (most recent call last):\nairflow.exceptions.AirflowConfigException: check "backend" in "secrets".';
        for (const { ok, detail } of Object.values(parseDagTest(text))) {
            assert.equal(ok, false);
            assert.equal(detail, 'Airflow did not run the task: AirflowConfigException: check "backend" in "secrets".');
        }
    });

    it("fails every task of a run that printed nothing", () => {
        for (const { ok, detail } of Object.values(parseDagTest(""))) {
            assert.equal(ok, false);
            assert.equal(detail, "Airflow did not run the task: no output");
        }
    });
});
