import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { serviceName } from "../../components/names";
import { STACK } from "../../sandbox/stackFile";
import { parseStack } from "../../stack/parse";
import { planStack } from "../../stack/planStack";
import type { Harness } from "./harness";

const PROJECT = "airflow-secrets-backends";

/**
 * Returns the name, in the service, of the identity that a Deployment gets with the test's current config. It only
 * depends on the config, so it is known before `up`.
 */
export async function identityName(harness: Harness, deployment: string): Promise<string> {
    const { config } = parse(await readFile(harness.configFile, "utf8")) as { config: Record<string, unknown> };
    const { deployments } = parseStack({ deployments: config[`${PROJECT}:deployments`] });
    const planned = planStack(deployments, [], { project: PROJECT, stack: STACK, now: new Date() });
    const found = planned.find(({ name }) => name === deployment);
    if (found === undefined) {
        throw new Error(`the config has no Deployment ${deployment}`);
    }
    return serviceName(found.current.owner, found.current.identity);
}
