import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from "node:http";
import { text } from "node:stream/consumers";

/** A call of an API, as its stand-in sees it. */
export interface Call {
    readonly method: string;
    /** Without the port. */
    readonly host: string;
    /** Decoded. */
    readonly path: string;
    readonly query: URLSearchParams;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
}

export interface Reply {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    /** Sent as JSON. */
    readonly body?: object;
}

export function ok(body: object): Reply {
    return { status: 200, body };
}

/** There is nobody of that name: as if it did not resolve. */
export class HangUp extends Error {}

/** An HTTP server that answers in JSON. `refusal` words the errors that are the API's own; any other is a fault, logged. */
export function jsonServer(
    answer: (call: Call) => Promise<Reply>,
    refusal: (error: unknown) => Reply | undefined,
    log: (line: string) => void = console.log,
): Server {
    return createServer((request, response) => {
        // Calls and how they ended, never what was said in them.
        response.once("finish", () => {
            log(`${request.method ?? ""} ${request.headers.host ?? ""}${request.url ?? ""} ${response.statusCode}`);
        });
        callOf(request)
            .then(answer)
            .catch((error: unknown): Reply => {
                const refused = refusal(error);
                if (refused === undefined && !(error instanceof HangUp)) {
                    console.error(error);
                }
                if (error instanceof HangUp) {
                    request.socket.destroy();
                }
                return refused ?? { status: 500, body: { error: { code: 500, message: "see the stand-in's log" } } };
            })
            .then(
                ({ status, headers, body }) => {
                    const type = body === undefined ? {} : { "content-type": "application/json" };
                    response.writeHead(status, { ...type, ...headers });
                    response.end(body === undefined ? undefined : JSON.stringify(body));
                },
                (error: unknown) => {
                    console.error(error);
                    request.socket.destroy();
                },
            );
    });
}

async function callOf(request: IncomingMessage): Promise<Call> {
    const host = (request.headers.host ?? "").replace(/:443$/, "").toLowerCase();
    const { pathname, searchParams } = new URL(`https://${host}${request.url ?? "/"}`);
    const body = await text(request);
    const { method = "", headers } = request;
    return { method, host, path: decodeURIComponent(pathname), query: searchParams, headers, body };
}
