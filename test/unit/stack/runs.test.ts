import assert from "node:assert/strict";
import { parseResourceName } from "../../../components/names";
import { backendKind } from "../../../stack/kinds";
import type { Registered } from "../components/mocks";
import { olderBy, STASH, stateAfter } from "../components/mockState";
import { DevStack, type ConfiguredDeployment } from "../devStack";

/** Inputs that are calculated when the resource is created, and then ignored. */
const calculated = ["metadata", "endDate"];

/** Returns what a run registers, without what is ignored. */
const essence = (registered: readonly Registered[]): unknown[] =>
    registered
        .map(({ type, name, parent, inputs, ignoreChanges }) => ({
            type,
            name,
            parent,
            inputs: Object.entries(inputs).filter(
                ([key]) => !(calculated.includes(key) && ignoreChanges.includes(key)),
            ),
        }))
        .sort((one, other) => (one.type + one.name < other.type + other.name ? -1 : 1));

/** Returns the names of what a run keeps as it is, whatever the config says. */
const keptIn = (registered: readonly Registered[]): string[] =>
    registered.flatMap(({ name, ignoreChanges }) => (ignoreChanges.includes("*") ? name : [])).sort();

const withHash = (registered: readonly Registered[], hash: string | undefined): Registered[] =>
    registered.filter(({ name }) => hash !== undefined && parseResourceName(name)?.hash === hash);

const recordOf = (registered: readonly Registered[], name: string): Record<string, unknown> =>
    registered.find((each) => each.type === STASH && each.name === name)!.inputs.input as Record<string, unknown>;

describe("the dev stack over several runs", function () {
    this.timeout(60_000);
    let dev: DevStack;

    before(async () => {
        dev = await DevStack.start();
    });
    after(() => dev.stop());

    const run = async (
        deployments: readonly object[],
        before: readonly Registered[] = [],
        daysAgo = 0,
    ): Promise<readonly Registered[]> =>
        (await dev.run(deployments, {}, { state: olderBy(daysAgo, stateAfter(before)) })).registered;

    const named = (name: string): ConfiguredDeployment => dev.deployments.find((each) => each.name === name)!;

    /** Deployments on Astronomer, one for each kind of backend. */
    const onAstronomer = (): ConfiguredDeployment[] =>
        dev.deployments.filter(({ target }) => target.kind === "astronomer");

    /** Deployments that log in without a stored credential, in Kubernetes, one for each kind of backend. */
    const keyless = (): ConfiguredDeployment[] =>
        dev.deployments.filter(({ target }) => target.serviceAccounts !== undefined);

    /** Those on Astronomer and one in Kubernetes. */
    const ofEachKind = (): ConfiguredDeployment[] => [named("solar-dust-1234"), ...onAstronomer()];

    it("creates no parts but those that each kind of backend lists, in their order", async () => {
        const deployments = [...onAstronomer(), ...keyless()];
        const registered = await run(deployments);
        const created = new Map<string, Set<string>>();
        for (const { name, backend, target } of deployments) {
            const { identity } = (recordOf(registered, `${name}.made`).credentials as { identity: string }[])[0]!;
            const found = withHash(registered, identity).map((resource) => parseResourceName(resource.name)!);
            const { parts } = backendKind(backend.kind).lifecycle;
            const all = created.get(backend.kind) ?? new Set();
            created.set(backend.kind, all);
            const names = [...new Set(found.map(({ part }) => part))].filter((part) => part !== "env");
            const listed = parts.map((part) => part.name);
            assert.deepEqual(
                names,
                listed.filter((part) => names.includes(part)),
                name,
            );
            names.forEach((part) => all.add(part));
            const credentials = found.filter(({ generation }) => generation !== undefined).map(({ part }) => part);
            const expected = target.kind === "astronomer" ? [listed.at(-1)] : ["env"];
            assert.deepEqual(credentials, expected, `${name}: a credential comes last, and a keyless login has none`);
            for (const { deletedWith = "", name: part } of parts.filter((each) => names.includes(each.name))) {
                const { deletedWith: actual } = withHash(registered, identity).find(
                    (resource) => parseResourceName(resource.name)?.part === part,
                )!;
                assert.equal(parseResourceName(actual)?.part ?? "", deletedWith, part);
            }
        }
        for (const [kind, parts] of created) {
            const listed = backendKind(kind).lifecycle.parts.map((part) => part.name);
            assert.deepEqual([...parts].sort(), listed.sort(), kind);
        }
    });

    it("changes nothing in the next run", async () => {
        const first = await run(ofEachKind());
        const second = await run(ofEachKind(), first);
        assert.deepEqual(keptIn(second), []);
        assert.deepEqual(essence(second), essence(first), "not even the records");
    });

    it("rotates a credential that is old enough: the next one is created beside it, and it stays", async () => {
        const deployments = ofEachKind();
        const first = await run(deployments);
        const vault = deployments.filter(({ backend }) => backend.kind === "vault").map(({ name }) => name);
        const at30 = await run(deployments, first, 30);
        assert.deepEqual([...new Set(keptIn(at30).map((name) => name.split(".")[0]))].sort(), [...vault].sort());

        const second = await run(deployments, first, 100);
        const old = first.filter(({ name }) => parseResourceName(name)?.generation === 1).map(({ name }) => name);
        assert.equal(old.length, deployments.length + 1, "a credential for each, and one Secret in Kubernetes");
        assert.deepEqual(keptIn(second), [...old].sort());
        const created = second.flatMap(({ name }) => (parseResourceName(name)?.generation === 2 ? name : []));
        assert.deepEqual(created.sort(), old.map((name) => name.replace(/1$/, "2")).sort());

        assert.deepEqual(keptIn(await run(deployments, second, 0.9)), [...old].sort(), "the overlap is 24 hours");
        const third = await run(deployments, second, 1.1);
        assert.deepEqual(keptIn(third), []);
        assert.ok(!third.some(({ name }) => old.includes(name)));
        assert.ok(created.every((name) => third.some((resource) => resource.name === name)));
    });

    it("keeps an identity and its place beside another one, and its component if no other has that type", async () => {
        const solar = named("solar-dust-1234");
        const crimson = named("crimson-comet-2468");
        const first = await run([solar]);
        const own = first.flatMap(({ name }) => (parseResourceName(name) === undefined ? [] : name)).sort();
        const scope = { ...solar, backend: { ...solar.backend, scope: "another" } };
        const aws = { ...solar, backend: { ...crimson.backend, scope: "solar-dust-1234" } };
        for (const changed of [scope, aws]) {
            const second = await run([changed], first);
            assert.deepEqual(keptIn(second), own);
            const parents = (registered: readonly Registered[]) =>
                new Map(registered.flatMap(({ name, parent }) => (own.includes(name) ? [[name, parent]] : [])));
            assert.deepEqual(parents(second), parents(first));
            const components = first.filter(({ name }) => name === solar.name).map(({ type }) => type);
            const left = components.filter((type) => !second.some((each) => each.type === type));
            assert.deepEqual(left, [], "a component that is gone would take what is in it along");
            assert.deepEqual(keptIn(await run([changed], second, 1.1)), []);
        }
    });

    it("reads the names of the first run from the state after the stack was renamed", async () => {
        const first = await run([named("lunar-tide-5678")]);
        const state = Object.fromEntries(
            Object.entries(stateAfter(first)).map(([urn, each]) => [
                urn.replace("pulumi:dev::", "pulumi:prod::"),
                each,
            ]),
        );
        const { registered } = await dev.run([named("lunar-tide-5678")], {}, { stack: "prod", state });
        assert.deepEqual(essence(registered), essence(first));
    });
});
