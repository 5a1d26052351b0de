import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import type { EdgeFault } from "../../sandbox/edge/faults";
import { STACK } from "../../sandbox/stackFile";
import { startAirflow, type AirflowProcess } from "./airflowProcess";
import { edgeSeen, setEdgeFaults } from "./edgeFaults";
import { CHANGES, type FaultKind } from "./faultKinds";
import { Harness, type Result } from "./harness";
import { differences, EXISTING_VAULT, Inspector, type Inventory } from "./inventory";
import { Pods, readingDuring } from "./pods";
import { startCommand, type Running } from "./running";
import { removeOrphans } from "./statusCommand";

/** What happens to a stack, in this order. A new scope means another identity. */
export const phases = ["up", "rotation", "identity", "destroy"] as const;
export type Phase = (typeof phases)[number];

/** Where a run is killed. */
export interface Kill {
    /** How many changing requests pass before. */
    readonly skip: number;
    /** Whether the service has acted on the request, and only its answer is lost. */
    readonly afterService: boolean;
}

/** What was seen of a phase. */
export interface PhaseReport {
    /** The request at which the run was killed, if it was. */
    readonly killedAt: string | undefined;
    /** Credentials that the service holds, and no state does. */
    readonly orphans: number;
}

const REMOVE_ORPHANS = "--remove-orphans deletes it";
const REFRESH_FIRST = /run pulumi refresh, and then pulumi up/i;

/** Passes all requests; the edge then lists them. */
export const LISTEN: EdgeFault = { matches: "^$", act: "hang" };

/** The life of one Deployment, from the first `up` to the destroy, with faults in between. */
export class FaultLife {
    reads = 0;
    readonly failedReads: string[] = [];
    /** How often a run was only completed after a refresh, as its advice said. */
    refreshes = 0;
    /** How often a run was only completed after a lost credential was removed, as its advice said. */
    removals = 0;
    private pods: Pods | undefined;
    private round = 0;
    /** Ids of the orphans that were found. */
    private readonly known = new Set<string>();

    private constructor(
        private readonly kind: FaultKind,
        readonly harness: Harness,
        private readonly airflow: AirflowProcess,
        private readonly inspector: Inspector,
        private readonly untouched: Inventory,
    ) {}

    static async open(kind: FaultKind): Promise<FaultLife> {
        const harness = await Harness.openWithFaults(kind.deployment);
        const airflow = await startAirflow(harness.installed.airflow, harness.sandbox.edge);
        const inspector = await Inspector.open(harness);
        await inspector.azure.createVault(EXISTING_VAULT, { enableRbacAuthorization: true });
        return new FaultLife(kind, harness, airflow, inspector, await inspector.inventory());
    }

    async close(): Promise<void> {
        await this.inspector.close();
        await this.airflow.close();
        await this.harness.close();
    }

    /** Runs a phase without a fault; returns the changing requests. */
    async count(phase: Phase): Promise<readonly string[]> {
        await this.prepare(phase);
        await this.reading(() => this.finish(phase));
        const { requests } = await edgeSeen(this.harness.sandbox);
        await this.check(phase);
        const changes = new RegExp(CHANGES);
        return requests.filter((request) => changes.test(request));
    }

    /** Kills a run at a request, and repeats the run, which has to complete what is left. */
    async kill(phase: Phase, { skip, afterService }: Kill): Promise<PhaseReport> {
        await this.prepare(phase);
        let killedAt: string | undefined;
        let orphans: readonly string[] = [];
        await this.reading(async () => {
            killedAt = await this.killedAt(phase, { matches: CHANGES, skip, times: 1, afterService, act: "hold" });
            // A destroy takes what is deleted with its identity out of the state first, so it is no orphan.
            orphans = phase === "destroy" ? [] : await this.newOrphans();
            await this.finish(phase);
            await this.removeOrphans(orphans);
        });
        await this.check(phase);
        return { killedAt, orphans: orphans.length };
    }

    /** Runs a phase while a service fails; then without the fault. Returns the output of the first run. */
    async fail(phase: Phase, fault: EdgeFault, during?: (run: Running) => Promise<void>): Promise<Result> {
        await this.prepare(phase);
        let result: Result | undefined;
        await this.reading(async () => {
            await setEdgeFaults(this.harness.sandbox, fault);
            const run = this.start(phase);
            await during?.(run);
            result = await run.ended;
            await setEdgeFaults(this.harness.sandbox, LISTEN);
            await this.finish(phase);
        });
        await this.check(phase);
        assert.ok(result !== undefined);
        return result;
    }

    /** Waits until a request is held, or the run has ended. */
    async waitUntilHeld(run: Running): Promise<boolean> {
        const state = { hasEnded: false };
        void run.ended.then(() => (state.hasEnded = true));
        for (;;) {
            const [affected = 0] = (await edgeSeen(this.harness.sandbox)).affected;
            if (affected > 0 || state.hasEnded) {
                return affected > 0;
            }
            await setTimeout(20);
        }
    }

