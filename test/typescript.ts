import { join } from "node:path";
import { projectDir } from "../sandbox/paths";

/** Node.js options that run a TypeScript file in place, such as the tests' own programs. */
export const typescript = ["-r", join(projectDir, "scripts", "typescript.cjs")];
