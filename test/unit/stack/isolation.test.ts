import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { assertProblem, minimal, problemsIn, target, workload } from "./fixtures";

const isOverlap = (line: string): boolean => line.includes("found the prefix");
const overlapsIn = (found: unknown): readonly string[] => problemsIn(found).filter(isOverlap);

/** Removes undefined keys: YAML has none. */
const compact = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const backend = fc.record({
    address: fc.constantFrom("https://vault.example.com", "https://other.example.com"),
    kvVersion: fc.constantFrom(1, 2),
    namespace: fc.constantFrom(undefined, "team", "team/secret", "Team"),
    mount: fc.constantFrom("secret", "secret/data", "secret/variables", "secret/a", "secret/data/a", "team/secret"),
    scope: fc.constantFrom(undefined, "a", "A", "ab", "data", "variables", "connections", "secret"),
});
const side = fc.record({ backend, shareSecrets: fc.boolean() });
const segment = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/).filter((text) => text !== "." && text !== "..");

type Side = typeof side extends fc.Arbitrary<infer T> ? T : never;

/** The API paths that the policy allows, written out independently of the program. */
function prefixes({ backend: { namespace, mount, kvVersion, scope } }: Side): string[] {
    const data = kvVersion === 2 ? "data" : undefined;
    return ["variables", "connections"].map((what) =>
        [namespace, mount, data, scope, what, ""].filter((part) => part !== undefined).join("/"),
    );
}

const mountPath = ({ backend: { namespace, mount } }: Side): string => [namespace, mount].filter(Boolean).join("/");

