import type { Mistake } from "../config/errors";
import { advice } from "../config/rules";

/** What a stack that is to be torn down has otherwise: AWS is to keep no deleted secret of it, and no name. */

/** A Deployment as it is written, with a test stack's defaults. */
export function withTestDefaults(item: unknown): unknown {
    const backend = secretsManagerOf(item);
    return backend === undefined ? item : { ...(item as object), backend: { recoveryWindowInDays: 0, ...backend } };
}

/** A window that Secrets Manager takes, but that would leave something behind. */
export function windowsThatKeep(items: readonly unknown[]): Mistake[] {
    return items.flatMap((item, index) => {
        const days = secretsManagerOf(item)?.recoveryWindowInDays;
        const keeps = typeof days === "number" && days >= 7 && days <= 30;
        return keeps
            ? [
                  {
                      path: ["deployments", index, "backend", "recoveryWindowInDays"],
                      found: `${days} in a stack that expires`,
                      advice: advice({
                          allowed: "0 in such a stack: AWS would keep its secrets, and their names, after teardown",
                          todo: "Leave the key out",
                      }),
                  },
              ]
            : [];
    });
}

function secretsManagerOf(item: unknown): { readonly recoveryWindowInDays?: unknown } | undefined {
    const { backend } = (item ?? {}) as { backend?: unknown };
    const found = (backend ?? {}) as { kind?: unknown; recoveryWindowInDays?: unknown };
    return found.kind === "aws-secrets-manager" ? found : undefined;
}
