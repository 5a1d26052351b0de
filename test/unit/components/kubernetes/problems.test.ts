import assert from "node:assert/strict";
import { problemsOf, type Plan } from "../../../../components/kubernetes/problems";
import type { LiveWorkload } from "../../../../components/kubernetes/workload";
import { OURS, owned, owns, VARIABLE, withContainers } from "./fixture";

const workload = { kind: "Deployment", name: "solar-scheduler", containers: ["scheduler"] } as const;

function problems(live: LiveWorkload | undefined, more: Partial<Plan> = {}): string[] {
    const plan = { namespace: "airflow", names: [VARIABLE], manager: OURS, force: false };
    return problemsOf({ ...plan, ...more }, workload, live);
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

    it("names a missing container and the existing ones", () => {
        const [problem] = problems(withContainers("main", "logs"));
        assert.match(problem ?? "", /has no container "scheduler", only: main, logs/);
    });
});
