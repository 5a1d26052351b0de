import assert from "node:assert/strict";

/** Returns the paths in the report of a config's problems, sorted and without the Deployments' names. */
export function pathsIn(report: string): string[] {
    const [head = "", ...lines] = report.trimEnd().split("\n");
    const count = lines.length === 1 ? "a problem" : `${lines.length} problems`;
    assert.equal(head, `The config of airflow-secrets-backends has ${count}. Nothing was changed.`);
    return lines
        .map((line) => {
            const [, path] = /^ {2}- (\S.*?): found .+\. Allowed: .+\. .+[.?]$/.exec(line) ?? [];
            assert.ok(path !== undefined, line);
            return path.replace(/^(deployments\[\d+\]) \([^)]*\)/, "$1");
        })
        .sort();
}

/**
 * Asserts that each mistake has one message. Others are of a Deployment with a mistake: an invalid `createVault`, for
 * example, does not say whether `vaultName` is needed.
 */
export function assertReported(paths: readonly string[], mistakes: readonly string[]): void {
    assert.deepEqual(
        mistakes.filter((path) => paths.filter((each) => each === path).length !== 1),
        [],
        paths.join(", "),
    );
    const deployments = new Set(mistakes.map(deploymentOf));
    assert.deepEqual(
        paths.filter((path) => !mistakes.includes(path) && !deployments.has(deploymentOf(path))),
        [],
    );
}

const deploymentOf = (path: string): string => /^deployments\[\d+\]/.exec(path)?.[0] ?? path;
