import assert from "node:assert/strict";
import { vaultPolicy } from "../../../../components/vault/airflow";
import { partsOf } from "../../../../scripts/preview/changes";
import type { Step } from "../../../../scripts/preview/events";
import { failureSummary, summary } from "../../../../scripts/preview/summary";
import { component, POLICY, resource, root, SECRET_ID } from "./steps";

const summaryOf = (...steps: Step[]): string => summary("dev", partsOf(steps));
const policy = (scope?: string) => ({ policy: vaultPolicy({ mount: "secret", kvVersion: 2, scope }, {}) });

/** A new generation of the credential, and a wider grant. */
const changed = (deployment: string): Step[] => [
    component("same", deployment),
    resource("create", SECRET_ID, deployment, "secret-id.2"),
    resource("same", SECRET_ID, deployment, "secret-id.1"),
    resource("update", POLICY, deployment, "policy", { old: policy("a"), new: policy(), properties: ["policy"] }),
];

describe("the summary of a preview", () => {
    it("shows first that the stack would expire", () => {
        const marker = component("create", "expires", "airflow-secrets-backends:index:TestStack");
        const next = { expires: "2026-12-01T18:00:00Z" };
        const stack = { ...marker, op: "same", urn: root, type: "pulumi:pulumi:Stack", parent: "" };
        const text = summaryOf(stack, { ...marker, new: next }, ...changed("solar"));
        const [first] = text.split("### Look at this first\n\n")[1]!.split("\n");
        assert.equal(
            first,
            "- **Expires**: the stack would expire at `2026-12-01T18:00:00Z`: from then on, teardown destroys it and all " +
                "that it has created.",
        );
        assert.match(text, /\n\| the stack \| .*\| \*\*expires\*\* \|\n/);
    });

    it("begins with the marker that a workflow finds its comment by", () => {
        assert.match(summaryOf(), /^<!-- airflow-secrets-backends preview: dev -->\n/);
        assert.match(
            failureSummary("a/b/c", { command: "x", exitCode: 1, output: "" }),
            /^<!-- airflow.*: a\/b\/c -->\n/,
        );
    });

    it("says that nothing changes", () => {
        const text = summaryOf(component("same", "solar"), resource("same", POLICY, "solar", "policy"));
        assert.match(text, /Nothing changes: 1 Deployment, all as they are\.\n$/);
        assert.doesNotMatch(text, /\|/);
    });

    it("has one row per changed Deployment, and counts the others", () => {
        const provider = "urn:pulumi:dev::airflow-secrets-backends::pulumi:providers:vault::default";
        const type = "pulumi:providers:vault";
        const lines = summaryOf(
            { op: "create", urn: provider, type, parent: root, custom: true, properties: [] },
            ...changed("solar"),
            component("same", "lunar"),
            resource("same", POLICY, "lunar", "policy"),
            resource("delete", SECRET_ID, "lunar", "secret-id.1"),
            resource("same", SECRET_ID, "lunar", "secret-id.2"),
            component("same", "comet"),
            resource("same", POLICY, "comet", "policy"),
        ).split("\n");
        assert.ok(
            lines.includes(
                "2 Deployments would change. Resources: 2 created, 1 changed, 1 deleted. 1 Deployment without changes is not listed.",
            ),
            lines.join("\n"),
        );
        assert.deepEqual(lines.filter((line) => line.startsWith("|")).slice(2), [
            "| the stack |  | 1: `pulumi:providers:vault default` |  |  |  |  |",
            "| `lunar` | `vault` |  |  |  | 1: `secret-id.1` | **retired credential** |",
            "| `solar` | `vault` | 1: `secret-id.2` | 1: `policy` (`policy`) |  |  | **WIDENED grant**, **replaced credential** |",
        ]);
    });

    it("has the findings above the table, the most important first", () => {
        const text = summaryOf(...changed("solar"), component("delete", "lunar"), ...changed("comet"));
        const items = text.split("\n").filter((line) => line.startsWith("- "));
        assert.deepEqual(
            items.map((line) => line.slice(0, 75)),
            [
                "- **WIDENED grant**: `comet` (`policy`) may now also `read` `secret/data/va",
                "- **WIDENED grant**: `solar` (`policy`) may now also `read` `secret/data/va",
                "- **Replaced credential**: `comet`, `solar`. The pods restart. The old cred",
                "- **Removed**: `lunar`. The env vars, the credential and the identity are d",
            ],
        );
        assert.ok(text.indexOf(items.at(-1)!) < text.indexOf("| Deployment |"));
    });

    it("counts workloads and test secrets", () => {
        const patch = (name: string) =>
            resource("create", "airflow-deployment:kubernetes:WorkloadPatch", "solar", "", { name });
        const text = summaryOf(
            component("create", "solar"),
            patch("solar.env-statefulset-a"),
            patch("solar.env-statefulset-b"),
            resource("create", "aws:secretsmanager/secret:Secret", "solar", "test-variable"),
            resource("create", "aws:secretsmanager/secretVersion:SecretVersion", "solar", "test-variable"),
        );
        assert.match(text, /\| 4: 1 test secret, 2 workloads \|/);
    });

    it("fits into a comment with a thousand Deployments, and says how many were omitted", () => {
        const names = Array.from(
            { length: 1000 },
            (_, index) => `a-name-as-long-as-they-may-be-${"x".repeat(30)}${index}`,
        );
        const text = summaryOf(...names.flatMap(changed));
        assert.ok(Buffer.byteLength(text) < 65_536, `${Buffer.byteLength(text)} bytes`);
        const rows = text.split("\n").filter((line) => line.startsWith("| `a-name")).length;
        const [, more] = /\n(\d+) further rows left out here/.exec(text) ?? [];
        assert.ok(rows > 50, `${rows} rows`);
        assert.equal(Number(more) + rows, 1000);
        const items = text.split("\n").filter((line) => line.startsWith("- **WIDENED")).length;
        const [, others] = /\n- … and (\d+) more like these/.exec(text) ?? [];
        assert.equal(Number(others) + items, 1000);
        assert.match(text, /\n- \*\*Replaced credential\*\*: (`a-name[^`]*`, ){49}`a-name[^`]*` and 950 more\. /);
        assert.match(text, /\*\*replaced credential\*\*/);
    });

    it("contains no values except for grants, and escapes Markdown", () => {
        const value = "a-value-of-a-property";
        const text = summaryOf(
            component("same", "solar"),
            resource("update", "x:y:Z", "solar", "a|b`<img src=x>\n# c", {
                old: { a: value },
                new: { a: `${value}-2` },
                properties: ["p|@somebody"],
            }),
        );
        assert.ok(!text.includes(value));
        assert.match(text, /\| 1: ``a\\\|b`<img src=x>\uFFFD# c`` \(`p\\\|@somebody`\) \|/);
    });
});

describe("the summary of a failure", () => {
    it("names the failed command, and has its output in a code block that the output cannot close", () => {
        const output = "error: no\n```\n# not a title";
        assert.equal(
            failureSummary("dev", { command: "pulumi preview", exitCode: 255, output }),
            [
                "<!-- airflow-secrets-backends preview: dev -->",
                "## Preview of stack `dev`",
                "",
                "`pulumi preview` **failed** with exit code 255. What would change is not known.",
                "",
                "````text",
                ...output.split("\n"),
                "````",
                "",
            ].join("\n"),
        );
    });

    it("fits into a comment", () => {
        const text = failureSummary("dev", { command: "x", exitCode: 1, output: "√`\n".repeat(100_000) });
        assert.ok(Buffer.byteLength(text) < 65_536);
    });
});
