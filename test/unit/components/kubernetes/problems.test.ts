import assert from "node:assert/strict";
import type { Plan } from "../../../../components/kubernetes/conflicts";
import {
    accountProblems,
    entriesToTakeOver,
    problemsOf,
    type Surroundings,
} from "../../../../components/kubernetes/problems";
import type { LiveWorkload } from "../../../../components/kubernetes/workload";
import { OURS, owned, owns, VARIABLE, withContainers, withEnv } from "./fixture";

const workload = { kind: "Deployment", name: "solar-scheduler", containers: ["scheduler"] } as const;

const defaults: Plan = {
    namespace: "airflow",
    names: [VARIABLE],
    manager: OURS,
    force: false,
    overriddenBy: [{ name: "AWS_SESSION_TOKEN", effect: "it does harm", harmless: [""] }],
};

function problems(live: LiveWorkload | undefined, more: Partial<Plan> = {}, around: Surroundings = {}): string[] {
    return problemsOf({ ...defaults, ...more }, workload, live, around);
}

describe("problemsOf", () => {
    it("returns nothing if the entry does not exist, or only we own it", () => {
        assert.deepEqual(problems(withContainers("scheduler")), []);
        assert.deepEqual(problems(owned({ valueFrom: {} }, { [OURS]: owns.reference })), []);
    });

    it("accepts another manager that owns only the name of an entry whose value is ours", () => {
        const live = owned({ valueFrom: {} }, { [OURS]: owns.reference, helm: owns.name });
        assert.deepEqual(problems(live), []);
    });

    it("accepts an entry that has only a name, which a release may leave behind", () => {
        assert.deepEqual(problems(owned({}, { helm: owns.name })), []);
        const [problem] = problems(owned({}, { helm: owns.literal }));
        assert.match(problem ?? "", /a literal value owned by "helm"/, "an empty string is a value");
    });

    it("names workload, container, env var and owner of a literal that somebody else set", () => {
        const [problem, ...rest] = problems(owned({ value: "x" }, { helm: owns.literal }));
        assert.deepEqual(rest, []);
        for (const part of ["solar-scheduler", '"scheduler"', VARIABLE, "a literal value", '"helm"', "force: true"]) {
            assert.ok(problem?.includes(part), `${part} in: ${problem ?? ""}`);
        }
    });

    it("names the owner of a reference that somebody else set", () => {
        const [problem] = problems(owned({ valueFrom: {} }, { "kubectl-edit": owns.reference }));
        assert.match(problem ?? "", /a reference owned by "kubectl-edit"/);
    });

    it("says if Kubernetes has not recorded an owner", () => {
        const [problem] = problems(owned({ value: "x" }, {}));
        assert.match(problem ?? "", /owned by an unrecorded field manager/);
    });

    it("accepts other owners with force", () => {
        assert.deepEqual(problems(owned({ value: "x" }, { helm: owns.literal }), { force: true }), []);
    });

    it("names a missing workload", () => {
        assert.match(
            problems(undefined, { force: true }).join("\n"),
            /no Deployment "solar-scheduler" in namespace "airflow"/,
        );
    });

    it("says which kind the workload of that name is", () => {
        const [problem] = problems(undefined, {}, { otherKinds: ["StatefulSet"] });
        assert.equal(
            problem,
            'there is no Deployment "solar-scheduler" in namespace "airflow", but a StatefulSet of that name: write kind: StatefulSet',
        );
        const [other] = problems(undefined, {}, { otherKinds: ["DaemonSet"] });
        assert.match(
            other ?? "",
            /but a DaemonSet of that name\. Env vars can be set on a Deployment or a StatefulSet$/,
        );
    });

    it("names a missing container and the existing ones", () => {
        const [problem] = problems(withContainers("main", "logs"));
        assert.match(problem ?? "", /has no container "scheduler", only: main, logs/);
    });

    it("looks at every entry of a name, since a container may have several", () => {
        const live = owned({ value: "x" }, { helm: owns.literal });
        const [container] = live.spec!.template!.spec!.containers!;
        const twice = [{ name: VARIABLE }, ...(container?.env ?? [])];
        const containers = [{ name: "scheduler", env: twice }];
        const again = { ...live, spec: { template: { spec: { containers } } } };
        assert.match(problems(again).join(), /a literal value owned by "helm"/);
    });

    describe("of env vars that override ours", () => {
        const entry = (more: object) => withEnv([{ name: "AWS_SESSION_TOKEN", ...more }], "helm");

        it("names container, owner, effect and the way out, but no value", () => {
            for (const more of [{ value: "secret-token" }, { valueFrom: { secretKeyRef: { name: "a", key: "b" } } }]) {
                const [problem, ...rest] = problems(entry(more));
                assert.deepEqual(rest, []);
                assert.match(
                    problem ?? "",
                    /container "scheduler": AWS_SESSION_TOKEN is set, to a .* owned by "helm", and overrides what this stack sets: it does harm\. Remove it there, or set force: true .* to have it removed/,
                );
                assert.doesNotMatch(problem ?? "", /secret-token/);
            }
        });

        it("accepts a value that does no harm, other names, and an entry that only we own", () => {
            assert.deepEqual(problems(entry({ value: "" })), []);
            assert.deepEqual(problems(entry({})), [], "Kubernetes stores an empty value as none");
            assert.deepEqual(problems(withEnv([{ name: "AWS_SESSION_TOKEN_2", value: "x" }], "helm")), []);
            assert.deepEqual(problems(withEnv([{ name: "AWS_SESSION_TOKEN", value: "x" }], OURS)), []);
        });

        it("with force has them removed, as it has entries of our names taken over", () => {
            const live = withEnv(
                [
                    { name: "AWS_SESSION_TOKEN", value: "x" },
                    { name: VARIABLE, value: "theirs" },
                    { name: "TZ", value: "UTC" },
                ],
                "helm",
            );
            assert.deepEqual(problems(live, { force: true }), []);
            assert.deepEqual(entriesToTakeOver({ ...defaults, force: true }, workload, live), {
                scheduler: [VARIABLE, "AWS_SESSION_TOKEN"],
            });
            assert.deepEqual(entriesToTakeOver(defaults, workload, live), {});
        });
    });

    describe("of a ConfigMap or a Secret whose keys all become env vars", () => {
        const from = (source: object): LiveWorkload => ({
            spec: { template: { spec: { containers: [{ name: "scheduler", envFrom: [source] }] } } },
        });
        const secret = from({ secretRef: { name: "theirs" } });
        const found = (...names: string[]): Surroundings => ({
            sources: new Map([['Secret "theirs"', Object.fromEntries(names.map((name) => [name, "value"]))]]),
        });

        it("names it if it has a name of ours; with force ours goes first", () => {
            const [problem, ...rest] = problems(secret, {}, found(VARIABLE, "TZ"));
            assert.deepEqual(rest, []);
            assert.match(
                problem ?? "",
                /BACKEND also comes from Secret "theirs" \(envFrom\)\. Remove it there, or set force/,
            );
            assert.deepEqual(problems(secret, { force: true }, found(VARIABLE)), []);
            assert.deepEqual(entriesToTakeOver({ ...defaults, force: true }, workload, secret), {});
        });

        it("names it if it has a name that overrides ours, whatever force is", () => {
            for (const force of [false, true]) {
                const [problem] = problems(secret, { force }, found("AWS_SESSION_TOKEN"));
                assert.match(
                    problem ?? "",
                    /AWS_SESSION_TOKEN comes from Secret "theirs" \(envFrom\), and overrides .*: it does harm\. .*force: true does not/,
                );
            }
        });

        it("adds the prefix to each key", () => {
            const prefixed = from({ secretRef: { name: "theirs" }, prefix: "AWS_" });
            assert.match(problems(prefixed, {}, found("SESSION_TOKEN")).join(), /AWS_SESSION_TOKEN comes from/);
            assert.deepEqual(problems(prefixed, {}, found("AWS_SESSION_TOKEN")), []);
        });

        it("accepts our own names in the stack's Secret for pod templates", () => {
            const own = from({ secretRef: { name: "pod-env" } });
            const sources = new Map([['Secret "pod-env"', { [VARIABLE]: "a.B" }]]);
            assert.deepEqual(problems(own, { podTemplateSecret: "pod-env" }, { sources }), []);
            assert.equal(problems(own, {}, { sources }).length, 1);
        });
    });
});

describe("accountProblems", () => {
    const plan = { ...defaults, workloads: [workload], readsConfig: false };
    const running = (serviceAccountName?: string): LiveWorkload => ({
        spec: {
            template: { spec: { containers: [], ...(serviceAccountName === undefined ? {} : { serviceAccountName }) } },
        },
    });

    it("names a service account that the backend would not trust, with those that it does", () => {
        const found = (account?: string) =>
            accountProblems({ ...plan, serviceAccounts: ["a", "b"] }, workload, running(account));
        assert.deepEqual(found("b"), []);
        assert.match(
            found("c")[0] ?? "",
            /runs as service account "c", which serviceAccounts does not name, only: a, b\./,
        );
        assert.match(found()[0] ?? "", /runs as service account "default"/);
    });

    it("does not look at service accounts if the login has a credential", () => {
        assert.deepEqual(accountProblems(plan, workload, running("c")), []);
    });
});
