import { readFile } from "node:fs/promises";
import { join } from "node:path";
import assert from "node:assert/strict";
import { parse } from "yaml";
import { projectDir } from "../../sandbox/paths";
import { Harness, type DeploymentEntry } from "./harness";
import { COMPANY_VAULT, differences, Inspector, type Inventory } from "./inventory";
import { TestStacks } from "./testStacks";

/** One of every kind of backend, both kinds of KV, of vaults and of targets. */
export const SOLAR = "solar-dust-1234";
export const LUNAR = "lunar-tide-5678";
export const CRIMSON = "crimson-comet-2468";
export const GOLDEN = "golden-nebula-8642";
export const VIOLET = "violet-meteor-3141";
export const INDIGO = "indigo-pulsar-1618";
export const JADE = "jade-eclipse-5772";
/** That of the stack that stays. */
const SILVER = "silver-quasar-9753";

export const PAST = "2026-01-01T00:00:00+01:00";
export const FUTURE = "2999-01-01T00:00:00Z";

/** A sandbox in which stack dev is up, for test stacks that come and go beside it. */
export class TeardownBed {
    private constructor(
        readonly harness: Harness,
        readonly inspector: Inspector,
        readonly stacks: TestStacks,
        readonly entries: readonly DeploymentEntry[],
        /** What the company has, and stack dev. */
        readonly untouched: Inventory,
    ) {}

    static async open(): Promise<TeardownBed> {
        const harness = await Harness.openAttached(SILVER);
        const inspector = await Inspector.open(harness);
        const stacks = await TestStacks.open(harness);
        const file = parse(await readFile(join(projectDir, "Pulumi.dev.yaml"), "utf8")) as {
            config: Record<string, DeploymentEntry[]>;
        };
        const entries = file.config["airflow-secrets-backends:deployments"] ?? [];
        await inspector.azure.createVault(COMPANY_VAULT, { enableRbacAuthorization: true });
        await harness.up();
        return new TeardownBed(harness, inspector, stacks, entries, await inspector.look());
    }

    async close(): Promise<void> {
        await this.inspector.close();
        await this.harness.close();
    }

    /** As in the dev stack, but that AWS's window is the default, and one secret is in a vault that stays. */
    deployments(...names: readonly string[]): DeploymentEntry[] {
        return this.entries
            .filter(({ name }) => names.includes(name))
            .map((entry) => {
                const backend = { ...entry.backend };
                delete backend.recoveryWindowInDays;
                const inCompanys = { vaultName: COMPANY_VAULT, createVault: false };
                return { ...entry, backend: entry.name === JADE ? { ...backend, ...inCompanys } : backend };
            });
    }

    everyKind(): DeploymentEntry[] {
        return this.deployments(SOLAR, LUNAR, CRIMSON, GOLDEN, VIOLET, INDIGO, JADE);
    }

    async assertNothingLeft(): Promise<void> {
        const found = await this.inspector.look();
        for (const name of differences(this.untouched, found)) {
            assert.deepEqual(found[name], this.untouched[name], name);
        }
    }
}
