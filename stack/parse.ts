import { crossChecks } from "./crossChecks";
import { ConfigError, lineOf, problemsOf, type Problem } from "../config/errors";
import { stackConfig, type StackConfig } from "./schema";
import { keylessProblems } from "./keyless";
import { partialDeployment } from "./partialDeployment";
import { rotationProblems } from "./rotation";
import { testStackProblems, withTestStackDefaults } from "./testStackConfig";

/** The unchecked values of the stack's config keys; `undefined` for a missing key. */
export type FoundConfig = Readonly<Partial<Record<keyof StackConfig, unknown>>>;

/**
 * Checks the stack's config and fills in the defaults.
 *
 * @param unreadable problems with keys that could not be read; nothing else is reported about these keys
 * @throws ConfigError with every problem; the ones in the list of Deployments come last, ordered by Deployment
 */
export function parseStack(config: FoundConfig, unreadable: readonly Problem[] = []): StackConfig {
    const isTestStack = config.expires !== undefined;
    const list = Array.isArray(config.deployments) ? Array.from<unknown>(config.deployments) : [];
    const items = isTestStack ? list.map(withTestStackDefaults) : list;
    const found = Array.isArray(config.deployments) ? { ...config, deployments: items } : config;
    const { data, error } = stackConfig.safeParse(found);
    const partial = items.map(partialDeployment);
    const isUnreadable = ({ path: [key] }: Problem): boolean => unreadable.some(({ path }) => path[0] === key);
    const problems: Problem[] = [
        ...(error === undefined ? [] : problemsOf(error, found).filter((problem) => !isUnreadable(problem))),
        ...unreadable,
        ...crossChecks(partial),
        ...rotationProblems(items),
        ...keylessProblems(items),
        ...(isTestStack ? testStackProblems(items) : []),
    ];
    if (data === undefined || problems.length > 0) {
        const sorted = problems.sort((one, other) => indexOf(one) - indexOf(other));
        throw new ConfigError(sorted.map((problem) => lineOf(problem, partial[indexOf(problem)]?.name)));
    }
    return data;
}

/** Returns the index of the Deployment that contains the problem; -1 if it is elsewhere in the config. */
function indexOf({ path: [, index] }: Problem): number {
    return typeof index === "number" ? index : -1;
}
