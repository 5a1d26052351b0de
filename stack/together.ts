import type { Mistake } from "../config/errors";
import { findOverlaps, type Reach } from "../config/overlap";
import { advice, type Rule } from "../config/rules";
import type { Sketch } from "./sketch";
import { place, quote } from "../config/text";

/** The mistakes that only show when Deployments are looked at together. */
export function mistakesTogether(sketches: readonly Sketch[]): Mistake[] {
    return [takenNames, takenWorkloads, takenContainers, takenReleases, mountVersions, overlaps].flatMap((find) =>
        find(sketches),
    );
}

/** With the wrong version for its mount, a Deployment reads nothing, or what another's policy guards. */
function mountVersions(sketches: readonly Sketch[]): Mistake[] {
    const firsts = new Map<string, Sketch>();
    return sketches.flatMap((sketch) => {
        if (sketch.mount === undefined) {
            return [];
        }
        const { path, kvVersion } = sketch.mount;
        const first = firsts.get(path) ?? sketch;
        firsts.set(path, first);
        if (first.mount?.kvVersion === kvVersion) {
            return [];
        }
        const whose = place(["deployments", first.index], first.name);
        return {
            path: ["deployments", sketch.index, "backend", "kvVersion"],
            found: `${kvVersion} for the mount ${quote(path)}, which has ${first.mount?.kvVersion ?? ""} in ${whose}`,
            advice: advice({ allowed: "one version for a mount", todo: "Write the same kvVersion in both" }),
        };
    });
}

function takenNames(sketches: readonly Sketch[]): Mistake[] {
    const names = sketches.map(({ index, name }) => ({
        key: name,
        path: ["deployments", index, "name"],
        label: place(["deployments", index], name),
    }));
    const rule = { allowed: "a name that no other Deployment has", todo: "Rename one of them" };
    return repeats(names, rule, (name, first) => `${quote(name)}, the name of ${first.label} too`);
}

function takenWorkloads(sketches: readonly Sketch[]): Mistake[] {
    const workloads = sketches.flatMap(({ index, name, workloads }) =>
        workloads.map(({ id }, position) => {
            const path = ["deployments", index, "target", "workloads", position];
            return { key: id, path, label: place(path, name) };
        }),
    );
    const rule = {
        allowed: "each workload once in the stack",
        todo: "Keep one of the two, with all the containers that run Airflow",
    };
    return repeats(workloads, rule, (id, first) => `${id}, which ${first.label} is too`);
}

function takenContainers(sketches: readonly Sketch[]): Mistake[] {
    const rule = { allowed: "each container of a workload once", todo: "Keep one of the two" };
    return sketches.flatMap(({ index, name, workloads }) =>
        workloads.flatMap(({ containers }, position) => {
            const named = containers.map((container, at) => {
                const path = ["deployments", index, "target", "workloads", position, "containers", at];
                return { key: container, path, label: place(path, name) };
            });
            return repeats(named, rule, (container, first) => `${quote(container)}, which ${first.label} is too`);
        }),
    );
}

function takenReleases(sketches: readonly Sketch[]): Mistake[] {
    const releases = sketches.map(({ index, name, release }) => {
        const path = ["deployments", index, "target"];
        return { key: release, path, label: place(path, name) };
    });
    const rule = {
        allowed: "each Deployment of Astronomer once in the stack",
        todo: "Keep one of the two, or mend releaseName: without it, it is the Deployment's name",
    };
    return repeats(releases, rule, (release, first) => `${release}, which ${first.label} is too`);
}

interface Keyed {
    /** What must not come twice; nothing where it is not right in itself. */
    readonly key: string | undefined;
    readonly path: readonly PropertyKey[];
    readonly label: string;
}

/** Every item whose key an earlier one has. */
function repeats(items: readonly Keyed[], rule: Rule, found: (key: string, first: Keyed) => string): Mistake[] {
    const firsts = new Map<string, Keyed>();
    return items.flatMap((item) => {
        const first = item.key === undefined ? undefined : firsts.get(item.key);
        if (item.key !== undefined && first !== undefined) {
            return [{ path: item.path, found: found(item.key, first), advice: advice(rule) }];
        }
        if (item.key !== undefined) {
            firsts.set(item.key, item);
        }
        return [];
    });
}

function overlaps(sketches: readonly Sketch[]): Mistake[] {
    const reaching = sketches.filter((sketch): sketch is Sketch & { reach: Reach } => sketch.reach !== undefined);
    return findOverlaps(reaching.map(({ reach }) => reach)).flatMap(({ members, prefixes }) => {
        const sides = members.flatMap((member, side) => {
            const sketch = reaching[member];
            return sketch === undefined ? [] : [{ sketch, prefix: prefixes[side] ?? "" }];
        });
        // The wider grant comes first, of equal ones the later: that is the Deployment to be moved.
        const [wide, narrow] = sides.sort(
            (a, b) => a.prefix.length - b.prefix.length || b.sketch.index - a.sketch.index,
        );
        return wide === undefined || narrow === undefined ? [] : [overlap(wide, narrow)];
    });
}

interface Side {
    readonly sketch: Sketch;
    readonly prefix: string;
}

function overlap(wide: Side, narrow: Side): Mistake {
    const whose = place(["deployments", narrow.sketch.index], narrow.sketch.name);
    const found =
        wide.prefix === narrow.prefix
            ? `the prefix ${quote(wide.prefix)}, which ${whose} has too: each could read the other's secrets`
            : `the prefix ${quote(wide.prefix)}, with which ${quote(narrow.prefix)} of ${whose} starts: it could read those secrets`;
    const allowed = "prefixes of which none starts with another's, or shareSecrets: true on both Deployments";
    return {
        path: ["deployments", wide.sketch.index, "backend"],
        found,
        advice: advice({ allowed, todo: wayOut([wide.sketch, narrow.sketch]) }),
    };
}

/** A Deployment's own name is the scope to propose, where neither has it already. */
function wayOut(sketches: readonly Sketch[]): string {
    const isFree = (name: string) => sketches.every(({ grant }) => grant?.scope !== name);
    const movable = sketches.find(
        ({ name, grant }) => name !== undefined && isFree(name) && grant?.takesScope === true,
    );
    return movable?.name === undefined
        ? `Give one of them ${sketches[0]?.grant?.movedBy ?? "another scope"}`
        : `Write scope: ${movable.name} in ${place(["deployments", movable.index, "backend"], movable.name)}`;
}
