import assert from "node:assert/strict";
import { join } from "node:path";
import { Linter, type ESLint } from "eslint";
import { parser } from "typescript-eslint";
import { projectDir } from "../../../../scripts/pulumi";

/** A file, its code, and whether the rules accept it. */
const cases: readonly [file: string, code: string, accepted: boolean][] = [
    ["components/vault/backend.ts", `import { x } from "../names";`, true],
    ["components/vault/backend.ts", `import { x } from "../aws/airflow";`, false],
    ["components/vault/airflow.ts", `export const x = () => import("../aws/airflow");`, false],
    ["components/vault/airflow.ts", `export { x } from "../../stack/kinds";`, false],
    ["components/vault/airflow.ts", `const x = require("../../scripts/pulumi");`, false],
    ["components/vault/airflow.ts", `type X = import("../gcp/airflow").X;`, false],
    ["components/names.ts", `import { x } from "./vault/airflow";`, false],
    ["config/rules.ts", `import { x } from "../airflow/scope";`, false],
    ["lib/json.ts", `import { x } from "./text";`, true],
    ["scripts/preview.ts", `import { x } from "../stack/kinds";`, true],
    ["scripts/preview.ts", `import { x } from "../sandbox/paths";`, false],
    ["index.ts", `import { x } from "./sandbox/paths";`, false],
    ["sandbox/cli.ts", `import { x } from "../test/page";`, false],
    ["components/vault/backend.ts", `import * as pulumi from "@pulumi/pulumi";`, true],
    ["components/vault/kind.ts", `import * as pulumi from "@pulumi/pulumi";`, false],
    ["components/vault/kind.ts", `import type * as pulumi from "@pulumi/pulumi";`, true],
    ["components/vault/kind.ts", `import { type VaultBackend } from "./backend";`, true],
    ["components/vault/kind.ts", `import { VaultBackend } from "./backend";`, false],
    ["scripts/preview.ts", `export const x = () => import("@pulumi/vault");`, false],
    ["stack/kinds.ts", `import { preflight } from "./preflight";`, false],
    ["provider/server.ts", `import { x } from "@pulumi/pulumi/proto/plugin_pb";`, true],
    ["sandbox/plugins/packages.ts", `import vault from "@pulumi/vault/package.json";`, true],
    ["test/unit/page.ts", `import { x } from "../../sandbox/paths";`, true],
];

describe("the lint rules for layers", () => {
    let linter: Linter;
    let plugin: ESLint.Plugin;

    before(async () => {
        // Mocha's require hook cannot load .mjs modules.
        const file = join(projectDir, "scripts", "lint", "layers.mjs");
        ({ default: plugin } = (await import(file)) as { default: ESLint.Plugin });
        linter = new Linter({ cwd: projectDir });
    });

    for (const [file, code, accepted] of cases) {
        it(`${accepted ? "accept" : "reject"} ${code} in ${file}`, () => {
            const messages = linter.verify(
                code,
                [
                    {
                        files: ["**/*.ts"],
                        languageOptions: { parser },
                        plugins: { layers: plugin },
                        rules: { "layers/layers": "error", "layers/sdk": "error" },
                    },
                ] as Linter.Config[],
                { filename: join(projectDir, file) },
            );
            assert.equal(messages.length === 0, accepted, messages.map(({ message }) => message).join("\n"));
        });
    }
});
