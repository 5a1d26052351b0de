import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { STACK } from "../../sandbox/stackFile";
import { Harness, type DeploymentEntry } from "../sandbox/harness";

const SOLAR = "solar-dust-1234";
const LUNAR = "lunar-tide-5678";
const CRIMSON = "crimson-comet-2468";
const AMBER = "amber-orbit-1357";
const OTHER = "other";
const DEPLOYMENTS = "airflow-secrets-backends:deployments";

interface StackFile {
    readonly config: { readonly [DEPLOYMENTS]: readonly DeploymentEntry[] };
}

/**
 * The Deployments of stack `other` have the backends of those of stack `dev`, one in Vault and one in Secrets Manager.
 * Each test depends on the one before.
 */
describe("two stacks with the same scopes", function () {
    this.timeout(600_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    let all: StackFile;

    before(async () => {
        harness = await Harness.openAttached(SOLAR, LUNAR, CRIMSON, AMBER);
        all = parse(await readFile(harness.configFile, "utf8")) as StackFile;
        await harness.keep(SOLAR, CRIMSON);
        await harness.up();
        await harness.succeed(["stack", "init", OTHER], { configFile: false });
        await harness.succeed(["stack", "select", STACK], { configFile: false });
    });
    after(() => harness.close());

    /** Writes the config of stack `other`; returns its path. */
    async function writeOther(shareSecrets: boolean): Promise<string> {
        const found = (name: string) => {
            const deployment = all.config[DEPLOYMENTS].find((each) => each.name === name);
            assert.ok(deployment !== undefined, name);
            return deployment;
        };
        const deployments = [
            { ...found(LUNAR), backend: found(SOLAR).backend, shareSecrets },
            { ...found(AMBER), backend: found(CRIMSON).backend, shareSecrets },
        ];
        const file = join(harness.dir, "Pulumi.other.yaml");
        await writeFile(file, stringify({ ...all, config: { ...all.config, [DEPLOYMENTS]: deployments } }));
        return file;
    }

    async function other(args: readonly string[], { shareSecrets = false } = {}) {
        const file = await writeOther(shareSecrets);
        return harness.pulumi([...args, "--stack", OTHER, "--config-file", file], { configFile: false });
    }

    const up = ["up", "--yes", "--skip-preview"];
    const isUnchanged = async () => {
        await harness.succeed(["preview", "--expect-no-changes"]);
        await harness.succeed(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
    };

    it("stop the second, which would read and later destroy the first's test secrets", async () => {
        for (const args of [["preview"], up]) {
            const { code, all: output } = await other(args);
            assert.notEqual(code, 0);
            for (const [second, first] of [
                [LUNAR, SOLAR],
                [AMBER, CRIMSON],
            ] as const) {
                const whose = `already exists, and is Deployment "${first}" of stack \\S+/dev's\\. Use another scope`;
                assert.match(output, new RegExp(`Deployment "${second}": the secret "\\S+".* ${whose}`));
            }
        }
        await isUnchanged();
    });

    it("stop the second too if only that one shares", async () => {
        const { code, all: output } = await other(up, { shareSecrets: true });
        assert.notEqual(code, 0);
        assert.match(output, /which does not set shareSecrets: true\. Set it there and run pulumi up/);
    });

    it("share the secrets if both say so: the second creates no test secret", async () => {
        await harness.edit((deployments) => {
            deployments.forEach((each) => Object.assign(each, { shareSecrets: true }));
        });
        await harness.up();
        const { code, all: output } = await other(up, { shareSecrets: true });
        assert.equal(code, 0, output);
        assert.match(output, /AuthBackendRole .*created/);
        assert.doesNotMatch(output, /SecretV2|SecretVersion|test-variable/);
    });

    it("leave the first's secrets when the second is destroyed", async () => {
        const { code, all: output } = await other(["destroy", "--yes", "--skip-preview"], { shareSecrets: true });
        assert.equal(code, 0, output);
        await isUnchanged();
    });
});
