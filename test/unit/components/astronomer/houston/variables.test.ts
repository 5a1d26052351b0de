import assert from "node:assert/strict";
import fc from "fast-check";
import { refusedKey } from "../../../../../components/astronomer/houston/keys";
import {
    conflicts,
    drift,
    OWNERS,
    withOurs,
    withoutOurs,
    type Claim,
    type Variable,
} from "../../../../../components/astronomer/houston/variables";

const OURS: Claim = { owner: "project/dev/solar" };
const plain = (key: string, value: string): Variable => ({ key, value, isSecret: false });
const secret = (key: string, value: string): Variable => ({ key, value, isSecret: true });
const wanted = [secret("AIRFLOW__SECRETS__BACKEND_KWARGS", '{"a": 1}'), plain("AIRFLOW__SECRETS__BACKEND", "a.B")];

/** What Houston makes of the set that it was sent, and what it then shows. */
function stored(before: readonly Variable[], sent: readonly Variable[]): Variable[] {
    return sent.map((variable) =>
        variable.isSecret && variable.value === ""
            ? { ...variable, value: before.find(({ key }) => key === variable.key)?.value ?? "" }
            : variable,
    );
}
const shown = (all: readonly Variable[]): Variable[] =>
    all.map((variable) => (variable.isSecret ? { ...variable, value: "" } : variable));

const key = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,12}$/);
const foreignSet = fc.uniqueArray(
    fc.record({ key, value: fc.string(), isSecret: fc.boolean() }, { noNullPrototype: true }),
    {
        selector: (variable) => variable.key,
        maxLength: 12,
    },
);

describe("a Deployment's variables", () => {
    it("keep every foreign one as it was, value of secrets included, through set, change and removal", () => {
        fc.assert(
            fc.property(foreignSet, fc.uniqueArray(key), fc.uniqueArray(key), (foreign, first, second) => {
                const others = foreign.filter((each) => ![OWNERS, ...first, ...second].includes(each.key));
                const values = (keys: readonly string[]): Variable[] =>
                    keys.filter((each) => each !== OWNERS).map((each) => secret(each, `value of ${each}`));
                let live: Variable[] = others;
                for (const ours of [values(first), values(second), values(second)]) {
                    assert.deepEqual(
                        conflicts(
                            shown(live),
                            ours.map((each) => each.key),
                            OURS,
                        ),
                        [],
                    );
                    live = stored(live, withOurs(shown(live), ours, OURS));
                    assert.deepEqual(live.slice(0, others.length), others);
                    assert.deepEqual(live.slice(others.length, -1), ours);
                    assert.deepEqual(drift(shown(live), ours, OURS), {});
                }
                const left = withoutOurs(shown(live), OURS);
                assert.deepEqual(stored(live, left ?? live), others);
                assert.equal(withoutOurs(shown(others), OURS), undefined, "nothing of ours, nothing to write");
            }),
        );
    });

    it("keep what other stacks of ours set, each until its own goes", () => {
        const lunar: Claim = { owner: "project/prod/lunar" };
        const theirs = [plain("TZ", "UTC")];
        let live = withOurs(withOurs([], wanted, OURS), theirs, lunar);
        assert.deepEqual(JSON.parse(live.at(-1)?.value ?? ""), {
            "project/dev/solar": ["AIRFLOW__SECRETS__BACKEND_KWARGS", "AIRFLOW__SECRETS__BACKEND"],
            "project/prod/lunar": ["TZ"],
        });
        live = withoutOurs(live, OURS) ?? [];
        assert.deepEqual(live, [...theirs, plain(OWNERS, '{"project/prod/lunar":["TZ"]}')]);
        assert.deepEqual(withoutOurs(live, lunar), []);
    });

    it("tell whose a variable of the same name is", () => {
        const keys = wanted.map((variable) => variable.key);
        const unknown = [plain("AIRFLOW__SECRETS__BACKEND", "x")];
        assert.deepEqual(conflicts(unknown, keys, OURS), [{ key: "AIRFLOW__SECRETS__BACKEND", owner: undefined }]);
        const another = withOurs([], wanted, { owner: "project/prod/solar" });
        assert.deepEqual(
            conflicts(another, keys, OURS),
            keys.map((each) => ({ key: each, owner: "project/prod/solar" })),
        );
        assert.deepEqual(conflicts(withOurs([], wanted, OURS), keys, OURS), []);
    });

    it("are not added to a list of owners that is something else", () => {
        for (const value of ["", "text", "[]", "null", '{"a": "b"}', `{"a": ["${OWNERS}"]}`]) {
            const live = [plain(OWNERS, value)];
            assert.deepEqual(conflicts(live, ["TZ"], OURS), [{ key: OWNERS, owner: undefined }], value);
            assert.equal(withoutOurs(live, OURS), undefined, value);
        }
    });

    it("go over to whoever forces it, and the former owner then removes nothing of it", () => {
        const theirs: Claim = { owner: "project/prod/solar", remembered: wanted.map((variable) => variable.key) };
        const taken = withOurs(withOurs([], wanted, theirs), wanted, OURS);
        assert.deepEqual(withOurs([], wanted, OURS), taken);
        assert.equal(withoutOurs(taken, theirs), undefined);
    });

    it("are found again by what is remembered, when somebody has removed the list of owners", () => {
        const live = withOurs([plain("TZ", "UTC")], wanted, OURS).filter((variable) => variable.key !== OWNERS);
        const remembered = wanted.map((variable) => variable.key);
        assert.deepEqual(withoutOurs(live, { ...OURS, remembered }), [plain("TZ", "UTC")]);
        assert.deepEqual(drift(live, wanted, OURS), { [OWNERS]: "does not name all of ours" });
    });

    it("show what somebody changed, as far as Houston shows it", () => {
        const live = withOurs([], [...wanted, plain("TZ", "UTC")], OURS);
        const set = [...wanted, plain("TZ", "CET"), plain("MISSING", "x")];
        const unmarked = live.map((variable) => ({ ...variable, isSecret: false }));
        assert.deepEqual(drift(live, set, OURS), { TZ: "another value", MISSING: "missing" });
        assert.deepEqual(drift(unmarked, wanted, OURS), {
            AIRFLOW__SECRETS__BACKEND_KWARGS: "no longer marked secret",
        });
    });

    it("have names that Houston takes", () => {
        for (const good of ["AIRFLOW__SECRETS__BACKEND", "_A", "A1", OWNERS]) {
            assert.equal(refusedKey(good), undefined, good);
        }
        assert.match(refusedKey("AIRFLOW__CORE__FERNET_KEY") ?? "", /is reserved: Astronomer sets it itself/);
        for (const bad of ["", "_", "___", "a", "A-B", "1A", "A B", "Ä"]) {
            assert.match(refusedKey(bad) ?? "", /is no name for a variable: A-Z, 0-9 and _ only/, bad);
        }
    });
});
