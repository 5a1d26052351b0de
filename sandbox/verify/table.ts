import Table from "cli-table3";
import { checkNames, type DeploymentReport, type Report } from "./report";

/** Formats the report: one row per Deployment, one column per check, and below the table the failures with reasons. */
export function formatTable(report: Report): string {
    const table = new Table({
        // Headings have several words: one word per line keeps the table narrow.
        head: ["Deployment", "backend", "target", ...checkNames].map((heading) => heading.replaceAll(" ", "\n")),
        style: { head: [], border: [] },
        colAligns: ["left", "left", "left", ...checkNames.map(() => "center" as const)],
    });
    for (const { name, backend, target, checks } of report.deployments) {
        table.push([
            name,
            backend,
            target,
            ...checkNames.map((check) => mark(checks.find(({ name: found }) => found === check))),
        ]);
    }
    return [table.toString(), ...report.deployments.flatMap(notesOf), ...report.deployments.flatMap(failuresOf)].join(
        "\n",
    );
}

/** @param check `undefined` if it does not apply */
function mark(check: DeploymentReport["checks"][number] | undefined): string {
    if (check === undefined) return "-";
    return check.ok ? (check.note === undefined ? "✓" : "✓*") : "✗";
}

function notesOf({ name, checks }: DeploymentReport): string[] {
    return checks.flatMap((check) =>
        check.ok && check.note !== undefined ? [`* ${name}: ${check.name}, but ${check.note}`] : [],
    );
}

/** Returns one entry per reason, with the checks that failed for it: one problem often fails several checks. */
function failuresOf({ name, checks }: DeploymentReport): string[] {
    const failures = checks.filter(({ ok }) => !ok);
    return [...new Set(failures.map(({ detail }) => detail))].map((reason) => {
        const which = failures.filter(({ detail }) => detail === reason).map((check) => check.name);
        return `✗ ${name}: ${which.join(", ")}\n    ${reason}`;
    });
}

/** Prints the report on standard output. */
export function printTable(report: Report): void {
    process.stdout.write(`${formatTable(report)}\n`);
}