    private async killedAt(phase: Phase, fault: EdgeFault): Promise<string | undefined> {
        const { sandbox } = this.harness;
        await setEdgeFaults(sandbox, fault);
        const run = this.start(phase);
        const isHeld = await this.waitUntilHeld(run);
        await run.killAll();
        const changes = new RegExp(CHANGES);
        const request = (await edgeSeen(sandbox)).requests.filter((each) => changes.test(each))[fault.skip ?? 0];
        await setEdgeFaults(sandbox, LISTEN);
        // Pulumi had no time to release its lock.
        await this.harness.succeed(["cancel", "--yes", "--stack", STACK], { configFile: false });
        return isHeld ? request : undefined;
    }

    private start(phase: Phase): Running {
        const args = [...command(phase), "--config-file", this.harness.configFile, "--non-interactive"];
        return startCommand("pulumi", args, this.harness.sandbox.env);
    }

    /**
     * Runs the phase's command to its end, and follows its advice if there is one. Some providers cannot delete what is
     * already deleted, which the killed run may have done. And AWS allows an identity two keys: a lost one may have to be
     * removed first.
     */
    private async finish(phase: Phase): Promise<void> {
        const { code, all } = await this.harness.pulumi(command(phase));
        if (code === 0) {
            return;
        }
        if (all.includes(REMOVE_ORPHANS)) {
            this.removals += 1;
            await removeOrphans(this.harness);
        } else {
            assert.match(all, REFRESH_FIRST);
            this.refreshes += 1;
            await this.harness.succeed(["refresh", "--yes", "--skip-preview"]);
        }
        await this.harness.succeed(command(phase));
    }

    private async removeOrphans(ids: readonly string[]): Promise<void> {
        const left = async () => (await this.kind.credentials(this.inspector)).filter((id) => ids.includes(id));
        // The run before may have needed it.
        if ((await left()).length > 0) {
            await removeOrphans(this.harness);
            assert.deepEqual(await left(), []);
        }
    }

    private async prepare(phase: Phase): Promise<void> {
        // From now on, the edge need not close any connection to change its faults: no read fails because of that.
        await setEdgeFaults(this.harness.sandbox, LISTEN);
        if (phase === "up") {
            await this.harness.restoreConfig();
        } else if (phase === "destroy") {
            this.pods = undefined;
        } else if (phase === "rotation") {
            await this.harness.age({ days: 90 });
        } else {
            // The credential before the last one ends in the same run.
            await this.harness.age({ days: 2 });
            this.round += 1;
            await this.harness.edit(([only]) => {
                only!.backend.scope = `moved-${this.round}`;
            });
        }
    }

    /** Lets the running pods read while something happens. */
    private async reading(work: () => Promise<unknown>): Promise<void> {
        if (this.pods === undefined) {
            await work();
            return;
        }
        const { count, failed } = await readingDuring([this.pods], work);
        this.reads += count;
        this.failedReads.push(...failed);
    }

    /** Asserts that nothing is left to do, and that restarted pods read. */
    private async check(phase: Phase): Promise<void> {
        if (phase === "destroy") {
            await this.removeRenamedApps();
            await this.inspector.azure.purgeVaults();
            const found = await this.inspector.inventory();
            for (const name of differences(this.untouched, found)) {
                assert.deepEqual(found[name], this.untouched[name], name);
            }
            return;
        }
        await this.harness.succeed(["preview", "--expect-no-changes"]);
        const before = this.pods;
        this.pods = await Pods.start(this.harness, this.airflow, this.kind.deployment);
        // Pods that have not restarted read too, within the overlap.
        for (const pods of [before ?? this.pods, this.pods]) {
            this.failedReads.push(...(await pods.read()));
            this.reads += 1;
        }
        assert.deepEqual(this.failedReads, []);
    }

    /**
     * Removes the app registrations that nobody can recognise (docs/teardown.md): an `up` was killed while the provider
     * had given them another name. They have neither a password nor a right.
     */
    private async removeRenamedApps(): Promise<void> {
        const { azure } = this.inspector;
        for (const { id, displayName, passwordCredentials } of await azure.applications()) {
            if (displayName.startsWith("TERRAFORM_UPDATE_")) {
                assert.deepEqual(passwordCredentials, []);
                await azure.graph("DELETE", `applications/${id}`);
            }
        }
    }

    /** Returns the credentials that the service holds and the state does not, if they were not there before. */
    private async newOrphans(): Promise<string[]> {
        const { text } = await this.harness.state();
        const orphans = (await this.kind.credentials(this.inspector)).filter((id) => !text.includes(id));
        const found = orphans.filter((id) => !this.known.has(id));
        found.forEach((id) => this.known.add(id));
        return found;
    }
}

function command(phase: Phase): string[] {
    return [phase === "destroy" ? "destroy" : "up", "--yes", "--skip-preview"];
}
