import assert from "node:assert/strict";
import { hashOf } from "../../../components/names";
import { planStack, type PlannedDeployment } from "../../../stack/planStack";
import type { StateResource } from "../../../stack/stateResource";
import { minimal, parseDeployments } from "./fixtures";

const POLICY = "vault:index/policy:Policy";
const ROLE = "vault:appRole/authBackendRole:AuthBackendRole";
const SECRET_ID = "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId";
const TEST_SECRET = "vault:kv/secretV2:SecretV2";
const SECRET = "kubernetes:core/v1:Secret";
const BACKEND = "airflow-secrets-backends:index:VaultBackend";
const TARGET = "airflow-secrets-backends:index:KubernetesTarget";

const START = Date.parse("2026-01-01T00:00:00.000Z");
const at = (days: number): Date => new Date(START + days * 86_400_000);

function planned(config: unknown, state: readonly StateResource[], days: number, stack = "dev") {
    const options = { project: "airflow-secrets-backends", stack, now: at(days) };
    return planStack(parseDeployments(config), state, options);
}

function resource(type: string, name: string, parentType: string, outputs: object = {}): StateResource {
    const found = outputs as Record<string, unknown>;
    return { type, name, parentType, outputNames: Object.keys(found), output: (key) => found[key] };
}

/** Returns the state after a run: what is current, what stays, and the records. */
function stateOf(deployments: readonly PlannedDeployment[]): StateResource[] {
    return deployments.flatMap(({ current, made, plan, retired }) => {
        const { owner, identity, place, generation } = current;
        const name = owner.deployment;
        return [
            resource("pulumi:index:Stash", `${name}.made`, "", { input: made }),
            resource("pulumi:index:Stash", `${name}.moved`, "", { input: plan.moved }),
            resource(POLICY, `${name}.${identity}.policy`, BACKEND),
            resource(ROLE, `${name}.${identity}.role`, BACKEND),
            resource(TEST_SECRET, `${name}.${place}.test-variable`, BACKEND),
            resource(SECRET_ID, `${name}.${identity}.secret-id.${generation}`, BACKEND),
            resource(SECRET, `${name}.${identity}.env.${generation}`, TARGET),
            ...retired,
        ];
    });
}

const names = (deployments: readonly PlannedDeployment[]): string[] =>
    deployments.flatMap(({ retired }) => retired.map(({ name }) => name)).sort();

describe("planStack", () => {
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
        const [cidrs] = planned([minimal("solar", { secretIdBoundCidrs: ["10.0.0.0/8"] })], [], 0);
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

    it("changes no name when the stack is renamed", () => {
        const before = planned([minimal("solar")], [], 0);
        const after = planned([minimal("solar")], stateOf(before), 1, "production");
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
