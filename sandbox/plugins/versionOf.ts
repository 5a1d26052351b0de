import { once } from "node:events";
import { createInterface } from "node:readline";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { execa } from "execa";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/**
 * Returns the version that a plugin reports. Starts the plugin as the engine would, waits for the port that it prints,
 * and calls GetPluginInfo, which every plugin supports. Returns `undefined` if it prints no port within ten seconds.
 *
 * @param file path of the executable
 * @param cwd folder to start it in
 */
export async function versionOf(file: string, cwd: string): Promise<string | undefined> {
    // The first argument is the engine's address. The plugin does not call the engine for this.
    const plugin = execa(file, ["127.0.0.1:1"], {
        cwd,
        reject: false,
        stdin: "ignore",
        timeout: 10_000,
        buffer: false,
    });
    try {
        const [port] = (await Promise.race([
            once(createInterface(plugin.stdout), "line"),
            plugin.then(() => []),
        ])) as string[];
        return port === undefined || !/^\d+$/.test(port) ? undefined : (await requestVersion(port)).replace(/^v/, "");
    } finally {
        plugin.kill("SIGKILL");
        await plugin;
    }
}

function requestVersion(port: string): Promise<string> {
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    return new Promise<string>((resolve, reject) => {
        client.getPluginInfo(new Empty(), (error: ServiceError | null, info: PluginInfo) => {
            if (error === null) {
                resolve(info.getVersion());
            } else {
                reject(error);
            }
        });
    }).finally(() => {
        client.close();
    });
}
