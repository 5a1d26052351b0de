import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { pulumiEnv } from "../../sandbox/env";
import { projectDir } from "../../sandbox/paths";
import { install } from "../../sandbox/tools/installed";
import { KEY } from "../unit/devStack";
import { badConfigs, CANARY, type BadConfig } from "../unit/stack/badConfigs";
import { assertReported, pathsIn } from "../unit/stack/reportedPaths";
import { faultsToTry } from "./faults";
import type { Result } from "./harness";

const STACK = "bad";

/** Without the sandbox's services: nothing may reach them. */
describe("pulumi up with mistakes in the config", function () {
    this.timeout(600_000);
    this.slow(60_000);
    const { all: isWhole, seed, choice } = faultsToTry();
    let dir: string;
    let env: Record<string, string>;
    let deployments: readonly object[];

    before(async () => {
        dir = await mkdtemp(join(tmpdir(), "bad-configs-"));
        const { tools } = await install();
        env = pulumiEnv(dir, tools.pulumi, {});
        await mkdir(join(dir, "pulumi"));
        const file = parse(await readFile(join(projectDir, "Pulumi.dev.yaml"), "utf8")) as {
            config: { [KEY]: readonly object[] };
        };
        deployments = file.config[KEY];
        // Pulumi writes the encryption salt into the config file beside Pulumi.yaml.
        await copyFile(join(projectDir, "Pulumi.yaml"), join(dir, "Pulumi.yaml"));
        const { code, all } = await pulumi("stack", "init", STACK, "--no-select", "--cwd", dir);
        assert.equal(code, 0, all);
    });
    after(() => rm(dir, { recursive: true, force: true }));

    const configFile = (): string => join(dir, `Pulumi.${STACK}.yaml`);

    async function pulumi(...args: readonly string[]): Promise<Result> {
        const { exitCode, stdout, all } = await execa("pulumi", [...args, "--non-interactive"], {
            cwd: projectDir,
            env,
            reject: false,
            stdin: "ignore",
            all: true,
        });
        return { code: exitCode ?? -1, stdout, all };
    }

    async function upWith({ deployments: list, others }: BadConfig): Promise<Result> {
        const { encryptionsalt } = parse(await readFile(configFile(), "utf8")) as { encryptionsalt: string };
        const more = Object.entries(others).map(([key, value]) => [`airflow-secrets-backends:${key}`, value]);
        const config = { [KEY]: list, ...(Object.fromEntries(more) as object) };
        await writeFile(configFile(), stringify({ encryptionsalt, config }, { defaultStringType: "QUOTE_DOUBLE" }));
        return pulumi("up", "--yes", "--skip-preview", "--stack", STACK, "--config-file", configFile());
    }

    it(`has one message with a path for each, no stack trace, and creates nothing (${choice})`, async () => {
        for (const config of fc.sample(badConfigs(deployments), { seed, numRuns: isWhole ? 20 : 2 })) {
            const { code, all } = await upWith(config);
            const context = `${JSON.stringify(config)}\n${all}`;
            assert.notEqual(code, 0, context);
            const report = /The config of .*\n(?: +- .*\n)+/.exec(all)?.[0].replace(/^ +- /gm, "  - ");
            assert.ok(report !== undefined, context);
            assertReported(pathsIn(report), config.mistakes);
            assert.doesNotMatch(all, /^\s+at .*:\d+/m, context);
            assert.doesNotMatch(all, new RegExp(CANARY), context);
            const { stdout } = await pulumi("stack", "export", "--stack", STACK);
            const { deployment } = JSON.parse(stdout) as { deployment: { resources?: { type: string }[] } };
            const types = deployment.resources?.map(({ type }) => type) ?? [];
            assert.deepEqual(
                types.filter((type) => type !== "pulumi:pulumi:Stack"),
                [],
                context,
            );
        }
    });
});
