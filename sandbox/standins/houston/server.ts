import type { Server } from "node:http";
import { graphql, GraphQLError, Kind, OperationTypeNode, parse } from "graphql";
import { jsonServer, type Call, type Reply } from "../jsonServer";
import type { Accounts } from "./accounts";
import { Faults, type FaultPlan } from "./faults";
import type { Releases } from "./releases";
import { resolvers } from "./resolvers";
import { schema } from "./schema";

const PATH = "/v1";

/** Creates the Houston server for the Deployments with these release names. */
export function houstonServer(
    releaseNames: readonly string[],
    releases: Releases,
    accounts: Accounts,
    log?: (line: string) => void,
): Server {
    const faults = new Faults(releases);
    const names = new Set(releaseNames);
    const toErrorReply = (error: unknown): Reply | undefined =>
        error instanceof GraphQLError ? { status: 200, body: { errors: [error.toJSON()] } } : undefined;
    return jsonServer(answer, toErrorReply, log);

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
                body: { message: "injected fault" },
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
            : { status: failure.status, headers: failure.headers, body: { message: "injected fault" } };
    }
}

function isMutation(query: string): boolean {
    return parse(query).definitions.some(
        (each) => each.kind === Kind.OPERATION_DEFINITION && each.operation === OperationTypeNode.MUTATION,
    );
}
