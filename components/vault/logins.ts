import type { z } from "zod";
import { advice } from "../../config/rules";
import type { TrustedPods } from "../trustedPods";
import type { VaultConfig } from "./config";

/** The values of `login` that need no stored credential: Vault checks the token of the pods' service account. */
export const keylessLogins = ["kubernetes", "jwt"] as const;

/** All values of `login`: the types of Vault's auth methods. The first is the default. */
export const logins = ["approle", ...keylessLogins] as const;

export type KeylessLoginName = (typeof keylessLogins)[number];

/** The name of a login in messages, e.g. `an AppRole auth method is required`. */
export const loginTitles = { approle: "AppRole", kubernetes: "Kubernetes", jwt: "JWT" } as const;

/** Keys that only some logins use. */
const keysOfLogins = [
    { key: "secretIdTtl", logins: ["approle"] },
    { key: "audience", logins: keylessLogins },
] as const;

/** Adds the check that no key is about another login. It also runs if other keys are invalid. */
export function withLoginChecks<T extends z.ZodObject>(backend: T): T {
    return keysOfLogins.reduce(
        (checked, { key, logins: users }) =>
            checked.refine((found) => found[key] === undefined || !isAnother(found.login, users), {
                path: [key],
                error: advice({
                    allowed: `this key with login: ${users.join(" or ")}`,
                    todo: `Remove the key, or write login: ${users[0]}`,
                }),
                when: () => true,
            }),
        backend,
    );
}

/** Whether the value is a login, but none of these. */
function isAnother(login: unknown, users: readonly string[]): boolean {
    return logins.some((each) => each === login) && !users.some((each) => each === login);
}

/** How a Deployment logs in. */
export type Login =
    | {
          readonly type: "approle";
          /** TTL of the secret id, in seconds. A change takes effect with the next rotation. */
          readonly secretIdTtl: number;
      }
    | {
          readonly type: KeylessLoginName;
          /** The pods whose tokens Vault accepts. */
          readonly pods: TrustedPods;
      };

/**
 * Returns how a Deployment logs in.
 *
 * @param pods `undefined` only for a login with a credential
 */
export function loginOf(backend: VaultConfig, pods: TrustedPods | undefined): Login {
    if (backend.login === "approle") {
        return { type: "approle", secretIdTtl: backend.secretIdTtl };
    }
    if (pods === undefined) {
        throw new Error(`login: ${backend.login} has no pods to trust`);
    }
    return { type: backend.login, pods };
}
