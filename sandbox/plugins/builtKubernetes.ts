import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheDir } from "../paths";
import { SandboxError, step } from "../progress";
import { cached } from "../tools/cache";
import { goBuild } from "../tools/goBuild";
import { goPin } from "../tools/tools";
import { onPath } from "../tools/onPath";
import { programOf } from "./packages";
import type { Plugin } from "./installed";

/** As its go.mod names it: the last one that is published as a module. */
const version = "4.0.0-20260115033456-f47bc2d6f199";
const folder = (): string => join(cacheDir(), `plugin-kubernetes-${version}`);
const plugin = (): Plugin => ({ name: "kubernetes", version, file: join(folder(), programOf("kubernetes")) });

/** The official plugin for Kubernetes where it has been built on this machine. */
export function builtKubernetes(): Plugin | undefined {
    return existsSync(folder()) ? plugin() : undefined;
}

/** Builds it from its published Go module where it has not been built yet: of all the official plugins, it alone is one. */
export async function buildKubernetes(): Promise<Plugin> {
    await cached(folder(), async (temporary) => {
        if ((await onPath("go", ["version"], goPin)) === undefined) {
            throw new SandboxError("the official plugin for Kubernetes is built with Go: https://go.dev/dl/");
        }
        await step("building the official plugin for Kubernetes from source, 10 to 15 minutes on 2 cores", () =>
            goBuild(
                {
                    module: programOf("kubernetes"),
                    package: ".",
                    set: `github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version=${version}`,
                },
                temporary,
            ),
        );
    });
    return plugin();
}
