import { CommandError } from "../../scripts/command";
import { status } from "../../scripts/status/run";

// Runs `npm run status -- --stack dev --json` with additional arguments for `pulumi config`.
const [removeOrphans, ...configArgs] = process.argv.slice(2);
status({ stack: "dev", json: true, removeOrphans: removeOrphans === "true", configArgs }).then(
    (code) => {
        process.exitCode = code;
    },
    (error: unknown) => {
        process.stderr.write(`${error instanceof CommandError ? error.message : String(error)}\n`);
        process.exitCode = 1;
    },
);
