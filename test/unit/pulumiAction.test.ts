import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import checksums from "../../sandbox/tools/checksums.json";
import { pins } from "../../sandbox/tools/versions";
import { loginText, pulumiText, workflow, workflowTexts, type Step } from "../workflows";

const login = parse(loginText) as { runs: { steps: Step[] } };
const { runs } = parse(pulumiText) as { runs: { steps: Step[] } };
const [{ run = "", env = {} }, ...others] = runs.steps as [Step, ...Step[]];

describe("the workflows' installation of the Pulumi CLI", () => {
    let dir: string;

    beforeEach(async () => {
        dir = await mkdtemp(join(tmpdir(), "pulumi-action-"));
        await writeFile(join(dir, "path"), "");
    });
    afterEach(() => rm(dir, { recursive: true, force: true }));

    /** Runs the step as GitHub's runner does, with a `curl` that writes an archive, whatever it is asked for. */
    async function install(sha256?: string) {
        await mkdir(join(dir, "bin"));
        await mkdir(join(dir, "in", "pulumi"), { recursive: true });
        await writeFile(join(dir, "in", "pulumi", "pulumi"), "#!/bin/sh\necho it runs\n", { mode: 0o755 });
        await execa("tar", ["-czf", join(dir, "archive"), "-C", join(dir, "in"), "pulumi"]);
        const curl = `#!/bin/sh\necho "$*" > '${dir}/asked'\ncp '${dir}/archive' "$RUNNER_TEMP/pulumi.tar.gz"\n`;
        await writeFile(join(dir, "bin", "curl"), curl, { mode: 0o755 });
        const digest = createHash("sha256")
            .update(await readFile(join(dir, "archive")))
            .digest("hex");
        return execa("bash", ["-e", "-o", "pipefail", "-c", run], {
            env: {
                ...env,
                SHA256: sha256 ?? digest,
                RUNNER_TEMP: dir,
                GITHUB_PATH: join(dir, "path"),
                PATH: `${join(dir, "bin")}${delimiter}${process.env.PATH ?? ""}`,
            },
            reject: false,
        });
    }

    it("is one step, with the version and the checksum of the sandbox's Pulumi", async () => {
        assert.deepEqual(others, []);
        assert.equal(env.VERSION, pins.pulumi.version);
        const { exitCode, stderr } = await install();
        assert.equal(exitCode, 0, stderr);
        const [url = ""] = /https:\S+/.exec(await readFile(join(dir, "asked"), "utf8")) ?? [];
        assert.equal((checksums as Record<string, string>)[url], env.SHA256);
    });

    it("adds it to PATH", async () => {
        assert.equal((await install()).exitCode, 0);
        const folder = (await readFile(join(dir, "path"), "utf8")).trim();
        assert.equal((await execa(join(folder, "pulumi"))).stdout, "it runs");
    });

    it("fails if the file has another checksum, and unpacks nothing", async () => {
        const { exitCode } = await install(env.SHA256);
        assert.notEqual(exitCode, 0);
        assert.equal(await readFile(join(dir, "path"), "utf8"), "");
        await assert.rejects(readFile(join(dir, "pulumi", "pulumi")), /ENOENT/);
    });

    it("is the only one: no other action installs tools", () => {
        const steps = [...workflowTexts.keys()].flatMap((name) =>
            Object.values(workflow(name).jobs).flatMap((job) => job.steps),
        );
        const used = new Set([...steps, ...login.runs.steps].flatMap(({ uses }) => uses?.replace(/@.*/, "") ?? []));
        assert.deepEqual([...used].sort(), [
            "./.github/actions/login",
            "./.github/actions/pulumi",
            "actions/cache",
            "actions/checkout",
            "actions/download-artifact",
            "actions/github-script",
            "actions/setup-node",
            "actions/upload-artifact",
            "aws-actions/configure-aws-credentials",
            "azure/login",
            "google-github-actions/auth",
            "hashicorp/vault-action",
        ]);
    });
});
