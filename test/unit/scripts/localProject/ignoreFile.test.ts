import assert from "node:assert/strict";
import { TEMPORARY } from "../../../../scripts/localProject/files";
import { withEnvIgnored } from "../../../../scripts/localProject/ignoreFile";

const both = `.env\n${TEMPORARY}\n`;

describe("an ignore file", () => {
    for (const text of [both, `/.env\n**/${TEMPORARY}`, `a\r\n.env  \r\n${TEMPORARY}\r\nb\r\n`, `!.env\n${both}`]) {
        it(`is unchanged with ${JSON.stringify(text)}`, () => {
            assert.equal(withEnvIgnored(text).text, text);
        });
    }

    for (const text of ["", ".envrc\n", "#.env\n", ".env.local", `${both}!.env*`, `${both} !**/.env`, `${both}!*`]) {
        it(`gets both lines after ${JSON.stringify(text)}`, () => {
            const after = `${text}${/(^|\n)$/.test(text) ? "" : "\n"}${both}`;
            assert.equal(withEnvIgnored(text).text, after);
            assert.equal(withEnvIgnored(after).text, after);
        });
    }

    it("gets only the line that is missing", () => {
        assert.equal(withEnvIgnored(".env\n").text, both);
    });
});
