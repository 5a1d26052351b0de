import * as pulumi from "@pulumi/pulumi";
import { inPool } from "../../lib/pool";
import { allSettled } from "../allSettled";
import type { BackendDeployment, BackendService } from "../backend";
import { findAuthMountProblems } from "./authMounts";
import { VaultBackend } from "./backend";
import { findClusterProblems, readCluster } from "./clusters";
import type { VaultConfig } from "./config";
import { vaultAdvice } from "./errors";
import { findClaimsInVault } from "./existing";
import { findKvMountProblems } from "./kvMounts";
import { loginOf } from "./logins";
import { findLoginProblems, findTokenProblems, LOGIN_KEYS } from "./login";
import { vaultAddress, vaultClient, VaultError, type VaultClient } from "./rest";
import { listVaultKeys } from "./secretKeys";

/** For how many Deployments Vault is asked at the same time. */
const POOL = 8;

export const vault: BackendService<VaultConfig> = {
    kinds: ["vault"],
    listKeys: listVaultKeys,
    lookUp: (deployments, { vaultClusterId }) => orRunError(() => lookUp(deployments, vaultClusterId)),
};

async function lookUp(deployments: readonly BackendDeployment<VaultConfig>[], clusterId: string | undefined) {
    const call = await checkLogin(deployments, clusterId);
    const uses = deployments.map(({ name, backend }) => ({ ...backend, deployment: name }));
    const [clusters, authMounts, kv, claims] = await allSettled([
        findClusterProblems(uses, vaultAddress()),
        findAuthMountProblems(uses, call),
        findKvMountProblems(uses, call),
        inPool(POOL, deployments, async (each) => [each.name, await findClaimsInVault(each, call)] as const),
    ]);
    for (const warning of [...clusters.warnings, ...kv.warnings]) {
        await pulumi.log.warn(warning);
    }
    const byName = new Map(claims);
    return {
        problems: [
            ...clusters.problems,
            ...authMounts,
            ...kv.problems,
            ...new Set(claims.flatMap(([, { problems }]) => problems)),
        ],
        create: ({ name, backend, pods, testSecrets, shareSecrets, current }: BackendDeployment<VaultConfig>) => {
            const login = loginOf(backend, pods);
            return new VaultBackend(current, { ...backend, login, testSecrets, shareSecrets, ...byName.get(name) });
        },
    };
}

/**
 * Checks that Pulumi is logged in to the right Vault, before its token is sent to it. Returns a client with that login.
 *
 * @throws RunError with every problem
 */
async function checkLogin(
    deployments: readonly BackendDeployment<VaultConfig>[],
    clusterId: string | undefined,
): Promise<VaultClient> {
    const config = new pulumi.Config("vault");
    const problems = findLoginProblems(
        process.env,
        LOGIN_KEYS.filter((key) => config.get(key) !== undefined),
    );
    refuse(problems);
    const call = await vaultClient();
    if (clusterId !== undefined) {
        refuse(await findClusterGuardProblems(clusterId));
    }
    refuse(await findTokenProblems(deployments, process.env, call));
    return call;
}

async function findClusterGuardProblems(expected: string): Promise<string[]> {
    const url = vaultAddress();
    const { id } = await readCluster(url);
    return id === expected
        ? []
        : [
              `Pulumi is logged in to the Vault at ${url} with cluster id ${id}, but vaultClusterId in ` +
                  `Pulumi.${pulumi.getStack()}.yaml is ${expected}. Log in to that one (VAULT_ADDR, VAULT_TOKEN), or ` +
                  "change vaultClusterId",
          ];
}

function refuse(problems: readonly string[]): void {
    if (problems.length > 0) {
        const lines = problems.map((problem) => `  - ${problem}.`);
        throw new pulumi.RunError(["Vault cannot be used; nothing was changed.", ...lines].join("\n"));
    }
}

/** Reports an error of Vault without a stack trace, and says what to do. */
async function orRunError<T>(work: () => Promise<T>): Promise<T> {
    try {
        return await work();
    } catch (error) {
        if (!(error instanceof VaultError)) {
            throw error;
        }
        const todo =
            error.status === undefined
                ? "Check VAULT_ADDR. A CA of your own needs NODE_EXTRA_CA_CERTS, and VAULT_CACERT for Vault's provider."
                : vaultAdvice(error.message);
        throw new pulumi.RunError(
            [`${error.message}. Nothing was changed.`, ...(todo === undefined ? [] : [todo])].join(" "),
        );
    }
}
