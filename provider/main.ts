// This project's own Pulumi plugin, which Pulumi.yaml names: the engine starts it with the address that it listens on
// itself, and reads the plugin's port from the first line.
import { engineLog } from "./engineLog";
import { airflowDeployment } from "./package";
import { serve } from "./server";

async function main(): Promise<void> {
    const [engineAddress] = process.argv.slice(2);
    const { port } = await serve(airflowDeployment(), {
        port: 0,
        speaker: "the plugin airflow-deployment",
        ...(engineAddress === undefined ? {} : { log: engineLog(engineAddress) }),
    });
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
