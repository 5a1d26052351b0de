import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectDir } from "../sandbox/paths";

/** A fenced code block of a Markdown page. */
export interface Block {
    readonly language: string;
    readonly text: string;
    /** The last line of the paragraph before the block. */
    readonly introduction: string;
}

/**
 * Returns the text of a page of docs/.
 *
 * @param name the file's name
 */
export function pageText(name: string): string {
    return readFileSync(join(projectDir, "docs", name), "utf8");
}

export function blocksOf(markdown: string): Block[] {
    const fence = /([^\n]*)\n+```([^\n]*)\n([^]*?)\n?```/g;
    return [...markdown.matchAll(fence)].map(([, introduction = "", language = "", text = ""]) => ({
        introduction,
        language,
        text,
    }));
}

/**
 * Returns the shell commands of a page: those that tests run, and those that the page itself calls untried.
 *
 * @throws on a block whose language does not say whether it contains commands
 */
export function commandsOf(markdown: string): { readonly tried: string[]; readonly untried: string[] } {
    const blocks = blocksOf(markdown);
    const unsupported = blocks.find(({ language }) => !["sh", "json", "hcl", "yaml"].includes(language));
    if (unsupported !== undefined) {
        throw new Error(`a block of language "${unsupported.language}" may be commands or not:\n${unsupported.text}`);
    }
    const lines = (untried: boolean): string[] =>
        blocks
            .filter(({ language, introduction }) => language === "sh" && /\buntried\b/.test(introduction) === untried)
            .flatMap(({ text }) => text.split("\n"));
    return { tried: lines(false), untried: lines(true) };
}
