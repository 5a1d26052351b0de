import { runPreview } from "../../scripts/preview/run";

// `npm run preview` with further arguments of `pulumi preview`.
const [stack = "", summary = "", ...pulumiArgs] = process.argv.slice(2);
void runPreview({ stack, summary, pulumiArgs }).then((code) => {
    process.exitCode = code;
});
