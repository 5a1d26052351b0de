import type { z } from "zod";
import { allSettled } from "../allSettled";
import type { BackendService } from "../backend";
import { findMountProblems } from "./approleMounts";
import { findRoles } from "./approleRoles";
import { VaultBackend } from "./backend";
import type { vaultBackend } from "./config";

export const vault: BackendService<z.output<typeof vaultBackend>> = {
    kinds: ["vault"],
    lookUp: async (deployments) => {
        const uses = deployments.map(({ name, backend }) => ({ ...backend, deployment: name }));
        const [problems, roles] = await allSettled([findMountProblems(uses), findRoles(uses)]);
        return {
            problems,
            create: ({ name, backend, testSecrets }) =>
                new VaultBackend(name, { ...backend, testSecrets, existingRole: roles.get(name) }),
        };
    },
};
