import { runPreview } from "../../scripts/preview/run";

// `npm run preview` without its check, with further arguments of `pulumi preview`.
const [stack = "", summary = "", ...pulumiArgs] = process.argv.slice(2);
const check = () => Promise.resolve(undefined);
void runPreview({ stack, summary, check, pulumiArgs }).then((code) => {
    process.exitCode = code;
});
