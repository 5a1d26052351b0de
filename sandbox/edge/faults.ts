import {
    createServer,
    request as httpRequest,
    type IncomingMessage,
    type Server,
    type ServerResponse,
} from "node:http";
import type { EdgeRoute } from "./proxy";

/** What happens to requests on their way through the edge, until the faults are replaced. */
export interface EdgeFault {
    /**
     * A regular expression for the method, the URL, the operation if the URL does not name it, and the body, separated
     * by spaces, e.g. `^GET https://vault\.sandbox\.test/v1/secret/` or `^POST https://iam\S+ CreateUser `.
     */
    readonly matches: string;
    /** How many matching requests pass first. Default: 0. */
    readonly skip?: number;
    /** How many requests after that are affected. Default: all. */
    readonly times?: number;
    /** Whether the service gets the request and acts on it before. Default: false. */
    readonly afterService?: boolean;
    /**
     * `hang` never answers, and closes the connection when the faults are replaced: the client may then try again.
     * `hold` answers with status 400 when the faults are replaced, so that the client does not try again.
     */
    readonly act: "hang" | "hold" | { readonly status: number; readonly body: string };
}

/** What the edge has seen since the faults were set. */
export interface EdgeSeen {
    /** The method, the URL and the operation of each request, in order. */
    readonly requests: readonly string[];
    /** How many requests each fault has affected; with `afterService`, after the service has acted. */
    readonly affected: readonly number[];
}

/** The faults of the edge. Without faults, the edge does not look into the connections. */
export class EdgeFaults {
    private faults: readonly EdgeFault[] = [];
    private matched: number[] = [];
    private affected: number[] = [];
    private requests: string[] = [];
    private held: { readonly response: ServerResponse; readonly act: "hang" | "hold" }[] = [];

    get isActive(): boolean {
        return this.faults.length > 0;
    }

    get seen(): EdgeSeen {
        return { requests: this.requests, affected: this.affected };
    }

    set(faults: readonly EdgeFault[]): void {
        for (const { response, act } of this.held) {
            if (act === "hang") {
                response.destroy();
            } else {
                response.writeHead(400, { "content-type": "application/json" }).end("{}");
            }
        }
        this.held = [];
        this.faults = faults;
        this.matched = faults.map(() => 0);
        this.affected = faults.map(() => 0);
        this.requests = [];
    }

    /** Creates an HTTP server for one decrypted connection. It forwards the requests that no fault is for. */
    server(host: string, target: EdgeRoute["target"]): Server {
        return createServer((request, response) => {
            this.handle(request, response, host, target).catch((error: unknown) => {
                response.destroy(error instanceof Error ? error : undefined);
            });
        });
    }

    private async handle(
        request: IncomingMessage,
        response: ServerResponse,
        host: string,
        target: EdgeRoute["target"],
    ): Promise<void> {
        const body = await bodyOf(request);
        const url = `${request.method ?? ""} https://${host}${request.url ?? ""}`;
        const line = [url, ...operationOf(request, body)].join(" ");
        if (this.isActive) {
            this.requests.push(line);
        }
        const text = `${line} ${body.toString("utf8")}`;
        const index = this.faults.findIndex((fault, position) => this.applies(fault, position, text));
        const fault = this.faults[index];
        if (fault === undefined) {
            await answerOf(request, body, target, response);
            return;
        }
        if (fault.afterService === true) {
            await answerOf(request, body, target);
        }
        this.affected[index] = (this.affected[index] ?? 0) + 1;
        const { act } = fault;
        if (act === "hang" || act === "hold") {
            this.held.push({ response, act });
            return;
        }
        response.writeHead(act.status, { "content-type": "application/json" }).end(act.body);
    }

    private applies({ matches, skip = 0, times = Infinity }: EdgeFault, index: number, request: string): boolean {
        if (!new RegExp(matches).test(request)) {
            return false;
        }
        const position = this.matched[index] ?? 0;
        this.matched[index] = position + 1;
        return position >= skip && position < skip + times;
    }
}

/** Returns the operation of a request whose URL does not name it: AWS's APIs have one URL, and so has GraphQL. */
function operationOf({ headers }: IncomingMessage, body: Buffer): string[] {
    const target = headers["x-amz-target"];
    if (typeof target === "string") {
        return [target];
    }
    const text = body.toString("utf8");
    const [, operation] = /(?:^|&)Action=(\w+)/.exec(text) ?? /"query":"\s*(mutation|query)\b/.exec(text) ?? [];
    return operation === undefined ? [] : [operation];
}

/** Reads the whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
        chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks);
}

/** Sends the request to the service, and its answer to the client if there is one. Waits until the service has answered. */
async function answerOf(
    { method, url, rawHeaders }: IncomingMessage,
    body: Buffer,
    { host, port }: EdgeRoute["target"],
    client?: ServerResponse,
): Promise<void> {
    await new Promise<void>((resolve, reject) => {
        const forwarded = httpRequest(
            { host, port, method, path: url, headers: rawHeaders, agent: false },
            (answer) => {
                client?.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
                answer.on("error", reject).on("end", resolve);
                if (client === undefined) {
                    answer.resume();
                } else {
                    answer.pipe(client);
                }
            },
        );
        forwarded.on("error", reject).end(body);
    });
}
