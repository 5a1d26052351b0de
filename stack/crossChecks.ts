import type { SharedSetting } from "../components/backend";
import type { Problem } from "../config/errors";
import { findOverlaps, type Reach } from "../config/overlap";
import { advice, type Rule } from "../config/rules";
import { formatPath, quote } from "../config/text";
import type { PartialDeployment } from "./partialDeployment";

/** Finds the problems that only show when Deployments are compared with each other. */
export function crossChecks(deployments: readonly PartialDeployment[]): Problem[] {
    return [duplicateNames, duplicateClaims, differentSettings, nestedMounts, overlaps, sharedTestSecrets].flatMap(
        (check) => check(deployments),
    );
}

function duplicateNames(deployments: readonly PartialDeployment[]): Problem[] {
    const names = deployments.flatMap(({ index, name }) =>
        name === undefined
            ? []
            : [{ key: name, path: ["deployments", index, "name"], label: formatPath(["deployments", index], name) }],
    );
    const rule = { allowed: "a name that no other Deployment has", todo: "Rename one of them" };
    return duplicates(
        names.map((each) => ({ ...each, rule })),
        (name, first) => `${quote(name.key)}, also the name of ${first.label}`,
    );
}

function duplicateClaims(deployments: readonly PartialDeployment[]): Problem[] {
    const claims = deployments.flatMap(({ index, name, claims: claimed }) =>
        claimed.map(({ what, path: below, group, rule }) => {
            const path = ["deployments", index, "target", ...below];
            const key = JSON.stringify(group === undefined ? [what] : [index, group, what]);
            return { key, what, path, label: formatPath(path, name), rule };
        }),
    );
    return duplicates(claims, ({ what }, first) => `${what}, the same as ${first.label}`);
}

/** An item whose key may occur only once. */
interface UniqueItem {
    readonly key: string;
    readonly path: readonly PropertyKey[];
    /** The path of the item, formatted. */
    readonly label: string;
    readonly rule: Rule;
}

/** Reports every item whose key an earlier item already has. */
function duplicates<T extends UniqueItem>(items: readonly T[], found: (item: T, first: T) => string): Problem[] {
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

function differentSettings(deployments: readonly PartialDeployment[]): Problem[] {
    const firsts = new Map<string, { deployment: PartialDeployment; setting: SharedSetting }>();
    return deployments.flatMap((deployment) =>
        deployment.sharedSettings.flatMap((setting) => {
            const key = JSON.stringify([setting.key, setting.appliesTo]);
            const first = firsts.get(key) ?? { deployment, setting };
            firsts.set(key, first);
            if (first.setting.value === setting.value) {
                return [];
            }
            const label = labelOf(first.deployment);
            return {
                path: ["deployments", deployment.index, "backend", setting.key],
                found: `${setting.value} for ${setting.appliesTo}, but ${first.setting.value} in ${label}`,
                advice: advice(setting.rule),
            };
        }),
    );
}

/** Finds mounts inside another one. The one above is one to correct as likely as the one below: both are named. */
function nestedMounts(deployments: readonly PartialDeployment[]): Problem[] {
    const firsts = new Map<string, PartialDeployment>();
    for (const deployment of deployments) {
        if (deployment.mount !== undefined && !firsts.has(deployment.mount)) {
            firsts.set(deployment.mount, deployment);
        }
    }
    const mounts = [...firsts].map(([mount, deployment]) => ({ mount, deployment }));
    const reaches = mounts.map(({ mount }) => ({ store: "", prefixes: [`${mount}/`], shareSecrets: false }));
    return findOverlaps(reaches).flatMap(({ members }) => {
        const [outer, inner] = members
            .flatMap((member) => mounts[member] ?? [])
            .sort((a, b) => a.mount.length - b.mount.length);
        return outer === undefined || inner === undefined
            ? []
            : {
                  path: ["deployments", inner.deployment.index, "backend", "mount"],
                  found: `${quote(inner.mount)}, which is inside ${quote(outer.mount)} of ${labelOf(outer.deployment)}`,
                  advice: advice({
                      allowed: "the path of a mount: no mount is inside another",
                      todo: "Write the path of each mount as vault secrets list shows it",
                  }),
              };
    });
}

const labelOf = ({ index, name }: PartialDeployment): string => formatPath(["deployments", index], name);

/** Finds Deployments that would both create the test secrets of the place that they share. */
function sharedTestSecrets(deployments: readonly PartialDeployment[]): Problem[] {
    const rule = {
        allowed: "test secrets of one of the Deployments that share a place",
        todo: "Set testSecrets in only one of them: the others can read the same ones",
    };
    const places = deployments.flatMap((deployment) => {
        const { index, reach, backendReach, testSecrets } = deployment;
        // Without shareSecrets in both, `overlaps` refuses the place.
        const isShared = testSecrets === true && reach?.shareSecrets === true;
        const names = isShared ? new Set(backendReach?.names ?? reach.prefixes) : [];
        return [...names].map((prefix) => ({
            key: JSON.stringify([reach?.store, prefix]),
            path: ["deployments", index, "testSecrets"],
            label: labelOf(deployment),
            rule,
        }));
    });
    const problems = duplicates(places, (_, first) => `true in the place of ${first.label}, which creates them there`);
    // Variables and connections have a prefix each.
    return [...new Map(problems.map((problem) => [problem.path[1], problem])).values()];
}

function overlaps(deployments: readonly PartialDeployment[]): Problem[] {
    const withReach = deployments.filter(
        (deployment): deployment is PartialDeployment & { reach: Reach } => deployment.reach !== undefined,
    );
    return findOverlaps(withReach.map(({ reach }) => reach)).flatMap(({ members, prefixes }) => {
        const sides = members.flatMap((member, side) => {
            const deployment = withReach[member];
            return deployment === undefined ? [] : [{ deployment, prefix: prefixes[side] ?? "" }];
        });
        // Report the Deployment with the wider grant, or the later one if both are equal: it is the one to change.
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

function overlap(wide: Side, narrow: Side): Problem {
    const other = labelOf(narrow.deployment);
    const found =
        wide.prefix === narrow.prefix
            ? `the prefix ${quote(wide.prefix)}, which ${other} also has: each could read the other's secrets`
            : `the prefix ${quote(wide.prefix)}, which includes ${quote(narrow.prefix)} of ${other}: it could read ` +
              "those secrets";
    const allowed =
        "prefixes of which none starts with another Deployment's, or shareSecrets: true on both " +
        `(${whoDoesNotShare([wide.deployment, narrow.deployment])})`;
    return {
        path: ["deployments", wide.deployment.index, "backend"],
        found,
        advice: advice({ allowed, todo: suggestScope([wide.deployment, narrow.deployment]) }),
    };
}

function whoDoesNotShare(deployments: readonly PartialDeployment[]): string {
    const [first, second] = deployments.filter(({ reach }) => reach?.shareSecrets !== true);
    return first === undefined || second !== undefined ? "neither sets it" : `${labelOf(first)} does not set it`;
}

/** Suggests a Deployment's name as its scope, unless one of the two already has that scope. */
function suggestScope(deployments: readonly PartialDeployment[]): string {
    const isFree = (name: string): boolean => deployments.every(({ backendReach }) => backendReach?.scope !== name);
    const candidate = deployments.find(
        ({ name, backendReach }) => name !== undefined && isFree(name) && backendReach?.takesScope === true,
    );
    return candidate?.name === undefined
        ? `Give one of them ${deployments[0]?.backendReach?.alternative ?? "another scope"}`
        : `Write scope: ${candidate.name} in ${formatPath(["deployments", candidate.index, "backend"], candidate.name)}`;
}
