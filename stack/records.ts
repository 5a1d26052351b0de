import { z } from "zod";

/** An RFC 3339 time in UTC. */
const time = z.iso.datetime();
const credential = { identity: z.string(), generation: z.int().min(1) };

/** Type of the built-in resource that keeps a value in the state. */
export const RECORD = "pulumi:index:Stash";

/** What is recorded of a Deployment before anything is created for it. */
export const madeRecord = z.object({
    /** The Deployment's name in the config. */
    name: z.string(),
    /** The names of project and stack when the Deployment was first created: they are in the names of its resources. */
    project: z.string(),
    stack: z.string(),
    /** Where the Deployment runs, to recognise it after it has been renamed in the config. */
    target: z.array(z.string()),
    /** Its credentials, and when each was made. */
    credentials: z.array(z.object({ ...credential, made: time })),
    /** Where the identities of these credentials may read, and whether their pods log in with their own token. */
    places: z.array(
        z.object({
            identity: z.string(),
            place: z.looseObject({ kind: z.string() }),
            keyless: z.literal(true).optional(),
        }),
    ),
    /** Counts the runs that set the env vars to another credential, or that have to set them after a failed run. */
    step: z.int(),
    /** The credentials that the env vars may hold besides the one in `moved`, until `moved` has the same step. */
    mayHold: z.array(z.object(credential)),
});

/** What is recorded of a Deployment after its env vars have been set. */
export const movedRecord = z.object({
    /** The credential that its env vars hold. */
    ...credential,
    /** The step of the record `made` that this completes. */
    step: z.int(),
    /** Since when they hold it. */
    since: time,
    /** The credentials that they held before, and when they were replaced. */
    left: z.array(z.object({ ...credential, time })),
});

export type MadeRecord = z.output<typeof madeRecord>;
/** The part of the record `made` that `plan` decides. */
export type Life = Pick<MadeRecord, "credentials" | "step" | "mayHold">;
export type MovedRecord = z.output<typeof movedRecord>;

/** Logical names of the two records of a Deployment. */
export const madeRecordName = (deployment: string): string => `${deployment}.made`;
export const movedRecordName = (deployment: string): string => `${deployment}.moved`;
