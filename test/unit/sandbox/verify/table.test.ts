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
    it("has a row a Deployment and a mark a check", () => {
        const lines = formatTable({
            deployments: [deployment("solar-dust-1234"), deployment("lunar-tide-5678")],
        }).split("\n");
        for (const name of ["solar-dust-1234", "lunar-tide-5678"]) {
            const row = lines.find((line) => line.includes(name));
            assert.equal(row?.match(/✓/g)?.length, checkNames.length);
        }
        assert.ok(!lines.join().includes("✗"));
        assert.ok(!lines.join().includes("fine"), "details of what is good are for --json");
    });

    it("says below what failed and why, one reason once", () => {
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

    it("marks what is good but leaves something open, and says what below", () => {
        const { checks, ...rest } = deployment("solar-dust-1234");
        const noted = checks.map((check) =>
            check.name === "list refused" ? { ...check, note: "names may be" } : check,
        );
        const text = formatTable({ deployments: [{ ...rest, checks: noted }] });
        assert.equal(text.match(/✓\*/g)?.length, 1);
        assert.ok(text.endsWith("* solar-dust-1234: list refused, but names may be"));
    });

    it("has no colour codes, which a log would show as they are", () => {
        // eslint-disable-next-line no-control-regex
        assert.doesNotMatch(formatTable({ deployments: [deployment("solar-dust-1234")] }), /\u001b/);
    });
});
