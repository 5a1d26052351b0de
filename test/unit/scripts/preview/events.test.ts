import assert from "node:assert/strict";
import { readEvents } from "../../../../scripts/preview/events";

const urn = "urn:pulumi:dev::p::a:index:A$vault:index/policy:Policy::solar-policy";
const parent = "urn:pulumi:dev::p::a:index:A::solar";
const state = (inputs: object) => ({
    type: "t",
    urn,
    custom: true,
    parent,
    id: "i",
    inputs,
    outputs: { policy: "out" },
});

async function* lines(...events: readonly (object | string)[]): AsyncGenerator<string> {
    for (const event of events) {
        yield await Promise.resolve(typeof event === "string" ? event : JSON.stringify(event));
    }
}

describe("the engine's events", () => {
    it("are read as the operation on a resource and its inputs", async () => {
        const metadata = {
            op: "update",
            urn,
            type: "t",
            old: state({ policy: "old" }),
            new: state({ policy: "new" }),
            diffs: ["policy"],
            detailedDiff: {
                "policy[0].a": { diffKind: "update" },
                "spec.template": { diffKind: "add" },
                '["a.b"]': {},
            },
        };
        assert.deepEqual(
            await readEvents(lines({ sequence: 1, resourcePreEvent: { metadata } }, { cancelEvent: {} })),
            {
                steps: [
                    {
                        op: "update",
                        urn,
                        type: "t",
                        parent,
                        custom: true,
                        properties: ["policy", "spec"],
                        old: { policy: "old" },
                        new: { policy: "new" },
                    },
                ],
                errors: [],
            },
        );
    });

    it("are read without the inputs of unchanged resources, and without null states", async () => {
        const same = { op: "same", urn, type: "t", old: state({ a: 1 }), new: state({ a: 1 }), detailedDiff: null };
        const deleted = { op: "delete", urn, type: "t", old: state({ a: 1 }), new: null };
        const { steps } = await readEvents(
            lines({ resourcePreEvent: { metadata: same } }, { resourcePreEvent: { metadata: deleted } }),
        );
        assert.deepEqual(
            steps.map(({ old, new: next }) => [old, next]),
            [
                [undefined, undefined],
                [{ a: 1 }, undefined],
            ],
        );
    });

    it("are read with the inputs of unchanged resources that grant something", async () => {
        const policy = { type: "vault:index/policy:Policy", old: state({ policy: "a" }), new: state({ policy: "b" }) };
        const { steps } = await readEvents(lines({ resourcePreEvent: { metadata: { op: "same", urn, ...policy } } }));
        assert.deepEqual(
            steps.map(({ old, new: next }) => [old, next]),
            [[{ policy: "a" }, { policy: "b" }]],
        );
    });

    it("are read for errors and policy violations, without colours and without debug messages", async () => {
        const { errors } = await readEvents(
            lines(
                { diagnosticEvent: { severity: "debug", message: "secret" } },
                { diagnosticEvent: { severity: "warning", message: "careful" } },
                { diagnosticEvent: { severity: "error", prefix: "\u001b[31merror: \u001b[0m", message: "no\n" } },
                { policyEvent: { enforcementLevel: "advisory", message: "maybe" } },
                {
                    policyEvent: {
                        enforcementLevel: "mandatory",
                        policyPackName: "pack",
                        policyName: "no-list",
                        message: "lists",
                        resourceUrn: urn,
                    },
                },
            ),
        );
        assert.deepEqual(errors, ["error: no", `policy pack/no-list: lists\n${urn}`]);
    });

    it("are read up to an incomplete one, which a killed engine leaves", async () => {
        const error = { diagnosticEvent: { severity: "error", message: "no" } };
        assert.deepEqual((await readEvents(lines(error, '{"sequence":2,"resourceP'))).errors, ["no"]);
    });
});
