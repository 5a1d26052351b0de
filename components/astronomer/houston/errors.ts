import { reasonOf } from "../../../lib/reason";
import { truncate } from "../../../lib/text";

/** Errors of Houston's API, with advice on how to fix them. */

export class HoustonError extends Error {
    /** @param retry whether a retry may help; `afterMs` is how long Houston asks to wait first */
    constructor(
        message: string,
        readonly retry: false | { readonly afterMs?: number } = false,
    ) {
        super(message);
    }
}

export interface Refusal {
    readonly status: number;
    readonly retryAfterMs: number | undefined;
    readonly url: string;
    readonly purpose: string;
    /** The messages in the GraphQL response's `errors`, without secrets. */
    readonly errors: readonly string[];
    /** The first words of a response that is not GraphQL, e.g. of a proxy's page. */
    readonly page?: string | undefined;
}

/** Maximum number of characters of Houston's messages in an error. Enough to recognize it; a proxy's page is longer. */
const LIMIT = 300;

const TOKEN_ADVICE =
    "ASTRONOMER_API_TOKEN has to be the API key of a service account of this Astronomer installation, not of another " +
    "installation or of Astro (cloud)";
const ROLE_ADVICE =
    "The service account whose key ASTRONOMER_API_TOKEN holds needs the role Editor or Admin on the Deployment, or on its " +
    "Workspace";

/**
 * Advice by Houston's error messages; like GraphQL in general, it reports errors with status 200. The first match
 * counts.
 */
const knownErrors: readonly { readonly matches: RegExp; readonly fix: string }[] = [
    {
        matches: /unauthenticated|not authenticated|authentication|invalid token|expired|log in|api key/i,
        fix: TOKEN_ADVICE,
    },
    { matches: /permission|not authorized|unauthorized|forbidden|access denied/i, fix: ROLE_ADVICE },
    {
        matches: /set automatically|cannot be overridden|environment variable key|reserved/i,
        fix:
            "Houston accepts or rejects all environment variables together: remove or rename the one that it names, no " +
            "matter who set it",
    },
    {
        matches: /not found|no deployment|does not exist|invalid uuid/i,
        fix: "Check releaseName, deploymentUuid and houstonUrl of this target: `astro deployment list` shows them",
    },
    {
        matches: /cannot query field|unknown argument|unknown type|got invalid value/i,
        fix: "The API schema of this Houston is not the one that this target supports; see docs/astronomer.md",
    },
];

/** Returns the error for a response that is not a success. */
export function refusal({ status, retryAfterMs, url, purpose, errors, page }: Refusal): HoustonError {
    const messages = errors.length > 0 ? truncate(errors.join("; ").replace(/\s+/g, " "), LIMIT) : page;
    const details = messages === undefined ? "" : `: ${messages}`;
    const cannot = (what: string): string => `Cannot ${purpose}: Houston at ${url} ${what}`;
    const wait = retryAfterMs === undefined ? {} : { afterMs: retryAfterMs };
    if (status === 429) {
        return new HoustonError(
            cannot(`is rate limiting requests (429)${details}. Try again later, or with fewer requests at once`),
            wait,
        );
    }
    if (status >= 500) {
        return new HoustonError(
            cannot(
                `answers ${status}${details}. Houston or a proxy in front of it is failing: check Houston's pods and ` +
                    "try again",
            ),
            wait,
        );
    }
    const known = knownErrors.find(({ matches }) => errors.some((error) => matches.test(error)));
    if (known !== undefined) {
        return new HoustonError(cannot(`refuses${details}. ${known.fix}`));
    }
    if (status === 401 || status === 403) {
        const fix = status === 401 ? TOKEN_ADVICE : ROLE_ADVICE;
        return new HoustonError(cannot(`refuses (${status})${details}. ${fix}`));
    }
    if (status === 200) {
        return new HoustonError(cannot(`answers with an error${details}`));
    }
    return new HoustonError(
        cannot(`answers ${status}${details}. Check houstonUrl: it is https://houston.<base domain>/v1`),
    );
}

/** Returns the error for a call without a response. Whether the call changed anything is unknown. */
export function unreachable(
    error: unknown,
    { url, purpose, timeoutMs }: { url: string; purpose: string; timeoutMs: number },
): HoustonError {
    if (error instanceof Error && error.name === "TimeoutError") {
        return new HoustonError(
            `Cannot ${purpose}: Houston at ${url} did not answer in ${timeoutMs / 1000} s. Check Houston's pods, and ` +
                "the network between this machine and Houston",
            {},
        );
    }
    return new HoustonError(
        `Cannot ${purpose}: Houston at ${url} cannot be reached: ${reasonOf(error)}. Check houstonUrl, and HTTPS_PROXY, ` +
            "NO_PROXY and NODE_EXTRA_CA_CERTS of this shell",
        {},
    );
}
