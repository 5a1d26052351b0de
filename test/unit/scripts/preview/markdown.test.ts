import assert from "node:assert/strict";
import * as fc from "fast-check";
import { cell, code, codes, fence } from "../../../../scripts/preview/markdown";
import { assertLinear } from "../../growth";

/** Texts made of characters with a meaning in Markdown, HTML or on GitHub. */
const hostile = fc.string({
    unit: fc.constantFrom(
        "`",
        "``",
        "|",
        "\\",
        "\n",
        "\r",
        " ",
        "<",
        "-->",
        "*",
        "[",
        "](",
        "@a",
        "#1",
        "&",
        "a",
        "\u202e",
    ),
    maxLength: 12,
});

/**
 * Returns the content of a code span as defined in https://github.github.com/gfm/#code-spans; `undefined` if the text
 * is not exactly one code span.
 */
function codeSpan(markdown: string): string | undefined {
    const [ticks = ""] = /^`+/.exec(markdown) ?? [];
    const runs = [...markdown.matchAll(/`+/g)].filter(([run]) => run === ticks);
    if (ticks === "" || runs.length !== 2 || runs[1]!.index + ticks.length !== markdown.length) {
        return undefined;
    }
    const inner = markdown.slice(ticks.length, -ticks.length);
    return /^ .* $/.test(inner) && /[^ ]/.test(inner) ? inner.slice(1, -1) : inner;
}

describe("untrusted text as code", () => {
    it("is one code span on one line, whatever it contains", () => {
        fc.assert(
            fc.property(hostile, (text) => {
                const markdown = code(text);
                assert.doesNotMatch(markdown, /[\n\r]/);
                assert.equal(codeSpan(markdown), text.replace(/[\n\r\u202e]/g, "\uFFFD") || " ");
            }),
        );
    });

    it("is truncated", () => {
        assert.equal(code("a".repeat(400)), `\`${"a".repeat(300)}…\``);
    });

    it("is counted if there is much", () => {
        assert.equal(codes(["a", "b"], 2), "`a`, `b`");
        assert.equal(codes(["a", "b", "c"], 1), "`a` and 2 more");
    });
});

describe("a cell", () => {
    it("has no unescaped pipe, however backslashes are counted", () => {
        fc.assert(
            fc.property(hostile, (text) => {
                const escaped = cell(code(text));
                assert.doesNotMatch(escaped, /(^|[^\\])\|/, "if only the character before counts");
                assert.doesNotMatch(escaped, /(^|[^\\])(\\\\)*\|/, "if all backslashes before count");
            }),
        );
    });
});

describe("Markdown", () => {
    it("is made in a time that grows with the length of the text only", function () {
        this.timeout(60_000);
        assertLinear((text) => [cell(text), code(text), fence(text, 20_000)], ["\\", "|", "`", "\r", "\n", " ", "a"]);
    });
});

describe("a block of code", () => {
    it("cannot be closed by its content", () => {
        fc.assert(
            fc.property(fc.array(hostile), (lines) => {
                const all = fence(lines.join("\n"), 1000).split("\n");
                const [ticks = ""] = /^`+/.exec(all[0]!) ?? [];
                assert.ok(ticks.length >= 3);
                assert.equal(all[0], `${ticks}text`);
                assert.equal(
                    all.findIndex((line, index) => index > 0 && line.trim().startsWith(ticks)),
                    all.length - 1,
                );
                assert.equal(all.at(-1), ticks);
            }),
        );
    });

    it("is truncated, and keeps lines and their indentation", () => {
        assert.equal(fence("a\n\tb", 100), "```text\na\n    b\n```");
        assert.equal(fence("abc", 2), "```text\nab…\n```");
    });
});
