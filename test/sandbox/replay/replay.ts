import assert from "node:assert/strict";
import type { Sandbox } from "../../../sandbox/sandbox";
import { compare, type Discrepancy } from "./compare";
import { Placeholders } from "./placeholders";
import { readRecording, type RecordedCall } from "./recording";
import { Provider } from "./wire";

/** A difference between the answers of the provider host and of the plugin, and its reason. */
export interface KnownDifference {
    readonly type: string;
    /** The method: `Check`, `Diff`, … */
    readonly call: string;
    /** The path in the answer: `response.properties.id`, `error`. */
    readonly path: string | RegExp;
    readonly reason: string;
    /** The steps with this difference; default: all. */
    readonly steps?: RegExp;
}

/** The parameters of a manual step. */
export interface ManualContext {
    readonly sandbox: Sandbox;
    readonly placeholders: Placeholders;
}

/** How the recording of a plugin is replayed. */
export interface ReplayCase {
    readonly plugin: string;
    /** The number of recorded calls. */
    readonly recorded: number;
    /** The component that contains the plugin's resources in the stack. It is part of their URNs. */
    readonly component: string;
    /** Types that the stack no longer uses, with the reason. The recording omits their calls. */
    readonly leftOut: Readonly<Record<string, string>>;
    readonly differences: readonly KnownDifference[];
    /** Values of placeholders that no answer contains, by placeholder without brackets. */
    readonly initialPlaceholders?: (
        sandbox: Sandbox,
    ) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
    /** What was done by hand before a step, by step name. */
    readonly manualSteps: Readonly<Record<string, (context: ManualContext) => Promise<unknown>>>;
}

/** Defines the tests that the provider host answers a plugin's recorded calls as the plugin did. */
export function describeReplay(replayCase: ReplayCase, sandbox: () => Sandbox): void {
    const { plugin, component, differences, manualSteps } = replayCase;
    const recording = readRecording(plugin);

    describe(`of the plugin ${plugin}`, () => {
        const placeholders = new Placeholders();
        const used = new Set<KnownDifference>();
        let provider: Provider;
        let replayedCalls = 0;

        before(async () => {
            provider = new Provider(portOf(plugin, sandbox()));
            for (const [placeholder, value] of Object.entries(
                (await replayCase.initialPlaceholders?.(sandbox())) ?? {},
            )) {
                placeholders.bind(placeholder, value);
            }
        });
        after(() => {
            provider.close();
        });

        for (const { step, calls } of recording.steps) {
            it(step, async () => {
                await manualSteps[step]?.({ sandbox: sandbox(), placeholders });
                const failures: string[] = [];
                for (const call of calls) {
                    const found = await replay(call);
                    const unexpected = found.filter((each) => !isKnownDifference(step, call, each));
                    failures.push(...unexpected.map((each) => formatDiscrepancy(call, each)));
                    replayedCalls++;
                }
                if (failures.length > 0) {
                    assert.fail(`\n${failures.join("\n")}`);
                }
            });
        }

        it("omits only calls for types that the stack no longer uses", () => {
            const leftOut = Object.values(recording.leftOut).reduce((sum, calls) => sum + calls, 0);
            assert.equal(replayedCalls + leftOut, replayCase.recorded);
            assert.deepEqual(Object.keys(recording.leftOut).sort(), Object.keys(replayCase.leftOut).sort());
        });

        it("uses every listed difference and every manual step", () => {
            assert.deepEqual(
                differences.filter((each) => !used.has(each)),
                [],
            );
            const steps = recording.steps.map(({ step }) => step);
            assert.deepEqual(
                Object.keys(manualSteps).filter((step) => !steps.includes(step)),
                [],
            );
        });

        async function replay(call: RecordedCall): Promise<Discrepancy[]> {
            const { method, type, name, request } = call;
            const owner = name ?? type;
            let fields: object;
            try {
                fields = placeholders.fill(request, owner) as object;
            } catch (error) {
                return [{ path: "request", recorded: request, answered: (error as Error).message }];
            }
            const answer = await provider.call(method, { ...fields, ...addressOf(call) });
            const recorded = call.error === undefined ? { response: call.response } : { error: call.error };
            return compare(recorded, answer, { placeholders, owner });
        }

        function addressOf({ method, type, name }: RecordedCall): Record<string, string> {
            if (method === "Invoke") {
                return { tok: type };
            }
            const parent = name === undefined ? "" : `airflow-secrets-backends:index:${component}$`;
            const urn = `urn:pulumi:dev::airflow-secrets-backends::${parent}${type}::${name ?? "default"}`;
            return { urn };
        }

        function isKnownDifference(step: string, { type, method }: RecordedCall, { path }: Discrepancy): boolean {
            const matching = differences.filter(
                (each) =>
                    each.type === type &&
                    each.call === method &&
                    (typeof each.path === "string" ? each.path === path : each.path.test(path)) &&
                    each.steps?.test(step) !== false,
            );
            for (const each of matching) {
                used.add(each);
            }
            return matching.length > 0;
        }
    });
}

function formatDiscrepancy({ method, type, name }: RecordedCall, { path, recorded, answered }: Discrepancy): string {
    const [expected, actual] = [recorded, answered].map((value) =>
        value === undefined ? "nothing" : JSON.stringify(value),
    );
    return `${method} of ${name ?? ""} (${type}): ${path}: expected ${expected}, got ${actual}`;
}

/** Returns the port of the package's provider, as the sandbox's engine gets it. */
function portOf(plugin: string, { env }: Sandbox): number {
    const attached = (env.PULUMI_DEBUG_PROVIDERS ?? "").split(",").map((each) => each.split(":"));
    const [, port] = attached.find(([name]) => name === plugin) ?? [];
    assert.ok(port !== undefined, `the sandbox's provider host does not serve ${plugin}`);
    return Number(port);
}
