import { setTimeout as delay } from "node:timers/promises";
import type { Releases, StoredVariable } from "./releases";

/** The errors to inject, until the plan is replaced. Tests set it with `PUT /faults`. */
export interface FaultPlan {
    /** Delay before each answer. */
    readonly latencyMs?: number;
    /** Makes the next `times` calls of one kind fail with this status. */
    readonly fail?: {
        readonly operation: "read" | "write";
        readonly status: number;
        readonly times: number;
        readonly retryAfterSeconds?: number;
        /** Whether the operation is carried out nevertheless, so that only its answer is lost. */
        readonly done?: boolean;
    };
    /** A variable that somebody else adds right after the next read, before the answer is sent. */
    readonly writeAfterRead?: StoredVariable;
}

export interface Failure {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly done: boolean;
}

export class Faults {
    private plan: FaultPlan = {};
    private remaining = 0;

    constructor(private readonly releases: Releases) {}

    set(plan: FaultPlan): void {
        this.plan = plan;
        this.remaining = plan.fail?.times ?? 0;
    }

    /** Returns how the call has to fail; undefined if it does not. */
    async next(operation: "read" | "write"): Promise<Failure | undefined> {
        await delay(this.plan.latencyMs ?? 0);
        const { fail } = this.plan;
        if (fail?.operation !== operation || this.remaining === 0) {
            return undefined;
        }
        this.remaining -= 1;
        const after = fail.retryAfterSeconds;
        return {
            status: fail.status,
            headers: after === undefined ? {} : { "retry-after": String(after) },
            done: fail.done === true,
        };
    }

    async afterRead(release: string): Promise<void> {
        const { writeAfterRead, ...others } = this.plan;
        if (writeAfterRead !== undefined) {
            this.plan = others;
            const live = (await this.releases.read(release)) ?? [];
            await this.releases.write(release, [...live, writeAfterRead]);
        }
    }
}
