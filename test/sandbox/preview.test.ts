import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { testJsonConnection, testUriConnection, testVariable } from "../../airflow/testSecrets";
import { projectDir } from "../../sandbox/paths";
import { typescript } from "../typescript";
import { keyIn } from "./aws";
import { AzureSubscription, azureLoginIn } from "./azure";
import { accountKeyIn } from "./google";
import { Harness, type DeploymentEntry } from "./harness";
import { forms } from "./secretForms";

const [SOLAR, CRIMSON, VIOLET, JADE] = [
    "solar-dust-1234",
    "crimson-comet-2468",
    "violet-meteor-3141",
    "jade-eclipse-5772",
] as const;

describe("the summary of a preview", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;
    const summaries: string[] = [];
    const printed: string[] = [];

    before(async () => {
        harness = await Harness.openAttached(SOLAR, CRIMSON, VIOLET, JADE);
    });
    after(() => harness.close());

    /** Runs the preview as `npm run preview` does, without the check. */
    async function preview(
        stack = "dev",
        ...more: readonly string[]
    ): Promise<{ code: number; text: string; all: string }> {
        const file = join(harness.dir, "summary.md");
        const script = join(__dirname, "previewRun.ts");
        const pulumiArgs = ["--config-file", harness.configFile, ...more];
        const args = [...typescript, script, stack, file, ...pulumiArgs];
        const { exitCode, all, stdout } = await execa(process.execPath, args, {
            cwd: projectDir,
            env: { ...harness.sandbox.env, TMPDIR: harness.dir },
            reject: false,
            stdin: "ignore",
            all: true,
        });
        assert.equal(stdout, "");
        assert.match(all, new RegExp(`summary: ${file}$`));
        const text = await readFile(file, "utf8");
        summaries.push(text);
        printed.push(all);
        return { code: exitCode ?? -1, text, all };
    }

    /** Returns the summary for a changed config, and restores the config. */
    async function previewOf(change: (entry: (name: string) => DeploymentEntry) => void): Promise<string> {
        await harness.edit((deployments) => {
            change((name) => deployments.find((entry) => entry.name === name)!);
        });
        const { code, text } = await preview();
        assert.equal(code, 0, text);
        await harness.restoreConfig();
        return text;
    }

    const row = (text: string, name: string): string[] =>
        text
            .split("\n")
            .filter((line) => line.startsWith(`| \`${name}\` |`))
            .flatMap((line) => line.split(" | ").slice(1));

    it("shows what is created; the diff is printed", async () => {
        const { code, text, all } = await preview();
        assert.equal(code, 0);
        assert.match(text, /^<!-- airflow-secrets-backends preview: dev -->\n/);
        assert.match(text, /\n4 Deployments would change\. Resources: \d+ created\.\n/);
        assert.doesNotMatch(text, /Look at this first/);
        assert.deepEqual(row(text, SOLAR), [
            "`vault`",
            "12: `env.1`, `policy`, `role`, `secret-id.1`, 3 test secrets, 5 workloads",
            "",
            "",
            "",
            " |",
        ]);
        assert.match(all, /\+ vault:index\/policy:Policy: \(create\)/);
    });

    it("says that nothing changes", async () => {
        await harness.up();
        const { code, text } = await preview();
        assert.equal(code, 0);
        assert.match(text, /\nNothing changes: 4 Deployments, all as they are\.\n/);
    });

    it("highlights a replaced credential", async () => {
        await harness.age({ days: 90 });
        const { text } = await preview();
        await harness.age({ days: -90 });
        const names = [CRIMSON, JADE, SOLAR, VIOLET].map((name) => `\`${name}\``).join(", ");
        assert.ok(
            text.includes(`\n- **Replaced credential**: ${names}. The pods restart. The old credential stays valid `),
            text,
        );
        assert.deepEqual(row(text, JADE), [
            "`azure-key-vault`",
            "1: `client-secret.2`",
            "1: `env` (`secretValues`)",
            "",
            "",
            "**replaced credential** |",
        ]);
        assert.doesNotMatch(text, /WIDENED/);
    });

    it("highlights a widened grant in Vault and each cloud", async () => {
        const azure = await AzureSubscription.open(harness.sandbox);
        await azure.createVault("company", { enableRbacAuthorization: true });
        await azure.close();
        const text = await previewOf((entry) => {
            delete entry(SOLAR).backend.scope;
            entry(CRIMSON).backend.kmsKeyArn = "arn:aws:kms:us-east-1:000000000000:key/k-1";
            entry(VIOLET).backend.scope = "violet";
            Object.assign(entry(JADE).backend, { createVault: false, vaultName: "company" });
        });
        const items = text.split("\n").filter((line) => line.startsWith("- **WIDENED grant**"));
        const found = (name: string): string => items.filter((line) => line.includes(name)).join("\n");
        assert.match(
            found(SOLAR),
            /\(`policy`\) may now also `read` `secret\/data\/variables\/\*`, `read` `secret\/data\/c/,
        );
        assert.match(
            found(CRIMSON),
            /\(`policy`\) may now also `kms:Decrypt` `arn:aws:kms:.*` where `.*ViaService.*`\.$/,
        );
        assert.match(
            found(VIOLET),
            /\(`grant`\) may now also `roles\/secretmanager\.secretAccessor` `sandbox-project: .*-\*`/,
        );
        assert.match(found(JADE), /\(`grant`\) may now also `role Key Vault Secrets User` `.*\/vaults\/company\/\*`/);
        assert.match(row(text, SOLAR).at(-1) ?? "", /\*\*WIDENED grant\*\*/);
    });

    it("does not highlight a change of a setting that grants nothing", async () => {
        const text = await previewOf((entry) => {
            entry(SOLAR).backend.tokenTtl = 600;
        });
        assert.doesNotMatch(text, /Look at this first/);
        assert.match(row(text, SOLAR).join(), /`role` \(.*`tokenTtl`/);
    });

    it("highlights a replaced identity, but not its narrowed grant", async () => {
        const text = await previewOf((entry) => {
            entry(SOLAR).backend.boundCidrs = ["10.0.0.0/8"];
        });
        assert.match(text, new RegExp(`\n- \\*\\*Replaced identity\\*\\*: \`${SOLAR}\`\\. `));
        assert.doesNotMatch(text, /WIDENED/);
        const [, created, changed, replaced, deleted] = row(text, SOLAR);
        const expected = ["4: `env.1`, `policy`, `role`, `secret-id.1`", "5: 5 workloads", "", ""];
        assert.deepEqual([created, changed, replaced, deleted], expected);
    });

    it("highlights a removed Deployment", async () => {
        await harness.keep(SOLAR, CRIMSON, VIOLET);
        const { code, text } = await preview();
        await harness.restoreConfig();
        assert.equal(code, 0);
        assert.match(text, new RegExp(`\n- \\*\\*Removed\\*\\*: \`${JADE}\`\\. `));
        assert.match(text, /\n\| the stack \|.*\| 2: `pulumi:providers:azure-native default_[\d_]+`, /);
        assert.match(
            text,
            /\n1 Deployment would change\. Resources: 11 deleted\. 3 Deployments without changes are not listed\.\n/,
        );
    });

    it("says why a preview failed, with Pulumi's exit code", async () => {
        await harness.edit(([solar]) => {
            solar!.backend.kind = "valt";
        });
        const { code, text } = await preview();
        assert.notEqual(code, 0);
        assert.match(text, new RegExp(`preview --diff --stack dev\` \\*\\*failed\\*\\* with exit code ${code}\\.`));
        assert.match(text, /```text\nerror: .*\n.*backend\.kind: found "valt"/);
        const { code: none, text: missing } = await preview("nowhere");
        assert.notEqual(none, 0);
        assert.match(missing, /no stack named 'nowhere' found/);
    });

    it("contains no secret, and no credential is printed", async () => {
        const secrets = await secretsOfState();
        assert.ok(secrets.length > 20, `${secrets.length} secrets`);
        const credentials = [
            String((await harness.kwargs(SOLAR)).secret_id),
            keyIn(await harness.resolvedEnv(CRIMSON)).secretAccessKey,
            accountKeyIn(await harness.kwargs(VIOLET)).private_key.split("\n")[3] ?? "",
            azureLoginIn(await harness.resolvedEnv(JADE)).clientSecret,
            harness.sandbox.env.ASTRONOMER_API_TOKEN ?? "",
            harness.sandbox.env.VAULT_TOKEN ?? "",
            testVariable.value,
            testUriConnection.uri,
            testJsonConnection.fields.password,
        ];
        assert.ok(credentials.every((credential) => credential.length > 10));
        const [all, shown] = [summaries.join("\n"), printed.join("\n")];
        assert.equal(summaries.length, 9);
        const contains = (text: string, secret: string): boolean => forms(secret).some((form) => text.includes(form));
        assert.ok(
            contains(`{"a":"${Buffer.from(credentials[0]!).toString("base64")}"}`, credentials[0]!),
            "an encoded credential is found",
        );
        assert.ok(!secrets.concat(credentials).some((secret) => contains(all, secret)));
        assert.ok(!credentials.some((secret) => contains(shown, secret)));
    });

    it("leaves no event log behind", async () => {
        const left = await readdir(harness.dir);
        assert.deepEqual(
            left.filter((name) => name.startsWith("airflow-secrets-backends-")),
            [],
        );
        assert.ok(left.includes("summary.md"));
    });

    /** Returns every string in Pulumi's state that is a secret or part of one. */
    async function secretsOfState(): Promise<string[]> {
        const { stdout } = await harness.succeed(["stack", "export", "--show-secrets"], { configFile: false });
        const found = new Set<string>();
        collect(JSON.parse(stdout), false);
        return [...found].filter((text) => text.length >= 8);

        function collect(value: unknown, isSecret: boolean): void {
            if (typeof value === "string" && isSecret) {
                found.add(value);
            } else if (typeof value === "object" && value !== null) {
                const { plaintext } = value as { plaintext?: string };
                if (plaintext === undefined) {
                    Object.values(value).forEach((part) => {
                        collect(part, isSecret);
                    });
                } else {
                    collect(JSON.parse(plaintext), true);
                }
            }
        }
    }
});
