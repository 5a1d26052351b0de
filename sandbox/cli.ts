import { Command, CommanderError, Option } from "commander";
import { CommandError } from "../scripts/command";
import { forwardSignal } from "./commands";
import { pluginModes, type PluginMode } from "./plugins/mode";
import { log, SandboxError } from "./progress";
import type { Sandbox } from "./sandbox";
import { clean, destroy, exec, up, verifyWith, withSandbox, type Verb } from "./verbs";

/** The sandbox to close when this process receives a signal. */
let openedSandbox: Sandbox | undefined;
let interrupted = false;

async function main(argv: readonly string[]): Promise<number> {
    let code = 0;
    const runVerb = async (verb: Verb): Promise<void> => {
        const { plugins } = program.opts<{ plugins: PluginMode }>();
        code = await withSandbox(verb, plugins, (sandbox) => {
            openedSandbox = sandbox;
        });
    };
    const program = new Command("npm run sandbox --")
        .description(
            "Runs the stack and the cloud services that it needs on this machine, without a cloud account or Docker.",
        )
        .addOption(
            new Option(
                "--plugins <which>",
                "provider plugins to use: official plugins, the provider host instead of them, or both",
            )
                .choices(pluginModes)
                .env("SANDBOX_PLUGINS")
                .default("auto" satisfies PluginMode, "auto: official plugins if found"),
        )
        .exitOverride()
        .enablePositionalOptions()
        .showHelpAfterError();
    program
        .command("up")
        .description(
            "start the services, run pulumi up on stack dev, verify it with a real Airflow, stop the services (default)",
        )
        .action(() => runVerb(up));
    program
        .command("verify")
        .description("verify with a real Airflow that the stack's secrets can be read, without pulumi up")
        .option("--json", "print only the result, as JSON, on standard output")
        .action(({ json }: { json?: boolean }) => runVerb(verifyWith({ json: json === true })));
    program
        .command("exec")
        .description(
            "run a command while the services are up, with administrator credentials for them in its environment",
        )
        .usage("<command> [arguments...]")
        .argument("<command...>")
        .passThroughOptions()
        .action((command: [string, ...string[]]) => runVerb(exec(command)));
    program
        .command("destroy")
        .description("run pulumi destroy on the stack")
        .action(() => runVerb(destroy));
    program.command("clean").description("delete all state of the services; built tools are kept").action(clean);
    await program.parseAsync(withDefault(program, argv), { from: "user" });
    return code;
}

/** Adds `up` if no command is named. As Commander's default command, it would get a mistyped one as its argument. */
function withDefault(program: Command, argv: readonly string[]): string[] {
    const { operands, unknown } = program.parseOptions([...argv]);
    return operands.length === 0 && unknown.length === 0 ? [...argv, "up"] : [...argv];
}

/** Forwards the signal to the foreground command. If there is none, stops the services and exits. */
async function stop(signal: NodeJS.Signals): Promise<void> {
    if (interrupted) {
        return;
    }
    interrupted = true;
    log(`${signal}: stopping …`);
    if (!forwardSignal(signal)) {
        await openedSandbox?.close();
        process.exit(130);
    }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => void stop(signal));
}
// If the parent process is killed, no signal arrives.
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
            const isExpected = error instanceof SandboxError || error instanceof CommandError;
            const message = isExpected ? error.message : String((error as Error).stack ?? error);
            process.stderr.write(`sandbox: ${message}\n`);
            process.exitCode = 1;
        }
    },
);
