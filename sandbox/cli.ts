import { Command, CommanderError, Option } from "commander";
import { CommandError } from "../scripts/command";
import { passOn } from "./commands";
import { pluginModes, type PluginMode } from "./plugins/mode";
import { log, SandboxError } from "./progress";
import type { Sandbox } from "./sandbox";
import { clean, destroy, exec, up, verifyWith, withSandbox, type Verb } from "./verbs";

/** What has to be stopped when this process is told to end. */
let open: Sandbox | undefined;
let interrupted = false;

async function main(argv: readonly string[]): Promise<number> {
    let code = 0;
    const use = async (verb: Verb): Promise<void> => {
        const { plugins } = program.opts<{ plugins: PluginMode }>();
        code = await withSandbox(verb, plugins, (sandbox) => {
            open = sandbox;
        });
    };
    const program = new Command("npm run sandbox --")
        .description("The stack and the clouds it needs, on this machine: no account, no Docker.")
        .addOption(
            new Option(
                "--plugins <which>",
                "provider plugins: official ones, the provider host in their place, or both",
            )
                .choices(pluginModes)
                .env("SANDBOX_PLUGINS")
                .default("auto" satisfies PluginMode, "auto: official ones where there are any"),
        )
        .exitOverride()
        .enablePositionalOptions()
        .showHelpAfterError();
    program
        .command("up", { isDefault: true })
        .description(
            "start the services, bring stack dev up, let a real Airflow read its secrets, stop the services (default)",
        )
        .action(() => use(up));
    program
        .command("verify")
        .description("let a real Airflow read the secrets of the stack as it is")
        .option("--json", "print the result as JSON on standard output, and nothing else there")
        .action(({ json }: { json?: boolean }) => use(verifyWith({ json: json === true })));
    program
        .command("exec")
        .description("run a command with the services up and administrators' access to them in its environment")
        .usage("-- <command> [arguments...]")
        .argument("<command...>")
        .passThroughOptions()
        .action((command: [string, ...string[]]) => use(exec(command)));
    program
        .command("destroy")
        .description("destroy everything the stack made")
        .action(() => use(destroy));
    program.command("clean").description("remove all state of the services; built tools are kept").action(clean);
    await program.parseAsync(argv, { from: "user" });
    return code;
}

/** Lets the command in the foreground end, stops the services, and goes. */
async function stop(signal: NodeJS.Signals): Promise<void> {
    if (interrupted) {
        return;
    }
    interrupted = true;
    log(`${signal}: stopping …`);
    if (!passOn(signal)) {
        await open?.close();
        process.exit(130);
    }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => void stop(signal));
}
// A parent that was killed sends no signal.
const parent = process.ppid;
setInterval(() => {
    if (process.ppid !== parent) {
        void stop("SIGTERM");
    }
}, 1000).unref();

main(process.argv.slice(2)).then(
    (code) => {
        process.exitCode = interrupted ? 130 : code;
    },
    (error: unknown) => {
        if (error instanceof CommanderError) {
            process.exitCode = error.exitCode;
        } else {
            const isTold = error instanceof SandboxError || error instanceof CommandError;
            const message = isTold ? error.message : String((error as Error).stack ?? error);
            process.stderr.write(`sandbox: ${message}\n`);
            process.exitCode = 1;
        }
    },
);
