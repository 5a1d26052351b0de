import { GraphQLError } from "graphql";

/** A GraphQL error with Houston's own message and code. */
export class HoustonError extends GraphQLError {
    constructor(message: string, code: "UNAUTHENTICATED" | "FORBIDDEN" | "BAD_USER_INPUT") {
        super(message, { extensions: { code } });
    }
}
