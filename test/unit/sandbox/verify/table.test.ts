import assert from "node:assert/strict";
import { checkNames, type DeploymentReport } from "../../../../sandbox/verify/report";
import { formatTable } from "../../../../sandbox/verify/table";

function deployment(name: string, failures: Record<string, string> = {}): DeploymentReport {
    return {
        name,
        backend: "vault",
        target: "kubernetes",
        checks: checkNames.map((check) => ({
            name: check,
            ok: !(check in failures),
            detail: failures[check] ?? "fine",
        })),
    };
}

describe("formatTable", () => {
    it("has one row per Deployment and one mark per check", () => {
        const lines = formatTable({
            deployments: [deployment("solar-dust-1234"), deployment("lunar-tide-5678")],
        }).split("\n");
        for (const name of ["solar-dust-1234", "lunar-tide-5678"]) {
            const row = lines.find((line) => line.includes(name));
            assert.equal(row?.match(/✓/g)?.length, checkNames.length);
        }
        assert.ok(!lines.join().includes("✗"));
        assert.ok(!lines.join().includes("fine"), "details of passed checks are for --json only");
    });

    it("lists failed checks below the table, once per reason", () => {
        const failures = { "list refused": "no login", "write refused": "no login", "env wired": "not set" };
        const text = formatTable({ deployments: [deployment("solar-dust-1234", failures)] });
        assert.ok(
            text.endsWith(
                "✗ solar-dust-1234: env wired\n    not set\n✗ solar-dust-1234: list refused, write refused\n    no login",
            ),
        );
        assert.equal(
            text
                .split("\n")
                .find((line) => line.includes("│ solar"))
                ?.match(/✗/g)?.length,
            3,
        );
    });

    it("marks a passed check that has a note, and prints the note below the table", () => {
        const { checks, ...rest } = deployment("solar-dust-1234");
        const noted = checks.map((check) =>
            check.name === "list refused" ? { ...check, note: "names may be" } : check,
        );
        const text = formatTable({ deployments: [{ ...rest, checks: noted }] });
        assert.equal(text.match(/✓\*/g)?.length, 1);
        assert.ok(text.endsWith("* solar-dust-1234: list refused, but names may be"));
    });

    it("has no colour codes, which would be visible in a log", () => {
        // eslint-disable-next-line no-control-regex
        assert.doesNotMatch(formatTable({ deployments: [deployment("solar-dust-1234")] }), /\u001b/);
    });
});
