import { CommandError } from "../../scripts/command";
import { rotate } from "../../scripts/rotate/run";

// Runs `npm run rotate` with additional arguments for Pulumi.
const [options = "{}", ...pulumiArgs] = process.argv.slice(2);
const { deployments, due = false, revoke = false } = JSON.parse(options) as Partial<Parameters<typeof rotate>[0]>;
rotate({ stack: "dev", deployments, due, revoke, pulumiArgs }).then(
    (code) => {
        process.exitCode = code;
    },
    (error: unknown) => {
        process.stderr.write(`${error instanceof CommandError ? error.message : String(error)}\n`);
        process.exitCode = 1;
    },
);
