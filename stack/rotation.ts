import type { z } from "zod";
import { backendKind, backendKinds, type BackendKindName } from "./kinds";
import { DAY_MS, HOUR_MS, durationMs, formatDuration } from "../config/duration";
import { advice, duration, mapping } from "../config/rules";
import type { Problem } from "../config/errors";
import { MARGIN_MS } from "./plan";
import { keysReader, validObject } from "../config/partial";

const DEFAULT_OVERLAP = "24h";
const NEVER = "never";

const rotationKeys = mapping("Describe how often the credential is replaced, e.g. { every: 20d }", {
    every: duration(
        {
            allowed: "whole days or hours, e.g. 20d, at least 1h, or never",
            todo: "Write the age at which the credential is replaced, or leave the key out for the backend's default",
        },
        ["d", "h"],
        (value) => value === NEVER || (durationMs(value) ?? 0) >= HOUR_MS,
    ).optional(),
    overlap: duration(
        {
            allowed:
                "whole days or hours, at least 1h, or 0h for a Kubernetes target that waits for its rollout and has no podTemplateSecret",
            todo: `Write how long the previous credential stays valid, or leave the key out for ${DEFAULT_OVERLAP}`,
        },
        ["d", "h"],
        (value) => durationMs(value) !== undefined,
    ).default(DEFAULT_OVERLAP),
});

/** A Deployment's `rotation`. */
export const rotation = rotationKeys.prefault({});

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

const readEvery = keysReader(rotationKeys, ["every"]);
const readOverlap = keysReader(rotationKeys, ["overlap"]);

/** Finds the problems of a Deployment's `rotation` that depend on its backend and its target. */
export function rotationProblems(items: readonly unknown[]): Problem[] {
    return items.flatMap((item, index) => {
        const { rotation: found = {}, backend, target } = validObject(item);
        const path = ["deployments", index, "rotation"];
        const every = readEvery(found);
        const overlap = readOverlap(found)?.overlap;
        const inOverlap = overlap === undefined ? [] : overlapProblems(overlap, validObject(target), path);
        const allowedOverlap = inOverlap.length === 0 ? overlap : undefined;
        return [
            ...inOverlap,
            ...(every === undefined ? [] : lifeProblems(every.every, allowedOverlap, validObject(backend), path)),
        ];
    });
}

function overlapProblems(
    overlap: string,
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
                      todo: `Write e.g. ${DEFAULT_OVERLAP}`,
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

/**
 * Reports a credential that may end before it has been replaced.
 *
 * @param overlap `undefined` if it is invalid. What is too long with every overlap is reported then, and the proposal is
 * for the default
 */
function lifeProblems(
    every: string | undefined,
    overlap: string | undefined,
    backend: Readonly<Record<string, unknown>>,
    path: readonly PropertyKey[],
): Problem[] {
    const { kind } = backend;
    const life = isBackendKind(kind) ? backendKind(kind).lifecycle.credentialLife?.(backend) : undefined;
    if (!isBackendKind(kind) || life === undefined) {
        return [];
    }
    const { everyMs, overlapMs } = rotationTimes({ every, overlap: overlap ?? DEFAULT_OVERLAP }, kind);
    const shortestMs = overlap === undefined ? HOUR_MS : overlapMs;
    if (everyMs === undefined || everyMs + shortestMs + MARGIN_MS <= life.ms) {
        return [];
    }
    const longest = life.ms - overlapMs - MARGIN_MS;
    const shorter = longest >= HOUR_MS ? `every: ${formatDuration(longest)} or less` : "every: never";
    const source = overlap === undefined ? "the default of overlap" : "overlap";
    return [
        {
            path: [...path, "every"],
            found:
                `${every ?? formatDuration(everyMs)}, but a credential lives ${formatDuration(life.ms)} (backend.${life.key}) ` +
                `and stays valid for ${overlap ?? DEFAULT_OVERLAP} (${source}) after it has been replaced`,
            advice: advice({
                allowed: "every + overlap + 7d at most as long as a credential lives",
                todo: `Write ${shorter}, or raise backend.${life.key}`,
            }),
        },
    ];
}

function isBackendKind(kind: unknown): kind is BackendKindName {
    return backendKinds.some((each) => each.kind === kind);
}
