import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { pageText } from "../page";
import { loginText, workflowTexts, type Step } from "../workflows";

const { runs } = parse(loginText) as { runs: { steps: Step[] } };

describe("the workflows' login", () => {
    let dir: string;

    beforeEach(async () => {
        dir = await mkdtemp(join(tmpdir(), "login-"));
        await writeFile(join(dir, "env"), "");
    });
    afterEach(() => rm(dir, { recursive: true, force: true }));

    it("uses exactly the variables and secrets in docs/workflows.md", () => {
        const names = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name!);
        const variables = names(loginText, /fromJSON\(inputs\.variables\)\.(\w+)/g);
        const secrets = [...workflowTexts.values()].flatMap((text) => names(text, /\bsecrets\.(\w+)/g));
        const rows = pageText("workflows.md").split("\n");
        const documented = (kind: string) =>
            rows.flatMap((row) => {
                const [, first = "", second = ""] = row.split("|");
                return second.trim() === kind ? names(first, /`(\w+)`/g) : [];
            });
        assert.deepEqual(documented("variable").sort(), [...new Set(variables)].sort());
        assert.deepEqual(documented("secret").sort(), [...new Set(secrets)].sort());
    });

    it("runs each step only if its variables are set", () => {
        const [cli, ...logins] = runs.steps;
        assert.equal(cli?.if, undefined);
        for (const step of logins) {
            const used = JSON.stringify({ ...step.with, ...step.env });
            const [, name] = /^fromJSON\(inputs\.variables\)\.(\w+)$/.exec(step.if ?? "") ?? [];
            assert.ok(
                step.if === "inputs.kubeconfig != ''" || (name !== undefined && used.includes(`.${name} `)),
                step.name,
            );
        }
    });

    it("sets the env vars for Pulumi, and writes a kubeconfig that only its owner can read", async () => {
        for (const { run, env = {} } of runs.steps) {
            if (run !== undefined) {
                // Values that a shell would execute if they were pasted into the script.
                const values = Object.fromEntries(Object.keys(env).map((name) => [name, `$(id) of ${name}`]));
                const runner = { GITHUB_ENV: join(dir, "env"), RUNNER_TEMP: dir };
                await execa("bash", ["-e", "-c", run], { env: { ...values, ...runner } });
            }
        }
        assert.deepEqual((await readFile(join(dir, "env"), "utf8")).trim().split("\n"), [
            "PULUMI_BACKEND_URL=$(id) of URL",
            "ARM_USE_OIDC=true",
            "ARM_CLIENT_ID=$(id) of CLIENT",
            "ARM_TENANT_ID=$(id) of TENANT",
            "ARM_SUBSCRIPTION_ID=$(id) of SUBSCRIPTION",
            "VAULT_ADDR=$(id) of ADDRESS",
            `KUBECONFIG=${join(dir, "kubeconfig")}`,
        ]);
        assert.equal(await readFile(join(dir, "kubeconfig"), "utf8"), "$(id) of CONTENT\n");
        assert.equal((await stat(join(dir, "kubeconfig"))).mode & 0o777, 0o600);
    });
});
