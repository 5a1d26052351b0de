import { join } from "node:path";
import { cacheDir } from "../paths";
import { log, SandboxError, step } from "../progress";
import { cached } from "./cache";
import checksums from "./checksums.json";
import { download, NotDownloaded, type Release } from "./download";
import { goBuild } from "./goBuild";
import { onPath } from "./onPath";
import { goArch, pins, type Pin } from "./versions";

/** Folders of the binary tools. */
export interface Tools {
    /** Contains the Pulumi CLI and the Node.js language host; added to PATH. */
    readonly pulumi: string;
    readonly vault: string;
    readonly kubeApiserver: string;
}

interface Tool {
    readonly name: string;
    readonly pin: Pin;
    /** Raised when the build of the same version changes; part of the cache folder's name. */
    readonly revision: number;
    readonly versionArgs: string[];
    /** Its checksum is in checksums.json. */
    readonly release: Omit<Release, "sha256">;
    /** Duration of a build on 2 cores with an empty Go cache, to tell the user what to expect. */
    readonly buildTime: string;
    readonly build: (folder: string) => Promise<void>;
}

/** By URL, as the publishers state them. A release without one is not downloaded, but built. */
const pinned: Readonly<Record<string, string>> = checksums;

const tools: Record<keyof Tools, Tool> = {
    pulumi: {
        name: "pulumi",
        pin: pins.pulumi,
        revision: 3,
        versionArgs: ["version"],
        release: {
            url: `https://get.pulumi.com/releases/sdk/pulumi-v${pins.pulumi.version}-${process.platform}-${process.arch}.tar.gz`,
            strip: 1,
        },
        buildTime: "3 to 4 minutes",
        async build(folder) {
            const versionOf = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
            await goBuild(
                {
                    module: "pulumi-language-nodejs",
                    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
                    set: `${versionOf}=v${pins.pulumiLanguageNodejs.version}`,
                    changes: [
                        // The old language host would proxy the program's calls to the engine, and drop calls that are
                        // newer than itself.
                        {
                            file: "main.go",
                            from: 'maybeAppendArg("monitor", address)',
                            to: 'maybeAppendArg("monitor", req.GetMonitorAddress())',
                        },
                        // The current engine passes on Pulumi.yaml's `typescript: false` in a way that the old host
                        // does not understand.
                        {
                            file: "main.go",
                            from: 'flag.BoolVar(&typescript, "typescript", true,',
                            to: 'flag.BoolVar(&typescript, "typescript", false,',
                        },
                    ],
                },
                folder,
            );
            await goBuild(
                {
                    module: "pulumi",
                    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
                    set: `${versionOf}=v${pins.pulumi.version}`,
                },
                folder,
            );
        },
    },
    vault: {
        name: "vault",
        pin: pins.vault,
        revision: 2,
        versionArgs: ["version"],
        release: {
            url: `https://releases.hashicorp.com/vault/${pins.vault.version}/vault_${pins.vault.version}_${process.platform}_${goArch}.zip`,
        },
        buildTime: "3 minutes",
        build: (folder) => goBuild({ module: "vault", package: "." }, folder),
    },
    kubeApiserver: {
        name: "kube-apiserver",
        pin: pins.kubeApiserver,
        revision: 1,
        versionArgs: ["--version"],
        release: {
            url: `https://dl.k8s.io/v${pins.kubeApiserver.version}/bin/${process.platform}/${goArch}/kube-apiserver`,
            binary: "kube-apiserver",
        },
        buildTime: "3 to 4 minutes",
        build: (folder) =>
            goBuild(
                {
                    module: "kube-apiserver",
                    package: "k8s.io/kubernetes/cmd/kube-apiserver",
                    set: `k8s.io/component-base/version.gitVersion=v${pins.kubeApiserver.version}`,
                },
                folder,
            ),
    },
};

/** Not part of the sandbox, but installed in the same way: `npm run check` checks the workflows with it. */
const actionlint: Tool = {
    name: "actionlint",
    pin: pins.actionlint,
    revision: 1,
    versionArgs: ["-version"],
    release: {
        url: `https://github.com/rhysd/actionlint/releases/download/v${pins.actionlint.version}/actionlint_${pins.actionlint.version}_${process.platform}_${goArch}.tar.gz`,
    },
    buildTime: "half a minute",
    build: (folder) =>
        goBuild(
            {
                module: "actionlint",
                package: "github.com/rhysd/actionlint/cmd/actionlint",
                set: `github.com/rhysd/actionlint.version=${pins.actionlint.version}`,
            },
            folder,
        ),
};

/** Returns the folder that contains actionlint. */
export function ensureActionlint(): Promise<string> {
    return ensure(actionlint);
}

/**
 * Finds each tool on PATH, downloads it from its publisher, or builds it. Builds run one after another, since each uses
 * all cores.
 */
export async function ensureTools(): Promise<Tools> {
    const vault = await ensure(tools.vault);
    const pulumi = await ensure(tools.pulumi);
    const kubeApiserver = await ensure(tools.kubeApiserver);
    return { pulumi, vault, kubeApiserver };
}

async function ensure(tool: Tool): Promise<string> {
    const found = await onPath(tool.name, tool.versionArgs, tool.pin);
    if (found !== undefined) {
        return found;
    }
    const revision = tool.revision === 1 ? "" : `-${tool.revision}`;
    return cached(join(cacheDir(), `${tool.name}-${tool.pin.version}${revision}`), async (folder) => {
        const title = `${tool.name} ${tool.pin.version}`;
        try {
            const release = { ...tool.release, sha256: pinned[tool.release.url] };
            await step(`downloading ${title}`, () => download(release, folder));
            return;
        } catch (error) {
            if (!(error instanceof NotDownloaded)) {
                throw error;
            }
            log(`${title} cannot be downloaded (${error.message})`);
        }
        if ((await onPath("go", ["version"], goPin)) === undefined) {
            throw new SandboxError(
                `${title} can be neither downloaded nor built: Go is missing. Install it from https://go.dev/dl/`,
            );
        }
        await step(`building ${title} from source, about ${tool.buildTime} on 2 cores`, () => tool.build(folder));
    });
}

/** Since 1.21, Go downloads the newer toolchain that a go.mod requires. */
export const goPin: Pin = { version: "1.26.0", atLeast: "1.21.0" };
