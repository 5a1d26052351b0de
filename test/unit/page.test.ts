import assert from "node:assert/strict";
import { blocksOf, commandsOf, pageText } from "../page";

describe("the commands on a docs page", () => {
    const block = (introduction: string, text: string, language = "sh") =>
        `${introduction}\n\n\`\`\`${language}\n${text}\n\`\`\`\n\nMore.\n\n`;

    it("are run by tests unless the paragraph before them says untried", () => {
        const page = block("Do this:", "a 1\nb 2") + block("Elsewhere, untried:", "c 3") + block("Then:", "d 4");
        assert.deepEqual(commandsOf(page), { tried: ["a 1", "b 2", "d 4"], untried: ["c 3"] });
    });

    it("must be in code blocks with language sh", () => {
        for (const language of ["", "bash", "shell", "console"]) {
            assert.throws(() => commandsOf(block("Do this:", "a 1", language)), /may be commands or not/);
        }
    });

    it("are all found in docs/environments.md", () => {
        const page = pageText("environments.md");
        const { tried, untried } = commandsOf(page);
        const all = page.split("\n").filter((line) => /^(pulumi|cp|npm|az|aws|gcloud|vault|kubectl) /.test(line));
        assert.deepEqual([...tried, ...untried].sort(), all.sort());
        assert.ok(tried.length > 0 && untried.length > 0);
        assert.equal(blocksOf(page).length * 2, page.match(/^```/gm)?.length);
    });
});
