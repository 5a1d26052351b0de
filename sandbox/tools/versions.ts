/** Pins the versions of the sandbox's tools. For builds, the go.mod files pin the sources. */

export interface Pin {
    /** The version that is downloaded or built. */
    readonly version: string;
    /** The oldest version on PATH that is used. */
    readonly atLeast: string;
}

export const pins = {
    pulumi: { version: "3.256.0", atLeast: "3.244.0" },
    /** The last release of the Pulumi SDK that contains the Node.js language host's source. */
    pulumiLanguageNodejs: { version: "3.60.0", atLeast: "3.60.0" },
    /** The last Vault release under the MPL. */
    vault: { version: "1.14.1", atLeast: "1.12.0" },
    kubeApiserver: { version: "1.34.2", atLeast: "1.29.0" },
    etcd: { version: "3.5.1", atLeast: "3.5.0" },
    actionlint: { version: "1.7.12", atLeast: "1.7.12" },
} as const satisfies Record<string, Pin>;

/** This machine's architecture, as Go and publishers of Go programs name it. */
export const goArch = process.arch === "x64" ? "amd64" : process.arch;

/** Returns whether the dotted version `found` is `wanted` or newer. */
export function isAtLeast(found: string, wanted: string): boolean {
    const [left, right] = [found, wanted].map((text) => text.split(".").map(Number)) as [number[], number[]];
    const at = right.findIndex((part, index) => part !== left[index]);
    return at === -1 || (left[at] ?? 0) > (right[at] ?? 0);
}
