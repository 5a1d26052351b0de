import type {
    AppsV1Api,
    Cluster as ClusterEntry,
    CoreV1Api,
    KubeConfig,
    ResponseContext,
} from "@kubernetes/client-node";
import { proxyFor } from "../../lib/http";
import { isMapping, parseJson } from "../../lib/json";
import { ClusterError, NotJson } from "./clusterError";

/** Selects the cluster: https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/ */
export interface ClusterConfig {
    /** Path or content of a kubeconfig. Default: `KUBECONFIG`, `~/.kube/config`, or the pod's own service account. */
    readonly kubeconfig?: string | undefined;
    /** Default: the kubeconfig's current context. */
    readonly context?: string | undefined;
}

type Kubernetes = typeof import("./client");

export interface Connection {
    /** The API server's address, for messages. */
    readonly server: string;
    readonly apps: AppsV1Api;
    readonly core: CoreV1Api;
    /** Returns the options of a request: its headers and its timeout. */
    readonly options: (strategy?: Strategy) => ReturnType<Kubernetes["setHeaderOptions"]>;
}

export type Strategy = keyof Kubernetes["PatchStrategy"];

/**
 * Connects. Loads the Kubernetes client only here: it is large, and a stack without a Kubernetes target does not need
 * it.
 */
export function connect(config: ClusterConfig, timeoutMs: number): Connection {
    // Not `import()`: Node.js would resolve it itself, and cannot load TypeScript.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const kubernetes = require("./client") as Kubernetes;
    const kubeConfig = load(new kubernetes.KubeConfig(), config);
    useProxy(kubeConfig);
    return {
        server: kubeConfig.getCurrentCluster()?.server ?? "the API server",
        apps: kubeConfig.makeApiClient(kubernetes.AppsV1Api),
        core: kubeConfig.makeApiClient(kubernetes.CoreV1Api),
        options: (strategy) => {
            const header =
                strategy === undefined
                    ? kubernetes.setHeaderMiddleware("Accept", "application/json")
                    : kubernetes.setHeaderMiddleware("Content-Type", kubernetes.PatchStrategy[strategy]);
            const pre: typeof header.pre = (context) => {
                context.setSignal(AbortSignal.timeout(timeoutMs));
                return header.pre(context);
            };
            const post: typeof header.post = (context) => {
                context.body = checkedBody(context);
                return header.post(context);
            };
            return { middleware: [{ pre, post }], middlewareMergeStrategy: "append" };
        },
    };
}

function load(kubeConfig: KubeConfig, { kubeconfig, context }: ClusterConfig): KubeConfig {
    if (kubeconfig === undefined) {
        kubeConfig.loadFromDefault();
    } else if (/^\s*(apiVersion|clusters|\{)/m.test(kubeconfig)) {
        kubeConfig.loadFromString(kubeconfig);
    } else {
        kubeConfig.loadFromFile(kubeconfig);
    }
    if (context !== undefined) {
        if (kubeConfig.getContextObject(context) === null) {
            const names = kubeConfig.contexts.map(({ name }) => name).join(", ") || "none";
            throw new ClusterError(`the kubeconfig has no context "${context}", only: ${names}`, undefined);
        }
        kubeConfig.setCurrentContext(context);
    }
    return kubeConfig;
}

/**
 * Sets the proxy from the environment variables. The client only uses a proxy from the kubeconfig; kubectl and the
 * Kubernetes provider also use the one from the environment variables.
 */
function useProxy(config: KubeConfig): void {
    const cluster = config.getCurrentCluster();
    if (cluster !== null && cluster.proxyUrl === undefined) {
        const proxyUrl = proxyFor(cluster.server);
        if (proxyUrl !== undefined) {
            const others = config.clusters.filter(({ name }) => name !== cluster.name);
            config.clusters = [...others, { ...cluster, proxyUrl } satisfies ClusterEntry];
        }
    }
}

/**
 * Returns the body of a response. It throws if the text of a success is not JSON. The client would take the text of a
 * page for an object without any fields, or fail with a message about its first character.
 */
function checkedBody({ httpStatusCode: code, body }: ResponseContext): ResponseContext["body"] {
    return {
        binary: () => body.binary(),
        text: async () => {
            const text = await body.text();
            if (code >= 200 && code <= 299 && !isMapping(parseJson(text))) {
                throw new NotJson(code, text);
            }
            return text;
        },
    };
}
