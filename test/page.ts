import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectDir } from "../sandbox/paths";

/** A fenced block of a page. */
export interface Block {
    readonly language: string;
    readonly text: string;
    /** The paragraph before it. */
    readonly introduction: string;
}

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

/** A page's commands: those a reader can rely on, and those that the page itself calls untried. */
export function commandsOf(markdown: string): { readonly tried: string[]; readonly untried: string[] } {
    const blocks = blocksOf(markdown);
    const odd = blocks.find(({ language }) => !["sh", "json", "hcl", "yaml"].includes(language));
    if (odd !== undefined) {
        throw new Error(`a block of language "${odd.language}" may be commands or not:\n${odd.text}`);
    }
    const lines = (untried: boolean): string[] =>
        blocks
            .filter(({ language, introduction }) => language === "sh" && /\buntried\b/.test(introduction) === untried)
            .flatMap(({ text }) => text.split("\n"));
    return { tried: lines(false), untried: lines(true) };
}
