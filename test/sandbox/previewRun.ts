import { runPreview } from "../../scripts/preview/run";

// Runs `npm run preview` with additional arguments for `pulumi preview`.
const [stack = "", summary = "", ...pulumiArgs] = process.argv.slice(2);
void runPreview({ stack, summary, pulumiArgs }).then((code) => {
    process.exitCode = code;
});
