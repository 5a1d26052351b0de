import assert from "node:assert/strict";
import fc from "fast-check";
import { envValue, envValueProblem } from "../../../../scripts/localProject/envValue";

const anyText = fc.string({ unit: "binary" });

describe("a value in a .env", () => {
    it("is the same object for Airflow, on one line of printable ASCII characters without $ and #", () => {
        fc.assert(
            fc.property(
                fc.object({ key: anyText, values: [anyText, fc.double(), fc.boolean()] }),
                fc.nat(2),
                (object, indent) => {
                    const text = JSON.stringify(object, undefined, indent);
                    const written = envValue(text);
                    assert.deepEqual(JSON.parse(written), JSON.parse(text));
                    assert.match(written, /^[ !"%-~]+$/);
                    assert.doesNotMatch(written, /^\s|\s$|^["']/);
                    assert.equal(envValue(written), written, "twice is the same as once");
                },
            ),
        );
    });

    it("keeps the format of numbers, and the escaped line breaks of a private key", () => {
        const text = '{"n": 12345678901234567890, "private_key": "-----BEGIN\\nKEY-----\\n", "cost": "5 $ #1 √"}';
        const written =
            '{"n": 12345678901234567890, "private_key": "-----BEGIN\\nKEY-----\\n", "cost": "5 \\u0024 \\u00231 \\u221a"}';
        assert.equal(envValue(text), written);
    });

    it("that is not JSON is written unchanged", () => {
        for (const value of [
            "us-east-1",
            "wJalrXUtnFEMI/K7MDENG+bPxRfi==",
            "abc~8Q.x#y'z\"",
            "{not json}",
            "a b",
            "",
        ]) {
            assert.equal(envValue(value), value);
            assert.equal(envValueProblem("NAME", value), undefined, value);
        }
    });

    const refused: Record<string, RegExp> = {
        pa$$word: /contains a \$/,
        "two\nlines": /line break/,
        naïve: /ASCII/,
        " space": /space at an end/,
        "space ": /space at an end/,
        "a #b": /before a #/,
        '"quoted"': /begins with a quote/,
        "'": /begins with a quote/,
        [`{"long": "${"x".repeat(65_536)}"}`]: /longer than a line/,
    };
    for (const [value, problem] of Object.entries(refused)) {
        it(`is refused if the readers would not agree: ${JSON.stringify(value.slice(0, 20))}`, () => {
            const found = envValueProblem("NAME", value) ?? "no problem";
            assert.match(found, problem);
            assert.ok(value.trim().length < 6 || !found.includes(value), "and the value is not printed");
        });
    }
});
