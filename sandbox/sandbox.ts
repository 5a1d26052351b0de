import { mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { lock } from "proper-lockfile";
import type { Foreground } from "./commands";
import { installAirflow } from "./company/airflowWorkloads";
import { setCompanyVariables } from "./company/deploymentVariables";
import { mountSecretsEngines } from "./company/vaultMounts";
import { stateDir } from "./paths";
import { choosePlugins } from "./plugins/choose";
import { linkPlugins } from "./plugins/link";
import { pluginMode, type PluginMode } from "./plugins/mode";
import { packageNames, type PackageName } from "./plugins/packages";
import { log, SandboxError, step } from "./progress";
import { awsHosts, startAws } from "./services/aws";
import { azureHosts, startAzure } from "./services/azure";
import { startEdge, type Edge } from "./services/edge";
import { HOUSTON_HOST, startHouston, type Houston } from "./services/houston";
import { googleHosts, startGoogle } from "./services/google";
import { startKubernetes } from "./services/kubernetes";
import { freePorts } from "./services/ports";
import { startProviders } from "./services/providers";
import { startStandIn } from "./services/standIn";
import { Supervisor } from "./services/supervisor";
import { startVault } from "./services/vault";
import { airflowsOf, PASSPHRASE, sandboxStacks } from "./stackFile";
import type { Installed } from "./tools/installed";

/** The services, up and set up as a company has them before this project comes. */
export interface Sandbox {
    readonly stateDir: string;
    /** Environment of a command: Pulumi with its engine and providers, and administrators' access to the services. */
    readonly env: Record<string, string>;
    readonly kubeconfig: string;
    readonly houston: Houston;
    readonly edge: Edge;
    /** Names the one command that has to end before the services do, or that there is none. */
    readonly adopt: (foreground?: Foreground) => void;
    /** Stops everything; nothing is lost. A second call waits for the first. */
    close(): Promise<void>;
}

export interface SandboxOptions {
    /** Which provider plugins run; default: what `SANDBOX_PLUGINS` says. */
    readonly plugins?: PluginMode;
    /** Whether this project's own plugin runs beside the services, so that no engine has to start it. Default: no. */
    readonly attachesOwnPlugin?: boolean;
}

/** Starts the services on the state kept in `.sandbox/`. One command at a time can have them. */
export async function openSandbox(
    installed: Installed,
    { plugins = pluginMode(), attachesOwnPlugin = false }: SandboxOptions = {},
): Promise<Sandbox> {
    const official = await choosePlugins(plugins);
    const played = [
        ...packageNames.filter((each) => !official.some(({ name }) => name === each)),
        ...(attachesOwnPlugin ? (["airflow-deployment"] as const) : []),
    ];
    const dir = stateDir();
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await mkdir(join(dir, "pulumi"), { recursive: true, mode: 0o700 });
    const release = await takeLock(dir);
    const supervisor = await Supervisor.start(dir);
    let closed: Promise<void> | undefined;
    const close = (): Promise<void> => (closed ??= supervisor.close().then(() => release()));
    const adopt = (foreground?: Foreground): void => {
        supervisor.adopt(foreground);
    };
    try {
        const services = await step("starting the services", () => startServices(supervisor, installed, dir, played));
        await linkPlugins(pulumiHome(dir), official);
        if (!played.includes("kubernetes")) {
            const args = ["--kubeconfig", services.kubeconfig];
            await startStandIn(supervisor, { name: "garbageCollector", args, ports: [] });
        }
        const trust = official.length === 0 ? {} : pluginEnv(services.edge);
        return { ...services, env: { ...services.env, ...trust }, adopt, close };
    } catch (error) {
        await close();
        throw error;
    }
}

async function startServices(
    supervisor: Supervisor,
    { tools, etcdBinary, ministack }: Installed,
    dir: string,
    played: readonly (PackageName | "airflow-deployment")[],
): Promise<Omit<Sandbox, "adopt" | "close">> {
    const ports = await freePorts(
        "vault",
        "aws",
        "etcd",
        "etcdPeer",
        "googleRest",
        "googleGrpc",
        "azure",
        "kubernetes",
        "houston",
        "edge",
        ...played.map((name) => `${name}Provider` as const),
    );
    const { all, onAstronomer } = await airflowsOf(await sandboxStacks());
    const kubernetes = startKubernetes(supervisor, {
        etcdBinary,
        binaryDir: tools.kubeApiserver,
        dir: join(dir, "kubernetes"),
        ports: [ports.etcd, ports.etcdPeer, ports.kubernetes],
    });
    const [vault, aws, google, azure, kubeconfig, houston, edge] = await Promise.all([
        startVault(supervisor, { binaryDir: tools.vault, dir: join(dir, "vault"), port: ports.vault }),
        startAws(supervisor, { binaryDir: ministack, dir: join(dir, "aws"), port: ports.aws }),
        startGoogle(supervisor, { dir: join(dir, "google"), rest: ports.googleRest, grpc: ports.googleGrpc }),
        startAzure(supervisor, { dir: join(dir, "azure"), port: ports.azure }),
        kubernetes,
        kubernetes.then((kubeconfig) =>
            startHouston(supervisor, {
                dir: join(dir, "houston"),
                port: ports.houston,
                kubeconfig,
                releases: all.map(({ release }) => release),
            }),
        ),
        startEdge(supervisor, {
            dir: join(dir, "edge"),
            port: ports.edge,
            routes: [
                { host: "vault.sandbox.test", port: ports.vault },
                ...awsHosts.map((host) => ({ host, port: ports.aws })),
                ...googleHosts.rest.map((host) => ({ host, port: ports.googleRest })),
                ...googleHosts.grpc.map((host) => ({ host, port: ports.googleGrpc, h2: true })),
                ...azureHosts.map((host) => ({ host, port: ports.azure })),
                { host: HOUSTON_HOST, port: ports.houston },
            ],
        }),
    ]);
    const access = {
        VAULT_ADDR: vault.address,
        VAULT_TOKEN: vault.token,
        ...aws,
        ...google,
        ...azure,
        ASTRONOMER_API_TOKEN: houston.keys.editor,
        KUBECONFIG: kubeconfig,
    };
    const providers = Object.fromEntries(played.map((name) => [name, ports[`${name}Provider`]]));
    await Promise.all([
        ...(played.length === 0 ? [] : [startProviders(supervisor, providers, { ...access, ...throughEdge(edge) })]),
        mountSecretsEngines(vault),
        ...all.map((airflow) => installAirflow(kubeconfig, airflow)),
    ]);
    await Promise.all(onAstronomer.map((release) => setCompanyVariables(houston, release)));
    return {
        stateDir: dir,
        kubeconfig,
        houston,
        edge,
        env: { ...access, ...pulumiEnv(dir, tools.pulumi, providers), ...programEnv(edge) },
    };
}

/** Google's and Azure's clients know one address only, their own: they go through the edge. */
function throughEdge(edge: Edge): Record<string, string> {
    return {
        ...byHttps(edge),
        https_proxy: edge.proxyUrl,
        grpc_proxy: edge.proxyUrl,
        GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: edge.caPath,
    };
}

const pulumiHome = (dir: string): string => join(dir, "pulumi-home");

function pulumiEnv(dir: string, binaries: string, providers: Record<string, number>): Record<string, string> {
    const attached = Object.entries(providers).map(([name, port]) => `${name}:${port}`);
    return {
        PATH: [binaries, process.env.PATH ?? ""].join(delimiter),
        PULUMI_HOME: pulumiHome(dir),
        // A Pulumi that is killed while it writes the file beside a state that it otherwise keeps there leaves a stack
        // that no Pulumi reads ("error: EOF").
        PULUMI_BACKEND_URL: `file://${join(dir, "pulumi")}?metadata=skip`,
        PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
        PULUMI_DEBUG_PROVIDERS: attached.join(","),
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_SKIP_UPDATE_CHECK: "true",
    };
}

/**
 * The program itself asks Azure what is deleted, at Azure's own addresses. Proxies of the user's own, or the edge under
 * the name in small letters that gRPC obeys, would come between the program and its engine.
 */
function programEnv(edge: Edge): Record<string, string> {
    const { HTTPS_PROXY, https_proxy: small = "" } = process.env;
    const outside = { SANDBOX_OUTSIDE_PROXY: HTTPS_PROXY ?? small };
    return { ...byHttps(edge), ...outside, HTTP_PROXY: "", https_proxy: "", http_proxy: "" };
}

/** Official plugins are Go programs: they take the edge's certificate from here, its address from HTTPS_PROXY. */
function pluginEnv({ caPath }: Edge): Record<string, string> {
    return { SSL_CERT_FILE: caPath };
}

function byHttps({ proxyUrl, caPath }: Edge): Record<string, string> {
    const loopback = "127.0.0.1,localhost";
    return { HTTPS_PROXY: proxyUrl, NODE_EXTRA_CA_CERTS: caPath, NO_PROXY: loopback, no_proxy: loopback };
}

async function takeLock(dir: string): Promise<() => Promise<void>> {
    try {
        return await lock(dir, {
            lockfilePath: join(dir, "lock"),
            onCompromised: ({ message }) => {
                log(`lost hold of ${dir}: ${message}`);
                process.kill(process.pid, "SIGTERM");
            },
        });
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ELOCKED") {
            throw new SandboxError(
                `another sandbox command is running on ${dir}. Wait for it, or give this one a folder of its own: ` +
                    "SANDBOX_STATE_DIR=/some/folder npm run sandbox",
            );
        }
        throw error;
    }
}
