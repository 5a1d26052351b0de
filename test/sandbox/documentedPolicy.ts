import assert from "node:assert/strict";
import { blocksOf, pageText } from "../page";

/** Names in the examples of the docs, and the sandbox's names that replace them. */
const sandboxNames = {
    "airflow.production.": "airflow.dev.",
    "airflow.prod.": "airflow.dev.",
    "eu-central-1": "us-east-1",
    "111122223333": "000000000000",
};

/** Returns a policy in that language on a page of docs/, with the sandbox's names. `index` counts them from 0. */
export function documentedPolicy(page: string, language: "hcl" | "json", index = 0): string {
    const found = blocksOf(pageText(page)).filter((block) => block.language === language);
    assert.ok(found.length > index, `${page}, ${language}`);
    return Object.entries(sandboxNames).reduce((text, [from, to]) => text.replaceAll(from, to), found[index]!.text);
}
