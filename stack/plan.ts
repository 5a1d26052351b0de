import { isSameCredential, type CredentialId } from "../components/owner";
import { DAY_MS } from "../config/duration";
import type { Life, MovedRecord } from "./records";

/** Time that must remain of a credential's life when it is replaced late, in addition to the overlap. */
export const MARGIN_MS = 7 * DAY_MS;

/** What the config wants for a Deployment. */
export interface Wanted {
    /** Hash of the identity that the config describes. */
    readonly identity: string;
    /** Age at which the credential is replaced, in milliseconds. `undefined`: never. */
    readonly everyMs: number | undefined;
    /** How long a credential stays valid after the env vars hold another one, in milliseconds. */
    readonly overlapMs: number;
    /** A credential that was made before this time is replaced, whatever its age. */
    readonly madeBefore?: Date | undefined;
}

/** What the state holds of a Deployment. */
export interface Found {
    readonly made: Life | undefined;
    readonly moved: MovedRecord | undefined;
    /** The credentials whose resources are in the state. */
    readonly living: readonly CredentialId[];
    /** Returns when a credential ends in the service; `undefined` if it does not, or if it is not known. */
    readonly endOf?: (credential: CredentialId) => Date | undefined;
}

/** A credential that the env vars do not hold any more. */
export interface Retiring extends CredentialId {
    /** When it may be deleted. */
    readonly until: Date;
}

export interface Plan {
    readonly current: CredentialId;
    /** Other credentials in the state that stay for now. */
    readonly retiring: readonly Retiring[];
    /** Other credentials in the state whose overlap is over. They are deleted at the end of the run. */
    readonly over: readonly Retiring[];
    /** Whether the credential is replaced in this run because of its age. */
    readonly rotates: boolean;
    /** Whether it should be, but the credential before it still exists. */
    readonly waits: boolean;
    /** When the next rotation is due; `undefined` if never. */
    readonly nextRotation: Date | undefined;
    /** The records of this run. Equal to the old ones if nothing happens. */
    readonly made: Life;
    readonly moved: MovedRecord;
}

/**
 * Decides which credential a Deployment uses, and which others stay. A credential in the state is never dropped in the
 * run that finds it unused, unless the overlap is 0: it is current, or it stays until the overlap is over. So a rotation
 * that was interrupted goes on with any later run, and pods that still hold the old credential can read.
 *
 * The overlap begins when the env vars hold another credential (the time in the record `moved`), not when the run
 * starts: a failed run of one Deployment does not restart the clock of another.
 */
export function plan(wanted: Wanted, found: Found, now: Date): Plan {
    const { current, rotates, waits, due } = currentCredential(wanted, found, now);
    const made = madeAfter(current, found);
    const moved = movedAfter(current, made, found, now);
    const until = (each: CredentialId): Date =>
        new Date(Date.parse(leftAt(moved, each) ?? now.toISOString()) + wanted.overlapMs);
    const retiring = others(current, found).map((each) => ({ ...each, until: until(each) }));
    return {
        current: idOf(current),
        retiring: retiring.filter((each) => each.until > now),
        over: retiring.filter((each) => each.until <= now),
        rotates,
        waits,
        nextRotation: due,
        made,
        moved,
    };
}

type Made = Life["credentials"][number];

