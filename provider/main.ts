// Pulumi's plugin for Houston, which Pulumi.yaml names: the engine starts it and reads its port from the first line.
import { environmentVariables } from "./environmentVariables";
import { serve } from "./server";

async function main(): Promise<void> {
    const { port } = await serve(
        {
            name: "houston",
            version: "0.1.0",
            resources: { "houston:index:EnvironmentVariables": environmentVariables },
            functions: {},
        },
        { port: 0, speaker: "the plugin for Houston" },
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
