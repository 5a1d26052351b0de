import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from "node:http";
import { text } from "node:stream/consumers";

/** An API call, as a stand-in receives it. */
export interface Call {
    readonly method: string;
    /** Without the port. */
    readonly host: string;
    /** URL-decoded. */
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

/** The host does not exist: the server closes the connection, as if the name did not resolve. */
export class HangUp extends Error {}

/**
 * Creates an HTTP server that answers in JSON. `toErrorReply` converts the API's own errors; it returns undefined for
 * any other error, which is logged and answered with 500.
 */
export function jsonServer(
    answer: (call: Call) => Promise<Reply>,
    toErrorReply: (error: unknown) => Reply | undefined,
    log: (line: string) => void = console.log,
): Server {
    return createServer((request, response) => {
        // Logs calls and their status, never their content.
        response.once("finish", () => {
            log(`${request.method ?? ""} ${request.headers.host ?? ""}${request.url ?? ""} ${response.statusCode}`);
        });
        parseCall(request)
            .then(answer)
            .catch((error: unknown): Reply => {
                const reply = toErrorReply(error);
                if (reply === undefined && !(error instanceof HangUp)) {
                    console.error(error);
                }
                if (error instanceof HangUp) {
                    request.socket.destroy();
                }
                return reply ?? { status: 500, body: { error: { code: 500, message: "see the stand-in's log" } } };
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

async function parseCall(request: IncomingMessage): Promise<Call> {
    const host = (request.headers.host ?? "").replace(/:443$/, "").toLowerCase();
    const { pathname, searchParams } = new URL(`https://${host}${request.url ?? "/"}`);
    const body = await text(request);
    const { method = "", headers } = request;
    return { method, host, path: decodeURIComponent(pathname), query: searchParams, headers, body };
}
