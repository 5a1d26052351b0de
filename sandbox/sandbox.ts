import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import type { Foreground } from "./commands";
import { installAirflow } from "./company/airflowWorkloads";
import { setExistingVariables } from "./company/deploymentVariables";
import { registerIssuer } from "./company/identityProvider";
import { mountSecretsEngines } from "./company/vaultMounts";
import { trustCluster } from "./company/vaultTrust";
import { behindEdge, officialPluginEnv, programEnv, providerHostEnv, pulumiEnv, pulumiHome, VAULT_HOST } from "./env";
import { stateDir } from "./paths";
import { choosePlugins } from "./plugins/choose";
import { linkPlugins } from "./plugins/link";
import { pluginMode, type PluginMode } from "./plugins/mode";
import { packageNames, type PackageName } from "./plugins/packages";
import { log, SandboxError, step } from "./progress";
import { awsHosts, startAws } from "./services/aws";
import { azureHosts, startAzure } from "./services/azure";
import { startEdge, type Edge, type Route } from "./services/edge";
import { HOUSTON_HOST, startHouston, type Houston } from "./services/houston";
import { googleHosts, startGoogle } from "./services/google";
import { ISSUER_HOST, startIssuer } from "./services/issuer";
import { startKubernetes } from "./services/kubernetes";
import { freePorts } from "./services/ports";
import { startProviders } from "./services/providers";
import { startStandIn } from "./services/standIn";
import { Supervisor } from "./services/supervisor";
import { startVault } from "./services/vault";
import { airflowsOf, sandboxStacks, type Airflows } from "./stackFile";
import type { Installed } from "./tools/installed";

/** The running services, set up as they are in a company that does not use this project yet. */
export interface Sandbox {
    readonly stateDir: string;
    /**
     * Environment of a command: Pulumi with its engine and providers, and administrator credentials for the services.
     */
    readonly env: Record<string, string>;
    readonly kubeconfig: string;
    readonly houston: Houston;
    readonly edge: Edge;
    /** Sets the one command that has to end before the services are stopped; without an argument, there is none. */
    readonly setForeground: (foreground?: Foreground) => void;
    /** Stops all services and keeps their state. A second call waits for the first. */
    close(): Promise<void>;
}

export interface SandboxOptions {
    /** Which provider plugins run. Default: `SANDBOX_PLUGINS`. */
    readonly plugins?: PluginMode;
    /**
     * Whether this project's own plugin runs as a service that the engine attaches to. Default: the engine starts it.
     */
    readonly attachesOwnPlugin?: boolean;
    /**
     * Whether the provider host reaches Vault and AWS through the edge too, so that a test can let them fail. Default:
     * directly. It always reaches Google Cloud and Azure through the edge.
     */
    readonly throughEdge?: boolean;
    /** The releases whose Airflow is installed. Default: all that the stacks of the checkout name. */
    readonly releases?: readonly string[] | undefined;
    /** The kubeconfig of a running cluster to use. Default: the sandbox starts one. */
    readonly kubeconfig?: string | undefined;
    /** Folder of the edge's certificates. Default: one in the sandbox's own folder. */
    readonly edgeDir?: string | undefined;
}

/**
 * Starts the services on the state kept in `.sandbox/`.
 *
 * @throws SandboxError if another command uses that state: only one can at a time
 */
