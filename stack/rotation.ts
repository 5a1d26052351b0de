import type { z } from "zod";
import { backendKind, backendKinds, type BackendKindName } from "./kinds";
import { DAY_MS, HOUR_MS, durationMs, formatDuration } from "../config/duration";
import { advice, mapping, text } from "../config/rules";
import type { Problem } from "../config/errors";
import { MARGIN_MS } from "./plan";
import { valid, validObject } from "../config/partial";

const DEFAULT_OVERLAP = "24h";
const NEVER = "never";

/** A Deployment's `rotation`. */
export const rotation = mapping("Describe how often the credential is replaced, e.g. { every: 20d }", {
    every: text(
        {
            allowed: "whole days or hours, e.g. 20d, at least 1h, or never",
            todo: "Write the age at which the credential is replaced, or leave the key out for the backend's default",
        },
        (value) => value === NEVER || (durationMs(value) ?? 0) >= HOUR_MS,
    ).optional(),
    overlap: text(
        {
            allowed:
                "whole days or hours, at least 1h, or 0h for a Kubernetes target that waits for its rollout and has no podTemplateSecret",
            todo: `Write how long the previous credential stays valid, or leave the key out for ${DEFAULT_OVERLAP}`,
        },
        (value) => durationMs(value) !== undefined,
    ).default(DEFAULT_OVERLAP),
}).prefault({});

/** The times of a Deployment's `rotation`, in milliseconds. */
export interface RotationTimes {
    /** `undefined`: never. */
    readonly everyMs: number | undefined;
    readonly overlapMs: number;
}

/** Returns the times, with the default for the kind of backend. */
export function rotationTimes({ every, overlap }: z.output<typeof rotation>, kind: BackendKindName): RotationTimes {
    const standard = backendKind(kind).lifecycle.rotationDays * DAY_MS;
    return {
        everyMs: every === NEVER ? undefined : (durationMs(every ?? "") ?? standard),
        overlapMs: durationMs(overlap) ?? 0,
    };
}

/** Finds the problems of a Deployment's `rotation` that depend on its backend and its target. */
export function rotationProblems(items: readonly unknown[]): Problem[] {
    return items.flatMap((item, index) => {
        const { rotation: found, backend, target } = validObject(item);
        const times = valid(rotation, found);
        const path = ["deployments", index, "rotation"];
        return times === undefined
            ? []
            : [...overlapProblems(times, validObject(target), path), ...lifeProblems(times, backend, path)];
    });
}

type Rotation = z.output<typeof rotation>;

function overlapProblems(
    { overlap }: Rotation,
    target: Readonly<Record<string, unknown>>,
    path: readonly PropertyKey[],
): Problem[] {
    const reason = whyOverlap(target);
    return durationMs(overlap) !== 0 || reason === undefined
        ? []
        : [
              {
                  path: [...path, "overlap"],
                  found: `${overlap} for a target ${reason}`,
                  advice: advice({
                      allowed: "at least 1h: until then, pods read with the previous credential",
                      todo: "Write e.g. 24h",
                  }),
              },
          ];
}

/** Returns why pods may still read with the previous credential when the target is done; `undefined` if none does. */
function whyOverlap(target: Readonly<Record<string, unknown>>): string | undefined {
    if (target.kind === "astronomer" || target.waitForRollout === false) {
        return "that does not wait until the pods have restarted";
    }
    return target.podTemplateSecret === undefined
        ? undefined
        : "with podTemplateSecret: pods from a template do not restart";
}

function lifeProblems(times: Rotation, backend: unknown, path: readonly PropertyKey[]): Problem[] {
    const { kind } = validObject(backend);
    if (typeof kind !== "string" || !isBackendKind(kind)) {
        return [];
    }
    const { schema, lifecycle } = backendKind(kind);
    const checked = lifecycle.credentialLife === undefined ? undefined : valid(schema, backend);
    const life = checked === undefined ? undefined : lifecycle.credentialLife?.(checked);
    const { everyMs, overlapMs } = rotationTimes(times, kind);
    if (life === undefined || everyMs === undefined || everyMs + overlapMs + MARGIN_MS <= life.ms) {
        return [];
    }
    const longest = life.ms - overlapMs - MARGIN_MS;
    const shorter = longest >= HOUR_MS ? `every: ${formatDuration(longest)} or less` : "every: never";
    return [
        {
            path: [...path, "every"],
            found:
                `${times.every ?? formatDuration(everyMs)}, but a credential lives ${formatDuration(life.ms)} (backend.${life.key}) ` +
                `and stays valid for ${times.overlap} (overlap) after it has been replaced`,
            advice: advice({
                allowed: "every + overlap + 7d at most as long as a credential lives",
                todo: `Write ${shorter}, or raise backend.${life.key}`,
            }),
        },
    ];
}

function isBackendKind(kind: string): kind is BackendKindName {
    return backendKinds.some((each) => each.kind === kind);
}
