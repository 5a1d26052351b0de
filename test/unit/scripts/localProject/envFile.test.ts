import assert from "node:assert/strict";
import fc from "fast-check";
import { withEnvVars } from "../../../../scripts/localProject/envFile";
import { backendKind } from "../../../../stack/kinds";

const SOURCE = "stack dev, Deployment solar-dust-1234";
const vault = { AIRFLOW__SECRETS__BACKEND: "a.b.C", AIRFLOW__SECRETS__BACKEND_KWARGS: '{"secret_id":"s"}' };
const aws = { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "k", AWS_DEFAULT_REGION: "r", ...vault };

const change = (text: string, envVars: Readonly<Record<string, string>>) =>
    withEnvVars(
        text,
        SOURCE,
        envVars,
        backendKind(envVars === aws ? "aws-secrets-manager" : "vault").overriddenBy(Object.keys(envVars)),
    );

const block = (variables: object): string =>
    [
        `# >>> airflow-secrets-backends: ${SOURCE}. npm run local-project rewrites the lines between these marks`,
        ...Object.entries(variables).map(([name, value]) => `${name}=${String(value)}`),
        "# <<< airflow-secrets-backends\n",
    ].join("\n");

describe("the .env of a local project", () => {
    it("is created with only the block", () => {
        assert.deepEqual(change("", vault), { text: block(vault), overwrites: [], notes: [] });
    });

    it("keeps the user's own lines byte for byte, before the block", () => {
        const own = '\ufeff# mine\r\nMY_VAR="two\nlines AWS_ACCESS_KEY_ID=x"\n\n  export OTHER = 1\nTHIRD: x\nlast';
        const { text, overwrites } = change(own, vault);
        assert.equal(text, `${own}\n\n${block(vault)}`);
        assert.deepEqual(overwrites, []);
    });

    it("is unchanged the second time, whatever else it contains", () => {
        const line = fc.oneof(
            fc.stringMatching(/^[ -~]{0,30}$/),
            fc.constantFrom("AWS_ACCESS_KEY_ID=own", "A='one", "two'", "# >>> airflow-secrets-backends", "", 'B="x\\"'),
        );
        fc.assert(
            fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom("\n", "\r\n"), (lines, eol) => {
                const once = change(lines.join(eol), aws).text;
                const again = change(once, aws);
                assert.equal(again.text, once);
                assert.deepEqual(again.overwrites, []);
            }),
        );
    });

    it("is unchanged the second time if a mark was inside a quoted value", () => {
        const lines = ['B="x\\"', "# >>> airflow-secrets-backends", 'B="x\\"', "AWS_ACCESS_KEY_ID=own", '"'];
        const once = change(lines.join("\n"), aws);
        assert.match(once.overwrites?.join() ?? "", /^line 4 sets AWS_ACCESS_KEY_ID/);
        assert.equal(change(once.text, aws).text, once.text);
    });

    it("removes the env vars of another backend, and keeps the user's own lines in the block", () => {
        const before = `A=1\n${change("", aws).text.replace("# <<<", "MINE=2\n# <<<")}B=3\n`;
        assert.equal(change(before, vault).text, `A=1\nMINE=2\nB=3\n${block(vault)}`);
    });

    it("keeps the user's own lines if the end mark was deleted", () => {
        const before = `${block(vault).replace("# <<< airflow-secrets-backends\n", "")}MINE=2\n`;
        assert.equal(change(before, vault).text, `MINE=2\n${block(vault)}`);
    });

    const own: Record<string, string> = {
        "KEY=VALUE": "AWS_ACCESS_KEY_ID=own\n",
        "with export": "export AWS_ACCESS_KEY_ID=own\n",
        "with spaces": "  AWS_ACCESS_KEY_ID = own\n",
        "in YAML syntax": "AWS_ACCESS_KEY_ID: own\n",
        "with the shell's value": "AWS_ACCESS_KEY_ID\n",
        "over several lines": 'AWS_ACCESS_KEY_ID="o\nw\\"\n\nn"\n',
        "at the end of the file": "AWS_ACCESS_KEY_ID=own",
    };
    for (const [what, line] of Object.entries(own)) {
        it(`asks before it comments out a line that sets the same env var: ${what}`, () => {
            const { text, overwrites } = change(`FIRST=1\n${line}`, aws);
            assert.equal(overwrites?.length, 1);
            assert.match(overwrites[0] ?? "", /^line 2 sets AWS_ACCESS_KEY_ID/);
            const commented = line.replace(/\n$/, "").replace(/^/gm, "# ");
            assert.equal(text, `FIRST=1\n${commented}\n\n${block(aws)}`);
        });
    }

    const defeating: Record<string, object> = {
        AWS_SESSION_TOKEN: aws,
        AWS_SECURITY_TOKEN: aws,
        AWS_PROFILE: aws,
        AWS_DEFAULT_PROFILE: aws,
        AIRFLOW__SECRETS__BACKEND_KWARG__URL: vault,
        AIRFLOW__WORKERS__SECRETS_BACKEND: vault,
        AIRFLOW__WORKERS__SECRETS_BACKEND_KWARGS: vault,
    };
    for (const [name, envVars] of Object.entries(defeating)) {
        it(`asks before it comments out a line with which Airflow would not use the credential: ${name}`, () => {
            const { text, overwrites } = change(`${name}=CANARY\n`, envVars as Record<string, string>);
            assert.equal(text, `# ${name}=CANARY\n\n${block(envVars)}`);
            assert.equal(overwrites?.length, 1);
            assert.match(overwrites[0] ?? "", new RegExp(`^line 1 sets ${name}: .*\\. It would be commented out$`));
        });
    }

    it("keeps a line that defeats another kind of backend only", () => {
        const { text, overwrites } = change("AWS_PROFILE=mine\n", vault);
        assert.equal(text, `AWS_PROFILE=mine\n\n${block(vault)}`);
        assert.deepEqual(overwrites, []);
    });

    it("reports an unclosed quote, which Docker Compose cannot read", () => {
        const { text, notes } = change('A=1\nB="x\nC=3\n', vault);
        assert.equal(text, `A=1\nB="x\nC=3\n\n${block(vault)}`);
        assert.deepEqual(notes, ["line 2 has an unclosed quote: Docker Compose cannot read the file"]);
        assert.deepEqual(change(text, vault).notes, notes);
    });

    it("never prints a value of the user's own lines", () => {
        const { overwrites } = change("AWS_SECRET_ACCESS_KEY=CANARY\n", aws);
        assert.doesNotMatch(JSON.stringify(overwrites), /CANARY/);
    });
});
