import assert from "node:assert/strict";
import { findClaimsByDeployment } from "../../../components/claimsByDeployment";
import { marksOf } from "../../../components/marks";
import { deploymentWith, NAME, ownerOf } from "./current";
import { Mocks } from "./mocks";

const SECRET = `${NAME}.4e5f6a7b.test-variable`;

describe("findClaimsByDeployment", () => {
    beforeEach(() => Mocks.set());

    function claimsIf(find: () => Promise<{ id: string; marks: Readonly<Record<string, string>> } | undefined>) {
        const lookups = () => [{ name: SECRET, title: 'the secret "a"', find }];
        return findClaimsByDeployment([deploymentWith({})], lookups, /denied/);
    }

    it("returns each Deployment's claims, and the problems of all", async () => {
        const ours = await claimsIf(() => Promise.resolve({ id: "1", marks: marksOf(ownerOf(), false) }));
        assert.deepEqual([...(ours.claims.get(NAME)?.existing ?? [])], [[SECRET, "1"]]);
        assert.deepEqual(ours.problems, []);
        const others = await claimsIf(() => Promise.resolve({ id: "1", marks: marksOf(ownerOf("lunar"), false) }));
        assert.match(others.problems.join(), /the secret "a" already exists, and is Deployment "lunar" of stack/);
    });

    it("goes on where the login may not look", async () => {
        const { claims, problems } = await claimsIf(() => Promise.reject(new Error("access denied")));
        assert.deepEqual([claims.get(NAME)?.existing.size, problems], [0, []]);
    });

    it("fails if a lookup fails for another reason", async () => {
        const found = claimsIf(() => Promise.reject(new Error("connection reset")));
        await assert.rejects(found, /cannot find out whether the secret "a" already exists: connection reset/);
    });
});
