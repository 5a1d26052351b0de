import assert from "node:assert/strict";
import * as fc from "fast-check";
import { normalAddress } from "../../../config/address";

const label = fc.stringMatching(/^[a-z]([a-z0-9]{0,8}[a-z0-9])?$/);
const host = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join("."));
const path = fc.array(fc.stringMatching(/^[A-Za-z0-9_-]{1,6}$/), { maxLength: 3 });

/** Returns the text with some of its letters in upper case. */
const withCase = (text: string, upper: readonly boolean[]): string =>
    text.replace(/./g, (letter, index: number) =>
        upper[index % upper.length] === true ? letter.toUpperCase() : letter,
    );

describe("normalAddress", () => {
    it("is the same for every spelling of an address", () => {
        const upper = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 });
        const ends = fc.record({
            dot: fc.constantFrom("", "."),
            port: fc.boolean(),
            slashes: fc.constantFrom("", "/", "//"),
        });
        fc.assert(
            fc.property(
                fc.constantFrom("http", "https"),
                host,
                path,
                upper,
                ends,
                (scheme, name, parts, letters, end) => {
                    const normal = [`${scheme}://${name}`, ...parts].join("/");
                    const port = end.port ? (scheme === "https" ? ":443" : ":80") : "";
                    const start = withCase(`${scheme}://${name}`, letters);
                    const other = [`${start}${end.dot}${port}`, ...parts].join("/") + end.slashes;
                    assert.equal(normalAddress(other), normal);
                    assert.equal(normalAddress(normal), normal);
                },
            ),
        );
    });

    it("differs for another scheme, port or path, whose letters have a case", () => {
        const addresses = ["https://a.b/v1", "http://a.b/v1", "https://a.b:8443/v1", "https://a.b/V1", "https://a.b"];
        assert.deepEqual(new Set(addresses.map(normalAddress)), new Set(addresses));
        assert.equal(normalAddress("https://a.b/x/../v1/."), "https://a.b/v1");
    });
});
