import assert from "node:assert/strict";
import { findClaimsByDeployment } from "../../../components/claimsByDeployment";
import { currentOf, deploymentWith, ownerOf } from "./current";
import { Mocks } from "./mocks";

describe("findClaimsByDeployment", () => {
    beforeEach(() => Mocks.set());

    const deployment = (name: string, more: Parameters<typeof deploymentWith>[1] = {}) =>
        deploymentWith({}, { name, current: currentOf({ owner: ownerOf(name) }), shareSecrets: true, ...more });
    const nothing = () => Promise.resolve(undefined);
    const lookups = ({ name }: { readonly name: string }) => [
        { name: `${name}.test-variable`, title: 'the secret "a"', find: nothing },
        { name: `${name}.user`, title: `the user "${name}"`, find: nothing },
    ];
    const sharedOf = async (...deployments: ReturnType<typeof deployment>[]) => {
        const { claims, problems } = await findClaimsByDeployment(deployments, lookups, /denied/);
        assert.deepEqual(problems, []);
        return Object.fromEntries([...claims].map(([name, { shared }]) => [name, [...shared]]));
    };

    it("has one of several Deployments that share a secret create it", async () => {
        const shared = await sharedOf(deployment("solar"), deployment("lunar"), deployment("amber"));
        assert.deepEqual(shared, { solar: [], lunar: ["lunar.test-variable"], amber: ["amber.test-variable"] });
    });

    it("leaves to a Deployment what it has already", async () => {
        const has = { isInState: (name: string) => name === "lunar.test-variable" };
        assert.deepEqual(await sharedOf(deployment("solar"), deployment("lunar", has)), { solar: [], lunar: [] });
    });

    it("does not hide from a Deployment that does not share that the secret has two creators", async () => {
        const alone = deployment("lunar", { shareSecrets: false });
        assert.deepEqual(await sharedOf(deployment("solar"), alone), { solar: [], lunar: [] });
    });
});
