// This project's own Pulumi plugin, which Pulumi.yaml names: the engine starts it with the address that it listens on
// itself, and reads the plugin's port from the first line.
import { openCluster, type ClusterConfig } from "../kubernetes/cluster";
import { engineLog } from "./engineLog";
import { environmentVariables } from "./environmentVariables";
import { serve } from "./server";
import { workloadPatch } from "./workloadPatch";
import { workloadProblems } from "./workloadProblems";

async function main(): Promise<void> {
    const [engineAddress] = process.argv.slice(2);
    let cluster = openCluster({});
    const { port } = await serve(
        {
            name: "airflow-deployment",
            version: "0.1.0",
            configure: ({ kubeconfig, context }) => {
                cluster = openCluster({ kubeconfig, context } as ClusterConfig);
            },
            resources: {
                "airflow-deployment:astronomer:EnvironmentVariables": environmentVariables,
                "airflow-deployment:kubernetes:WorkloadPatch": workloadPatch(() => cluster),
            },
            functions: { "airflow-deployment:kubernetes:findProblems": workloadProblems(() => cluster) },
        },
        {
            port: 0,
            speaker: "the plugin airflow-deployment",
            ...(engineAddress === undefined ? {} : { log: engineLog(engineAddress) }),
        },
    );
    process.stdout.write(`${port}\n`);
    // An engine that was killed stops nobody.
    const engine = process.ppid;
    setInterval(() => {
        if (process.ppid !== engine) {
            process.exit();
        }
    }, 1000).unref();
}

main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
