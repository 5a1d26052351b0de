import type { SharedSetting } from "../components/backend";
import type { Mistake } from "../config/errors";
import { findOverlaps, type Reach } from "../config/overlap";
import { advice, type Rule } from "../config/rules";
import { place, quote } from "../config/text";
import type { PartialDeployment } from "./partialDeployment";

/** Finds the mistakes that only show when Deployments are compared. */
export function crossChecks(deployments: readonly PartialDeployment[]): Mistake[] {
    return [repeatedNames, repeatedClaims, differentSettings, overlaps].flatMap((check) => check(deployments));
}

function repeatedNames(deployments: readonly PartialDeployment[]): Mistake[] {
    const names = deployments.flatMap(({ index, name }) =>
        name === undefined
            ? []
            : [{ key: name, path: ["deployments", index, "name"], label: place(["deployments", index], name) }],
    );
    const rule = { allowed: "a name that no other Deployment has", todo: "Rename one of them" };
    return repeats(
        names.map((each) => ({ ...each, rule })),
        (name, first) => `${quote(name.key)}, the name of ${first.label} too`,
    );
}

function repeatedClaims(deployments: readonly PartialDeployment[]): Mistake[] {
    const claims = deployments.flatMap(({ index, name, claims: own }) =>
        own.map(({ what, path: below, group, rule }) => {
            const path = ["deployments", index, "target", ...below];
            const key = JSON.stringify(group === undefined ? [what] : [index, group, what]);
            return { key, what, path, label: place(path, name), rule };
        }),
    );
    return repeats(claims, ({ what }, first) => `${what}, which ${first.label} is too`);
}

interface Keyed {
    /** What may be there once. */
    readonly key: string;
    readonly path: readonly PropertyKey[];
    readonly label: string;
    readonly rule: Rule;
}

/** Reports every item whose key an earlier item has. */
function repeats<T extends Keyed>(items: readonly T[], found: (item: T, first: T) => string): Mistake[] {
    const firsts = new Map<string, T>();
    return items.flatMap((item) => {
        const first = firsts.get(item.key);
        if (first === undefined) {
            firsts.set(item.key, item);
            return [];
        }
        return [{ path: item.path, found: found(item, first), advice: advice(item.rule) }];
    });
}

function differentSettings(deployments: readonly PartialDeployment[]): Mistake[] {
    const firsts = new Map<string, { deployment: PartialDeployment; setting: SharedSetting }>();
    return deployments.flatMap((deployment) =>
        deployment.sharedSettings.flatMap((setting) => {
            const key = JSON.stringify([setting.key, setting.place]);
            const first = firsts.get(key) ?? { deployment, setting };
            firsts.set(key, first);
            if (first.setting.value === setting.value) {
                return [];
            }
            const label = place(["deployments", first.deployment.index], first.deployment.name);
            return {
                path: ["deployments", deployment.index, "backend", setting.key],
                found: `${setting.value} for ${setting.place}, which has ${first.setting.value} in ${label}`,
                advice: advice(setting.rule),
            };
        }),
    );
}

function overlaps(deployments: readonly PartialDeployment[]): Mistake[] {
    const reaching = deployments.filter(
        (deployment): deployment is PartialDeployment & { reach: Reach } => deployment.reach !== undefined,
    );
    return findOverlaps(reaching.map(({ reach }) => reach)).flatMap(({ members, prefixes }) => {
        const sides = members.flatMap((member, side) => {
            const deployment = reaching[member];
            return deployment === undefined ? [] : [{ deployment, prefix: prefixes[side] ?? "" }];
        });
        // The wider grant comes first, of equal ones the later: that is the Deployment to change.
        const [wide, narrow] = sides.sort(
            (a, b) => a.prefix.length - b.prefix.length || b.deployment.index - a.deployment.index,
        );
        return wide === undefined || narrow === undefined ? [] : [overlap(wide, narrow)];
    });
}

interface Side {
    readonly deployment: PartialDeployment;
    readonly prefix: string;
}

function overlap(wide: Side, narrow: Side): Mistake {
    const whose = place(["deployments", narrow.deployment.index], narrow.deployment.name);
    const found =
        wide.prefix === narrow.prefix
            ? `the prefix ${quote(wide.prefix)}, which ${whose} has too: each could read the other's secrets`
            : `the prefix ${quote(wide.prefix)}, with which ${quote(narrow.prefix)} of ${whose} starts: it could read those secrets`;
    const allowed = "prefixes of which none starts with another's, or shareSecrets: true on both Deployments";
    return {
        path: ["deployments", wide.deployment.index, "backend"],
        found,
        advice: advice({ allowed, todo: wayOut([wide.deployment, narrow.deployment]) }),
    };
}

/** Proposes a Deployment's own name as its scope, unless one of the two has that scope already. */
function wayOut(deployments: readonly PartialDeployment[]): string {
    const isFree = (name: string): boolean => deployments.every(({ backendReach }) => backendReach?.scope !== name);
    const movable = deployments.find(
        ({ name, backendReach }) => name !== undefined && isFree(name) && backendReach?.takesScope === true,
    );
    return movable?.name === undefined
        ? `Give one of them ${deployments[0]?.backendReach?.alternative ?? "another scope"}`
        : `Write scope: ${movable.name} in ${place(["deployments", movable.index, "backend"], movable.name)}`;
}
