import type { Probe } from "./probe";
import { probeVault } from "./vault";

/** The probe of each kind of backend. */
export const probes: Readonly<Record<string, Probe>> = {
    vault: probeVault,
};
