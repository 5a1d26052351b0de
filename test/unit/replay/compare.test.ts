import assert from "node:assert/strict";
import { compare } from "../../sandbox/replay/compare";
import { Placeholders } from "../../sandbox/replay/placeholders";

/** A replay that accepted every answer would prove nothing. */
describe("the comparison of an answer with a recorded one", () => {
    let placeholders: Placeholders;

    beforeEach(() => {
        placeholders = new Placeholders();
    });

    const paths = (recorded: unknown, answered: unknown, owner = "one"): string[] =>
        compare(recorded, answered, { placeholders, owner }).map(({ path }) => path);

    it("reports a value that is different, missing or unexpected", () => {
        assert.deepEqual(paths({ a: 1, b: [1, { c: "x" }] }, { a: 1, b: [1, { c: "x" }] }), []);
        assert.deepEqual(paths({ a: 1, b: [1, { c: "x" }], d: null }, { a: "1", b: [1, { c: "y" }, 2] }), [
            "a",
            "b[1].c",
            "b[2]",
            "d",
        ]);
    });

    it("reports a value that is secret or unknown on one side only", () => {
        assert.deepEqual(paths({ a: { $secret: "x" } }, { a: { $secret: "x" } }), []);
        assert.deepEqual(paths({ a: { $secret: "x" } }, { a: { $secret: "y" } }), ["a"]);
        assert.deepEqual(paths({ a: { $secret: "x" } }, { a: "x" }), ["a"]);
        assert.deepEqual(paths({ a: "x" }, { a: { $secret: "x" } }), ["a"]);
        assert.deepEqual(paths({ a: { $unknown: true } }, { a: "x" }), ["a"]);
    });

    it("keeps one value everywhere for an identifier or a credential", () => {
        assert.deepEqual(paths({ id: "role/<id:1>", key: "<secret:k>" }, { id: "role/abc", key: "s" }), []);
        assert.deepEqual(paths("at <id:1>", "at abc", "another"), []);
        assert.deepEqual(paths("at <id:1>", "at abd", "another"), [""]);
        assert.deepEqual(paths({ text: { $base64: "<secret:k>" } }, { text: "cw==" }), []);
        assert.deepEqual(placeholders.fill({ to: ["<id:1>", "<secret:k>!"] }, "another"), { to: ["abc", "s!"] });
        assert.throws(() => placeholders.fill("<id:2>", "one"), /no answer has set a value for <id:2> yet/);
    });

    it("keeps the latest value per resource for other placeholders", () => {
        assert.deepEqual(paths("<time>", "2026-01-01T00:00:00Z"), []);
        assert.deepEqual(paths("<time>", "2026-01-01T00:00:01Z"), []);
        assert.deepEqual(paths("<time>", "2026-01-01T00:00:01.5Z"), [""]);
        assert.deepEqual(paths("<time>", "soon"), [""]);
        assert.equal(placeholders.fill("<time>", "one"), "2026-01-01T00:00:01Z");
        assert.deepEqual(paths("<etag>", undefined), [""]);
    });
});
