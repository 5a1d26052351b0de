import { readFile } from "node:fs/promises";
import { join } from "node:path";
import assert from "node:assert/strict";
import { parse } from "yaml";
import { projectDir } from "../../sandbox/paths";
import { Harness, type DeploymentEntry } from "./harness";
import { differences, EXISTING_VAULT, Inspector, type Inventory } from "./inventory";
import { TestStacks } from "./testStacks";

// Deployments with every kind of backend, both versions of KV, both kinds of Key Vault and both kinds of target.
export const SOLAR = "solar-dust-1234";
export const LUNAR = "lunar-tide-5678";
export const CRIMSON = "crimson-comet-2468";
export const GOLDEN = "golden-nebula-8642";
export const VIOLET = "violet-meteor-3141";
export const INDIGO = "indigo-pulsar-1618";
export const JADE = "jade-eclipse-5772";
/** The Deployment of stack `dev`, which is not torn down. */
const SILVER = "silver-quasar-9753";

export const PAST = "2026-01-01T00:00:00+01:00";
export const FUTURE = "2999-01-01T00:00:00Z";

/** A test bed: a sandbox in which stack `dev` is up, for test stacks beside it. */
export class TeardownBed {
    private constructor(
        readonly harness: Harness,
        readonly inspector: Inspector,
        readonly stacks: TestStacks,
        readonly entries: readonly DeploymentEntry[],
        /** The inventory without any test stack: existing resources and stack `dev`. */
        readonly untouched: Inventory,
    ) {}

    static async open(): Promise<TeardownBed> {
        // The test stacks use the other Deployments.
        const harness = await Harness.openAttached();
        await harness.keep(SILVER);
        const inspector = await Inspector.open(harness);
        const stacks = await TestStacks.open(harness);
        const file = parse(await readFile(join(projectDir, "Pulumi.dev.yaml"), "utf8")) as {
            config: Record<string, DeploymentEntry[]>;
        };
        const entries = file.config["airflow-secrets-backends:deployments"] ?? [];
        await inspector.azure.createVault(EXISTING_VAULT, { enableRbacAuthorization: true });
        await harness.up();
        return new TeardownBed(harness, inspector, stacks, entries, await inspector.inventory());
    }

    async close(): Promise<void> {
        await this.inspector.close();
        await this.harness.close();
    }

    /** Returns Deployments of stack `dev`, with AWS's default recovery window, and JADE in the existing vault. */
    deployments(...names: readonly string[]): DeploymentEntry[] {
        return this.entries
            .filter(({ name }) => names.includes(name))
            .map((entry) => {
                const backend = { ...entry.backend };
                delete backend.recoveryWindowInDays;
                const inExistingVault = { vaultName: EXISTING_VAULT, createVault: false };
                return { ...entry, backend: entry.name === JADE ? { ...backend, ...inExistingVault } : backend };
            });
    }

    everyKind(): DeploymentEntry[] {
        const [solar, ...others] = this.deployments(SOLAR, LUNAR, CRIMSON, GOLDEN, VIOLET, INDIGO, JADE);
        return [{ ...solar!, target: { ...solar!.target, podTemplateSecret: "pod-env" } }, ...others];
    }

    /** Asserts that the inventory is what it was without any test stack. */
    async assertNothingLeft(): Promise<void> {
        const found = await this.inspector.inventory();
        for (const name of differences(this.untouched, found)) {
            assert.deepEqual(found[name], this.untouched[name], name);
        }
    }
}
