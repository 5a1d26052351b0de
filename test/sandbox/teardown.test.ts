import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { projectDir } from "../../sandbox/paths";
import { knownTypes } from "../../scripts/teardown/ids";
import { Harness, lineOf, type DeploymentEntry } from "./harness";
import { COMPANY_VAULT, differences, Inspector, type Inventory } from "./inventory";
import { TestStacks } from "./testStacks";

/** One of every kind of backend, both kinds of KV, of vaults and of targets. */
const SOLAR = "solar-dust-1234";
const LUNAR = "lunar-tide-5678";
const CRIMSON = "crimson-comet-2468";
const GOLDEN = "golden-nebula-8642";
const VIOLET = "violet-meteor-3141";
const INDIGO = "indigo-pulsar-1618";
const JADE = "jade-eclipse-5772";
/** That of the stack that stays. */
const SILVER = "silver-quasar-9753";

const PAST = "2026-01-01T00:00:00+01:00";
const FUTURE = "2999-01-01T00:00:00Z";

describe("teardown", function () {
    this.timeout(900_000);
    this.slow(120_000);
    this.bail(true);
    let harness: Harness;
    let inspector: Inspector;
    let stacks: TestStacks;
    let entries: readonly DeploymentEntry[];
    /** What the company has, and stack dev. */
    let untouched: Inventory;

    before(async () => {
        harness = await Harness.open();
        inspector = await Inspector.open(harness);
        stacks = await TestStacks.open(harness);
        const file = parse(await readFile(join(projectDir, "Pulumi.dev.yaml"), "utf8")) as {
            config: Record<string, DeploymentEntry[]>;
        };
        entries = file.config["airflow-secrets-backends:deployments"] ?? [];
        await inspector.azure.createVault(COMPANY_VAULT, { enableRbacAuthorization: true });
        await harness.keep(SILVER);
        await harness.up();
        untouched = await inspector.look();
    });
    after(async () => {
        await inspector.close();
        await harness.close();
    });

    /** As in the dev stack, but that AWS's window is the default, and one secret is in a vault that stays. */
    function deployments(...names: readonly string[]): DeploymentEntry[] {
        return entries
            .filter(({ name }) => names.includes(name))
            .map((entry) => {
                const backend = { ...entry.backend };
                delete backend.recoveryWindowInDays;
                const inCompanys = { vaultName: COMPANY_VAULT, createVault: false };
                return { ...entry, backend: entry.name === JADE ? { ...backend, ...inCompanys } : backend };
            });
    }

    const everyKind = (): DeploymentEntry[] => deployments(SOLAR, LUNAR, CRIMSON, GOLDEN, VIOLET, INDIGO, JADE);

    async function assertNothingLeft(): Promise<void> {
        const found = await inspector.look();
        for (const name of differences(untouched, found)) {
            assert.deepEqual(found[name], untouched[name], name);
        }
    }

    /** What the table says of each stack, by its name. */
    function rows(stdout: string): Record<string, string> {
        const [, ...lines] = stdout.trim().split("\n");
        return Object.fromEntries(
            lines.map((line) => {
                const [stack = "", , result = "", ...why] = line.split(/ {2,}/);
                return [stack, [result, ...why].join(": ")];
            }),
        );
    }

    describe("of a stack with every kind of backend", () => {
        it("is said and not done with --dry-run", async () => {
            await stacks.up("pr-1", PAST, everyKind());
            await stacks.expectNoChanges("pr-1");
            const { stdout: output } = await harness.succeed(["stack", "output", "expires", "--stack", "pr-1"], {
                configFile: false,
            });
            assert.equal(output, PAST);
            const up = await inspector.look();
            const changed = differences(untouched, up);
            assert.deepEqual(
                Object.keys(untouched).filter((name) => !changed.includes(name)),
                ["Azure vaults, deleted", "Azure secrets there, deleted"],
                "everything else holds something of the stack, so that it can be seen to be gone",
            );
            const state = await stacks.readState("pr-1");
            const { code, stdout } = await stacks.teardown("--expired", "--dry-run");
            assert.equal(code, 0);
            assert.match(rows(stdout)["pr-1"]!, /^to be destroyed: has expired; has \d\d resources$/);
            assert.equal(await stacks.readState("pr-1"), state);
            assert.deepEqual(differences(up, await inspector.look()), []);
        });

        it("takes away env vars first, credentials next, secrets last, and leaves nothing anywhere", async () => {
            const { code, stdout, all } = await stacks.teardown("--stack", "pr-1");
            assert.equal(code, 0, all);
            assert.equal(rows(stdout)["pr-1"], "destroyed: has expired");
            const last = (pattern: RegExp): number => all.split("\n").findLastIndex((line) => pattern.test(line));
            const kinds: [name: string, env: RegExp, credential: RegExp, secret: RegExp][] = [
                [SOLAR, /Patch/, /AuthBackendRoleSecretId/, /SecretV2/],
                [LUNAR, /EnvironmentVariables/, /AuthBackendRoleSecretId/, /vault:kv:Secret/],
                [CRIMSON, /Patch/, /AccessKey/, /secretsmanager:Secret/],
                [GOLDEN, /EnvironmentVariables/, /AccessKey/, /ssm:Parameter/],
                [VIOLET, /Patch/, /serviceaccount:Key/, /secretmanager:Secret/],
                [INDIGO, /Patch/, /ApplicationPassword/, /keyvault:Secret/],
                [JADE, /EnvironmentVariables/, /ApplicationPassword/, /keyvault:Secret/],
            ];
            for (const [name, env, credential, secret] of kinds) {
                const line = (kind: RegExp, done: string): RegExp => new RegExp(`${kind.source}.* ${name}-.* ${done}`);
                const envGone = last(line(env, "deleted"));
                const credentialGone = last(line(credential, "deleted"));
                assert.ok(envGone > 0 && envGone < lineOf(all, line(credential, "deleting")), name);
                assert.ok(credentialGone < lineOf(all, line(secret, "deleting")), name);
            }
            await assertNothingLeft();
            assert.deepEqual(await stacks.names(), ["dev"]);
            assert.doesNotMatch((await execa("git", ["status", "--short"], { cwd: projectDir })).stdout, /Pulumi\./);
        });

        it("has nothing to do the second time", async () => {
            const { code, stdout } = await stacks.teardown("--stack", "pr-1");
            assert.equal(code, 0);
            assert.match(rows(stdout)["pr-1"]!, /^gone: there is no stack of that name/);
        });
    });

    describe("of several stacks", () => {
        it("goes on when one fails, takes only those that have expired, and says what is left and why", async () => {
            await stacks.up("pr-1", PAST, deployments(SOLAR));
            await stacks.up("pr-2", PAST, deployments(LUNAR));
            await stacks.up(
                "pr-3",
                PAST,
                deployments(GOLDEN).map((entry) => ({ ...entry, target: solarTarget() })),
            );
            await stacks.up("pr-4", FUTURE, deployments(VIOLET));
            await stacks.up("pr-5", undefined, deployments(INDIGO));
            await harness.houstonFaults({ fail: { operation: "write", status: 403, times: 1000 } });
            const unlock = await stacks.lock("pr-3", { pid: process.pid, hostname: hostname(), since: new Date() });
            const { code, stdout, all } = await stacks.teardown("--expired");
            const row = rows(stdout);
            assert.equal(code, 1, all);
            assert.deepEqual(Object.keys(row), ["dev", "pr-1", "pr-2", "pr-3", "pr-4", "pr-5"]);
            assert.match(row.dev!, /^kept: has resources and no `expires`/);
            assert.equal(row["pr-1"], "destroyed: has expired");
            assert.match(row["pr-2"]!, /^left: pulumi destroy failed: .*lunar-tide-5678/);
            assert.match(
                row["pr-3"]!,
                /^left: is locked by somebody@\S+ \(pid \d+\) since .* pulumi cancel --stack pr-3/,
            );
            assert.equal(row["pr-4"], "kept: has not expired");
            assert.match(row["pr-5"]!, /^kept: has resources and no `expires`/);
            assert.ok((await harness.vaultList("auth/approle/role")).includes(`airflow.pr-2.${LUNAR}`));
            await harness.houstonFaults({});
            await unlock();
            const next = await stacks.teardown("--expired");
            assert.equal(next.code, 0, next.all);
            assert.deepEqual(await stacks.names(), ["dev", "pr-4", "pr-5"]);
        });

        it("takes one that has not expired when it is named, and one without `expires` never", async () => {
            const { code, stdout } = await stacks.teardown("--stack", "pr-4", "--stack", "pr-5", "--stack", "dev");
            assert.equal(code, 1);
            const row = rows(stdout);
            assert.equal(row["pr-4"], "destroyed: was named");
            assert.match(row["pr-5"]!, /^left: has resources and no `expires` in its state/);
            assert.match(row.dev!, /^left: has resources and no `expires` in its state/);
            assert.deepEqual(await stacks.names(), ["dev", "pr-5"]);
            await harness.succeed(["preview", "--expect-no-changes", "--stack", "dev"]);
            await stacks.expectNoChanges("pr-5");
            // It gets one, and can go.
            await stacks.setExpires("pr-5", PAST);
            await stacks.startUp("pr-5").ended;
            assert.equal((await stacks.teardown("--expired")).code, 0);
            await assertNothingLeft();
        });

        function solarTarget(): DeploymentEntry["target"] {
            return entries.find(({ name }) => name === CRIMSON)!.target;
        }
    });

    describe("that is killed", () => {
        it("finishes when it is run again", async () => {
            await stacks.up("pr-1", PAST, deployments(SOLAR, CRIMSON, VIOLET, INDIGO));
            const said: string[] = [];
            for (const sign of [/Patch .* deleted/, /AccessKey .* deleted/, /purging Key Vault/]) {
                const running = stacks.startTeardown("--expired");
                await running.said(sign);
                await running.killAll();
                said.push((await running.ended).all);
                assert.deepEqual(await stacks.names(), ["dev", "pr-1"]);
            }
            assert.match(said.join(), /pr-1: breaking the lock of a pulumi that is gone/);
            const { code, all } = await stacks.teardown("--expired");
            assert.equal(code, 0, all);
            await assertNothingLeft();
        });

        it("by Ctrl-C lets pulumi end, shows the table and exits with 8", async () => {
            await stacks.up("pr-1", PAST, deployments(SOLAR, INDIGO));
            const running = stacks.startTeardown("--expired");
            await running.said(/Patch .* deleting/);
            process.kill(running.pid, "SIGINT");
            const { code, stdout, all } = await running.ended;
            assert.equal(code, 8, all);
            assert.match(rows(stdout)["pr-1"]!, /^left: .*told to/);
            const next = await stacks.teardown("--expired");
            assert.equal(next.code, 0, next.all);
            assert.doesNotMatch(next.all, /breaking the lock/);
            await assertNothingLeft();
        });
    });

    describe("after an up that broke off", () => {
        it("leaves nothing, wherever that was killed", async () => {
            const signs = [
                /TestStack/,
                /policy created/,
                /role creating/,
                /-app created/,
                /AccessKey .* creat/,
                /Patch .* creat/,
            ];
            for (const sign of signs) {
                await stacks.create("pr-1", PAST, everyKind());
                const up = stacks.startUp("pr-1");
                await up.said(sign);
                await up.killAll();
                const { code, all } = await stacks.teardown("--expired");
                assert.equal(code, 0, `killed at ${String(sign)}:\n${all}`);
                await assertNothingLeft();
            }
        });

        it("finds everything whose create was under way, whatever it was", async () => {
            await stacks.up("pr-1", PAST, everyKind());
            const found = new Set<string>();
            // From the env vars on to the vaults: what no other thing needs any more is under way, found, destroyed.
            for (;;) {
                const underWay = await stacks.breakOff("pr-1");
                if (underWay.length === 0) {
                    break;
                }
                underWay.forEach(({ type }) => found.add(type));
                await stacks.adopt("pr-1");
                await stacks.destroy("pr-1", underWay);
            }
            const missed = knownTypes.filter((type) => !found.has(type));
            assert.deepEqual(missed, [], "every type of the stack was under way once");
            const { code, all } = await stacks.teardown("--expired");
            assert.equal(code, 0, all);
            await assertNothingLeft();
        });
    });
});
