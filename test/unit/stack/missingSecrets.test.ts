import assert from "node:assert/strict";
import * as fc from "fast-check";
import { testSecretTexts } from "../../../airflow/testSecrets";
import type { AirflowKey, ListedKeys, Place } from "../../../components/backend";
import { findMissingSecrets, missingKeys, type MissingSecrets } from "../../../stack/missingSecrets";
import { minimal } from "./fixtures";
import { planned, stateOf } from "./plannedState";

const variables = (...keys: readonly string[]): AirflowKey[] => keys.map((key) => ({ kind: "variables", key }));
const connections = (...keys: readonly string[]): AirflowKey[] => keys.map((key) => ({ kind: "connections", key }));
const listed = (...keys: readonly AirflowKey[]) => ({ keys, isExact: true });

/** Moves Deployment `solar` from scope `solar` to scope `other`, where these secrets are. */
function move(places: Readonly<Record<string, ListedKeys>>): Promise<MissingSecrets> {
    const state = stateOf(planned([minimal("solar")], [], 0));
    const deployments = planned([minimal("solar", { scope: "other" })], state, 1);
    return findMissingSecrets(deployments, ({ scope }: Place) => Promise.resolve(places[String(scope)]!));
}

describe("findMissingSecrets", () => {
    it("refuses a place that lacks secrets of the old one, and names them", async () => {
        const solar = listed(...variables("a", "b", "only-here"), ...connections("b", "db"));
        const other = listed(...variables("a", "b", "more"), ...connections("a", "db"));
        assert.deepEqual(await move({ solar, other }), {
            problems: [
                'Deployment "solar": its backend has another place for its secrets now, and 2 secrets are in the old ' +
                    'place only, so that Airflow would not find them: connection "b", variable "only-here". Copy what is ' +
                    "needed to the new place, or write allowMissing: true in the Deployment",
            ],
            warnings: [],
        });
    });

    it("names ten at most", async () => {
        const solar = listed(...variables(...Array.from({ length: 12 }, (_, index) => `key-${index + 10}`)));
        const { problems } = await move({ solar, other: listed() });
        assert.match(
            problems[0] ?? "",
            /12 secrets are .*: variable "key-10", .*, variable "key-19" and 2 more\. Copy/,
        );
    });

    it("allows a place with all of them, and does not count the test secrets", async () => {
        const tests = testSecretTexts.map(({ kind, key }) => ({ kind, key }));
        const solar = listed(...variables("a"), ...tests);
        assert.deepEqual(await move({ solar, other: listed(...variables("a")) }), { problems: [], warnings: [] });
    });

    it("lists nothing with allowMissing, or if the place is the same", async () => {
        const refuse = (): Promise<ListedKeys> => assert.fail("nothing is listed");
        const first = planned([minimal("solar")], [], 0);
        for (const backend of [{ scope: "other" }, { boundCidrs: ["10.0.0.0/8"] }, {}]) {
            const more = "scope" in backend ? { allowMissing: true } : {};
            const deployments = planned([minimal("solar", backend, more)], stateOf(first), 1);
            assert.deepEqual(await findMissingSecrets(deployments, refuse), { problems: [], warnings: [] });
        }
        assert.deepEqual(await findMissingSecrets(first, refuse), { problems: [], warnings: [] });
    });

    it("warns if one of the places cannot be listed, and says why", async () => {
        for (const places of [
            { solar: { unknown: "no right" }, other: listed() },
            { solar: listed(...variables("a")), other: { unknown: "no right" } },
        ]) {
            const { problems, warnings } = await move(places);
            assert.deepEqual(problems, []);
            assert.match(
                warnings.join(),
                /^Deployment "solar": .* could not be compared: no right\. Compare the names/,
            );
        }
    });
});

describe("missingKeys", () => {
    const loose = (...keys: readonly AirflowKey[]) => ({ keys, isExact: false });

    it("compares keys in the form that Azure's names have, if one of the places is there", () => {
        const before = listed(...variables("my_key", "Other.key", "gone"));
        assert.deepEqual(missingKeys(before, loose(...variables("my-key", "other.key"))), variables("gone"));
        assert.deepEqual(missingKeys(before, listed(...variables("my-key", "Other.key", "gone"))), variables("my_key"));
        assert.deepEqual(missingKeys(loose(...variables("my--key")), listed(...variables("my_key"))), []);
    });

    it("returns what is in the one and not in the other, by kind", () => {
        const key: fc.Arbitrary<AirflowKey> = fc.record({
            kind: fc.constantFrom("variables", "connections"),
            key: fc.constantFrom("a", "b", "A", "a_b", "a-b"),
        });
        fc.assert(
            fc.property(fc.array(key), fc.array(key), (before, after) => {
                const expected = before.filter(
                    (one) => !after.some((two) => one.kind === two.kind && one.key === two.key),
                );
                assert.deepEqual(missingKeys(listed(...before), listed(...after)), expected);
            }),
        );
    });
});
