import assert from "node:assert/strict";
import { findClaims } from "../../../components/claims";
import { marksOf } from "../../../components/marks";
import { deploymentWith, NAME, ownerOf } from "./current";

const SECRET = `${NAME}.4e5f6a7b.test-variable`;

type More = Parameters<typeof deploymentWith>[1];

function claims(marks: Readonly<Record<string, unknown>> | undefined, more: More = {}) {
    const find = () => Promise.resolve({ id: "the-id", marks });
    const title = 'the secret "airflow/variables/verify_variable"';
    return findClaims(deploymentWith({}, more), [{ name: SECRET, title, find }]);
}

const nothing = { existing: new Map(), shared: new Set(), problems: [] };
const anothers = (sharesSecrets: boolean) => marksOf(ownerOf("lunar", "production"), sharesSecrets);

describe("findClaims", () => {
    it("finds nothing where nothing is", async () => {
        const lookup = { name: SECRET, title: "the secret", find: () => Promise.resolve(undefined) };
        assert.deepEqual(await findClaims(deploymentWith({}), [lookup]), nothing);
    });

    it("does not look for what is in the state", async () => {
        const lookup = { name: SECRET, title: "the secret", find: () => Promise.reject(new Error("looked up")) };
        assert.deepEqual(await findClaims(deploymentWith({}, { isInState: () => true }), [lookup]), nothing);
    });

    it("takes over what an interrupted run of this stack created", async () => {
        const found = await claims(marksOf(ownerOf(), false));
        assert.deepEqual(found, { ...nothing, existing: new Map([[SECRET, "the-id"]]) });
    });

    it("uses what another stack shares, if this Deployment shares too", async () => {
        assert.deepEqual(await claims(anothers(true), { shareSecrets: true }), {
            ...nothing,
            shared: new Set([SECRET]),
        });
    });

    const cases: readonly [what: string, marks: Readonly<Record<string, unknown>> | undefined, more: More, RegExp][] = [
        ["what has no marks", undefined, {}, /it is not known whose it is.*Use another scope, rename or delete it/],
        ["what has other marks", { "made-by": "payments" }, {}, /it is not known whose it is/],
        ["what has no marks, although this Deployment shares", {}, { shareSecrets: true }, /it is not known whose/],
        [
            "another stack's",
            anothers(false),
            {},
            /is Deployment "lunar" of stack \S+\/production's\. Use another scope/,
        ],
        ["another stack's which shares", anothers(true), {}, /set shareSecrets: true in both/],
        [
            "another stack's which does not share",
            anothers(false),
            { shareSecrets: true },
            /Set it there and run pulumi up/,
        ],
        [
            "its own that it shares, without an interrupted run",
            marksOf(ownerOf(), true),
            { mayExist: () => false, shareSecrets: true },
            /another Pulumi backend has created it/,
        ],
        [
            "its own, without an interrupted run",
            marksOf(ownerOf(), false),
            { mayExist: () => false },
            /another Pulumi backend has created it.* If the key only .* write testSecrets: false until the overlap is over$/,
        ],
    ];
    for (const [what, marks, more, expected] of cases) {
        it(`refuses ${what}`, async () => {
            const { existing, shared, problems } = await claims(marks, more);
            assert.deepEqual([existing.size, shared.size, problems.length], [0, 0, 1]);
            assert.match(problems[0] ?? "", expected);
            assert.match(problems[0] ?? "", /^Deployment "solar-dust-1234": the secret "airflow\S+" already exists, /);
        });
    }
});
