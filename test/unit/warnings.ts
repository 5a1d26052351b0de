/** Returns the warnings that the program logs during `run`. Without an engine, Pulumi's SDK writes them to the console. */
export async function warningsOf(run: () => Promise<unknown>): Promise<string[]> {
    const { warn } = console;
    const warnings: string[] = [];
    console.warn = (line: string) => {
        warnings.push(line.replace(/^warning: \[runtime\] /, ""));
    };
    try {
        await run();
    } finally {
        console.warn = warn;
    }
    return warnings;
}
