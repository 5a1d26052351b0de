import { status } from "@grpc/grpc-js";

/** Error codes of Google's APIs, and their HTTP status: https://cloud.google.com/apis/design/errors */
const httpCodes = {
    INVALID_ARGUMENT: 400,
    FAILED_PRECONDITION: 400,
    UNAUTHENTICATED: 401,
    PERMISSION_DENIED: 403,
    NOT_FOUND: 404,
    ALREADY_EXISTS: 409,
    ABORTED: 409,
    RESOURCE_EXHAUSTED: 429,
    UNIMPLEMENTED: 501,
} as const;

export class GoogleError extends Error {
    constructor(
        readonly status: keyof typeof httpCodes,
        message: string,
    ) {
        super(message);
    }

    get http(): number {
        return httpCodes[this.status];
    }

    get grpc(): status {
        return status[this.status];
    }

    /** The body of a REST error. */
    toJSON(): object {
        const { http: code, message, status } = this;
        return { error: { code, message, status } };
    }
}

export function denied(permission: string, resource: string): GoogleError {
    return new GoogleError(
        "PERMISSION_DENIED",
        `Permission '${permission}' denied for resource '${resource}' (or it may not exist).`,
    );
}

export const unauthenticated = (): GoogleError =>
    new GoogleError(
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid " +
            "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    );

/** The token endpoints' errors have their own format: RFC 6749. */
export class OAuthError extends GoogleError {
    constructor(
        readonly code: string,
        description: string,
    ) {
        super("INVALID_ARGUMENT", description);
    }

    override toJSON(): object {
        return { error: this.code, error_description: this.message };
    }
}
