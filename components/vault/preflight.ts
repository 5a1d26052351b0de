import type { z } from "zod";
import { allSettled } from "../allSettled";
import type { BackendService } from "../backend";
import { findMountProblems } from "./approleMounts";
import { findRoles } from "./approleRoles";
import { VaultBackend } from "./backend";
import type { vaultBackend } from "./config";
import { listVaultKeys } from "./secretKeys";

export const vault: BackendService<z.output<typeof vaultBackend>> = {
    kinds: ["vault"],
    listKeys: listVaultKeys,
    lookUp: async (deployments) => {
        const uses = deployments.map(({ name, backend, current }) => ({ ...backend, deployment: name, current }));
        const [problems, roles] = await allSettled([findMountProblems(uses), findRoles(uses)]);
        return {
            problems,
            create: ({ name, backend, testSecrets, current }) =>
                new VaultBackend(current, { ...backend, testSecrets, existingRole: roles.get(name) }),
        };
    },
};
