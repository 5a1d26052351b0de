import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/** A stand-in's state, kept in a JSON file that is rewritten at each change. */
export class Store<State> {
    readonly state: State;

    /** @param initialState returns the state if the file does not exist yet */
    constructor(
        private readonly file: string,
        initialState: () => State,
    ) {
        this.state = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as State) : initialState();
        this.save();
    }

    /** Replaces the file atomically: a reader finds the old or the new state, never an incomplete one. */
    save(): void {
        const temporary = `${this.file}.new`;
        writeFileSync(temporary, JSON.stringify(this.state), { mode: 0o600 });
        renameSync(temporary, this.file);
    }
}
