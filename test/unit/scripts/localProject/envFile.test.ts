import assert from "node:assert/strict";
import fc from "fast-check";
import { withVariables } from "../../../../scripts/localProject/envFile";

const WHOSE = "stack dev, Deployment solar-dust-1234";
const vault = { AIRFLOW__SECRETS__BACKEND: "a.b.C", AIRFLOW__SECRETS__BACKEND_KWARGS: '{"secret_id":"s"}' };
const aws = { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "k", AWS_DEFAULT_REGION: "r", ...vault };

const block = (variables: object): string =>
    [
        `# >>> airflow-secrets-backends: ${WHOSE}. npm run local-project writes what is between these marks anew`,
        ...Object.entries(variables).map(([name, value]) => `${name}=${String(value)}`),
        "# <<< airflow-secrets-backends\n",
    ].join("\n");

describe("the .env of a local project", () => {
    it("is ours alone where there was none", () => {
        assert.deepEqual(withVariables("", WHOSE, vault), { text: block(vault), overwrites: [], notes: [] });
    });

    it("keeps somebody's own lines, to the byte, before ours", () => {
        const own = '\ufeff# mine\r\nMY_VAR="two\nlines AWS_ACCESS_KEY_ID=x"\n\n  export OTHER = 1\nTHIRD: x\nlast';
        const { text, overwrites } = withVariables(own, WHOSE, vault);
        assert.equal(text, `${own}\n\n${block(vault)}`);
        assert.deepEqual(overwrites, []);
    });

    it("is the same the second time, whatever else is in it", () => {
        const line = fc.oneof(
            fc.stringMatching(/^[ -~]{0,30}$/),
            fc.constantFrom("AWS_ACCESS_KEY_ID=own", "A='one", "two'", "# >>> airflow-secrets-backends", "", 'B="x\\"'),
        );
        fc.assert(
            fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom("\n", "\r\n"), (lines, eol) => {
                const once = withVariables(lines.join(eol), WHOSE, aws).text;
                const again = withVariables(once, WHOSE, aws);
                assert.equal(again.text, once);
                assert.deepEqual(again.overwrites, []);
            }),
        );
    });

    it("loses what another backend set, and keeps what somebody wrote between our marks", () => {
        const before = `A=1\n${withVariables("", WHOSE, aws).text.replace("# <<<", "MINE=2\n# <<<")}B=3\n`;
        assert.equal(withVariables(before, WHOSE, vault).text, `A=1\nMINE=2\nB=3\n${block(vault)}`);
    });

    it("takes nothing that is somebody's own along where the end mark is gone", () => {
        const before = `${block(vault).replace("# <<< airflow-secrets-backends\n", "")}MINE=2\n`;
        assert.equal(withVariables(before, WHOSE, vault).text, `MINE=2\n${block(vault)}`);
    });

    const own: Record<string, string> = {
        "KEY=VALUE": "AWS_ACCESS_KEY_ID=own\n",
        "an exported one": "export AWS_ACCESS_KEY_ID=own\n",
        "one with blanks": "  AWS_ACCESS_KEY_ID = own\n",
        "one of YAML's form": "AWS_ACCESS_KEY_ID: own\n",
        "one that takes the shell's": "AWS_ACCESS_KEY_ID\n",
        "one over several lines": 'AWS_ACCESS_KEY_ID="o\nw\\"\n\nn"\n',
        "one that ends the file": "AWS_ACCESS_KEY_ID=own",
    };
    for (const [what, line] of Object.entries(own)) {
        it(`asks before it makes a comment of a line that sets the same: ${what}`, () => {
            const { text, overwrites } = withVariables(`FIRST=1\n${line}`, WHOSE, aws);
            assert.equal(overwrites?.length, 1);
            assert.match(overwrites[0] ?? "", /^line 2 sets AWS_ACCESS_KEY_ID/);
            const commented = line.replace(/\n$/, "").replace(/^/gm, "# ");
            assert.equal(text, `FIRST=1\n${commented}\n\n${block(aws)}`);
        });
    }

    it("says where a quote is begun that nothing ends, which Docker Compose stumbles over", () => {
        const { text, notes } = withVariables('A=1\nB="x\nC=3\n', WHOSE, vault);
        assert.equal(text, `A=1\nB="x\nC=3\n\n${block(vault)}`);
        assert.deepEqual(notes, ["line 2 begins a quote that nothing ends: Docker Compose cannot read the file"]);
        assert.deepEqual(withVariables(text, WHOSE, vault).notes, notes);
    });

    it("never tells a value of somebody's own", () => {
        const { overwrites } = withVariables("AWS_SECRET_ACCESS_KEY=CANARY\n", WHOSE, aws);
        assert.doesNotMatch(JSON.stringify(overwrites), /CANARY/);
    });
});
