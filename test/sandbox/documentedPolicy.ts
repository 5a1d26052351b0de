import assert from "node:assert/strict";
import { blocksOf, pageText } from "../page";

/** Names of the pages' examples, and what stands for them in the sandbox. */
const places = {
    "airflow.production.": "airflow.dev.",
    "airflow.prod.": "airflow.dev.",
    "eu-central-1": "us-east-1",
    "111122223333": "000000000000",
};

/** The one policy in that language on a page, in the sandbox's places. */
export function documentedPolicy(page: string, language: "hcl" | "json"): string {
    const found = blocksOf(pageText(page)).filter((block) => block.language === language);
    assert.equal(found.length, 1, `${page}, ${language}`);
    return Object.entries(places).reduce((text, [from, to]) => text.replaceAll(from, to), found[0]!.text);
}
