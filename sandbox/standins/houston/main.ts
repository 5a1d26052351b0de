/**
 * The stand-in for Houston, Astronomer's API, as a process of its own. Houston cannot be had; this one knows the calls
 * that the stack makes, keeps variables where Houston keeps them and refuses as Houston does:
 * `main.ts --port PORT --dir DIR --kubeconfig FILE --release NAME …`.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { KubeConfig } from "@kubernetes/client-node";
import { graphql, GraphQLError, Kind, OperationTypeNode, parse } from "graphql";
import { jsonServer, type Call, type Reply } from "../jsonServer";
import { Accounts } from "./accounts";
import { Faults, type FaultPlan } from "./faults";
import { Releases } from "./releases";
import { resolvers } from "./resolvers";
import { schema } from "./schema";

const PATH = "/v1";

function main(): void {
    const option = { type: "string" } as const;
    const { values } = parseArgs({
        options: { port: option, dir: option, kubeconfig: option, release: { ...option, multiple: true, default: [] } },
    });
    const { port, dir, kubeconfig, release: names } = values;
    if (dir === undefined || kubeconfig === undefined) {
        throw new Error("--port, --dir and --kubeconfig are needed");
    }
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const releases = new Releases(config);
    const accounts = Accounts.open(join(dir, "keys.json"), names[0] ?? "");
    const faults = new Faults(releases);
    const server = jsonServer(answer, (error) =>
        error instanceof GraphQLError ? { status: 200, body: { errors: [error.toJSON()] } } : undefined,
    );
    server.listen(Number(port), "127.0.0.1");
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
            server.close();
            server.closeAllConnections();
        });
    }

    async function answer({ method, path, headers, body }: Call): Promise<Reply> {
        const account = accounts.caller(headers.authorization);
        if (method === "PUT" && path === "/faults") {
            faults.set(JSON.parse(body) as FaultPlan);
            return { status: 204 };
        }
        if (method !== "POST" || path !== PATH) {
            return { status: 404, body: { message: `there is no ${method} ${path}, only POST ${PATH}` } };
        }
        const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
        const failure = await faults.next(isMutation(query) ? "write" : "read");
        if (failure !== undefined && !failure.done) {
            return {
                status: failure.status,
                headers: failure.headers,
                body: { message: "a fault that was asked for" },
            };
        }
        const result = await graphql({
            schema,
            source: query,
            rootValue: resolvers(account, { releases, names, faults }),
            ...(variables === undefined ? {} : { variableValues: variables }),
        });
        for (const { originalError } of result.errors ?? []) {
            if (originalError !== undefined && !(originalError instanceof GraphQLError)) {
                console.error(originalError);
            }
        }
        return failure === undefined
            ? { status: 200, body: result }
            : { status: failure.status, headers: failure.headers, body: { message: "a fault that was asked for" } };
    }
}

function isMutation(query: string): boolean {
    return parse(query).definitions.some(
        (each) => each.kind === Kind.OPERATION_DEFINITION && each.operation === OperationTypeNode.MUTATION,
    );
}

main();
