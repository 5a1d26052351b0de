import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/** What a stand-in knows, kept in a file that is written anew at each change. */
export class Store<State> {
    readonly state: State;

    /** @param begin gives what there is where the file is not there yet */
    constructor(
        private readonly file: string,
        begin: () => State,
    ) {
        this.state = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as State) : begin();
        this.save();
    }

    /** In one step: whoever reads the file finds the old state or the new one, never a half. */
    save(): void {
        const temporary = `${this.file}.new`;
        writeFileSync(temporary, JSON.stringify(this.state), { mode: 0o600 });
        renameSync(temporary, this.file);
    }
}
