import { isDeepStrictEqual } from "node:util";
import { isMapping } from "../../lib/json";
import type { BackendDeployment } from "../backend";
import { findClaims, type ClaimLookup, type Claims, type Found } from "../claims";
import { holderOf, isHeldBy, marksInLines, marksOf, type Marks } from "../marks";
import { identityResource, placeResource, serviceName } from "../names";
import type { Owner } from "../owner";
import type { VaultConfig } from "./config";
import { vaultAdvice } from "./errors";
import { COMMENT, marksInDescription } from "./marks";
import { isStatus, VaultError, type VaultClient } from "./rest";
import { testSecretsOf, type VaultTestSecret } from "./testSecrets";

type Deployment = BackendDeployment<VaultConfig>;

/**
 * Looks for what has the names of a Deployment's resources in Vault. Vault would overwrite a policy or a secret, and all
 * versions of a secret would be deleted with the stack.
 */
export async function findClaimsInVault(deployment: Deployment, call: VaultClient): Promise<Claims> {
    try {
        const claims = await findClaims(deployment, [
            ...identityLookups(deployment, call),
            ...secretLookups(deployment, call),
        ]);
        return { ...claims, problems: [...claims.problems, ...namespaceProblems(deployment, claims)] };
    } catch (error) {
        if (!(error instanceof VaultError)) {
            throw error;
        }
        const advice = vaultAdvice(error.message)?.replace(/\.$/, "");
        const problem = `Deployment "${deployment.name}": ${error.message}${advice === undefined ? "" : `. ${advice}`}`;
        return { existing: new Map(), shared: new Set(), problems: [problem] };
    }
}

/** The provider imports from the root namespace only. Policies and secrets are written again instead. */
function namespaceProblems({ name, current, backend }: Deployment, { existing }: Claims): string[] {
    const role = existing.get(identityResource(current, "role"));
    return role === undefined || backend.namespace === undefined
        ? []
        : [
              `Deployment "${name}": an interrupted run of this stack created the role ${role} in namespace ` +
                  `"${backend.namespace}", and Pulumi cannot import from a namespace. Delete it: ` +
                  `vault delete -namespace=${backend.namespace} ${role}`,
          ];
}

const roleTitles = { approle: "AppRole", kubernetes: "Kubernetes role", jwt: "JWT role" } as const;

function identityLookups({ current, backend }: Deployment, call: VaultClient): ClaimLookup[] {
    const { namespace, authMount, login } = backend;
    const name = serviceName(current.owner, current.identity);
    const rolePath = `auth/${authMount}/role/${name}`;
    return [
        { name: identityResource(current, "policy"), title: `the policy "${name}"`, find: findPolicy },
        {
            name: identityResource(current, "role"),
            title: `the ${roleTitles[login]} "${name}" at auth/${authMount}`,
            find: findRole,
        },
    ];

    async function findPolicy(): Promise<Found | undefined> {
        const found = await call({ method: "GET", path: `sys/policies/acl/${name}`, namespace });
        return found === undefined ? undefined : { id: name, marks: marksInLines(String(found.policy), COMMENT) };
    }

    /** A role has no field for marks. It is its policy's if it has that policy and no other. */
    async function findRole(): Promise<Found | undefined> {
        const found = await call({ method: "GET", path: rolePath, namespace });
        if (found === undefined) {
            return undefined;
        }
        const hasOwnPolicy = isDeepStrictEqual(found.token_policies, [name]);
        return { id: rolePath, marks: hasOwnPolicy ? (await findPolicy())?.marks : undefined };
    }
}

/**
 * Without test secrets, one of their names is looked up for the marks of another stack: it has that place already, and
 * the Deployment would read its secrets.
 */
function secretLookups(deployment: Deployment, call: VaultClient): ClaimLookup[] {
    const { current, backend, testSecrets } = deployment;
    const all = testSecretsOf(backend).map((secret): ClaimLookup => {
        const title = `the secret "${secret.path}" in mount "${backend.mount}"`;
        return { name: placeResource(current, secret.role), title, find: () => findSecret(deployment, secret, call) };
    });
    return testSecrets
        ? all
        : all.slice(0, 1).map((lookup) => ({
              ...lookup,
              find: async () => anothers(await ifAllowed(lookup.find), current.owner),
          }));
}

/** Without test secrets, Pulumi's login may lack the right. */
async function ifAllowed<T>(find: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
        return await find();
    } catch (error) {
        if (isStatus(error, 403)) {
            return undefined;
        }
        throw error;
    }
}

/** The Deployment's own is in a place that it is leaving, in which the name is the same. */
function anothers(found: Found | undefined, owner: Owner): Found | undefined {
    const holder = holderOf(found?.marks);
    return holder === "unknown" || isHeldBy(holder, owner) ? undefined : found;
}

async function findSecret(
    { current, backend, shareSecrets }: Deployment,
    { path, fields }: VaultTestSecret,
    call: VaultClient,
): Promise<Found | undefined> {
    const { mount, kvVersion, namespace } = backend;
    if (kvVersion === 1) {
        const found = await call({ method: "GET", path: `${mount}/${path}`, namespace });
        return found === undefined ? undefined : { id: `${mount}/${path}`, marks: marksInDescription(found) };
    }
    const found = await call({ method: "GET", path: `${mount}/metadata/${path}`, namespace });
    if (found === undefined) {
        return undefined;
    }
    const id = `${mount}/data/${path}`;
    const marks = isMapping(found.custom_metadata) ? found.custom_metadata : {};
    // The provider writes the marks after the value, and may have been interrupted in between.
    const isUnmarked = Object.keys(marks).length === 0 && found.current_version === 1;
    return { id, marks: isUnmarked && (await hasTestValue()) ? ownMarks() : marks };

    async function hasTestValue(): Promise<boolean> {
        const version = await call({ method: "GET", path: id, namespace });
        return isDeepStrictEqual(version?.data, fields);
    }

    function ownMarks(): Marks {
        return marksOf(current.owner, shareSecrets);
    }
}
