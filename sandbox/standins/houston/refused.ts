import { GraphQLError } from "graphql";

/** What Houston does not do: a GraphQL error, as Houston words it. */
export class Refused extends GraphQLError {
    constructor(message: string, code: "UNAUTHENTICATED" | "FORBIDDEN" | "BAD_USER_INPUT") {
        super(message, { extensions: { code } });
    }
}
