import type { FaultLife, Kill, Phase } from "./faultLife";

/** What the fault runs have seen, for the report at their end. */
export class FaultHistogram {
    private readonly kills = new Map<string, { before: number; after: number }>();
    private orphans = 0;
    private reads = 0;
    private failedReads = 0;
    private refreshes = 0;
    private removals = 0;

    addKill(kind: string, phase: Phase, { afterService }: Kill, request: string): void {
        const key = [kind, phase, operationOf(request)].join("\t");
        const counts = this.kills.get(key) ?? { before: 0, after: 0 };
        counts[afterService ? "after" : "before"] += 1;
        this.kills.set(key, counts);
    }

    addOrphans(count: number): void {
        this.orphans += count;
    }

    addLife({ reads, failedReads, refreshes, removals }: FaultLife): void {
        this.reads += reads;
        this.failedReads += failedReads.length;
        this.refreshes += refreshes;
        this.removals += removals;
    }

    /** Returns the table, one line per phase and request. */
    toString(): string {
        const rows = [...this.kills].map(([key, { before, after }]) => [
            ...key.split("\t"),
            String(before),
            String(after),
        ]);
        const header = ["kind", "phase", "request", "before", "after the service acted"];
        const widths = header.map((_, column) =>
            Math.max(...[header, ...rows].map((row) => (row[column] ?? "").length)),
        );
        const lines = [header, ...rows].map((row) =>
            row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "),
        );
        const total = [...this.kills.values()].reduce((sum, { before, after }) => sum + before + after, 0);
        return [
            ...lines.map((line) => line.trimEnd()),
            `${total} kills, ${this.reads} reads, ${this.failedReads} failed reads, ` +
                `${this.orphans} credentials that no state held, ${this.refreshes} refreshes and ${this.removals} removals of these as advised`,
        ].join("\n");
    }
}

/** Returns the method, the service and the operation of a request, without names of single resources. */
function operationOf(request: string): string {
    const [method = "", url = "", operation] = request.split(" ");
    const { hostname, pathname } = new URL(url);
    if (operation !== undefined) {
        return `${hostname.split(".")[0] ?? ""} ${operation.replace(/^\w+\./, "")}`;
    }
    const path = pathname
        .replaceAll(/airflow[.-][^/]+|[0-9a-f]{8}-[0-9a-f-]{27}|sandbox-\w+|(?<=\/vaults\/)[^/]+/g, "*")
        .replaceAll(/(?<=\/secrets\/)[^/:]+/g, "*")
        .replace(/^\/(v1\.0|v1|beta)/, "");
    return `${method} ${hostname.replace(/^[^.]+(?=\.vault\.azure\.net)/, "*")}${path.length > 70 ? `…${path.slice(-70)}` : path}`;
}
