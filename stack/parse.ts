import { crossChecks } from "./crossChecks";
import { ConfigError, lineOf, mistakesOf, type Mistake } from "../config/errors";
import { stackConfig, type StackConfig } from "./schema";
import { partialDeployment } from "./partialDeployment";
import { testStackMistakes, withTestStackDefaults } from "./testStackConfig";

/** What each key of the stack's config holds; a key that is not there is undefined. */
export type FoundConfig = Readonly<Partial<Record<keyof StackConfig, unknown>>>;

/**
 * Checks the stack's config and fills in the defaults.
 *
 * @param unread what is wrong with keys that could not even be read: nothing else is then said of them
 * @throws ConfigError with every mistake there is, those of the list of Deployments last and Deployment by Deployment
 */
export function parseStack(config: FoundConfig, unread: readonly Mistake[] = []): StackConfig {
    // Nothing of a stack that is to be torn down may be kept anywhere.
    const isTestStack = config.expires !== undefined;
    const list = Array.isArray(config.deployments) ? Array.from<unknown>(config.deployments) : [];
    const items = isTestStack ? list.map(withTestStackDefaults) : list;
    const found = Array.isArray(config.deployments) ? { ...config, deployments: items } : config;
    const { data, error } = stackConfig.safeParse(found);
    const partial = items.map(partialDeployment);
    const isUnread = ({ path: [key] }: Mistake): boolean => unread.some(({ path }) => path[0] === key);
    const mistakes: Mistake[] = [
        ...(error === undefined ? [] : mistakesOf(error, found).filter((mistake) => !isUnread(mistake))),
        ...unread,
        ...crossChecks(partial),
        ...(isTestStack ? testStackMistakes(items) : []),
    ];
    if (data === undefined || mistakes.length > 0) {
        const sorted = mistakes.sort((one, other) => indexOf(one) - indexOf(other));
        throw new ConfigError(sorted.map((mistake) => lineOf(mistake, partial[indexOf(mistake)]?.name)));
    }
    return data;
}

/** Of the Deployment that a mistake is in; -1 for one elsewhere. */
function indexOf({ path: [, index] }: Mistake): number {
    return typeof index === "number" ? index : -1;
}
