import assert from "node:assert/strict";
import { withRequirement } from "../../../../scripts/localProject/requirements";

const NAME = "apache-airflow-providers-hashicorp";
const NEEDED = `${NAME}>=2.1.0`;

describe("the requirements.txt of a local project", () => {
    const added: Record<string, [string, string]> = {
        "an empty file": ["", `${NEEDED}\n`],
        "other packages": ["pandas==2.2\n", `pandas==2.2\n${NEEDED}\n`],
        "a last line without a line break": ["pandas", `pandas\n${NEEDED}\n`],
        "a package with a longer name": [`${NAME}-extra==1\n`, `${NAME}-extra==1\n${NEEDED}\n`],
        "a comment that names it": [`# ${NAME}==1\n`, `# ${NAME}==1\n${NEEDED}\n`],
    };
    for (const [what, [before, after]] of Object.entries(added)) {
        it(`gets the requirement after ${what}, once`, () => {
            assert.deepEqual(withRequirement(before, NEEDED), { text: after, overwrites: [], notes: [] });
            assert.equal(withRequirement(after, NEEDED).text, after);
        });
    }

    for (const specifiers of [
        ">=2.1.0",
        ">=2.1",
        "==4.8.4",
        "~=3.0",
        ">4",
        ">=4.8,<5",
        "===2.1.0",
        "== 4.*",
        "!=3.0,>=2.2",
    ]) {
        it(`is unchanged with ${specifiers}`, () => {
            const before = `a\n${NAME} ${specifiers}\r\nb\n`;
            assert.deepEqual(withRequirement(before, NEEDED), { text: before, overwrites: [], notes: [] });
        });
    }

    const raised: Record<string, string> = {
        [NAME]: NEEDED,
        [`${NAME}>=1.0`]: NEEDED,
        [`${NAME} > 1.0 , < 5`]: `${NAME}< 5,>=2.1.0`,
        [`Apache_Airflow.providers-Hashicorp[extra]>=1  # ours`]:
            "Apache_Airflow.providers-Hashicorp[extra]>=2.1.0  # ours",
        [`${NAME}!=3.0; python_version > "3"`]: `${NAME}!=3.0,>=2.1.0; python_version > "3"`,
        [`${NAME}~=2.0`]: `${NAME}~=2.0,>=2.1.0`,
    };
    for (const [before, after] of Object.entries(raised)) {
        it(`is raised from ${before}`, () => {
            assert.deepEqual(withRequirement(`a\n${before}\nb`, NEEDED), {
                text: `a\n${after}\nb`,
                overwrites: [],
                notes: [],
            });
        });
    }

    for (const specifiers of ["==1.0", "<2", "~=1.4", ">=1,<2.1", "===2.0", "==2.0.*", "!=2.1.0"]) {
        it(`asks before it replaces ${specifiers}, which is then commented out`, () => {
            const { text, overwrites } = withRequirement(`a\n${NAME}${specifiers}\nb\n`, NEEDED);
            assert.equal(text, `a\n# ${NAME}${specifiers}\n${NEEDED}\nb\n`);
            assert.equal(overwrites?.length, 1);
            assert.ok(overwrites[0]?.startsWith(`line 2 asks for ${NAME} ${specifiers}`), overwrites[0]);
        });
    }

    it("is left to the user if a line has no version or has a hash", () => {
        const url = `${NAME} @ https://example.com/x.whl\n`;
        const { text, notes } = withRequirement(url, NEEDED);
        assert.equal(text, url);
        assert.match(notes?.[0] ?? "", /line 1 names no version/);
        const hashed = "a==1 \\\n    --hash=sha256:00\n";
        const left = withRequirement(hashed, NEEDED);
        assert.equal(left.text, hashed);
        assert.match(left.notes?.[0] ?? "", /by hash.*add apache-airflow-providers-hashicorp>=2\.1\.0/);
    });
});
