import assert from "node:assert/strict";
import { hostname } from "node:os";
import { execa } from "execa";
import { projectDir } from "../../sandbox/paths";
import { lineOf, type DeploymentEntry, type Harness } from "./harness";
import { differences, type Inspector } from "./inventory";
import { CRIMSON, FUTURE, GOLDEN, INDIGO, JADE, LUNAR, PAST, SOLAR, TeardownBed, VIOLET } from "./teardownBed";
import type { TestStacks } from "./testStacks";

describe("teardown", function () {
    this.timeout(900_000);
    this.slow(120_000);
    this.bail(true);
    let bed: TeardownBed;
    let harness: Harness;
    let inspector: Inspector;
    let stacks: TestStacks;

    before(async () => {
        bed = await TeardownBed.open();
        ({ harness, inspector, stacks } = bed);
    });
    after(() => bed.close());

    /** Parses the table: returns the result and the reasons of each stack, by its name. */
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
        it("is reported and not run with --dry-run", async () => {
            await stacks.up("pr-1", PAST, bed.everyKind());
            await stacks.expectNoChanges("pr-1");
            const { stdout: output } = await harness.succeed(["stack", "output", "expires", "--stack", "pr-1"], {
                configFile: false,
            });
            assert.equal(output, PAST);
            const afterUp = await inspector.inventory();
            const changed = differences(bed.untouched, afterUp);
            assert.deepEqual(
                Object.keys(bed.untouched).filter((name) => !changed.includes(name)),
                ["Azure vaults, deleted", "Azure secrets in the existing vault, deleted"],
                "every other entry contains resources of the stack, so that a test can see that they are deleted",
            );
            const state = await stacks.readState("pr-1");
            const { code, stdout } = await stacks.teardown("--expired", "--dry-run");
            assert.equal(code, 0);
            assert.match(rows(stdout)["pr-1"]!, /^to be destroyed: has expired; has \d\d resources$/);
            assert.equal(await stacks.readState("pr-1"), state);
            assert.deepEqual(differences(afterUp, await inspector.inventory()), []);
        });

        it("deletes env vars first, then credentials, then secrets, and leaves nothing", async () => {
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
                const line = (kind: RegExp, status: string): RegExp =>
                    new RegExp(`${kind.source}.* ${name}[-.].* ${status}`);
                const envDeleted = last(line(env, "deleted"));
                const credentialDeleted = last(line(credential, "deleted"));
                assert.ok(envDeleted > 0 && envDeleted < lineOf(all, line(credential, "deleting")), name);
                assert.ok(credentialDeleted < lineOf(all, line(secret, "deleting")), name);
            }
            await bed.assertNothingLeft();
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
        it("continues if one fails, destroys only expired ones, and says which are left and why", async () => {
            await stacks.up("pr-1", PAST, bed.deployments(SOLAR));
            await stacks.up("pr-2", PAST, bed.deployments(LUNAR));
            await stacks.up(
                "pr-3",
                PAST,
                bed.deployments(GOLDEN).map((entry) => ({ ...entry, target: solarTarget() })),
            );
            await stacks.up("pr-4", FUTURE, bed.deployments(VIOLET));
            await stacks.up("pr-5", undefined, bed.deployments(INDIGO));
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
            assert.ok(
                (await harness.vaultList("auth/approle/role")).some((role) =>
                    role.startsWith(`airflow.pr-2.${LUNAR}.`),
                ),
            );
            await harness.houstonFaults({});
            await unlock();
            const next = await stacks.teardown("--expired");
            assert.equal(next.code, 0, next.all);
            assert.deepEqual(await stacks.names(), ["dev", "pr-4", "pr-5"]);
        });

        it("destroys a named one that has not expired, and never one without `expires`", async () => {
            const { code, stdout } = await stacks.teardown("--stack", "pr-4", "--stack", "pr-5", "--stack", "dev");
            assert.equal(code, 1);
            const row = rows(stdout);
            assert.equal(row["pr-4"], "destroyed: was named");
            assert.match(row["pr-5"]!, /^left: has resources and no `expires` in its state/);
            assert.match(row.dev!, /^left: has resources and no `expires` in its state/);
            assert.deepEqual(await stacks.names(), ["dev", "pr-5"]);
            await harness.succeed(["preview", "--expect-no-changes", "--stack", "dev"]);
            await stacks.expectNoChanges("pr-5");
            // With `expires`, it can be torn down; without it no longer, also if the up then fails.
            await stacks.setExpires("pr-5", PAST);
            await stacks.upAgain("pr-5");
            await stacks.setExpires("pr-5", undefined);
            const broken = bed.deployments(INDIGO).map((entry) => ({
                ...entry,
                target: { ...entry.target, namespace: "nowhere" },
            }));
            await stacks.setDeployments("pr-5", broken);
            const failed = await stacks.startUp("pr-5").ended;
            assert.notEqual(failed.code, 0);
            assert.match(failed.all, /nowhere/);
            const kept = await stacks.teardown("--expired");
            assert.match(rows(kept.stdout)["pr-5"]!, /^kept: has resources and no `expires`/);
            await stacks.setDeployments("pr-5", bed.deployments(INDIGO));
            await stacks.setExpires("pr-5", PAST);
            await stacks.upAgain("pr-5");
            assert.equal((await stacks.teardown("--expired")).code, 0);
            await bed.assertNothingLeft();
        });

        function solarTarget(): DeploymentEntry["target"] {
            return bed.entries.find(({ name }) => name === CRIMSON)!.target;
        }
    });

    describe("that is interrupted", () => {
        it("is completed by the next teardown after kill -9", async () => {
            await stacks.up("pr-1", PAST, bed.deployments(SOLAR, CRIMSON, VIOLET, INDIGO));
            const outputs: string[] = [];
            for (const pattern of [/Patch .* deleted/, /AccessKey .* deleted/, /purging Key Vault/]) {
                const running = stacks.startTeardown("--expired");
                await running.waitForOutput(pattern);
                await running.killAll();
                outputs.push((await running.ended).all);
                assert.deepEqual(await stacks.names(), ["dev", "pr-1"]);
                if (outputs.length === 1) {
                    // Nobody can be certain yet that its pulumi no longer runs.
                    const { code, stdout } = await stacks.teardown("--expired");
                    assert.equal(code, 1);
                    assert.match(rows(stdout)["pr-1"]!, /^left: is locked by /);
                }
                await stacks.ageLocks("pr-1");
            }
            assert.match(outputs.join(), /pr-1: breaking the lock of a pulumi that no longer runs/);
            const { code, all } = await stacks.teardown("--expired");
            assert.equal(code, 0, all);
            await bed.assertNothingLeft();
        });

        it("lets pulumi finish on Ctrl-C, shows the table and exits with 8", async () => {
            await stacks.up("pr-1", PAST, bed.deployments(SOLAR, INDIGO));
            const running = stacks.startTeardown("--expired");
            await running.waitForOutput(/Patch .* deleting/);
            process.kill(running.pid, "SIGINT");
            const { code, stdout, all } = await running.ended;
            assert.equal(code, 8, all);
            assert.match(rows(stdout)["pr-1"]!, /^left: .*interrupted: /);
            const next = await stacks.teardown("--expired");
            assert.equal(next.code, 0, next.all);
            assert.doesNotMatch(next.all, /breaking the lock/);
            await bed.assertNothingLeft();
        });
    });
});
