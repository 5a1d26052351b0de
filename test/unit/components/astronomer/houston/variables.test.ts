import assert from "node:assert/strict";
import fc from "fast-check";
import { keyProblem } from "../../../../../components/astronomer/houston/keys";
import {
    findConflicts,
    findDrift,
    findOverriding,
    OWNERS,
    mergeOwned,
    removeOwned,
    type Ownership,
    type Variable,
} from "../../../../../components/astronomer/houston/variables";

const OURS: Ownership = { owner: "project/dev/solar" };
const plain = (key: string, value: string): Variable => ({ key, value, isSecret: false });
const secret = (key: string, value: string): Variable => ({ key, value, isSecret: true });
const wanted = [secret("AIRFLOW__SECRETS__BACKEND_KWARGS", '{"a": 1}'), plain("AIRFLOW__SECRETS__BACKEND", "a.B")];

/** Returns what Houston stores after it received `sent`. */
function stored(before: readonly Variable[], sent: readonly Variable[]): Variable[] {
    return sent.map((variable) =>
        variable.isSecret && variable.value === ""
            ? { ...variable, value: before.find(({ key }) => key === variable.key)?.value ?? "" }
            : variable,
    );
}
/** Returns what Houston shows of the stored environment variables. */
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

describe("a Deployment's env vars", () => {
    it("keep other people's env vars unchanged, secret values included, when ours are set, changed and removed", () => {
        fc.assert(
            fc.property(foreignSet, fc.uniqueArray(key), fc.uniqueArray(key), (foreign, first, second) => {
                const others = foreign.filter((each) => ![OWNERS, ...first, ...second].includes(each.key));
                const values = (keys: readonly string[]): Variable[] =>
                    keys.filter((each) => each !== OWNERS).map((each) => secret(each, `value of ${each}`));
                let live: Variable[] = others;
                for (const ours of [values(first), values(second), values(second)]) {
                    assert.deepEqual(
                        findConflicts(
                            shown(live),
                            ours.map((each) => each.key),
                            OURS,
                        ),
                        [],
                    );
                    live = stored(live, mergeOwned(shown(live), ours, OURS));
                    assert.deepEqual(live.slice(0, others.length), others);
                    assert.deepEqual(live.slice(others.length, -1), ours);
                    assert.deepEqual(findDrift(shown(live), ours, OURS), {});
                }
                const left = removeOwned(shown(live), OURS);
                assert.deepEqual(stored(live, left ?? live), others);
                assert.equal(
                    removeOwned(shown(others), OURS),
                    undefined,
                    "nothing is ours, so there is nothing to write",
                );
            }),
        );
    });

    it("keep the env vars of other stacks of this project until those remove them", () => {
        const lunar: Ownership = { owner: "project/prod/lunar" };
        const theirs = [plain("TZ", "UTC")];
        let live = mergeOwned(mergeOwned([], wanted, OURS), theirs, lunar);
        assert.deepEqual(JSON.parse(live.at(-1)?.value ?? ""), {
            "project/dev/solar": ["AIRFLOW__SECRETS__BACKEND_KWARGS", "AIRFLOW__SECRETS__BACKEND"],
            "project/prod/lunar": ["TZ"],
        });
        live = removeOwned(live, OURS) ?? [];
        assert.deepEqual(live, [...theirs, plain(OWNERS, '{"project/prod/lunar":["TZ"]}')]);
        assert.deepEqual(removeOwned(live, lunar), []);
    });

    it("report the owner of an env var with the same name", () => {
        const keys = wanted.map((variable) => variable.key);
        const unknown = [plain("AIRFLOW__SECRETS__BACKEND", "x")];
        assert.deepEqual(findConflicts(unknown, keys, OURS), [{ key: "AIRFLOW__SECRETS__BACKEND", owner: undefined }]);
        const another = mergeOwned([], wanted, { owner: "project/prod/solar" });
        assert.deepEqual(
            findConflicts(another, keys, OURS),
            keys.map((each) => ({ key: each, owner: "project/prod/solar" })),
        );
        assert.deepEqual(findConflicts(mergeOwned([], wanted, OURS), keys, OURS), []);
    });

    it("report a conflict if the value of the list of owners is something else", () => {
        for (const value of ["", "text", "[]", "null", '{"a": "b"}', `{"a": ["${OWNERS}"]}`]) {
            const live = [plain(OWNERS, value)];
            assert.deepEqual(findConflicts(live, ["TZ"], OURS), [{ key: OWNERS, owner: undefined }], value);
            assert.equal(removeOwned(live, OURS), undefined, value);
        }
    });

    it("can be taken over with force, and the former owner then does not remove them", () => {
        const theirs: Ownership = { owner: "project/prod/solar", keysInState: wanted.map((variable) => variable.key) };
        const taken = mergeOwned(mergeOwned([], wanted, theirs), wanted, OURS);
        assert.deepEqual(mergeOwned([], wanted, OURS), taken);
        assert.equal(removeOwned(taken, theirs), undefined);
    });

    it("name what overrides them, whose it is, and none of ours", () => {
        const overriddenBy = [{ name: "AWS_*", effect: "it does harm", harmless: [""] }];
        const theirs = mergeOwned([plain("AWS_PROFILE", "a"), plain("AWS_X", "")], [plain("AWS_Y", "b")], {
            owner: "project/prod/lunar",
        });
        const live = mergeOwned([...theirs, secret("AWS_Z", "")], [plain("AWS_OURS", "c")], OURS);
        assert.deepEqual(findOverriding(live, overriddenBy, OURS), [
            { key: "AWS_PROFILE", owner: undefined, effect: "it does harm" },
            { key: "AWS_Y", owner: "project/prod/lunar", effect: "it does harm" },
            { key: "AWS_Z", owner: undefined, effect: "it does harm" },
        ]);
        const left = mergeOwned(live, [plain("AWS_OURS", "c")], OURS, ["AWS_PROFILE", "AWS_Y", "AWS_Z"]);
        assert.deepEqual(left, [
            plain("AWS_X", ""),
            plain("AWS_OURS", "c"),
            plain(OWNERS, '{"project/dev/solar":["AWS_OURS"]}'),
        ]);
    });

    it("are found by the names in the state if somebody removed the list of owners", () => {
        const live = mergeOwned([plain("TZ", "UTC")], wanted, OURS).filter((variable) => variable.key !== OWNERS);
        const keysInState = wanted.map((variable) => variable.key);
        assert.deepEqual(removeOwned(live, { ...OURS, keysInState }), [plain("TZ", "UTC")]);
        assert.deepEqual(findDrift(live, wanted, OURS), {
            [OWNERS]: "does not list all env vars that this stack sets",
        });
    });

    it("show drift, as far as Houston shows values", () => {
        const live = mergeOwned([], [...wanted, plain("TZ", "UTC")], OURS);
        const set = [...wanted, plain("TZ", "CET"), plain("MISSING", "x")];
        const unmarked = live.map((variable) => ({ ...variable, isSecret: false }));
        assert.deepEqual(findDrift(live, set, OURS), { TZ: "another value", MISSING: "missing" });
        assert.deepEqual(findDrift(unmarked, wanted, OURS), {
            AIRFLOW__SECRETS__BACKEND_KWARGS: "no longer marked secret",
        });
    });

    it("must have names that Houston accepts", () => {
        for (const good of ["AIRFLOW__SECRETS__BACKEND", "_A", "A1", OWNERS]) {
            assert.equal(keyProblem(good), undefined, good);
        }
        assert.match(keyProblem("AIRFLOW__CORE__FERNET_KEY") ?? "", /is reserved: Astronomer sets it itself/);
        for (const bad of ["", "_", "___", "a", "A-B", "1A", "A B", "Ä"]) {
            assert.match(keyProblem(bad) ?? "", /is not a valid environment variable name: A-Z, 0-9 and _ only/, bad);
        }
    });
});
