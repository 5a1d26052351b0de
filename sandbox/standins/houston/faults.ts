import { setTimeout as delay } from "node:timers/promises";
import type { Releases, StoredVariable } from "./releases";

/** What goes wrong, until something else is said. Tests say it, with `PUT /faults`. */
export interface FaultPlan {
    /** Before each answer. */
    readonly latencyMs?: number;
    /** The next calls of one kind, answered so. */
    readonly fail?: {
        readonly operation: "read" | "write";
        readonly status: number;
        readonly times: number;
        readonly retryAfterSeconds?: number;
        /** Whether what was asked for is done all the same: the answer alone is lost. */
        readonly done?: boolean;
    };
    /** Somebody else adds this variable right after the next read, before it is answered. */
    readonly writeAfterRead?: StoredVariable;
}

export interface Failure {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly done: boolean;
}

export class Faults {
    private plan: FaultPlan = {};
    private left = 0;

    constructor(private readonly releases: Releases) {}

    set(plan: FaultPlan): void {
        this.plan = plan;
        this.left = plan.fail?.times ?? 0;
    }

    /** How the call is to fail, if it is. */
    async next(operation: "read" | "write"): Promise<Failure | undefined> {
        await delay(this.plan.latencyMs ?? 0);
        const { fail } = this.plan;
        if (fail?.operation !== operation || this.left === 0) {
            return undefined;
        }
        this.left -= 1;
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
