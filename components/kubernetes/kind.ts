import { valid, validList, validObject } from "../../config/partial";
import type { Rule } from "../../config/rules";
import type { Claim, TargetKind } from "../target";
import { serviceAccountClaims, type TargetPods } from "../trustedPods";
import { kubernetesTarget } from "./config";
import { kubernetesResourceTypes } from "./resources";
import { TOKEN_DIR, TOKEN_NAME } from "./tokenVolume";

export const kubernetesKind = {
    kind: "kubernetes",
    component: "KubernetesTarget",
    schema: kubernetesTarget,
    claims,
    pods,
    resources: kubernetesResourceTypes,
} satisfies TargetKind;

const {
    namespace: namespaceSchema,
    workloads: workloadsSchema,
    podTemplateSecret: secretSchema,
    serviceAccounts: serviceAccountsSchema,
} = kubernetesTarget.shape;
const workloadSchema = workloadsSchema.element.shape;

/** Ignores `kind`, as `claims` does. */
function pods(target: unknown): TargetPods | undefined {
    const found = validObject(target);
    const namespace = valid(namespaceSchema, found.namespace);
    const serviceAccounts = valid(serviceAccountsSchema, found.serviceAccounts);
    return namespace === undefined || serviceAccounts === undefined
        ? undefined
        : { namespace, serviceAccounts, tokenFile: `${TOKEN_DIR}/${TOKEN_NAME}` };
}

const workloadRule: Rule = {
    allowed: "each workload once in the stack",
    todo: "Keep one of the two, with all the containers that run Airflow",
};
const secretRule: Rule = {
    allowed: "a Secret of its own for each Deployment",
    todo: "Write another name in one of the two, and in its pod template",
};
const containerRule: Rule = { allowed: "each container of a workload once", todo: "Keep one of the two" };

/** Ignores `kind`: a target that has workloads is meant to be of this kind, even if `kind` is invalid. */
function claims(target: unknown): Claim[] {
    const found = validObject(target);
    const namespace = valid(namespaceSchema, found.namespace);
    // Another kind of target may have service accounts too.
    const accounts = found.workloads === undefined ? [] : serviceAccountClaims(pods(found));
    return [...workloadClaims(found, namespace), ...secretClaims(found, namespace), ...accounts];
}

function workloadClaims(found: Readonly<Record<string, unknown>>, namespace: string | undefined): Claim[] {
    return validList(found.workloads).flatMap((item, index) => {
        const { kind, name, containers } = validObject(item);
        const path = ["workloads", index];
        const workload = { kind: valid(workloadSchema.kind, kind), name: valid(workloadSchema.name, name) };
        const named = namespace !== undefined && workload.kind !== undefined && workload.name !== undefined;
        const what = `${workload.kind ?? ""} "${workload.name ?? ""}" in namespace "${namespace ?? ""}"`;
        return [
            ...(named ? [{ what, path, rule: workloadRule }] : []),
            ...containerClaims(validList(containers), path),
        ];
    });
}

function secretClaims(found: Readonly<Record<string, unknown>>, namespace: string | undefined): Claim[] {
    const name = valid(secretSchema, found.podTemplateSecret);
    return name === undefined || namespace === undefined
        ? []
        : [
              {
                  what: `the Secret "${name}" in namespace "${namespace}"`,
                  path: ["podTemplateSecret"],
                  rule: secretRule,
              },
          ];
}

function containerClaims(containers: readonly unknown[], path: readonly PropertyKey[]): Claim[] {
    return containers.flatMap((item, index) => {
        const container = valid(workloadSchema.containers.element, item);
        return container === undefined
            ? []
            : [
                  {
                      what: `"${container}"`,
                      path: [...path, "containers", index],
                      group: path.join("."),
                      rule: containerRule,
                  },
              ];
    });
}