/** Whether one mount is inside the other. */
function nested(a: Side, b: Side): boolean {
    const [one, other] = [mountPath(a), mountPath(b)];
    return one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

function overlap(a: Side, b: Side): boolean {
    const isPrefix = prefixes(a).some((p) => prefixes(b).some((q) => p.startsWith(q) || q.startsWith(p)));
    return isPrefix && !(a.shareSecrets && b.shareSecrets);
}

/** Whether both have the same mount with different versions. */
function disagree(a: Side, b: Side): boolean {
    return mountPath(a) === mountPath(b) && a.backend.kvVersion !== b.backend.kvVersion;
}

const config = (...sides: Side[]): unknown =>
    compact(sides.map(({ backend, shareSecrets }, i) => minimal(`d-${i}`, backend, { shareSecrets })));

describe("two Deployments with Vault", () => {
    it("are refused if and only if one could read secrets of the other", () => {
        fc.assert(
            fc.property(side, side, (a, b) => {
                const expected = overlap(a, b) ? 1 : 0;
                assert.equal(overlapsIn(config(a, b)).length, expected);
                assert.equal(overlapsIn(config(b, a)).length, expected);
                const others = [disagree(a, b), nested(a, b)].filter(Boolean).length;
                assert.equal(problemsIn(config(a, b)).length, expected + others);
            }),
            { numRuns: 200 },
        );
    });

    it("are refused if the path of one mount makes both policies the same", () => {
        const found = [minimal("a", { scope: "x" }), minimal("b", { mount: "secret/data", kvVersion: 1, scope: "x" })];
        assert.equal(overlapsIn(found).length, 1);
        assert.match(
            overlapsIn(found)[0]!,
            /the prefix "secret\/data\/x\/connections\/", which deployments\[0\] \(a\) also/,
        );
    });

    it("are compared by their own prefixes", () => {
        const a = minimal("a", { scope: undefined, variablesPrefix: "x/variables", connectionsPrefix: "y" });
        assert.equal(overlapsIn(compact([a, minimal("b", { scope: "x" })])).length, 1);
        assert.equal(overlapsIn(compact([a, minimal("b", { scope: "z" })])).length, 0);
    });

    it("never overlap with different scopes on one mount", () => {
        fc.assert(
            fc.property(segment, segment, (a, b) => {
                const found = problemsIn([minimal("a", { scope: a }), minimal("b", { scope: b })]);
                assert.equal(found.length, a === b ? 1 : 0);
            }),
        );
    });

    it("overlap if one has no scope, only if the other's scope is variables or connections", () => {
        fc.assert(
            fc.property(fc.oneof(segment, fc.constantFrom("variables", "connections", "Variables")), (scope) => {
                const found = problemsIn(compact([minimal("a", { scope: undefined }), minimal("b", { scope })]));
                assert.equal(found.length, scope === "variables" || scope === "connections" ? 1 : 0);
            }),
        );
    });

    it("get an error with the prefixes, their Deployments and the scope to write", () => {
        const none = compact([
            minimal("a", { scope: undefined }),
            minimal("b", { scope: undefined, namespace: undefined }),
        ]);
        const rule = "Allowed: prefixes of which none starts with another Deployment's, or shareSecrets: true on both";
        const allowed = `${rule} (neither sets it).`;
        assertProblem(
            none,
            "deployments[1] (b).backend",
            'the prefix "secret/data/connections/", which deployments[0] (a) also has: each could read the other\'s secrets',
            `${allowed} Write scope: b in deployments[1] (b).backend.`,
        );
        const wide = compact([minimal("a", { scope: undefined }), minimal("b", { scope: "variables" })]);
        assertProblem(
            wide,
            "deployments[0] (a).backend",
            'the prefix "secret/data/variables/", which includes "secret/data/variables/connections/" of deployments[1] (b): ' +
                "it could read those secrets",
            `${allowed} Write scope: a in deployments[0] (a).backend.`,
        );
        assertProblem(
            compact([minimal("a", {}, { shareSecrets: true }), minimal("b", { scope: "a" })]),
            "deployments[1] (b).backend",
            'the prefix "secret/data/a/connections/", which deployments[0] (a) also has: each could read the other\'s secrets',
            `${rule} (deployments[1] (b) does not set it). Write scope: b in deployments[1] (b).backend.`,
        );
    });

    it("never get the suggestion of a scope that one of them already has", () => {
        const [first] = problemsIn([minimal("a"), minimal("b", { scope: "a" })]);
        assert.match(
            first!,
            /^deployments\[1\] \(b\)\.backend: .* Write scope: b in deployments\[1\] \(b\)\.backend\.$/,
        );
        const [second] = problemsIn([minimal("a", { scope: "b" }), minimal("b")]);
        assert.match(
            second!,
            /^deployments\[1\] \(b\)\.backend: .* Write scope: a in deployments\[0\] \(a\)\.backend\.$/,
        );
        const [third] = overlapsIn([minimal("a"), minimal("a")]);
        assert.match(third!, / Give one of them another scope or mount\.$/);
    });

    it("are compared even if they have other problems", () => {
        const found = compact([
            minimal("a", { scope: "x", address: "vault", tokenTtl: 0 }),
            { name: "B", backend: { kind: "vault", scope: "x" } },
        ]);
        assert.equal(overlapsIn(found).length, 1);
        assert.match(
            overlapsIn(found)[0]!,
            /^deployments\[1\]\.backend: found .*, which deployments\[0\] \(a\) also has: /,
        );
    });

    it("are not compared by the default of a mistyped or invalid key", () => {
        const one = minimal("a", { scope: undefined });
        for (const more of [
            { scop: "b" },
            { scope: "b/c" },
            { scope: undefined, Mount: "kv" },
            { scope: undefined, name_space: "b" },
        ]) {
            const other = minimal("b", { scope: undefined, ...more });
            assert.deepEqual(overlapsIn(compact([one, other])), []);
        }
        const shared = minimal("a", { scope: undefined }, { shareSecrets: true });
        for (const more of [{ shareSecret: true }, { shareSecrets: "true" }]) {
            assert.deepEqual(overlapsIn(compact([shared, minimal("b", { scope: undefined }, more)])), []);
        }
        assert.equal(overlapsIn(compact([one, minimal("b", { scope: undefined, colour: "red" })])).length, 1);
    });
});

describe("two Deployments on one KV mount", () => {
    it("must have the same version", () => {
        assertProblem(
            [minimal("a", { kvVersion: 1, scope: "x" }), minimal("b", { scope: undefined })].map(compact),
            "deployments[1] (b).backend.kvVersion",
            '2 for the mount "secret", but 1 in deployments[0] (a)',
            "Allowed: one version per mount. Write the same kvVersion in both.",
        );
    });

    it("may have different versions on different mounts or in different namespaces", () => {
        for (const more of [{ mount: "kv" }, { namespace: "team" }]) {
            assert.deepEqual(problemsIn([minimal("a"), minimal("b", { kvVersion: 1, ...more })]), []);
        }
    });
});

describe("two KV mounts", () => {
    it("cannot be one inside the other", () => {
        assertProblem(
            [minimal("a", { mount: "secret/team" }), minimal("b"), minimal("c", { mount: "secret-2" })],
            "deployments[0] (a).backend.mount",
            '"secret/team", which is inside "secret" of deployments[1] (b)',
            "Allowed: the path of a mount: no mount is inside another. Write the path of each mount as vault secrets list shows it.",
        );
        const inNamespace = minimal("b", { namespace: "secret", mount: "team" });
        assert.equal(problemsIn([minimal("a"), inNamespace]).length, 1);
    });
});

describe("test secrets of two Deployments in one place", () => {
    const both = (backend: Record<string, unknown>, ...testSecrets: boolean[]) =>
        testSecrets.map((each, i) =>
            minimal(`d-${i}`, { scope: undefined, ...backend }, { shareSecrets: true, testSecrets: each }),
        );

    it("are created by one of them", () => {
        const kinds = [
            {},
            { kind: "aws-parameter-store", region: "eu-central-1", address: undefined },
            { kind: "gcp-secret-manager", project: "a-project", address: undefined },
            { kind: "azure-key-vault", resourceGroup: "a-group", vaultName: "a-vault", address: undefined },
        ];
        for (const kind of kinds) {
            assert.deepEqual(problemsIn(compact(both(kind, true, false))), []);
            assertProblem(
                compact(both(kind, false, true, true)),
                "deployments[2] (d-2).testSecrets",
                "true in the place of deployments[1] (d-1), which creates them there",
                "Allowed: test secrets of one of the Deployments that share a place. Set testSecrets in only one of them: " +
                    "the others can read the same ones.",
            );
        }
    });

    it("do not meet in one Key Vault if their names begin differently", () => {
        const backend = { kind: "azure-key-vault", resourceGroup: "a-group", vaultName: "a-vault", address: undefined };
        const deployments = ["a", "b"].map((scope) =>
            minimal(scope, { ...backend, scope }, { shareSecrets: true, testSecrets: true }),
        );
        assert.deepEqual(problemsIn(compact(deployments)), []);
    });

    it("do not meet if one place is inside the other", () => {
        const outer = minimal("a", { scope: undefined }, { shareSecrets: true, testSecrets: true });
        const inner = minimal("b", { scope: "variables" }, { shareSecrets: true, testSecrets: true });
        assert.deepEqual(problemsIn(compact([outer, inner])), []);
    });
});

describe("what only one Deployment may have", () => {
    it("is its name", () => {
        assertProblem(
            [minimal("a"), minimal("b"), minimal("a", { scope: "c" }, { target: target("c") })],
            "deployments[2] (a).name",
            '"a", also the name of deployments[0] (a)',
            "Allowed: a name that no other Deployment has. Rename one of them.",
        );
    });

    it("is a workload, within one Deployment and across two", () => {
        const workloads = [
            { kind: "Deployment", name: "x", containers: ["a"] },
            { kind: "StatefulSet", name: "x", containers: ["a"] },
            { kind: "Deployment", name: "x", containers: ["b"] },
        ];
        const rest =
            "Allowed: each workload once in the stack. Keep one of the two, with all the containers that run Airflow.";
        const what = (first: string) =>
            `Deployment "x" in namespace "airflow-a", the same as ${first}.target.workloads[0]`;
        const twice = minimal("a", {}, { target: target("a", { workloads }) });
        assertProblem([twice], "deployments[0] (a).target.workloads[2]", what("deployments[0] (a)"), rest);
        const one = minimal("a", {}, { target: target("a", { workloads: workloads.slice(0, 2) }) });
        const two = minimal("b", {}, { target: target("a", { workloads: workloads.slice(2) }) });
        assertProblem([one, two], "deployments[1] (b).target.workloads[0]", what("deployments[0] (a)"), rest);
        const elsewhere = minimal("b", {}, { target: target("b", { workloads: workloads.slice(2) }) });
        assert.deepEqual(problemsIn([one, elsewhere]), []);
    });

    it("is a workload with the whole of its name, however long", () => {
        const long = (end: string) => workload({ name: `${"long-".repeat(40)}${end}` });
        const two = minimal("a", {}, { target: target("a", { workloads: [long("a"), long("b")] }) });
        assert.deepEqual(problemsIn([two]), []);
    });

    it("is the Secret for pod templates", () => {
        const withSecret = (name: string, namespace: string) =>
            minimal(
                name,
                {},
                { target: target(namespace, { podTemplateSecret: "x", workloads: [workload({ name })] }) },
            );
        assertProblem(
            [withSecret("a", "a"), withSecret("b", "a")],
            "deployments[1] (b).target.podTemplateSecret",
            'the Secret "x" in namespace "airflow-a", the same as deployments[0] (a).target.podTemplateSecret',
            "Allowed: a Secret of its own for each Deployment. Write another name in one of the two, and in its pod template.",
        );
        assert.deepEqual(problemsIn([withSecret("a", "a"), withSecret("b", "b")]), []);
    });
});
