import assert from "node:assert/strict";
import type { Sandbox } from "../../../sandbox/sandbox";
import { compare, type Discrepancy } from "./compare";
import { Placeholders } from "./placeholders";
import { readRecording, type RecordedCall } from "./recording";
import { Provider } from "./wire";

/** What the host answers otherwise than the plugin, and why that is so. */
export interface KnownDifference {
    readonly type: string;
    /** The method: `Check`, `Diff`, … */
    readonly call: string;
    /** Where in the answer: `response.properties.id`, `error`. */
    readonly path: string | RegExp;
    readonly reason: string;
    /** The steps where it is so, where it is not in all. */
    readonly steps?: RegExp;
}

/** What a step that was done by hand works with. */
export interface ByHand {
    readonly sandbox: Sandbox;
    readonly placeholders: Placeholders;
}

/** How the recording of one plugin is replayed. */
export interface Replayed {
    readonly plugin: string;
    /** How many calls were recorded. */
    readonly recorded: number;
    /** The component that the stack makes this plugin's resources in: it is part of their URNs. */
    readonly component: string;
    /** Types that the stack no longer uses, with the reason: their calls were left out of the recording. */
    readonly leftOut: Readonly<Record<string, string>>;
    readonly differences: readonly KnownDifference[];
    /** What placeholders stand for that no answer tells, by placeholder without its brackets. */
    readonly given?: (sandbox: Sandbox) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
    /** What was done by hand before a step, by the step's name. */
    readonly byHand: Readonly<Record<string, (world: ByHand) => Promise<unknown>>>;
}

/** Describes that the provider host answers a plugin's recorded calls as the plugin did. */
export function describeReplay(replayed: Replayed, sandbox: () => Sandbox): void {
    const { plugin, component, differences, byHand } = replayed;
    const recording = readRecording(plugin);

    describe(`of ${plugin}`, () => {
        const placeholders = new Placeholders();
        const used = new Set<KnownDifference>();
        let provider: Provider;
        let replayedCalls = 0;

        before(async () => {
            provider = new Provider(portOf(plugin, sandbox()));
            for (const [placeholder, value] of Object.entries((await replayed.given?.(sandbox())) ?? {})) {
                placeholders.bind(placeholder, value);
            }
        });
        after(() => {
            provider.close();
        });

        for (const { step, calls } of recording.steps) {
            it(step, async () => {
                await byHand[step]?.({ sandbox: sandbox(), placeholders });
                const wrong: string[] = [];
                for (const call of calls) {
                    const found = await replay(call);
                    const unknown = found.filter((each) => !isKnown(step, call, each));
                    wrong.push(...unknown.map((each) => describeIt(call, each)));
                    replayedCalls++;
                }
                if (wrong.length > 0) {
                    assert.fail(`\n${wrong.join("\n")}`);
                }
            });
        }

        it("leaves no call out but those of types that the stack no longer uses", () => {
            const leftOut = Object.values(recording.leftOut).reduce((sum, calls) => sum + calls, 0);
            assert.equal(replayedCalls + leftOut, replayed.recorded);
            assert.deepEqual(Object.keys(recording.leftOut).sort(), Object.keys(replayed.leftOut).sort());
        });

        it("finds every difference that is listed, and every step before which something is done by hand", () => {
            assert.deepEqual(
                differences.filter((each) => !used.has(each)),
                [],
            );
            const steps = recording.steps.map(({ step }) => step);
            assert.deepEqual(
                Object.keys(byHand).filter((step) => !steps.includes(step)),
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
            const answer = await provider.call(method, { ...fields, ...addressed(call) });
            const recorded = call.error === undefined ? { response: call.response } : { error: call.error };
            return compare(recorded, answer, { placeholders, owner });
        }

        function addressed({ method, type, name }: RecordedCall): Record<string, string> {
            if (method === "Invoke") {
                return { tok: type };
            }
            const inComponent = name === undefined ? "" : `airflow-secrets-backends:index:${component}$`;
            const urn = `urn:pulumi:dev::airflow-secrets-backends::${inComponent}${type}::${name ?? "default"}`;
            return { urn };
        }

        function isKnown(step: string, { type, method }: RecordedCall, { path }: Discrepancy): boolean {
            const known = differences.filter(
                (each) =>
                    each.type === type &&
                    each.call === method &&
                    (typeof each.path === "string" ? each.path === path : each.path.test(path)) &&
                    each.steps?.test(step) !== false,
            );
            for (const each of known) {
                used.add(each);
            }
            return known.length > 0;
        }
    });
}

function describeIt({ method, type, name }: RecordedCall, { path, recorded, answered }: Discrepancy): string {
    const [was, is] = [recorded, answered].map((value) => (value === undefined ? "nothing" : JSON.stringify(value)));
    return `${method} of ${name ?? ""} (${type}): ${path} was ${was}, is ${is}`;
}

/** Where the sandbox's engine finds the package's provider. */
function portOf(plugin: string, { env }: Sandbox): number {
    const attached = (env.PULUMI_DEBUG_PROVIDERS ?? "").split(",").map((each) => each.split(":"));
    const [, port] = attached.find(([name]) => name === plugin) ?? [];
    assert.ok(port !== undefined, `the sandbox's provider host does not play ${plugin}`);
    return Number(port);
}