export async function openSandbox(
    installed: Installed,
    {
        plugins = pluginMode(),
        attachesOwnPlugin = false,
        throughEdge = false,
        releases,
        kubeconfig,
        edgeDir,
    }: SandboxOptions = {},
): Promise<Sandbox> {
    const official = await choosePlugins(plugins);
    const hosted = [
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
    const setForeground = (foreground?: Foreground): void => {
        supervisor.setForeground(foreground);
    };
    try {
        const airflows = selected(await airflowsOf(await sandboxStacks()), releases);
        const services = await step("starting the services", () =>
            startServices(supervisor, installed, { dir, hosted, throughEdge, airflows, kubeconfig, edgeDir }),
        );
        await linkPlugins(pulumiHome(dir), official);
        if (!hosted.includes("kubernetes")) {
            const args = ["--kubeconfig", services.kubeconfig];
            await startStandIn(supervisor, { name: "garbageCollector", args, ports: [] });
        }
        const officialEnv = official.length === 0 ? {} : officialPluginEnv(services.edge);
        return { ...services, env: { ...services.env, ...officialEnv }, setForeground, close };
    } catch (error) {
        await close();
        throw error;
    }
}

interface ServicesOptions {
    readonly dir: string;
    readonly throughEdge: boolean;
    /** The provider plugins that run as a service. */
    readonly hosted: readonly (PackageName | "airflow-deployment")[];
    readonly airflows: Airflows;
    readonly kubeconfig: string | undefined;
    readonly edgeDir: string | undefined;
}

function selected({ all, onAstronomer }: Airflows, releases: readonly string[] | undefined): Airflows {
    const isSelected = (release: string): boolean => releases === undefined || releases.includes(release);
    return { all: all.filter(({ release }) => isSelected(release)), onAstronomer: onAstronomer.filter(isSelected) };
}

async function startServices(
    supervisor: Supervisor,
    { tools, etcdBinary, ministack }: Installed,
    { dir, hosted, throughEdge, airflows: { all, onAstronomer }, kubeconfig: running, edgeDir }: ServicesOptions,
): Promise<Omit<Sandbox, "setForeground" | "close">> {
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
        "issuer",
        "edge",
        ...hosted.map((name) => `${name}Provider` as const),
    );
    const kubernetes =
        running === undefined
            ? startKubernetes(supervisor, {
                  etcdBinary,
                  binaryDir: tools.kubeApiserver,
                  dir: join(dir, "kubernetes"),
                  ports: [ports.etcd, ports.etcdPeer, ports.kubernetes],
              })
            : Promise.resolve(running);
    const [vault, aws, google, azure, kubeconfig, houston, , edge] = await Promise.all([
        startVault(supervisor, { binaryDir: tools.vault, dir: join(dir, "vault"), ports }),
        startAws(supervisor, { binaryDir: ministack, dir: join(dir, "aws"), port: ports.aws, issuer: ports.issuer }),
        startGoogle(supervisor, { dir: join(dir, "google"), ports }),
        startAzure(supervisor, { dir: join(dir, "azure"), port: ports.azure, issuer: ports.issuer }),
        kubernetes,
        kubernetes.then((kubeconfig) =>
            startHouston(supervisor, {
                dir: join(dir, "houston"),
                port: ports.houston,
                kubeconfig,
                releases: all.map(({ release }) => release),
            }),
        ),
        kubernetes.then((kubeconfig) => startIssuer(supervisor, { port: ports.issuer, kubeconfig })),
        startEdge(supervisor, { dir: edgeDir ?? join(dir, "edge"), port: ports.edge, routes: edgeRoutes(ports) }),
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
    const providers = Object.fromEntries(hosted.map((name) => [name, ports[`${name}Provider`]]));
    await Promise.all([
        ...(hosted.length === 0
            ? []
            : [
                  startProviders(supervisor, providers, {
                      ...(throughEdge ? behindEdge(access) : access),
                      ...providerHostEnv(edge),
                  }),
              ]),
        mountSecretsEngines(vault).then(() => trustCluster(vault, kubeconfig, edge)),
        registerIssuer(aws),
        ...all.map((airflow) => installAirflow(kubeconfig, airflow)),
    ]);
    await Promise.all(onAstronomer.map((release) => setExistingVariables(houston, release)));
    return {
        stateDir: dir,
        kubeconfig,
        houston,
        edge,
        env: { ...access, ...pulumiEnv(dir, tools.pulumi, providers), ...programEnv(edge) },
    };
}

/** Which service of the sandbox answers for each real hostname. */
function edgeRoutes(
    ports: Readonly<Record<"vault" | "aws" | "googleRest" | "googleGrpc" | "azure" | "houston" | "issuer", number>>,
): Route[] {
    return [
        { host: VAULT_HOST, port: ports.vault },
        ...awsHosts.map((host) => ({ host, port: ports.aws })),
        ...googleHosts.rest.map((host) => ({ host, port: ports.googleRest })),
        ...googleHosts.grpc.map((host) => ({ host, port: ports.googleGrpc, h2: true })),
        ...azureHosts.map((host) => ({ host, port: ports.azure })),
        { host: HOUSTON_HOST, port: ports.houston },
        { host: ISSUER_HOST, port: ports.issuer },
    ];
}

async function takeLock(dir: string): Promise<() => Promise<void>> {
    try {
        return await lock(dir, {
            lockfilePath: join(dir, "lock"),
            onCompromised: ({ message }) => {
                log(`lost the lock on ${dir}: ${message}`);
                process.kill(process.pid, "SIGTERM");
            },
        });
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ELOCKED") {
            throw new SandboxError(
                `another sandbox command is using ${dir}. Wait for it to finish, or use another folder: ` +
                    "SANDBOX_STATE_DIR=/some/folder npm run sandbox",
            );
        }
        throw error;
    }
}
