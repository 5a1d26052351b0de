import { reasonOf } from "../../../lib/reason";
import { shortened } from "../../../lib/text";

/** What Houston's refusals mean, and what to do about them. */

export class HoustonError extends Error {
    /** @param retry whether another try may help; with `afterMs`, how long Houston asks to wait before it */
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
    /** Messages of GraphQL's `errors`, without secrets. */
    readonly errors: readonly string[];
}

/** Enough to know an error by; a proxy's page is longer. */
const LIMIT = 300;

const TOKEN_ADVICE =
    "ASTRONOMER_API_TOKEN has to be the API key of a service account of this Astronomer installation, not one of " +
    "another or of Astro (cloud)";
const RIGHTS_ADVICE =
    "The service account whose key ASTRONOMER_API_TOKEN holds needs the role Editor or Admin on the Deployment, or on its " +
    "Workspace";

/** Words in which Houston refuses; it answers 200 as GraphQL does. The first that fits tells what to do. */
const meanings: readonly { readonly sign: RegExp; readonly advice: string }[] = [
    {
        sign: /unauthenticated|not authenticated|authentication|invalid token|expired|log in|api key/i,
        advice: TOKEN_ADVICE,
    },
    { sign: /permission|not authorized|unauthorized|forbidden|access denied/i, advice: RIGHTS_ADVICE },
    {
        sign: /set automatically|cannot be overridden|environment variable key|reserved/i,
        advice:
            "Houston takes the set of variables as a whole or not at all: remove or rename the one it names, " +
            "whoever set it",
    },
    {
        sign: /not found|no deployment|does not exist|invalid uuid/i,
        advice: "Check releaseName, deploymentUuid and houstonUrl of this target: `astro deployment list` shows them",
    },
    {
        sign: /cannot query field|unknown argument|unknown type|got invalid value/i,
        advice: "This Houston has another schema than the one that this target was made for; see docs/astronomer.md",
    },
];

/** The error that an answer stands for. */
export function refusal({ status, retryAfterMs, url, purpose, errors }: Refusal): HoustonError {
    const said = errors.length > 0 ? `: ${shortened(errors.join("; ").replace(/\s+/g, " "), LIMIT)}` : "";
    const cannot = (what: string): string => `Cannot ${purpose}: Houston at ${url} ${what}`;
    const wait = retryAfterMs === undefined ? {} : { afterMs: retryAfterMs };
    if (status === 429) {
        return new HoustonError(cannot(`limits calls (429)${said}. Try again later, or with fewer at once`), wait);
    }
    if (status >= 500) {
        return new HoustonError(
            cannot(
                `answers ${status}${said}. Houston, or what is before it, is not well: look at its pods and try again`,
            ),
            wait,
        );
    }
    const meaning = meanings.find(({ sign }) => errors.some((error) => sign.test(error)));
    if (meaning !== undefined) {
        return new HoustonError(cannot(`refuses${said}. ${meaning.advice}`));
    }
    if (status === 401 || status === 403) {
        return new HoustonError(cannot(`refuses (${status})${said}. ${status === 401 ? TOKEN_ADVICE : RIGHTS_ADVICE}`));
    }
    if (status === 200) {
        return new HoustonError(cannot(`answers with an error${said}`));
    }
    return new HoustonError(
        cannot(`answers ${status}${said}. Check houstonUrl: it is https://houston.<base domain>/v1`),
    );
}

/** The error of a call that had no answer. What it changed, if anything, is not known. */
export function unreachable(
    error: unknown,
    { url, purpose, timeoutMs }: { url: string; purpose: string; timeoutMs: number },
): HoustonError {
    if (error instanceof Error && error.name === "TimeoutError") {
        return new HoustonError(
            `Cannot ${purpose}: Houston at ${url} did not answer in ${timeoutMs / 1000} s. Look at its pods, and at ` +
                "what is between here and there",
            {},
        );
    }
    return new HoustonError(
        `Cannot ${purpose}: Houston at ${url} cannot be reached: ${reasonOf(error)}. Check houstonUrl, and HTTPS_PROXY, ` +
            "NO_PROXY and NODE_EXTRA_CA_CERTS of this shell",
        {},
    );
}
