import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheDir } from "../paths";
import { SandboxError, step } from "../progress";
import { cached } from "../tools/cache";
import { goBuild } from "../tools/goBuild";
import { goPin } from "../tools/tools";
import { onPath } from "../tools/onPath";
import { programName } from "./packages";
import type { Plugin } from "./installed";

/** The version in its go.mod: the latest that is published as a Go module. */
const version = "4.0.0-20260115033456-f47bc2d6f199";
const folder = (): string => join(cacheDir(), `plugin-kubernetes-${version}`);
const plugin = (): Plugin => ({ name: "kubernetes", version, file: join(folder(), programName("kubernetes")) });

/** Returns the official plugin for Kubernetes, or `undefined` if it has not been built on this machine. */
export function builtKubernetes(): Plugin | undefined {
    return existsSync(folder()) ? plugin() : undefined;
}

/**
 * Builds the official plugin for Kubernetes from its Go module, unless it has been built already. No other official
 * plugin is published as a module.
 *
 * @throws SandboxError if PATH has no Go
 */
export async function buildKubernetes(): Promise<Plugin> {
    await cached(folder(), async (temporary) => {
        if ((await onPath("go", ["version"], goPin)) === undefined) {
            throw new SandboxError("building the official plugin for Kubernetes requires Go: https://go.dev/dl/");
        }
        await step("building the official plugin for Kubernetes from source, 10 to 15 minutes on 2 cores", () =>
            goBuild(
                {
                    module: programName("kubernetes"),
                    package: ".",
                    set: `github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version=${version}`,
                },
                temporary,
            ),
        );
    });
    return plugin();
}
