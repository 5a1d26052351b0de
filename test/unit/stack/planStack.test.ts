import assert from "node:assert/strict";
import { hashOf } from "../../../components/names";
import type { PlannedDeployment } from "../../../stack/planStack";
import type { StateResource } from "../../../stack/stateResource";
import { minimal } from "./fixtures";
import { BACKEND, planned, POLICY, resource, stateBeforeMove, stateOf } from "./plannedState";

const names = (deployments: readonly PlannedDeployment[]): string[] =>
    deployments.flatMap(({ retired }) => retired.map(({ name }) => name)).sort();

describe("planStack", () => {
    it("looks for what may exist outside of the state only after an interrupted run, and not for what is in it", () => {
        const config = [minimal("solar")];
        const first = planned(config, [], 0);
        const { identity = "" } = first[0]?.current ?? {};
        const role = `solar.${identity}.role`;
        const mayExist = (state: readonly StateResource[]) => planned(config, state, 0)[0]?.mayExist(role);
        const complete = stateOf(first);
        const without = (part: string) => complete.filter(({ name }) => !name.endsWith(part));
        assert.equal(mayExist([]), false, "a first run has created nothing yet");
        assert.equal(mayExist(without(".role")), false, "the last run was complete");
        const interrupted = without(".moved");
        assert.equal(mayExist(interrupted), false, "it is in the state");
        assert.equal(mayExist(interrupted.filter(({ name }) => !name.endsWith(".role"))), true);
    });

    it("gives a new Deployment its own names, and the stack's", () => {
        const [only] = planned([minimal("solar")], [], 0);
        assert.deepEqual(only?.current.owner, {
            project: "airflow-secrets-backends",
            stack: "dev",
            deployment: "solar",
        });
        assert.deepEqual(only.made.name, "solar");
        assert.deepEqual(only.made.target, ['Deployment "scheduler" in namespace "airflow-solar"']);
        assert.match(only.current.identity, /^[0-9a-f]{8}$/);
        assert.notEqual(only.current.identity, only.current.place);
    });

    it("finds another identity and place where the scope is another, and only another identity for other CIDRs", () => {
        const [one] = planned([minimal("solar")], [], 0);
        const [scope] = planned([minimal("solar", { scope: "other" })], [], 0);
        const [cidrs] = planned([minimal("solar", { boundCidrs: ["10.0.0.0/8"] })], [], 0);
        const [ttl] = planned([minimal("solar", { tokenTtl: 60 })], [], 0);
        assert.notEqual(scope?.current.identity, one?.current.identity);
        assert.notEqual(scope?.current.place, one?.current.place);
        assert.notEqual(cidrs?.current.identity, one?.current.identity);
        assert.equal(cidrs?.current.place, one?.current.place);
        assert.deepEqual(ttl?.current, one?.current);
    });

    it("does not depend on the order of the keys", () => {
        const backend = { kind: "vault", address: "https://vault.example.com", scope: "solar", mount: "kv" };
        const reversed = Object.fromEntries(Object.entries(backend).reverse());
        const [one] = planned([{ ...minimal("solar"), backend }], [], 0);
        const [other] = planned([{ ...minimal("solar"), backend: reversed }], [], 0);
        assert.deepEqual(one?.current, other?.current);
    });

    it("keeps the credential and its env Secret through a rotation, and nothing else twice", () => {
        const state = stateOf(planned([minimal("solar")], [], 0));
        const rotated = planned([minimal("solar")], state, 20);
        const identity = rotated[0]?.current.identity ?? "";
        assert.equal(rotated[0]?.current.generation, 2);
        assert.deepEqual(names(rotated), [`solar.${identity}.env.1`, `solar.${identity}.secret-id.1`]);
        assert.deepEqual(names(planned([minimal("solar")], stateOf(rotated), 21)), []);
    });

    it("keeps the whole old identity and its place when the scope changes, until the overlap is over", () => {
        const [first] = planned([minimal("solar")], [], 0);
        const state = stateOf([first!]);
        const moved = planned([minimal("solar", { scope: "other" })], state, 1);
        const { identity, place } = first!.current;
        const old = ["env.1", "policy", "role", "secret-id.1"].map((part) => `solar.${identity}.${part}`);
        assert.deepEqual(names(moved), [...old, `solar.${place}.test-variable`].sort());
        assert.deepEqual(names(planned([minimal("solar", { scope: "other" })], stateOf(moved), 2)), []);
    });

    it("keeps an identity that an interrupted run left without a credential", () => {
        const state = stateOf(planned([minimal("solar")], [], 0));
        const left = [...state, resource(POLICY, "solar.deadbeef.policy", BACKEND)];
        assert.deepEqual(names(planned([minimal("solar")], left, 1)), ["solar.deadbeef.policy"]);
    });

    it("gives two projects with the same names different identities", () => {
        const [one] = planned([minimal("solar")], [], 0, { project: "one" });
        const [other] = planned([minimal("solar")], [], 0, { project: "other" });
        assert.notEqual(one?.current.identity, other?.current.identity);
    });

    it("changes no name when the stack and its project are renamed", () => {
        const before = planned([minimal("solar")], [], 0);
        const after = planned([minimal("solar")], stateOf(before), 1, { project: "other", stack: "production" });
        assert.deepEqual(after[0]?.current, before[0]?.current);
        assert.deepEqual(after[0]?.made, before[0]?.made);
    });

    it("changes no name when a Deployment is renamed and its target stays", () => {
        const before = planned([minimal("solar")], [], 0);
        const renamed = { ...minimal("solar"), name: "luna" };
        const after = planned([renamed], stateOf(before), 1);
        assert.deepEqual(after[0]?.current, before[0]?.current);
        assert.equal(after[0]?.made.name, "luna");
        // Another rename finds it again.
        const again = planned([{ ...renamed, name: "mars" }], stateOf(after), 2);
        assert.deepEqual(again[0]?.current, before[0]?.current);
    });

    it("gives a new Deployment with a name that another one had first a name of its own", () => {
        const state = stateOf(planned([minimal("solar")], [], 0));
        const config = [
            { ...minimal("solar"), name: "luna" },
            { ...minimal("elsewhere"), name: "solar" },
        ];
        const [luna, solar] = planned(config, state, 1);
        assert.equal(luna?.current.owner.deployment, "solar");
        assert.equal(solar?.current.owner.deployment, "solar-2");
        assert.deepEqual(names(planned(config, stateOf([luna, solar]), 2)), []);
    });

    it("takes a Deployment with the same name for the same, wherever it runs", () => {
        const before = planned([minimal("solar")], [], 0);
        const moved = {
            ...minimal("solar"),
            target: { kind: "astronomer", houstonUrl: "https://houston.example.com/v1" },
        };
        const after = planned([moved], stateOf(before), 1);
        assert.deepEqual(after[0]?.current, before[0]?.current);
        assert.deepEqual(after[0]?.made.target, ['the release "solar" at https://houston.example.com/v1']);
    });

    it("plans two Deployments that swap their scopes apart from each other", () => {
        const before = planned([minimal("one"), minimal("two")], [], 0);
        const swapped = [minimal("one", { scope: "two" }), minimal("two", { scope: "one" })];
        const after = planned(swapped, stateOf(before), 1);
        assert.deepEqual(
            after.map(({ current }) => current.identity),
            [...before].reverse().map(({ current }) => current.identity),
        );
        assert.equal(names(after).length, 10);
        assert.deepEqual(names(planned(swapped, stateOf(after), 2)), []);
    });

    it("records where each of its identities may read, as long as the identity is there", () => {
        const [first] = planned([minimal("solar")], [], 0);
        const moved = planned([minimal("solar", { scope: "other" })], stateOf([first!]), 1);
        const place = (scope: string) => ({ kind: "vault", mount: "secret", kvVersion: 2, scope });
        assert.deepEqual(moved[0]?.made.places, [
            { identity: first!.current.identity, place: place("solar") },
            { identity: moved[0]!.current.identity, place: place("other") },
        ]);
        const cidrs = [minimal("solar", { scope: "other", boundCidrs: ["10.0.0.0/8"] })];
        const later = planned(cidrs, stateOf(planned([minimal("solar", { scope: "other" })], stateOf(moved), 2)), 3);
        assert.deepEqual(
            later[0]?.made.places.map((each) => each.place),
            [place("other"), place("other")],
        );
    });

    it("tells where Airflow reads until this run, if that is somewhere else, also after a run that failed", () => {
        const place = { kind: "vault", mount: "secret", kvVersion: 2, scope: "solar" };
        const first = planned([minimal("solar")], [], 0);
        const state = stateOf(first);
        const moved = planned([minimal("solar", { scope: "other" })], state, 1);
        const movesFrom = (deployments: readonly PlannedDeployment[]) => deployments[0]?.move?.from;
        assert.deepEqual([first, planned([minimal("solar")], state, 20)].map(movesFrom), [undefined, undefined]);
        assert.deepEqual(moved[0]?.move, { from: place, to: { ...place, scope: "other" } });
        const again = planned([minimal("solar", { scope: "other" })], stateBeforeMove(moved, state), 2);
        assert.deepEqual(movesFrom(again), place);
        assert.deepEqual(movesFrom(planned([minimal("solar", { scope: "other" })], stateOf(again), 3)), undefined);
        const cidrs = planned([minimal("solar", { boundCidrs: ["10.0.0.0/8"] })], state, 1);
        assert.deepEqual(movesFrom(cidrs), undefined);
    });

    it("gives a Key Vault that is not in the state roles, and keeps what a vault that the stack created has", () => {
        const config = (backend: object = {}) => [
            {
                ...minimal("solar"),
                backend: { kind: "azure-key-vault", resourceGroup: "group", createVault: true, ...backend },
            },
        ];
        const authorization = (found: readonly PlannedDeployment[]) =>
            found.map(({ backend }) => "authorization" in backend && backend.authorization)[0];
        const [first] = planned(config(), [], 0);
        assert.equal(authorization([first!]), "rbac");
        assert.deepEqual(planned(config({ authorization: "rbac" }), [], 0)[0]?.current, first?.current);

        const vault = (enableRbacAuthorization: boolean) =>
            resource("azure-native:keyvault:Vault", `solar.${first!.current.store}.vault`, "", {
                properties: { enableRbacAuthorization },
            });
        assert.equal(authorization(planned(config(), [vault(false)], 1)), "access-policy");
        assert.equal(authorization(planned(config(), [vault(true)], 1)), "rbac");
        assert.equal(authorization(planned(config({ authorization: "rbac" }), [vault(false)], 1)), "rbac");
        const own = { vaultName: "company", createVault: false };
        assert.equal(authorization(planned(config(own), [vault(false)], 1)), "rbac");
        assert.deepEqual(
            planned(config(), [vault(false)], 1)[0]?.current,
            planned(config({ authorization: "access-policy" }), [vault(false)], 1)[0]?.current,
        );
    });

    it("refuses a record that it cannot read", () => {
        const state = [resource("pulumi:index:Stash", "solar.made", "", { input: { name: "solar" } })];
        assert.throws(() => planned([minimal("solar")], state, 0), /credentials/);
    });
});

describe("hashOf", () => {
    it("is the same in every run", () => {
        assert.equal(hashOf(["vault", { scope: "solar" }]), hashOf(["vault", { scope: "solar" }]));
        assert.equal(hashOf("a"), "ac8d8342");
    });
});
