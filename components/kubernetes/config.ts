import {
    DNS_LABEL,
    DNS_SUBDOMAIN,
    flag,
    isDnsLabel,
    isDnsSubdomain,
    list,
    mapping,
    oneOf,
    text,
} from "../../config/rules";
import { force } from "../force";
import { serviceAccounts } from "../trustedPods";

/** Matches the names of the Secrets that the stack creates for the workloads, see `credentialResource`. */
const ENV_SECRET = /\.[0-9a-f]{8}\.env\.\d+(-|$)/;

const workload = mapping("Name a workload of Airflow and its containers", {
    kind: oneOf({ allowed: "Deployment or StatefulSet", todo: "Write the workload's kind" }, [
        "Deployment",
        "StatefulSet",
    ]),
    name: text(
        { allowed: DNS_SUBDOMAIN, todo: "Write the workload's name, e.g. solar-dust-1234-scheduler" },
        isDnsSubdomain,
    ),
    containers: list(
        { allowed: "a list of at least one container", todo: "Name those that run Airflow, e.g. [scheduler]" },
        text({ allowed: DNS_LABEL, todo: "Write a container's name, e.g. scheduler" }, isDnsLabel),
    ),
});

/** `target` of kind `kubernetes`. */
export const kubernetesTarget = mapping("Describe where the Deployment runs", {
    kind: oneOf({ allowed: "kubernetes", todo: "Write kind: kubernetes" }, ["kubernetes"]),
    namespace: text({ allowed: DNS_LABEL, todo: "Write the namespace that Airflow runs in, e.g. airflow" }, isDnsLabel),
    workloads: list(
        {
            allowed: "a list of at least one workload",
            todo: "Name those that run Airflow, e.g. { kind: Deployment, name: solar-dust-1234-scheduler, containers: [scheduler] }",
        },
        workload,
    ),
    serviceAccounts,
    force,
    waitForRollout: flag({
        allowed: "true or false",
        todo: "Write false not to wait for the pods, or leave the key out for true",
    }).default(true),
    podTemplateSecret: text(
        {
            allowed: `the name of a Secret: ${DNS_SUBDOMAIN}, but not one of the stack's Secrets for the workloads`,
            todo:
                "Write the name that the pod template has, e.g. solar-dust-1234-secrets-backend, or leave the key out if " +
                "no pods are created from a template",
        },
        (value) => isDnsSubdomain(value) && !ENV_SECRET.test(value),
    ).optional(),
});
