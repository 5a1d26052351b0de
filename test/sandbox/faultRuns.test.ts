import assert from "node:assert/strict";
import { setEdgeFaults } from "./edgeFaults";
import { FaultHistogram } from "./faultHistogram";
import { faultKinds, type FaultKind } from "./faultKinds";
import { FaultLife, LISTEN, phases, type Kill, type Phase } from "./faultLife";
import { faultsToTry } from "./faults";

/** How often each phase is killed, for each kind. */
const LIVES = 5;
/** No kind makes fewer changes in its first `up`. */
const FEWEST_CHANGES = 6;

const { all, seed, choice } = faultsToTry();
const names = Object.keys(faultKinds);
const histogram = new FaultHistogram();

/** Returns where to kill a phase that makes these changes: spread over all of them, half after the service has acted. */
function killAt(life: number, phase: Phase, changes: readonly string[]): Kill {
    const skip = Math.floor(((life + 0.5) * changes.length) / LIVES);
    return { skip, afterService: (life + phases.indexOf(phase)) % 2 === 0 };
}

async function killed(kind: string, life: FaultLife, phase: Phase, kill: Kill): Promise<void> {
    const { killedAt, orphans } = await life.kill(phase, kill);
    assert.ok(killedAt !== undefined, `the run ended before its changing request ${kill.skip + 1}`);
    histogram.addKill(kind, phase, kill, killedAt);
    histogram.addOrphans(orphans);
    assert.ok(orphans <= 1, `${orphans} credentials that no state holds after one kill`);
}

function describeKills(kind: string, life: () => FaultLife): void {
    const changes = new Map<Phase, readonly string[]>();

    it("makes changes in each phase", async () => {
        for (const phase of phases) {
            const found = await life().count(phase);
            assert.ok(found.length > 0, phase);
            changes.set(phase, found);
        }
    });

    for (let index = 0; index < LIVES; index += 1) {
        for (const phase of phases) {
            it(`is completed by the next run after a kill: ${phase} in life ${index + 1}`, async () => {
                await killed(kind, life(), phase, killAt(index, phase, changes.get(phase) ?? []));
            });
        }
    }
}

function describeFaults({ identityChanges: matches, failure, refusal }: FaultKind, life: () => FaultLife): void {
    it("is completed by the next up after the service failed, and the first says what failed", async () => {
        const { code, all: output } = await life().fail("up", { matches, skip: 1, act: failure });
        assert.notEqual(code, 0);
        assert.match(output, /ServiceFailure|internal error|InternalServerError|status code 500|Error 500/i);
    });

    it("is completed by the next up after a change was refused, and the first says which right is missing", async () => {
        const { code, all: output } = await life().fail("rotation", { matches, act: refusal });
        assert.notEqual(code, 0);
        assert.match(output, /docs\/(vault|aws|gcp|azure)\.md (lists|has) the required/);
    });

    it("is completed after the service did not answer until the connection was closed", async () => {
        await life().fail("identity", { matches, skip: 1, times: 1, act: "hang" }, async (run) => {
            assert.ok(await life().waitUntilHeld(run), "the run ended before the request");
            await setEdgeFaults(life().harness.sandbox, LISTEN);
        });
        await life().count("destroy");
    });
}

/** A run that was killed, or that a service failed, is completed by the next run alone. */
describe(`a run with a fault (${choice})`, function () {
    this.timeout(300_000);
    this.slow(60_000);
    after(() => {
        process.stdout.write(`${histogram.toString()}\n`);
    });

    for (const kind of all ? names : [names[seed % names.length] ?? "vault"]) {
        const deploymentKind = faultKinds[kind]!;
        describe(kind, function () {
            this.bail(true);
            let life: FaultLife;
            before(async () => {
                life = await FaultLife.open(deploymentKind);
            });
            after(async () => {
                histogram.addLife(life);
                await life.close();
            });

            if (all) {
                describeKills(kind, () => life);
                describeFaults(deploymentKind, () => life);
            } else {
                const kill = { skip: seed % FEWEST_CHANGES, afterService: seed % 2 === 0 };
                it(`is completed by the next up, after a kill at change ${kill.skip + 1}`, async () => {
                    await killed(kind, life, "up", kill);
                });
            }
        });
    }
});
