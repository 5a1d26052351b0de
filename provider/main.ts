// This project's own Pulumi plugin, which Pulumi.yaml refers to. The engine starts it with the engine's address as the
// argument, and reads the plugin's port from the first line of its output.
import { engineLog } from "./engineLog";
import { airflowDeployment } from "./package";
import { serve } from "./server";

async function main(): Promise<void> {
    const [engineAddress] = process.argv.slice(2);
    const { port } = await serve(airflowDeployment(), {
        port: 0,
        serverName: "the plugin airflow-deployment",
        ...(engineAddress === undefined ? {} : { log: engineLog(engineAddress) }),
    });
    process.stdout.write(`${port}\n`);
    // If the engine is killed, it cannot stop the plugin, so exit when the parent process changes.
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
