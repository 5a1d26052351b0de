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
    it("finds nothing where the entry is not there, or is ours alone", () => {
        assert.deepEqual(problems(withContainers("scheduler")), []);
        assert.deepEqual(problems(owned({ valueFrom: {} }, { [OURS]: owns.reference })), []);
    });

    it("lets another manager own the name of an entry whose value is ours", () => {
        const live = owned({ valueFrom: {} }, { [OURS]: owns.reference, helm: owns.name });
        assert.deepEqual(problems(live), []);
    });

    it("takes an entry that is a name and no more, which a release may leave behind, for free", () => {
        assert.deepEqual(problems(owned({}, { helm: owns.name })), []);
        const [problem] = problems(owned({}, { helm: owns.literal }));
        assert.match(problem ?? "", /a literal value owned by "helm"/, "an empty text is somebody's value");
    });

    it("names workload, container, variable and owner of somebody else's literal", () => {
        const [problem, ...rest] = problems(owned({ value: "x" }, { helm: owns.literal }));
        assert.deepEqual(rest, []);
        for (const part of ["solar-scheduler", '"scheduler"', VARIABLE, "a literal value", '"helm"', "force: true"]) {
            assert.ok(problem?.includes(part), `${part} in: ${problem ?? ""}`);
        }
    });

    it("names the owner of somebody else's reference", () => {
        const [problem] = problems(owned({ valueFrom: {} }, { "kubectl-edit": owns.reference }));
        assert.match(problem ?? "", /a reference owned by "kubectl-edit"/);
    });

    it("says so where Kubernetes has no owner on record", () => {
        const [problem] = problems(owned({ value: "x" }, {}));
        assert.match(problem ?? "", /owned by nobody that Kubernetes has recorded/);
    });

    it("takes over with force", () => {
        assert.deepEqual(problems(owned({ value: "x" }, { helm: owns.literal }), { force: true }), []);
    });

    it("names a workload that is not there", () => {
        assert.match(
            problems(undefined, { force: true }).join("\n"),
            /no Deployment "solar-scheduler" in namespace "airflow"/,
        );
    });

    it("names a container that is not there, and those that are", () => {
        const [problem] = problems(withContainers("main", "logs"));
        assert.match(problem ?? "", /has no container "scheduler", only: main, logs/);
    });
});
