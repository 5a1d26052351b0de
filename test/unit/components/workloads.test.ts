import assert from "node:assert/strict";
import { findProblems, type LiveWorkload, type Plan } from "../../../components/workloads";

const VARIABLE = "AIRFLOW__SECRETS__BACKEND";
const OURS = "airflow-secrets-backends-dev-solar";

const plan = (found: LiveWorkload | undefined, more: Partial<Plan> = {}): Plan => ({
    namespace: "airflow",
    workloads: [{ kind: "Deployment", name: "solar-scheduler", containers: ["scheduler"] }],
    names: [VARIABLE],
    manager: OURS,
    force: false,
    readWorkload: () => Promise.resolve(found),
    ...more,
});

/** A workload whose one env entry is owned by these managers. */
function owned(entry: object, owners: Readonly<Record<string, object>>): LiveWorkload {
    return {
        metadata: {
            managedFields: Object.entries(owners).map(([manager, fields]) => ({
                manager,
                fieldsV1: {
                    "f:spec": {
                        "f:template": {
                            "f:spec": {
                                "f:containers": {
                                    'k:{"name":"scheduler"}': { "f:env": { [`k:{"name":"${VARIABLE}"}`]: fields } },
                                },
                            },
                        },
                    },
                },
            })),
        },
        spec: { template: { spec: { containers: [{ name: "scheduler", env: [{ name: VARIABLE, ...entry }] }] } } },
    };
}

const literal = { ".": {}, "f:name": {}, "f:value": {} };
const reference = { ".": {}, "f:name": {}, "f:valueFrom": {} };

describe("findProblems", () => {
    it("finds nothing where the entry is not there, or is ours alone", async () => {
        const empty = { spec: { template: { spec: { containers: [{ name: "scheduler" }] } } } };
        assert.deepEqual(await findProblems(plan(empty)), []);
        assert.deepEqual(await findProblems(plan(owned({ valueFrom: {} }, { [OURS]: reference }))), []);
    });

    it("lets another manager own the name of an entry whose value is ours", async () => {
        const live = owned({ valueFrom: {} }, { [OURS]: reference, helm: { ".": {}, "f:name": {} } });
        assert.deepEqual(await findProblems(plan(live)), []);
    });

    it("names workload, container, variable and owner of somebody else's literal", async () => {
        const [problem, ...rest] = await findProblems(plan(owned({ value: "x" }, { helm: literal })));
        assert.deepEqual(rest, []);
        for (const part of ["solar-scheduler", '"scheduler"', VARIABLE, "a literal value", '"helm"', "force: true"]) {
            assert.ok(problem?.includes(part), `${part} in: ${problem ?? ""}`);
        }
    });

    it("names the owner of somebody else's reference", async () => {
        const [problem] = await findProblems(plan(owned({ valueFrom: {} }, { "kubectl-edit": reference })));
        assert.match(problem ?? "", /a reference owned by "kubectl-edit"/);
    });

    it("says so where Kubernetes has no owner on record", async () => {
        const [problem] = await findProblems(plan(owned({ value: "x" }, {})));
        assert.match(problem ?? "", /owned by nobody that Kubernetes has recorded/);
    });

    it("takes over with force", async () => {
        assert.deepEqual(await findProblems(plan(owned({ value: "x" }, { helm: literal }), { force: true })), []);
    });

    it("names a workload that is not there", async () => {
        const problems = await findProblems(plan(undefined, { force: true }));
        assert.match(problems.join("\n"), /no Deployment "solar-scheduler" in namespace "airflow"/);
    });

    it("names a container that is not there, and those that are", async () => {
        const live = { spec: { template: { spec: { containers: [{ name: "main" }, { name: "logs" }] } } } };
        assert.match((await findProblems(plan(live))).join("\n"), /has no container "scheduler", only: main, logs/);
    });
});
