import assert from "node:assert/strict";
import { secretDrift, secretProblems, type LiveSecret } from "../../../../components/kubernetes/secret";
import { ownedSecret, OURS, VARIABLE } from "./fixture";

const secret = { namespace: "airflow", name: "pod-env" };
const TITLE = 'Secret "pod-env" in namespace "airflow"';

const problems = (live: LiveSecret | undefined, force = false): string[] =>
    secretProblems({ ...secret, names: [VARIABLE], manager: OURS, force }, live);

describe("secretProblems", () => {
    it("returns nothing if the Secret does not exist, or if we own its entries", () => {
        assert.deepEqual(problems(undefined), []);
        assert.deepEqual(problems(ownedSecret({ [VARIABLE]: "YQ==" }, { [OURS]: [VARIABLE] })), []);
        assert.deepEqual(
            problems(ownedSecret({ [VARIABLE]: "YQ==", MORE: "" }, { [OURS]: [VARIABLE], helm: ["MORE"] })),
            [],
        );
    });

    it("refuses a Secret that somebody else created, whatever is in it, and says what to do", () => {
        for (const live of [
            ownedSecret({ COMPANY: "YQ==" }, { helm: ["COMPANY"] }),
            ownedSecret({ [VARIABLE]: "YQ==" }, { helm: [VARIABLE] }),
            ownedSecret({}, { helm: [] }),
        ]) {
            const [problem = "", ...more] = problems(live);
            assert.deepEqual(more, []);
            assert.match(
                problem,
                new RegExp(`^${TITLE} already exists, and is managed by "helm"\\. Allowed is .*force: true`),
            );
            assert.deepEqual(problems(live, true), []);
        }
    });

    it("names an entry of ours that somebody else has set since", () => {
        const live = ownedSecret({ [VARIABLE]: "Yg==", B: "" }, { [OURS]: ["B"], "kubectl-edit": [VARIABLE] });
        assert.match(
            problems(live).join("\n"),
            new RegExp(`^${TITLE}: ${VARIABLE} was set by "kubectl-edit"\\. Remove it`),
        );
        assert.deepEqual(problems(live, true), []);
    });

    it("refuses an immutable Secret, also with force", () => {
        const live = { ...ownedSecret({ [VARIABLE]: "YQ==" }, { [OURS]: [VARIABLE] }), immutable: true };
        assert.match(problems(live, true).join("\n"), /is immutable.*Write another name as podTemplateSecret/);
    });
});

describe("secretDrift", () => {
    const drift = (live: LiveSecret): Readonly<Record<string, string>> =>
        secretDrift(live, { [VARIABLE]: "YQ==" }, OURS);

    it("tells by name what was removed, set to another value, or taken over, without any value", () => {
        assert.deepEqual(
            drift(ownedSecret({ [VARIABLE]: "YQ==", MORE: "" }, { [OURS]: [VARIABLE], helm: ["MORE"] })),
            {},
        );
        assert.deepEqual(drift(ownedSecret({}, {})), { [VARIABLE]: "removed" });
        const edited = ownedSecret({ [VARIABLE]: "Yg==" }, { "kubectl-edit": [VARIABLE] });
        assert.deepEqual(drift(edited), { [VARIABLE]: 'set to another value by "kubectl-edit"' });
        const taken = ownedSecret({ [VARIABLE]: "YQ==" }, { helm: [VARIABLE] });
        assert.deepEqual(drift(taken), { [VARIABLE]: 'owned by "helm" now' });
        const unknown = ownedSecret({ [VARIABLE]: "Yg==" }, { [OURS]: [VARIABLE] });
        assert.deepEqual(drift(unknown), { [VARIABLE]: "set to another value that is not in the state" });
    });
});
