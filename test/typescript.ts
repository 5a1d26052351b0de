import { join } from "node:path";
import { projectDir } from "../sandbox/paths";

/** What Node.js is started with to run a TypeScript file that stays where it is, as the tests' own programs do. */
export const typescript = ["-r", join(projectDir, "scripts", "typescript.cjs")];
