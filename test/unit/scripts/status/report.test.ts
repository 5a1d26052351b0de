import assert from "node:assert/strict";
import { join } from "node:path";
import { execa } from "execa";
import { asData, asText, exitCode, type OrphanResult, type Report } from "../../../../scripts/status/report";
import { identitiesIn } from "../../../../scripts/status/state";
import { projectDir } from "../../../../scripts/pulumi";
import { role, stateOf } from "./states";

const now = new Date("2026-01-10T12:00:00.000Z");
const [identity] = identitiesIn(stateOf([role()]));
const solar = {
    name: "solar",
    credential: {
        identity: "airflow.dev.solar.1a2b3c4d",
        kind: "vault",
        generation: 2,
        made: "2026-01-07T00:00:00.000Z",
        ends: "2026-02-06T00:00:00.000Z",
    },
    nextRotation: "2026-01-27T00:00:00.000Z",
    retiring: [],
    problems: [],
    warnings: [],
};
const report = (part: Partial<Report> = {}): Report => ({
    stack: "dev",
    now,
    deployments: [solar],
    warnings: [],
    orphans: [],
    unchecked: [],
    ...part,
});
const orphan = (part: Partial<OrphanResult> = {}): OrphanResult => ({
    identity: identity!,
    credential: { id: "accessor-9", made: "2026-01-09T00:00:00Z" },
    isBeingCreated: false,
    isRemoved: false,
    ...part,
});
const unchecked = [{ identity: identity!, reason: "no login" }];

describe("the report of npm run status", () => {
    const problems = ["Deployment ended."];
    const codes: Record<string, [code: number, part: Partial<Report>]> = {
        "nothing to repair": [0, {}],
        "warnings only": [0, { deployments: [{ ...solar, warnings: ["late."] }], warnings: ["more."] }],
        "an orphan that is deleted": [0, { orphans: [orphan({ isRemoved: true })] }],
        "a credential that has ended": [7, { deployments: [{ ...solar, problems }] }],
        "an orphan": [7, { orphans: [orphan()] }],
        "an orphan that could not be deleted": [
            7,
            { orphans: [orphan({ isRemoved: true }), orphan({ reason: "no" })] },
        ],
        "a service that could not be asked": [1, { unchecked }],
        "an orphan, and a service that could not be asked": [7, { orphans: [orphan()], unchecked }],
    };
    for (const [what, [code, part]] of Object.entries(codes)) {
        it(`exits with ${code} for ${what}`, () => {
            assert.equal(exitCode(report(part)), code);
        });
    }

    it("is one table if there is nothing to say", () => {
        assert.equal(
            asText(report()),
            "deployment  backend  identity                    generation  age  next rotation      ends               retiring\n" +
                "solar       vault    airflow.dev.solar.1a2b3c4d  2           3d   2026-01-27T00:00Z  2026-02-06T00:00Z  -",
        );
    });

    it("says what is retired, what is due, what is wrong, and what to do about orphans", () => {
        const old = { ...solar.credential, generation: 1, until: "2026-01-11T00:00:00.000Z" };
        const older = { ...old, identity: "airflow.dev.solar.ffffffff", until: "2026-01-10T00:00:00.000Z" };
        const text = asText(
            report({
                deployments: [
                    {
                        ...solar,
                        nextRotation: "2026-01-09T00:00:00.000Z",
                        retiring: [old, older],
                        problems,
                        warnings: ["Deployment late."],
                    },
                    { ...solar, name: "new", credential: null, nextRotation: null },
                ],
                orphans: [
                    orphan({ isBeingCreated: true }),
                    orphan({ isRemoved: true }),
                    orphan({ reason: "not deleted: no" }),
                ],
                unchecked,
            }),
        );
        assert.match(text, /due since 2026-01-09T00:00Z/);
        assert.match(text, /1 until 2026-01-11T00:00Z, airflow\.dev\.solar\.ffffffff 1 with the next up$/m);
        assert.match(text, /^new +-( +-)*$/m);
        assert.match(text, /^ERROR: Deployment ended\.\n\nwarning: Deployment late\.$/m);
        const row = "solar +airflow\\.dev\\.solar\\.1a2b3c4d +secret id accessor-9 +2026-01-09T00:00Z +";
        assert.match(
            text,
            new RegExp(`^${row}a pulumi up runs, or was killed\n${row}deleted\n${row}not deleted: no$`, "m"),
        );
        assert.match(text, /^Delete them: npm run status -- --stack dev --remove-orphans$/m);
        assert.match(text, /^solar +airflow\.dev\.solar\.1a2b3c4d +no login$/m);
    });

    it("is JSON without a login or an object of this program", () => {
        assert.deepEqual(asData(report({ orphans: [orphan({ reason: "no" })], unchecked })), {
            stack: "dev",
            time: "2026-01-10T12:00:00.000Z",
            deployments: [solar],
            warnings: [],
            orphans: [
                {
                    deployment: "solar",
                    kind: "vault",
                    identity: "airflow.dev.solar.1a2b3c4d",
                    credential: "accessor-9",
                    made: "2026-01-09T00:00:00Z",
                    isBeingCreated: false,
                    isRemoved: false,
                    reason: "no",
                },
            ],
            unchecked: [
                { deployment: "solar", kind: "vault", identity: "airflow.dev.solar.1a2b3c4d", reason: "no login" },
            ],
        });
    });
});

describe("npm run status", function () {
    this.timeout(60_000);
    this.slow(20_000);

    it("exits with 2 without a stack, and its help names every exit code", async () => {
        const script = join(projectDir, "scripts", "status.ts");
        const run = (...args: string[]) =>
            execa(process.execPath, ["-r", join(projectDir, "scripts", "typescript.cjs"), script, ...args], {
                cwd: projectDir,
                env: { PATH: "" },
                reject: false,
            });
        const [missing, help] = await Promise.all([run(), run("--help")]);
        assert.equal(missing.exitCode, 2);
        assert.match(missing.stderr, /--stack <name>/);
        assert.match(help.stdout, /Exit code: 0 .*; 7 .*; 1 .*; 2 .*; 8 if interrupted\./s);
    });
});
