import { version } from "../package.json";
import { openCluster } from "../components/kubernetes/cluster";
import type { ClusterConfig } from "../components/kubernetes/connection";
import { clusterIdentity } from "./clusterIdentity";
import { environmentVariables } from "./environmentVariables";
import { isCancelled } from "./isCancelled";
import { podTemplateSecret } from "./podTemplateSecret";
import type { Package } from "./resourceType";
import { workloadPatch } from "./workloadPatch";
import { workloadProblems } from "./workloadProblems";

/** Returns this project's own Pulumi package, `airflow-deployment`. It uses the default cluster until `configure`. */
export function airflowDeployment(): Package {
    let cluster = openCluster({});
    return {
        name: "airflow-deployment",
        version,
        configure: ({ kubeconfig, context }) => {
            cluster = openCluster({ kubeconfig, context } as ClusterConfig);
        },
        resources: {
            "airflow-deployment:astronomer:EnvironmentVariables": environmentVariables,
            "airflow-deployment:kubernetes:PodTemplateSecret": podTemplateSecret(() => cluster),
            "airflow-deployment:kubernetes:WorkloadPatch": workloadPatch(() => cluster),
        },
        functions: {
            "airflow-deployment:kubernetes:findCluster": clusterIdentity(() => cluster),
            "airflow-deployment:kubernetes:findProblems": workloadProblems(() => cluster),
            "airflow-deployment:index:isCancelled": isCancelled,
        },
    };
}