/** The newest credential of the wanted identity, or a new one if there is none or if it is too old. */
function currentCredential(
    wanted: Wanted,
    { made, living, endOf }: Found,
    now: Date,
): { current: Made; rotates: boolean; waits: boolean; due: Date | undefined } {
    const { identity, madeBefore } = wanted;
    const recorded = made?.credentials ?? [];
    const known = [...recorded, ...living].filter((each) => each.identity === identity);
    const generation = Math.max(0, ...known.map((each) => each.generation));
    const newest = { identity, generation };
    const age = recorded.find((each) => isSameCredential(each, newest))?.made ?? now.toISOString();
    // A service may allow two credentials per identity only, so a rotation waits until the one before it has ended.
    const previous = living.filter((each) => each.identity === identity && each.generation !== generation);
    const isOld = madeBefore !== undefined && Date.parse(age) < madeBefore.getTime();
    const due = dueAt(wanted, age, endOf?.(newest));
    const isDue = generation > 0 && (isOld || (due !== undefined && due <= now));
    const rotates = isDue && previous.length === 0;
    const next = { identity, generation: generation + 1, made: now.toISOString() };
    const isNew = generation === 0 || rotates;
    return {
        current: isNew ? next : { ...newest, made: age },
        rotates,
        waits: isDue && !rotates,
        due: isNew ? dueAt(wanted, next.made, undefined) : due,
    };
}

/**
 * Returns when a credential has to be replaced: at its age, and in any case in time before its own end. `undefined` if
 * never.
 *
 * @param made when it was made: RFC 3339
 */
export function dueAt(
    { everyMs, overlapMs }: Pick<Wanted, "everyMs" | "overlapMs">,
    made: string,
    end: Date | undefined,
): Date | undefined {
    if (everyMs === undefined) {
        return undefined;
    }
    const latest = end === undefined ? Infinity : end.getTime() - overlapMs - MARGIN_MS;
    return new Date(Math.min(Date.parse(made) + everyMs, latest));
}

/** Whether the last run that had to set the env vars has set them. */
export function isCompleted({ made, moved }: Pick<Found, "made" | "moved">): boolean {
    return moved !== undefined && moved.step === made?.step;
}

/** Whether the env vars hold the current credential, as far as the records say. */
function isSteady(current: CredentialId, found: Found): boolean {
    return isCompleted(found) && found.moved !== undefined && isSameCredential(found.moved, current);
}

/** The record `made`. It only changes if the env vars have to be set. Credentials that no longer exist are then left out. */
function madeAfter(current: Made, found: Found): Life {
    const { made = { credentials: [], step: 0, mayHold: [] }, living } = found;
    if (isSteady(current, found)) {
        return made;
    }
    const alive = made.credentials.filter((each) => !isSameCredential(each, current) && includes(living, each));
    const before = isCompleted(found) ? [] : made.mayHold.filter((each) => !isSameCredential(each, current));
    return {
        credentials: [...alive, current],
        step: made.step + 1,
        mayHold: [...before, idOf(current)],
    };
}

/** The record `moved`. It only changes if the env vars have to be set, or if the state has an unknown credential. */
function movedAfter(current: CredentialId, { step }: Life, found: Found, now: Date): MovedRecord {
    const { moved } = found;
    const rest = others(current, found);
    if (moved !== undefined && isSteady(current, found) && rest.every((each) => leftAt(moved, each) !== undefined)) {
        return moved;
    }
    const time = now.toISOString();
    // What they may have held until now leaves them now, whatever was recorded about it before.
    const held = [...(moved === undefined ? [] : [moved]), ...(isCompleted(found) ? [] : (found.made?.mayHold ?? []))];
    const left = rest.map((each) => ({
        ...each,
        time: includes(held, each) ? time : (leftAt(moved, each) ?? time),
    }));
    const since = moved !== undefined && isSteady(current, found) ? moved.since : time;
    return { ...idOf(current), step, since, left };
}

function others(current: CredentialId, { living }: Found): CredentialId[] {
    return living.filter((each) => !isSameCredential(each, current)).map(idOf);
}

function leftAt(moved: MovedRecord | undefined, credential: CredentialId): string | undefined {
    return moved?.left.find((each) => isSameCredential(each, credential))?.time;
}

function includes(list: readonly CredentialId[], credential: CredentialId): boolean {
    return list.some((each) => isSameCredential(each, credential));
}

function idOf({ identity, generation }: CredentialId): CredentialId {
    return { identity, generation };
}
