import { ConfigError, lineOf, mistakesOf, type Mistake } from "./errors";
import { advice } from "./rules";
import { deployment, type DeploymentConfig } from "./schema";
import { sketch } from "./sketch";
import { withTestDefaults, windowsThatKeep } from "./testStack";
import { describe } from "./text";
import { mistakesTogether } from "./together";

/**
 * Checks what the config key `deployments` holds and fills in the defaults.
 *
 * @param isTestStack whether the stack is to be torn down: then nothing of it may be kept anywhere
 * @throws ConfigError with every mistake there is, Deployment by Deployment.
 */
export function parseDeployments(found: unknown, isTestStack = false): DeploymentConfig[] {
    if (!Array.isArray(found)) {
        const rule = { allowed: "a list of Deployments", todo: 'Begin each with "- name: "' };
        throw new ConfigError([lineOf({ path: [], found: describe(found), advice: advice(rule) }, undefined)]);
    }
    const items: unknown[] = isTestStack ? found.map(withTestDefaults) : Array.from(found);
    const results = items.map((item) => deployment.safeParse(item));
    const sketches = items.map(sketch);
    const mistakes: Mistake[] = [
        ...results.flatMap(({ error }, index) => (error ? mistakesOf(error, index, items[index]) : [])),
        ...mistakesTogether(sketches),
        ...(isTestStack ? windowsThatKeep(items) : []),
    ];
    if (mistakes.length > 0) {
        const indexOf = ({ path }: Mistake): number => Number(path[0]);
        const sorted = mistakes.sort((a, b) => indexOf(a) - indexOf(b));
        throw new ConfigError(sorted.map((mistake) => lineOf(mistake, sketches[indexOf(mistake)]?.name)));
    }
    return results.flatMap(({ data }) => (data === undefined ? [] : [data]));
}
