import assert from "node:assert/strict";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { bridgedDiff } from "../../../../sandbox/providers/bridge/diff";
import type { BridgedType } from "../../../../sandbox/providers/bridge/schema";
import { goJson, readInputs, withDefaults } from "../../../../sandbox/providers/bridge/values";
import type { Properties } from "../../../../provider/resourceType";

const type: BridgedType = {
    properties: {
        name: { input: "required", replaces: true },
        place: { input: "optional", replaces: "delete first" },
        list: { input: "optional" },
        condition: { input: "optional" },
        labels: { input: "optional", form: "map" },
        enabled: { input: "optional", default: true },
        owner: { input: "optional", computed: true },
        id: {},
    },
    create: () => Promise.resolve({ id: "", outputs: {} }),
    read: () => Promise.resolve(undefined),
    delete: () => Promise.resolve(),
};

/** Cases that no recording contains. */
describe("the provider host's Terraform bridge", () => {
    const diff = (state: Properties, inputs: Properties, ignored: string[] = []) => {
        const found = bridgedDiff(type, state, inputs, ignored);
        const { Kind } = messages.PropertyDiff;
        const names = Object.entries(Kind);
        const details = found.getDetaileddiffMap().toObject(false, (_, detail) => detail);
        return {
            details: Object.fromEntries(
                details.map(([path, detail]) => [
                    path,
                    names.find(([, kind]) => String(kind) === String(detail.getKind()))?.[0],
                ]),
            ),
            replaces: found.getReplacesList(),
            deleteFirst: found.getDeletebeforereplace(),
        };
    };

    it("compares the state with the inputs part by part", () => {
        const state = { name: "a", list: ["x", "y"], condition: { title: "t", expression: "old" }, owner: "them" };
        const inputs = { name: "a", list: ["x", "z", "w"], condition: { title: "t", expression: "new" } };
        assert.deepEqual(diff(state, inputs).details, {
            "condition.expression": "UPDATE",
            "list[1]": "UPDATE",
            "list[2]": "ADD",
        });
    });

    it("replaces for a property as a whole, and deletes first if the schema says so", () => {
        assert.deepEqual(diff({ name: "a", place: "p" }, { name: "b", place: "p" }), {
            details: { name: "UPDATE_REPLACE" },
            replaces: ["name"],
            deleteFirst: false,
        });
        assert.equal(diff({ name: "a", place: "p" }, { name: "a", place: "q" }).deleteFirst, true);
    });

    it("treats an absent input like an empty one, and omits ignored properties", () => {
        assert.deepEqual(diff({ name: "a", list: [], place: "" }, { name: "a" }).details, {});
        assert.deepEqual(diff({ name: "a", place: "p", list: ["x"] }, { name: "a" }, ["list"]).details, {
            place: "DELETE_REPLACE",
        });
    });

    it("adds `__defaults` to every object, but not to maps", () => {
        assert.deepEqual(withDefaults(type, { name: "a", condition: { title: "t" }, labels: { a: "b" } }), {
            __defaults: ["enabled"],
            name: "a",
            condition: { __defaults: [], title: "t" },
            labels: { a: "b" },
            enabled: true,
        });
    });

    it("returns every non-empty input for an import", () => {
        const live = { name: "a", place: null, list: [], condition: { title: "t" }, owner: "them", id: "1" };
        assert.deepEqual(readInputs(type, {}, live, false), {
            __defaults: [],
            name: "a",
            condition: { title: "t" },
            owner: "them",
        });
    });

    it("writes JSON as Go does", () => {
        assert.equal(
            goJson({ b: [{ d: 1, c: "<&>" }], a: null }),
            '{"a":null,"b":[{"c":"\\u003c\\u0026\\u003e","d":1}]}',
        );
    });
});
